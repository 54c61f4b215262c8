#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests. The last line counts them:
# "N passed, N failed". With --full also: the builds with Clang and (where nvcc is) CUDA and the
# formatting, each counted as one test, and the quick tests under the address and undefined-behaviour
# sanitizers.
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

if [ $full -eq 1 ]; then tools/install.sh --full; else tools/install.sh --tests; fi ||
  stop "packages could not be installed"
cmake --preset release -DVGGSTYLE_TESTS=ON || stop "configuring failed"
cmake --build --preset release || stop "the build failed"

passed=0 failed=0
# Runs ctest with the given arguments and adds its counts.
run_ctest() {
  local out=$1 total bad
  shift
  # `tee` shows progress; the summary line is the only place where ctest counts.
  ctest --output-on-failure --no-tests=error "$@" 2>&1 | tee "$out"
  read -r bad total < <(sed -nE 's/^[0-9]+% tests passed, ([0-9]+) tests? failed out of ([0-9]+)$/\1 \2/p' "$out")
  if [ -z "${total:-}" ]; then failed=$((failed + 1)); return; fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
}
# A check that is one command: check NAME COMMAND...
check() {
  local name=$1
  shift
  echo "== $name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name"; fi
}

jobs=$(nproc)
run_ctest build/release/tests.log --test-dir build/release -j"$jobs"

clang_build() {
  cmake -S . -B build/clang -G Ninja -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=Debug \
    >/dev/null && cmake --build build/clang
}
format_check() {
  git ls-files '*.h' '*.cpp' '*.cu' '*.cuh' | xargs clang-format --dry-run --Werror
}
# Compiles and links for one GPU; where there is none, --device cuda must say so in one sentence, and
# --device auto once, and go on.
cuda_build() {
  cmake -S . -B build/cuda-check -G Ninja -DCMAKE_BUILD_TYPE=Release -DVGGSTYLE_CUDA=ON \
    -DCMAKE_CUDA_ARCHITECTURES=90-real -DVGGSTYLE_TESTS=OFF >/dev/null &&
    cmake --build build/cuda-check || return
  command -v nvidia-smi >/dev/null && return
  local tool=build/cuda-check/vggstyle picture=build/cuda-check/picture.png said code=0
  "$tool" contrive strokes --size 32 -o "$picture" && "$tool" devices | grep -q '^cuda *none: ' || return
  local run=("$tool" texture "$picture" --weights synthetic --iterations 2 -o build/cuda-check/out.png)
  said=$("${run[@]}" --device cuda 2>&1) || code=$?
  [ "$code" -eq 2 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && grep -q NVIDIA <<<"$said" || return
  said=$("${run[@]}" 2>&1) && [ "$(grep -c 'no GPU: .*NVIDIA' <<<"$said")" -eq 1 ]
}
if [ $full -eq 1 ]; then
  check "formatting" format_check
  check "kernels broken on purpose" python3 tests/simt/mutations/run.py --build build/release
  if command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
    check "build with CUDA" cuda_build
    check "kernels that do not spill" python3 tools/kernel_evidence.py --check 90
  else
    echo "== no build with CUDA: nvcc was not found"
  fi
  check "build with Clang" clang_build
  cmake --preset asan -DVGGSTYLE_TESTS=ON >/dev/null && cmake --build --preset asan ||
    stop "the sanitizer build failed"
  # What reads files and what indexes memory; long runs are left to the release build.
  run_ctest build/asan/tests.log --test-dir build/asan -j"$jobs" -E '^(test_net|test_tool|test_kernels_simt|fetch)'
fi
finish "$passed" "$failed"
