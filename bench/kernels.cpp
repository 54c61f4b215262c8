// bench_kernels: every kernel, the whole value and gradient and an iteration on GPU 0.

#include <cstdlib>
#include <cstring>
#include <exception>

#include "bench/kernel_bench.h"
#include "runtime/cuda/cuda_device.h"
#include "runtime/error.h"

namespace {

constexpr const char* kUsage =
    "usage: bench_kernels [--size PX]... [--precision NAME]... [--repeats N] [--long-run N]\n"
    "                     [--only operations|evaluations] [--save FOLDER]\n"
    "Times on GPU 0, at 512 pixels in fp32, tf32, fp16 and bf16 unless told otherwise. --long-run\n"
    "times so many iterations of L-BFGS as one; FOLDER gets the inputs, for "
    "bench/pytorch_gpu.py.\n";

using vggstyle::InputError;

int parse_number(const char* option, const char* text) {
  const int number = std::atoi(text);
  if (number < 1) {
    throw InputError(std::string(option) + " must be a positive number, not '" + text + "'");
  }
  return number;
}

vggstyle::KernelBenchOptions parse(int argc, char** argv) {
  vggstyle::KernelBenchOptions options;
  std::vector<int> sizes;
  std::vector<vggstyle::Precision> precisions;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    const char* value = argv[i + 1];
    if (option == "--size") {
      sizes.push_back(parse_number("--size", value));
    } else if (option == "--precision") {
      const auto precision = vggstyle::parse_precision(value);
      if (!precision) throw InputError("--precision '" + std::string(value) + "' is none");
      precisions.push_back(*precision);
    } else if (option == "--repeats") {
      options.repeats = parse_number("--repeats", value);
    } else if (option == "--long-run") {
      options.long_run = parse_number("--long-run", value);
    } else if (option == "--save") {
      options.save = value;
    } else if (option == "--only" && std::strcmp(value, "operations") == 0) {
      options.evaluations = false;
    } else if (option == "--only" && std::strcmp(value, "evaluations") == 0) {
      options.operations = false;
    } else {
      throw InputError(option + " " + value + " is no option");
    }
  }
  if (argc % 2 == 0) throw InputError(std::string(argv[argc - 1]) + " has no value");
  if (!sizes.empty()) options.sizes = sizes;
  if (!precisions.empty()) options.precisions = precisions;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  try {
    vggstyle::KernelBenchOptions options = parse(argc, argv);
    const auto device = vggstyle::cuda::make_cuda_device(0);
#if VGGSTYLE_WITH_CUDNN
    const auto dnn = vggstyle::cuda::make_dnn(*device);
    options.dnn = dnn.get();
#endif
#if VGGSTYLE_WITH_CUBLAS
    const auto blas = vggstyle::cuda::make_blas(*device);
    options.blas = blas.get();
#endif
    vggstyle::run_kernel_bench(*device, options, stdout);
    return 0;
  } catch (const InputError& error) {
    std::fprintf(stderr, "bench_kernels: error: %s (see --help)\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_kernels: error: %s\n", error.what());
    return 1;
  }
}
