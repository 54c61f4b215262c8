#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests. The last line counts them:
# "N passed, N failed". With --full also, each check counted as one test: the CUDA backend compiled and
# linked where nvcc is, formatting, kernels broken on purpose; and a second build, with Clang and the
# address and undefined-behaviour sanitizers, and its tests. The slowest steps are listed before the end.
set -uo pipefail

full=0
case "${1:-}" in
  '') ;;
  --full) full=1 ;;
  *) echo "usage: tools/test.sh [--full]" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."

finish() {
  echo "$1 passed, $2 failed"
  [ "$2" -eq 0 ] && [ "$1" -gt 0 ]
  exit
}
stop() { echo "$1" >&2; finish 0 1; }
# Says what comes, and when, in seconds from the start.
phase() { printf '== %s (after %d s)\n' "$1" $SECONDS; }

# Tests run beside each other: an OpenMP thread that waits for another soon leaves its core to it.
export GOMP_SPINCOUNT=1000 KMP_BLOCKTIME=0

# One build with GCC: for this machine, or in build/full for its processor and one kind of GPU.
build=build/release options=(-DVGGSTYLE_TESTS=ON) cuda=0
if [ $full -eq 1 ]; then
  build=build/full
  if command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
    cuda=1
    options+=(-DVGGSTYLE_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES=90-real)
  else
    echo "== no CUDA: nvcc was not found"
  fi
  tools/install.sh --full
else
  tools/install.sh --tests
fi || stop "packages could not be installed"
phase "build with GCC"
cmake --preset release -B $build "${options[@]}" || stop "configuring failed"
cmake --build $build || stop "the build failed"

passed=0 failed=0
# run_ctest BUILD ARGUMENT...: runs its tests and adds their counts.
run_ctest() {
  local out=$1/tests.log total bad
  # `tee` shows progress; the summary line is the only place where ctest counts.
  ctest --test-dir "$1" -j"$(nproc)" --output-on-failure --no-tests=error "${@:2}" 2>&1 | tee "$out"
  read -r bad total < <(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$out")
  if [ -z "${total:-}" ]; then failed=$((failed + 1)); return; fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
}
# A check that is one command: check NAME COMMAND...
check() {
  local name=$1
  shift
  phase "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name"; fi
}

phase "tests"
run_ctest $build

format_check() {
  git ls-files '*.h' '*.cpp' '*.cu' '*.cuh' | xargs -P "$(nproc)" -n 40 clang-format --dry-run --Werror
}
# With a CUDA backend but no GPU: --device cuda must say so in one sentence, and --device auto once, and
# go on.
without_gpu() {
  local tool=$build/vggstyle picture=$build/picture.png said code=0
  "$tool" contrive strokes --size 32 -o "$picture" && "$tool" devices | grep -q '^cuda *none: ' || return
  local run=("$tool" texture "$picture" --weights synthetic --iterations 2 -o $build/out.png)
  said=$("${run[@]}" --device cuda 2>&1) || code=$?
  [ "$code" -eq 2 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && grep -q NVIDIA <<<"$said" || return
  said=$("${run[@]}" 2>&1) && [ "$(grep -c 'no GPU: .*NVIDIA' <<<"$said")" -eq 1 ]
}
sanitized() {
  cmake --preset asan -DVGGSTYLE_TESTS=ON >/dev/null && cmake --build --preset asan
}
builds=("$build")
if [ $full -eq 1 ]; then
  if [ $cuda -eq 1 ]; then
    command -v nvidia-smi >/dev/null || check "CUDA backend without a GPU" without_gpu
    check "kernels that do not spill" python3 tools/dev/kernel_evidence.py --check 90
  fi
  check "formatting" format_check
  check "kernels broken on purpose" \
    python3 tests/simt/mutations/run.py --build $build --turns tests/simt/MUTATIONS.md
  check "build with Clang and sanitizers" sanitized
  phase "tests with sanitizers"
  # What reads files, what indexes memory and what has threads: the rest is not built (UNSANITIZED).
  run_ctest build/asan
  builds+=(build/asan)
fi
phase "what took longest"
python3 tools/dev/slowest.py "${builds[@]}"
finish "$passed" "$failed"
