// The CPU backend: the operations of this folder behind kernels/backend.h, for the instruction set that they are
// compiled for.

#include "kernels/backend.h"

#include <algorithm>

#include "kernels/cpu/layout.h"
#include "kernels/cpu/ops.h"
#include "kernels/cpu_kernels.h"

namespace vggstyle {
namespace {

class CpuBackend final : public Backend {
 public:
  explicit CpuBackend(Device& device)
      : device_(device), vector_ops_(cpu::make_vector_ops(device)) {}

  Device& device() override { return device_; }
  Precision precision() const override { return Precision::kFloat32; }

  StorageFacts storage() const override { return cpu::storage(); }
  std::size_t tensor_bytes(Shape shape) const override {
    return (shape.elements() * sizeof(float) + 63) / 64 * 64;
  }

  void write(const float* chw, const Tensor& tensor) override {
    each_element(tensor, [&](std::size_t plain, float& value) { value = chw[plain]; });
  }
  void read(const Tensor& tensor, float* chw) override {
    each_element(tensor, [&](std::size_t plain, const float& value) { chw[plain] = value; });
  }

  void copy(const Tensor& from, const Tensor& to) override {
    device_.copy(to.data, from.data, from.shape.elements() * sizeof(float));
  }

  std::unique_ptr<Conv3x3> make_conv3x3(const Conv3x3Problem& problem) override {
    return cpu::make_conv3x3(device_, problem);
  }
  std::unique_ptr<StyleLayer> make_style_layer(Shape f, bool) override {
    return cpu::make_style_layer(device_, f.channels);
  }

  Pool2x2& pool2x2() override { return *pool2x2_; }
  ContentLoss& content_loss() override { return *content_loss_; }
  PixelOps& pixel_ops() override { return *pixel_ops_; }
  VectorOps& vector_ops() override { return *vector_ops_; }

  void start_gradient(const GradientTerms& terms, const Tensor& d) override {
    cpu::start_gradient(terms, d);
  }
  void add_weighted(const Tensor& x, const PositionWeights& weights, const Tensor& d) override {
    cpu::add_weighted(x, weights, d);
  }

 private:
  /// Calls visit(index in C x H x W order, element) for each element.
  template <typename Visit>
  static void each_element(const Tensor& tensor, Visit visit) {
    const std::size_t block = cpu::is_blocked(tensor.shape) ? cpu::kBlock : 1;
    const std::size_t positions = tensor.shape.positions();
    const std::size_t blocks = static_cast<std::size_t>(tensor.shape.channels) / block;
    for (std::size_t b = 0; b < blocks; ++b) {
      for (std::size_t m = 0; m < positions; ++m) {
        for (std::size_t c = 0; c < block; ++c) {
          visit((b * block + c) * positions + m,
                cpu::elements(tensor)[(b * positions + m) * block + c]);
        }
      }
    }
  }

  Device& device_;
  std::unique_ptr<Pool2x2> pool2x2_ = cpu::make_pool2x2();
  std::unique_ptr<ContentLoss> content_loss_ = cpu::make_content_loss();
  std::unique_ptr<PixelOps> pixel_ops_ = cpu::make_pixel_ops();
  std::unique_ptr<VectorOps> vector_ops_;
};

std::unique_ptr<Backend> make_backend(Device& device) {
  return std::make_unique<CpuBackend>(device);
}

#if defined(__AVX512F__)
constexpr Instructions kInstructions = Instructions::kAvx512;
constexpr const char *kName = "AVX-512", *kWord = "avx512";
#elif defined(__AVX2__)
constexpr Instructions kInstructions = Instructions::kAvx2;
constexpr const char *kName = "AVX2", *kWord = "avx2";
#else
constexpr Instructions kInstructions = Instructions::kBaseline;
#if defined(__SSE2__)
constexpr const char *kName = "SSE2", *kWord = "sse2";
#elif defined(__ARM_NEON)
constexpr const char *kName = "NEON", *kWord = "neon";
#else
constexpr const char *kName = "baseline", *kWord = "baseline";
#endif
#endif

}  // namespace
}  // namespace vggstyle

// Constant, so that nothing of a level runs before it is chosen.
extern "C" constinit const vggstyle::CpuKernels VGGSTYLE_CPU_KERNELS = {
    vggstyle::kName,
    vggstyle::kWord,
    vggstyle::kInstructions,
    vggstyle::make_backend,
    vggstyle::cpu::make_vector_ops,
    vggstyle::cpu::peak};
