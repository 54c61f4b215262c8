#!/usr/bin/env bash
# Builds the CUDA backend for the GPU of this machine, tests it, and times it:
#
#   tools/dev/gpu_check.sh [--phase N]... [--prebuilt DIR] [-o DIR]
#   tools/dev/gpu_check.sh --build-only
#
# Needs nvcc 12 or newer, CMake, a C++ compiler and doctest's header ($DOCTEST_DIR, or installed);
# no network, no other library. Phases, in order of worth, each within some minutes on 16 cores:
#   1  facts of the card; the kernels and whole networks in every variant, against float64;
#      the ceilings, each operation, value and gradient, and iteration at 512 pixels
#   2  all sizes; 500 iterations; PyTorch, where it is installed
#   3  Nsight Compute, where it is installed: every kernel of one value and gradient, and the three slowest
#   4  compute-sanitizer, where it is installed
# All of them unless --phase names some. Steps do not stop for each other; DIR (default:
# bench/results/<gpu>/) gets what each printed, while it prints, and a table of all comes last.
# DIR.tar.gz is the whole in one file.
# --build-only compiles for sm_90 on a machine without a GPU; its build/gpu-check, carried to another
# machine, is what --prebuilt takes.
set -uo pipefail
cd "$(dirname "$0")/../.."

phases='' out='' build_only=0 prebuilt=''
usage() {
  echo "usage: tools/dev/gpu_check.sh [--phase 1|2|3|4]... [--prebuilt DIR] [-o DIR] | --build-only" >&2
  exit 2
}
while [ $# -gt 0 ]; do
  case "$1" in
    --phase) [[ ${2:-} =~ ^[1-4]$ ]] || usage; phases+=$2; shift ;;
    --prebuilt) prebuilt=${2:?"--prebuilt needs a folder"}; shift ;;
    --build-only) build_only=1 ;;
    -o) out=${2:?"-o needs a folder"}; shift ;;
    *) usage ;;
  esac
  shift
done
phases=${phases:-1234}

stop() { echo "gpu_check: error: $1" >&2; exit 2; }
export PATH="$PATH:/usr/local/cuda/bin"

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

# What a step printed goes to DIR/NAME.txt, and how it ended to DIR/NAME.status.
run_step() {
  local label=$1 code=0 start=$SECONDS
  shift
  "$@" >"$out/$label.txt" 2>&1 || code=$?
  echo "$([ $code -eq 0 ] && echo ok || echo "FAILED ($code)"), $((SECONDS - start)) s" >"$out/$label.status"
  return $code
}
steps=()
show() {
  echo "== $1: $(cat "$out/$1.status")"
  grep -q FAILED "$out/$1.status" && tail -n 30 "$out/$1.txt"
}
# step NAME COMMAND...: runs it.
step() {
  local code=0
  steps+=("$1")
  run_step "$@" || code=$?
  show "$1"
  return $code
}
# beside NAME COMMAND...: runs it beside others, until join.
running=()
beside() {
  steps+=("$1") running+=("$1")
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  run_step "$@" &
}
join() {
  wait
  for label in "${running[@]}"; do show "$label"; done
  running=()
}

build_all() {
  command -v nvcc >/dev/null || stop "nvcc was not found: install the CUDA toolkit, or set PATH"
  command -v cmake >/dev/null || stop "cmake was not found: install version 3.25 or newer"
  local generator=()
  command -v ninja >/dev/null && generator=(-G Ninja)
  cmake -S tools/dev/gpu_check -B build/gpu-check "${generator[@]}" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_CUDA_ARCHITECTURES="$architectures" -DDOCTEST_DIR="${DOCTEST_DIR:-}" &&
    cmake --build build/gpu-check -j "$(nproc)"
}
# Programs that were linked elsewhere find NVIDIA's libraries in Python's wheels, if nowhere else.
wheels() {
  python3 -c 'import glob, sys
print(":".join(d for p in sys.path if p for d in glob.glob(p + "/nvidia/*/lib")))' 2>/dev/null
}

build=build/gpu-check
if [ -n "$prebuilt" ]; then
  LD_LIBRARY_PATH=${LD_LIBRARY_PATH:-}:$(wheels)
  export LD_LIBRARY_PATH
  if "$prebuilt/bench_kernels" --help >/dev/null && "$prebuilt/list_variants" >/dev/null; then
    build=$prebuilt
  else
    echo "gpu_check: the programs of $prebuilt do not start here: building" >&2
  fi
fi
if [ "$build" = build/gpu-check ]; then
  step build build_all || exit 1
fi
[ $build_only -eq 1 ] && exit 0

facts() { nvidia-smi; nvcc --version; lscpu; }
bench=$build/bench_kernels

if [[ $phases = *1* ]]; then
  step facts facts
  # Each variant by itself, so that one that crashes leaves the others. Libraries that were not found
  # are none to test.
  while read -r variant; do
    case "$variant" in *cu*) grep -qsE 'cu(DNN|BLAS) not found' "$out/build.txt" && continue ;; esac
    beside "kernels-${variant// /-}" timeout 240 "$build/test_kernels_cuda" --subcase="$variant"
    beside "net-${variant// /-}" timeout 240 "$build/test_net_cuda" --subcase="$variant"
  done < <("$build/list_variants")
  join
  step bench timeout 240 "$bench"
fi

if [[ $phases = *2* ]]; then
  # Pictures and weights for PyTorch: not among the results, they are large and can be made again.
  inputs=$(mktemp -d)
  step sizes timeout 300 "$bench" --only evaluations --long-run 500 --size 512 --size 256 --size 1024 \
    --size 2048 --save "$inputs"
  if python3 -c 'import torch, numpy; assert torch.cuda.is_available()' 2>/dev/null; then
    cp "$out/sizes.txt" "$inputs/bench.txt"
    step pytorch timeout 240 python3 bench/pytorch_gpu.py "$inputs"
    step pytorch-compiled timeout 500 python3 bench/pytorch_gpu.py "$inputs" --size 512 \
      --compile default reduce-overhead max-autotune
  fi
  rm -r "$inputs"
fi

if [[ $phases = *3* ]] && command -v ncu >/dev/null; then
  ncu=(ncu --clock-control none --cache-control none)
  for precision in fp16 tf32; do
    one=("$bench" --only evaluations --precision "$precision" --repeats 1)
    step "ncu-durations-$precision" timeout 120 "${ncu[@]}" --csv \
      --metrics gpu__time_duration.sum,launch__grid_size,launch__block_size "${one[@]}"
    # What docs/kernels.md says of their bounds.
    for kernel in conv3x3_fast_kernel gram_fast style_terms; do
      step "ncu-$kernel-$precision" timeout 120 "${ncu[@]}" \
        --kernel-name-base demangled --kernel-name "regex:$kernel" --launch-count 40 \
        --section SpeedOfLight --section WarpStateStats --section Occupancy \
        --section MemoryWorkloadAnalysis --section ComputeWorkloadAnalysis "${one[@]}"
    done
  done
fi

if [[ $phases = *4* ]] && command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck initcheck synccheck; do
    for variant in "fp32 fast" "fp16 fast" "tf32 fast"; do
      beside "$tool-${variant// /-}" timeout 400 compute-sanitizer --tool "$tool" --error-exitcode 9 \
        "$build/test_kernels_cuda" --subcase="$variant"
    done
  done
  join
fi

for table in bench sizes; do
  [ -f "$out/$table.txt" ] && sed -n '/^precision\tsize/,$p' "$out/$table.txt"
done
[ -f "$out/pytorch.txt" ] && cat "$out/pytorch.txt"

echo
for label in "${steps[@]}"; do
  printf '%-32s %s\n' "$label" "$(cat "$out/$label.status")"
done | tee "$out/summary.txt"
rm -f "$out"/*.status
tar -czf "$out.tar.gz" -C "$(dirname "$out")" "$(basename "$out")"
! grep -q FAILED "$out/summary.txt"
