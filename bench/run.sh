#!/bin/sh
# Measures this machine's processor against current PyTorch, and keeps what was found.
#
#     bench/run.sh [--compile] [FOLDER]
#
# Prepares a Python environment in a temporary folder (some 6 GB with PyPI's PyTorch), runs bench/pytorch_cpu.py at 128 to 768
# pixels and bench/optim.py, and writes tables, figures and a profile by layer to FOLDER (bench/results/cpu). Needs
# build/release/vggstyle and python3 with its venv module. Takes some 15 minutes for the first and an hour for the
# second; measure on a quiet machine.
set -eu
cd "$(dirname "$0")/.."
compile=
if [ "${1:-}" = --compile ]; then
  compile=--compile
  shift
fi
folder=${1:-bench/results/cpu}
if [ ! -x build/release/vggstyle ]; then
  echo "build/release/vggstyle is not there: build it first (README.md)" >&2
  exit 2
fi
environment=$(mktemp -d)
trap 'rm -rf "$environment"' EXIT
trap 'exit 130' INT TERM
python3 -m venv "$environment"
"$environment/bin/pip" install --quiet torch numpy scipy h5py pillow matplotlib
mkdir -p "$folder"
"$environment/bin/python" bench/pytorch_cpu.py --sizes 128 256 384 512 768 $compile \
  --json "$folder/pytorch.json" >"$folder/pytorch.md"
cat "$folder/pytorch.md"
"$environment/bin/python" bench/optim.py --json "$folder/optim.json" --plot "$folder/optim.svg" >"$folder/optim.md"
cat "$folder/optim.md"
build/release/vggstyle bench --size 256 >"$folder/layers-256.txt"
build/release/vggstyle bench --size 256 --per-kernel >"$folder/operations-256.txt"
