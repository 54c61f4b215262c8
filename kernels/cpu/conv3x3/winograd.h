#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "kernels/padding.h"
#include "kernels/tensor.h"
#include "runtime/device.h"

namespace vggstyle::cpu {

/// 3x3 convolution by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016): 36 products
/// for 16 outputs instead of 144.
///
///   input tiles 6x6, stride 4    V_i = (B^T d B)_i       36 matrices, tiles x C_in
///   frozen filters               U_i = (G g G^T)_i       36 matrices, C_in x C_out
///   36 matrix products           M_i = V_i U_i           36 matrices, tiles x C_out
///   output tiles 4x4             y = A^T M A, then bias and ReLU
///
/// The interpolation points are 0, +-5/8, +-3/2 and infinity: their powers are exact in float32 and
/// their rounding error is less than that of the usual 0, +-1, +-2 (Barabasz et al. 2020 on the
/// choice of points). Relative error against float64: 1e-6.
///
/// Where the filters are small, each thread takes a few tiles through all steps by itself, so that
/// their V and M never leave its second-level cache; the filters are read again for each of these.
/// Where they are large, all threads share the steps of a hundred tiles, so that the filters are read
/// once for all of these:
///
///   U of 128 -> 256 channels and less           U beyond
///   thread 1: tiles 0-17   V -> M -> y           V of tiles 0-95    each thread some of them
///   thread 2: tiles 18-35  V -> M -> y           M_i = V_i U_i      each thread some panels of U
///   ...                                          y of tiles 0-95    each thread some of them
///
/// Every output is one sum in a fixed order, whatever the number of threads: that
/// is why this is not left to oneDNN, whose Winograd changes its summation with them.
class Winograd {
 public:
  Winograd() = default;
  /// Both shapes have blocked channels and the same height and width; or `out` is one position
  /// larger on every side, so that it shows all that the filters reach (with zero padding). `kernel`
  /// is OIHW. An empty bias means neither bias nor ReLU.
  Winograd(Device& device, Shape in, Shape out, std::span<const float> kernel,
           std::span<const float> bias, Padding padding);

  bool made() const { return filters_.data() != nullptr; }
  std::size_t workspace_bytes() const { return workspace_bytes(in_.channels, out_); }
  /// Depends on the number of threads, that of the thread that calls.
  static std::size_t workspace_bytes(int in_channels, Shape out);
  std::size_t weight_bytes() const { return filters_.bytes(); }

  void execute(const Tensor& in, const Tensor& out, float* workspace) const;

 private:
  struct Step;

  Shape in_, out_;
  Padding padding_ = Padding::kZero;
  int margin_ = 0;  ///< positions of `out` on each side of `in`
  std::size_t tiles_x_ = 0, tiles_ = 0;
  std::size_t threads_ = 1;
  Buffer filters_;  ///< U: [36] Panels of C_in x C_out
  std::vector<float> bias_;
};

}  // namespace vggstyle::cpu
