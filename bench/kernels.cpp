// bench_kernels [--quick]: every kernel, the whole evaluation and an iteration on GPU 0.

#include <cstring>
#include <exception>

#include "bench/kernel_bench.h"
#include "runtime/cuda/cuda_device.h"

int main(int argc, char** argv) {
  try {
    const auto device = vggstyle::cuda::make_cuda_device(0);
    vggstyle::KernelBenchOptions options;
#if VGGSTYLE_WITH_CUBLAS
    const auto blas = vggstyle::cuda::make_blas(*device);
    options.blas = blas.get();
#endif
    if (argc > 1 && std::strcmp(argv[1], "--quick") == 0) {
      options.repeats = 5;
    } else {
      options.sizes = {512, 256, 1024, 2048};
    }
    vggstyle::run_kernel_bench(*device, options, stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_kernels: error: %s\n", error.what());
    return 1;
  }
}
