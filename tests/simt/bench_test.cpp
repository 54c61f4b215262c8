// The benchmark of kernels runs and has a line for every operation of every layer.

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "bench/kernel_bench.h"
#include "tests/simt/machine/device.h"
#include "tests/support/files.h"

using namespace vggstyle;

TEST_CASE("the benchmark of kernels prints a line for each operation, and each size") {
  const std::unique_ptr<GpuDevice> device = simt::make_simt_device({});
  const std::unique_ptr<cuda::Blas> blas = cuda::make_blas(*device);
  const std::unique_ptr<cuda::Dnn> dnn = cuda::make_dnn(*device);
  const test::TemporaryFolder folder;
  char* text = nullptr;
  std::size_t size = 0;
  std::FILE* out = open_memstream(&text, &size);
  run_kernel_bench(*device,
                   {.sizes = {16},
                    .precisions = {Precision::kFloat16},
                    .layers = 3,
                    .repeats = 1,
                    .in_a_row = 2,
                    .plain_kernels = false,
                    .blas = blas.get(),
                    .dnn = dnn.get(),
                    .copy_bytes = 1 << 20,
                    .product_size = 64,
                    .long_run = 2,
                    .save = folder.path()},
                   out);
  std::fclose(out);
  const std::string table(text, size);
  std::free(text);
  CHECK(table.find("fp16\tconv2_1\tstyle gradient\t") != std::string::npos);
  CHECK(table.find("fp16\tconv2_1\tgram (cuBLAS)\t") != std::string::npos);
  CHECK(table.find("# products, fp16: ") != std::string::npos);
  CHECK(table.find("fp16\tconv2_1\tdgrad (cuDNN)\t") != std::string::npos);
  CHECK(table.find("fp16\tconv1_2\tpool bprop\t") != std::string::npos);
  CHECK(table.find("fp16\t16\t") != std::string::npos);
  CHECK(table.find("# fp16: 2 iterations of L-BFGS in ") != std::string::npos);
  // 3 layers with 6 operations, 2 of them with 2 of cuDNN, a pool with 2, 1 size, two ceilings, a
  // long run; 3 heads and an empty line.
  CHECK(std::count(table.begin(), table.end(), '\n') == 3 * 6 + 2 * 2 + 2 + 1 + 2 + 1 + 4);
  CHECK(std::filesystem::file_size(folder / "weights.f32") ==
        4 * (64 * 27 + 64 + 64 * 576 + 64 + 128 * 576 + 128));
  CHECK(std::filesystem::file_size(folder / "style-16.f32") == 4 * 3 * 16 * 16);
  CHECK(std::filesystem::file_size(folder / "gradient-fp16-16.f32") == 4 * 3 * 16 * 16);
}
