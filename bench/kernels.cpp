// bench_kernels [--quick] [--save FOLDER]: every kernel, the whole evaluation and an iteration on
// GPU 0; FOLDER gets the inputs, for bench/pytorch_gpu.py.

#include <cstring>
#include <exception>

#include "bench/kernel_bench.h"
#include "runtime/cuda/cuda_device.h"

int main(int argc, char** argv) {
  try {
    const auto device = vggstyle::cuda::make_cuda_device(0);
    vggstyle::KernelBenchOptions options;
#if VGGSTYLE_WITH_CUDNN
    const auto dnn = vggstyle::cuda::make_dnn(*device);
    options.dnn = dnn.get();
#endif
#if VGGSTYLE_WITH_CUBLAS
    const auto blas = vggstyle::cuda::make_blas(*device);
    options.blas = blas.get();
#endif
    bool quick = false;
    for (int i = 1; i < argc; ++i) {
      if (std::strcmp(argv[i], "--quick") == 0) {
        quick = true;
      } else if (std::strcmp(argv[i], "--save") == 0 && i + 1 < argc) {
        options.save = argv[++i];
      } else {
        std::fprintf(stderr, "usage: bench_kernels [--quick] [--save FOLDER]\n");
        return 2;
      }
    }
    if (quick) {
      options.repeats = 5;
    } else {
      options.sizes = {512, 256, 1024, 2048};
      options.long_run = 500;
    }
    vggstyle::run_kernel_bench(*device, options, stdout);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_kernels: error: %s\n", error.what());
    return 1;
  }
}
