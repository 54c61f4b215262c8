#include "kernels/cuda/library/blas.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "tests/simt/instructions/float_formats.h"
#include "tests/simt/machine/device.h"

/// What stands in for cuBLAS: the plain product. Inputs are rounded as documented (tf32 by ignoring
/// the low 13 bits, as mma does), products are exact, sums are float32 in the order of positions.
namespace vggstyle::cuda {
namespace {

std::vector<float> read_row(Storage storage, bool tf32, const void* f, std::size_t row,
                            std::size_t channels) {
  std::vector<float> values(channels);
  const auto* words = static_cast<const float*>(f) + row * channels;
  const auto* halves = static_cast<const std::uint16_t*>(f) + row * channels;
  for (std::size_t c = 0; c < channels; ++c) {
    switch (storage) {
      case Storage::kFloat32:
        values[c] = tf32 ? simt::tf32_value(std::bit_cast<std::uint32_t>(words[c])) : words[c];
        break;
      case Storage::kFloat16:
        values[c] = simt::half_value(halves[c]);
        break;
      case Storage::kBfloat16:
        values[c] = simt::bfloat_value(halves[c]);
        break;
    }
  }
  return values;
}

class PlainBlas final : public Blas {
 public:
  explicit PlainBlas(GpuDevice& device) : device_(device) {}

  void gram(Storage storage, bool tf32, const void* f, std::size_t positions, std::size_t runs,
            int channels, float* out) override {
    const auto c = static_cast<std::size_t>(channels);
    const std::size_t element = storage == Storage::kFloat32 ? 4 : 2;
    simt::run_library(device_, "gram", {f, runs * positions * c * element},
                      {out, runs * c * c * sizeof(float)}, [=] {
                        std::fill_n(out, runs * c * c, 0.0F);
                        for (std::size_t m = 0; m < runs * positions; ++m) {
                          const std::vector<float> row = read_row(storage, tf32, f, m, c);
                          float* sums = out + m / positions * c * c;
                          for (std::size_t i = 0; i < c; ++i) {
                            for (std::size_t j = 0; j < c; ++j) sums[i * c + j] += row[i] * row[j];
                          }
                        }
                      });
  }

 private:
  GpuDevice& device_;
};

}  // namespace

std::unique_ptr<Blas> make_blas(GpuDevice& device) {
  return std::make_unique<PlainBlas>(device);
}

}  // namespace vggstyle::cuda
