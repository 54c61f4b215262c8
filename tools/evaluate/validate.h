#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/evaluate/evaluate.h"

namespace vggstyle {

/// The comparison of a file that `evaluate` wrote with the same work done here: on another device,
/// in another precision.
struct ValidateRequest {
  std::string reference;
  NetworkSettings network;  ///< weights empty: those that the reference names
  DeviceSettings device;
  /// The request that arguments of `evaluate` make; InputError if they make none.
  std::function<EvaluateRequest(const std::vector<std::string>&)> parse_arguments;
};

/// The exit code of a comparison that found numbers apart.
constexpr int kExitDiffers = 3;

/// Does what the reference's `arguments` say, with the device, precision, kernels and threads of
/// the request, and compares every dataset: relative error (norm of the difference by the norm of
/// the reference), cosine, the worst element. Bounds, by precision:
///
///                            fp32, 3xtf32   tf32    fp16     bf16
///   activations, means       1e-5           1e-3    2e-3     1.5e-2
///   Gram matrices            1e-5           2e-3    4e-3     3e-2     by the norm of the raw one
///   losses                   1e-4           2e-2    4e-2     0.3
///   gradient                 1e-4           0.2     0.2      0.4
///
/// The gradient's are wide where activations are rounded, because ReLUs turn over for a share of
/// the elements as large as the error. Returns 0, or kExitDiffers. InputError if the reference
/// cannot be read, does not say how it was made, or was made with other weights.
int validate(const ValidateRequest& request);

}  // namespace vggstyle
