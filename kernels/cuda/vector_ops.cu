// The passes of the optimisers over long vectors. The bytes bound all of them: an element is read
// once and meets a handful of operations.
//
// dots: a block keeps its piece of up to three columns in registers and lets the rows stream by, so
// that each operand is read once; float64 sums over fixed pieces, added in order.
// combine: one thread an element, all rows in turn, float64.
//
//   rows    r0 ................          a piece: 256 threads x 8 elements
//           r1 ................   x  columns c0 c1 c2 (registers)
//           ..

#include "kernels/vector_ops.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "kernels/cuda/device/reduction.h"
#include "kernels/cuda/ops.h"
#include "runtime/error.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;
constexpr int kWarps = kThreads / kWarp;
constexpr int kColumns = 3;        // of one launch of dots
constexpr std::size_t kRows = 64;  // of one launch of dots or combine
constexpr int kPerThread = 8;
// A maximum, and the products of a history of 100: more than that waits once, to make room.
constexpr std::size_t kUsualResults = 2048;
constexpr std::size_t kDotPiece = kThreads * kPerThread;

// Parameters by value: what would have to be uploaded costs the host more than the pass.
struct Rows {
  const float* vector[kRows];
};
struct Columns {
  const float* vector[kColumns];
};
struct Coefficients {
  double value[kRows];
};

/// partials[(r * count + c) * pieces + piece], for `count` columns.
__global__ void __launch_bounds__(kThreads, 3)
    dots_kernel(Rows rows, int row_count, Columns columns, int count, std::size_t n,
                double* partials) {
  struct Storage {
    double sums[kRows * kColumns][kWarps];
  };
  auto& storage = static_shared<Storage>();
  const std::size_t start = blockIdx.x * kDotPiece + threadIdx.x;
  const int left = start < n ? static_cast<int>(n - start < kDotPiece ? n - start : kDotPiece) : 0;
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  float mine[kColumns][kPerThread];
#pragma unroll
  for (int c = 0; c < kColumns; ++c) {
#pragma unroll
    for (int k = 0; k < kPerThread; ++k) {
      const int i = k * kThreads;
      mine[c][k] =
          c < count && i < left ? columns.vector[c][start + static_cast<std::size_t>(i)] : 0.0F;
    }
  }
  // No barrier from row to row: a warp loads the next one while others add up.
  for (int r = 0; r < row_count; ++r) {
    const float* row = rows.vector[r] + start;
    float values[kPerThread];
#pragma unroll
    for (int k = 0; k < kPerThread; ++k) {
      values[k] = k * kThreads < left ? row[k * kThreads] : 0.0F;
    }
#pragma unroll
    for (int c = 0; c < kColumns; ++c) {
      if (c == count) break;
      double sum = 0;
#pragma unroll
      for (int k = 0; k < kPerThread; ++k) {
        sum += static_cast<double>(values[k]) * static_cast<double>(mine[c][k]);
      }
      sum = warp_sum(sum);
      if (lane == 0) storage.sums[r * count + c][warp] = sum;
    }
  }
  __syncthreads();
  for (int e = static_cast<int>(threadIdx.x); e < row_count * count; e += kThreads) {
    double sum = 0;
    for (int w = 0; w < kWarps; ++w) sum += storage.sums[e][w];
    partials[static_cast<std::size_t>(e) * gridDim.x + blockIdx.x] = sum;
  }
}

/// `add`: to what `out` has.
__global__ void combine_kernel(Rows rows, Coefficients coefficients, int row_count, bool add,
                               std::size_t n, float* out) {
  const std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  if (i >= n) return;
  double sum = add ? static_cast<double>(out[i]) : 0.0;
  for (int r = 0; r < row_count; ++r) {
    sum += coefficients.value[r] * static_cast<double>(rows.vector[r][i]);
  }
  out[i] = static_cast<float>(sum);
}

/// One thread an element: element(i).
template <typename Element>
__global__ void for_each_element(Element element, std::size_t n) {
  const std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x;
  if (i < n) element(i);
}

struct AddScaled {
  const float* x;
  double a;
  const float* d;
  float* out;
  __device__ void operator()(std::size_t i) const {
    out[i] = static_cast<float>(static_cast<double>(x[i]) + a * static_cast<double>(d[i]));
  }
};

struct Clamp {
  float* x;
  float low, high;
  __device__ void operator()(std::size_t i) const {
    const float raised = x[i] < low ? low : x[i];
    x[i] = raised > high ? high : raised;
  }
};

struct MaskBound {
  const float* x;
  const float* g;
  float low, high;
  float* v;
  __device__ void operator()(std::size_t i) const {
    const bool bound = (x[i] <= low && g[i] > 0.0F) || (x[i] >= high && g[i] < 0.0F);
    if (bound) v[i] = 0.0F;
  }
};

struct Adam {
  double rate, b1, b2, unbias, epsilon;
  const float* g;
  float* x;
  float* m;
  float* v;
  __device__ void operator()(std::size_t i) const {
    const double gradient = static_cast<double>(g[i]);
    const double first = b1 * static_cast<double>(m[i]) + (1 - b1) * gradient;
    const double second = b2 * static_cast<double>(v[i]) + (1 - b2) * gradient * gradient;
    m[i] = static_cast<float>(first);
    v[i] = static_cast<float>(second);
    x[i] = static_cast<float>(static_cast<double>(x[i]) -
                              rate * first / (sqrt(second * unbias) + epsilon));
  }
};

struct Value {
  const float* x;
  __device__ double operator()(std::size_t i) const { return static_cast<double>(x[i]); }
};
struct SquaredDeviation {
  const float* x;
  double mean;
  __device__ double operator()(std::size_t i) const {
    const double difference = static_cast<double>(x[i]) - mean;
    return difference * difference;
  }
};

/// maxima[block] = max |x_i| of its piece, NaN if any is NaN.
__global__ void max_abs_kernel(const float* x, std::size_t n, std::size_t piece, double* maxima) {
  const std::size_t begin = blockIdx.x * piece;
  const std::size_t end = begin + piece < n ? begin + piece : n;
  // As bits, |x| of floats is ordered as integers are, and NaN is above infinity.
  unsigned most = 0;
  for (std::size_t i = begin + threadIdx.x; i < end; i += kReductionThreads) {
    const unsigned bits = __float_as_uint(x[i]) & 0x7FFFFFFFU;
    most = bits > most ? bits : most;
  }
  struct Storage {
    unsigned warps[kReductionThreads / kWarp];
  };
  auto& storage = static_shared<Storage>();
  for (int offset = kWarp / 2; offset > 0; offset /= 2) {
    const unsigned other = __shfl_xor_sync(0xFFFFFFFFU, most, offset);
    most = other > most ? other : most;
  }
  if (threadIdx.x % kWarp == 0) storage.warps[threadIdx.x / kWarp] = most;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int w = 1; w < kReductionThreads / kWarp; ++w) {
      most = storage.warps[w] > most ? storage.warps[w] : most;
    }
    maxima[blockIdx.x] = static_cast<double>(__uint_as_float(most));
  }
}

class CudaVectorOps final : public VectorOps {
 public:
  explicit CudaVectorOps(const Kernels& kernels)
      : device_(kernels.device),
        reduction_(kernels.device),
        value_(kernels.device, sizeof(double)),
        results_(kernels.device, kUsualResults * sizeof(double)),
        host_(kUsualResults) {}

  Device& device() override { return device_; }

  void dots(std::span<const float* const> rows, std::span<const float* const> columns,
            std::size_t n, std::span<double> out) override {
    for (std::size_t r = 0; r < rows.size(); r += kRows) {
      const auto some = rows.subspan(r, std::min(kRows, rows.size() - r));
      for (std::size_t c = 0; c < columns.size(); c += kColumns) {
        const std::size_t count = std::min<std::size_t>(kColumns, columns.size() - c);
        const double* sums = products(some, columns.subspan(c, count), n).host;
        pending_.push_back([=, entries = some.size() * count, stride = columns.size()] {
          for (std::size_t e = 0; e < entries; ++e) {
            out[(r + e / count) * stride + c + e % count] = sums[e];
          }
        });
      }
    }
  }

  void combine(std::span<const float* const> rows, std::span<const double> coefficients,
               std::size_t n, float* out) override {
    if (n == 0) return;
    // A row that is written to must be read by the first launch.
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_partition(order.begin(), order.end(),
                          [&](std::size_t r) { return rows[r] == out; });
    for (std::size_t first = 0; first < rows.size(); first += kRows) {
      const std::size_t count = std::min(kRows, rows.size() - first);
      Rows some{};
      Coefficients factors{};
      for (std::size_t r = 0; r < count; ++r) {
        some.vector[r] = rows[order[first + r]];
        factors.value[r] = coefficients[order[first + r]];
      }
      launch(device_, "combine", combine_kernel, {ceil_div(n, kThreads), kThreads}, some, factors,
             static_cast<int>(count), first > 0, n, out);
    }
  }

  void add_scaled(const float* x, double a, const float* d, std::size_t n, float* out) override {
    for_elements("add_scaled", n, AddScaled{x, a, d, out});
  }
  void copy(const float* x, std::size_t n, float* out) override {
    if (x != out) device_.copy(out, x, n * sizeof(float));
  }
  void clamp(float* x, double low, double high, std::size_t n) override {
    for_elements("clamp", n, Clamp{x, static_cast<float>(low), static_cast<float>(high)});
  }
  void mask_bound(const float* x, const float* g, double low, double high, std::size_t n,
                  float* v) override {
    for_elements("mask_bound", n,
                 MaskBound{x, g, static_cast<float>(low), static_cast<float>(high), v});
  }

  Moments moments(const float* x, std::size_t n) override {
    if (n == 0) return {0, 0};
    const double mean = sum("mean", n, Value{x}) / static_cast<double>(n);
    // A second pass: the mean square less the squared mean cancels where the mean is large.
    const double squares = sum("deviation", n, SquaredDeviation{x, mean});
    return {mean, std::sqrt(squares / static_cast<double>(n))};
  }

  void max_abs(const float* x, std::size_t n, double& out) override {
    const ReductionPieces pieces(n);
    const Results maxima = results(pieces.count);
    launch(device_, "max_abs", max_abs_kernel,
           {static_cast<unsigned>(pieces.count), kReductionThreads}, x, n, pieces.size,
           maxima.device);
    pending_.push_back([=, &out] {
      out = 0;
      for (std::size_t i = 0; i < pieces.count; ++i) {
        const double most = maxima.host[i];
        if (std::isnan(most) || most > out) out = most;
      }
    });
  }

  void read_back() override {
    if (used_ == 0) return;
    device_.download(host_.data(), results_.data(), used_ * sizeof(double));
    for (const auto& take : pending_) take();
    pending_.clear();
    used_ = 0;
  }

  void adam(const AdamStep& step, const float* g, std::size_t n, float* x, float* m,
            float* v) override {
    for_elements("adam", n,
                 Adam{step.rate / (1 - std::pow(step.beta1, step.t)), step.beta1, step.beta2,
                      1 / (1 - std::pow(step.beta2, step.t)), step.epsilon, g, x, m, v});
  }

 private:
  template <typename Element>
  void for_elements(const char* name, std::size_t n, Element element) {
    if (n == 0) return;
    launch(device_, name, for_each_element<Element>, {ceil_div(n, kThreads), kThreads}, element, n);
  }

  template <typename Term>
  double sum(const char* name, std::size_t n, Term term) {
    reduction_.sum(name, n, term, value_.as<double>());
    double value = 0;
    device_.download(&value, value_.data(), sizeof value);
    return value;
  }

  /// Numbers that a kernel writes, and where the host finds them when read_back() calls `pending_`.
  struct Results {
    double* device;
    const double* host;
  };
  Results results(std::size_t count) {
    if ((used_ + count) * sizeof(double) > results_.bytes()) {
      read_back();
      reserve(results_, 2 * count * sizeof(double));
      host_.resize(results_.bytes() / sizeof(double));
    }
    const std::size_t at = std::exchange(used_, used_ + count);
    return {results_.as<double>() + at, host_.data() + at};
  }

  /// Of kRows rows and kColumns columns at most.
  Results products(std::span<const float* const> rows, std::span<const float* const> columns,
                   std::size_t n) {
    Rows some_rows{};
    Columns some_columns{};
    std::copy(rows.begin(), rows.end(), some_rows.vector);
    std::copy(columns.begin(), columns.end(), some_columns.vector);
    const std::size_t pieces = std::max<std::size_t>(1, (n + kDotPiece - 1) / kDotPiece);
    const std::size_t entries = rows.size() * columns.size();
    reserve(partials_, entries * pieces * sizeof(double));
    const Results sums = results(entries);
    launch(device_, "dots", dots_kernel, {static_cast<unsigned>(pieces), kThreads}, some_rows,
           static_cast<int>(rows.size()), some_columns, static_cast<int>(columns.size()), n,
           partials_.as<double>());
    launch(device_, "add_partials", add_partials<kReductionThreads>,
           {static_cast<unsigned>(entries), kReductionThreads}, partials_.as<double>(), pieces,
           sums.device);
    return sums;
  }

  void reserve(Buffer& buffer, std::size_t bytes) {
    if (buffer.bytes() < bytes) buffer = Buffer(device_, bytes);
  }

  GpuDevice& device_;
  Reduction reduction_;
  Buffer value_, partials_;
  Buffer results_;                              // what was asked for since read_back()
  std::vector<double> host_;                    // likewise, when it has arrived
  std::size_t used_ = 0;                        // of both
  std::vector<std::function<void()>> pending_;  // where it is to go
};

}  // namespace

std::unique_ptr<VectorOps> make_vector_ops(const Kernels& kernels) {
  return std::make_unique<CudaVectorOps>(kernels);
}

}  // namespace vggstyle::cuda
