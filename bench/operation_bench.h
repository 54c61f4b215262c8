#pragma once

#include <functional>
#include <string>

#include "kernels/backend.h"
#include "kernels/cuda/library/blas.h"
#include "kernels/cuda/library/dnn.h"
#include "net/weights.h"
#include "runtime/gpu_device.h"

namespace vggstyle {

/// One operation of one layer. FLOPs and bytes are those that it cannot do without.
struct OperationTime {
  std::string layer, operation;
  double flop, bytes;
  double seconds;       ///< over and over on the same memory: what fits stays in the L2
  double cold_seconds;  ///< with other memory written in between; 0 where that is not measured
};

struct OperationBenchOptions {
  int size = 512;     ///< of the picture
  int layers = 13;    ///< from the pixels upwards; those that the size does not have are left out
  int repeats = 20;   ///< after one that warms up
  int in_a_row = 20;  ///< of each repeat, in one recorded graph on a GPU: no gaps between launches
  cuda::Blas* blas = nullptr;  ///< whose Gram product is timed beside ours; null for none
  cuda::Dnn* dnn = nullptr;  ///< whose convolutions are, likewise; not of 3 channels, nor in 3xtf32
};

/// Times every operation of each layer on random data and calls `tell` with the median of each, as
/// it is known. On a GPU by its own clock, recorded and replayed; else by the wall's.
void time_operations(Backend& backend, const NetworkWeights& weights,
                     const OperationBenchOptions& options,
                     const std::function<void(const OperationTime&)>& tell);

/// Bytes read and written in a second by a plain copy of `bytes`.
double copy_bandwidth(Device& device, std::size_t bytes, int repeats);

/// FLOPs in a second of cuBLAS' product of two n x n matrices in the backend's precision, which is
/// not 3xtf32: what tensor cores, or FFMA, reach at their best.
double product_rate(Backend& backend, cuda::Blas& blas, int n, int repeats);

/// Uniform in [low, high), the same every time.
std::vector<float> random_values(std::size_t n, float low, float high);

/// `values` must not be empty.
double median(std::vector<double> values);

}  // namespace vggstyle
