#!/usr/bin/env bash
# Builds the CUDA backend for the GPU of this machine, tests it, and times it:
#
#   tools/dev/gpu_check.sh [--quick|--full] [-o DIR] [--build-only]
#
# Needs nvcc 12 or newer, CMake, a C++ compiler and doctest's header ($DOCTEST_DIR, or installed);
# no network, no other library. Steps do not stop for each other; DIR (default:
# bench/results/<gpu>/) gets what each printed, and a table of all comes last. --quick leaves out
# compute-sanitizer, large pictures and ncu, --full adds racecheck, initcheck and synccheck. PyTorch,
# compute-sanitizer and ncu are used where they are.
# --build-only compiles for sm_90 on a machine without a GPU.
set -uo pipefail
cd "$(dirname "$0")/../.."

mode=normal out='' build_only=0
while [ $# -gt 0 ]; do
  case "$1" in
    --quick) mode=quick ;;
    --full) mode=full ;;
    --build-only) build_only=1 ;;
    -o) out=${2:?"-o needs a folder"}; shift ;;
    *) echo "usage: tools/dev/gpu_check.sh [--quick|--full] [-o DIR] [--build-only]" >&2; exit 2 ;;
  esac
  shift
done

stop() { echo "gpu_check: error: $1" >&2; exit 2; }
export PATH="$PATH:/usr/local/cuda/bin"
command -v nvcc >/dev/null || stop "nvcc was not found: install the CUDA toolkit, or set PATH"
command -v cmake >/dev/null || stop "cmake was not found: install version 3.25 or newer"

if [ $build_only -eq 1 ]; then
  gpu=none architectures=90-real
else
  command -v nvidia-smi >/dev/null ||
    stop "nvidia-smi was not found, so there is no GPU to check (--build-only compiles all the same)"
  gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -1) && [ -n "$gpu" ] ||
    stop "nvidia-smi shows no GPU"
  architectures=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -1 | tr -d .)-real
fi
name=$(tr 'A-Z ' 'a-z-' <<<"$gpu" | tr -cd 'a-z0-9-')
out=${out:-bench/results/$name}
mkdir -p "$out" || stop "$out cannot be made"

build=build/gpu-check
steps=() results=()
# step NAME COMMAND...: runs it into DIR/NAME.txt.
step() {
  local label=$1 code=0 start=$SECONDS
  shift
  echo "== $label"
  "$@" >"$out/$label.txt" 2>&1 || code=$?
  [ $code -eq 0 ] || tail -n 30 "$out/$label.txt"
  steps+=("$label")
  results+=("$([ $code -eq 0 ] && echo ok || echo "FAILED ($code)"), $((SECONDS - start)) s")
  return $code
}
generator=(); command -v ninja >/dev/null && generator=(-G Ninja)
build_all() {
  cmake -S tools/dev/gpu_check -B "$build" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CUDA_ARCHITECTURES="$architectures" -DDOCTEST_DIR="${DOCTEST_DIR:-}" &&
    cmake --build "$build" -j "$(nproc)"
}
against_pytorch() {
  python3 -c 'import torch, numpy; assert torch.cuda.is_available()' 2>/dev/null || return 0
  cp "$out/bench.txt" "$inputs/"
  step pytorch timeout 600 python3 bench/pytorch_gpu.py "$inputs"
}
facts() { nvidia-smi; nvcc --version; }

step build build_all
built=$?
if [ $build_only -eq 0 ] && [ $built -eq 0 ]; then
  step facts facts
  # Each variant by itself, so that one that crashes leaves the others.
  for variant in "fp32 plain" "fp32 fast" "tf32 fast" "3xtf32 fast" "fp16 fast" "bf16 fast" \
    "tf32 plain" "fp16 plain" "bf16 plain" "tf32 cuDNN" "bf16 cuBLAS" "fp16 cuDNN cuBLAS"; do
    # Libraries that were not found are none to test.
    case "$variant" in *cuDNN*) grep -qE 'cu(DNN|BLAS) not found' "$out/build.txt" && continue ;; esac
    step "kernels-${variant// /-}" timeout 120 "$build/test_kernels_cuda" --subcase="$variant"
    step "net-${variant// /-}" timeout 120 "$build/test_net_cuda" --subcase="$variant"
  done
  # Pictures and weights for PyTorch: not among the results, they are large and can be made again.
  inputs=$build/inputs
  mkdir -p "$inputs"
  if [ $mode = quick ]; then
    step bench timeout 300 "$build/bench_kernels" --quick --save "$inputs"
    against_pytorch
  else
    step bench timeout 600 "$build/bench_kernels" --save "$inputs"
    against_pytorch
    if command -v ncu >/dev/null; then
      # What docs/kernels.md says of their bounds; of convolutions, conv2_2 to conv4_1.
      for kernel in conv3x3_fast_kernel.*Float16 conv3x3_fast_kernel.*Tf32 gram_fast.*Float16 \
        pool_bprop.*half first_layer.*half add_pieces style_terms; do
        skip=0; [[ $kernel = conv* ]] && skip=36
        step "ncu-${kernel//.\*/-}" timeout 120 ncu --clock-control none --kernel-name-base demangled \
          --kernel-name "regex:$kernel" --launch-skip $skip --launch-count 72 --section SpeedOfLight \
          --section WarpStateStats --section Occupancy --section MemoryWorkloadAnalysis \
          "$build/bench_kernels" --quick
      done
    fi
    if command -v compute-sanitizer >/dev/null; then
      tools=(memcheck)
      [ $mode = full ] && tools+=(racecheck initcheck synccheck)
      for tool in "${tools[@]}"; do
        for variant in "fp32 fast" "fp16 fast" "tf32 fast"; do
          step "$tool-${variant// /-}" timeout 300 compute-sanitizer --tool "$tool" \
            --error-exitcode 9 "$build/test_kernels_cuda" --subcase="$variant"
        done
      done
    fi
  fi
  [ -f "$out/bench.txt" ] && sed -n '/^precision\tsize/,$p' "$out/bench.txt"
  [ -f "$out/pytorch.txt" ] && grep -v '^#' "$out/pytorch.txt"
fi

echo
for i in "${!steps[@]}"; do
  printf '%-28s %s\n' "${steps[$i]}" "${results[$i]}"
done | tee "$out/summary.txt"
! grep -q FAILED "$out/summary.txt"
