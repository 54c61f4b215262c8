// Style statistics and loss terms of one layer; kernels/style_layer.h has the mathematics.
//
//   begin        sample_mean: a shift s near the mean, from 256 positions (fewer than twice as many, or all)
//   accumulate   gram_*: sums of D D^T and of D = F - s over pieces of 512 positions, float32;
//                add_pieces: float64 sums over the pieces, in order;
//                with weights: D = sqrt(w) (F - s), which is written first (position_weights.cu), and
//                piece_sums of sqrt(w) D;
//                with cuBLAS (16 bit): its product of each piece, and piece_sums, of F or of the
//                convolution's channel sums, which are as many rows of floats
//   loss_terms   style_terms.cu: P, q, the loss

#include "kernels/style_layer.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/cuda/conv3x3/conv3x3_fast.h"
#include "kernels/cuda/device/number.h"
#include "kernels/cuda/device/reduction.h"
#include "kernels/cuda/ops.h"
#include "kernels/cuda/style/gram.h"
#include "kernels/cuda/style/style_layer.h"
#include "kernels/cuda/style/style_terms.h"

namespace vggstyle::cuda {
namespace {

constexpr int kThreads = 256;
constexpr std::size_t kShiftSamples = 256;  // at least, and fewer than twice as many
constexpr int kSampleSlices = kThreads / kWarp;
constexpr int kSampleLoads = 16;  // of a thread, under way at once

struct SampleShared {
  float sums[kSampleSlices][kWarp];
};

/// The sum of what the warps of a block have for the same lane, in warp 0.
__device__ __forceinline__ float slice_sum(float sum, SampleShared& shared) {
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int slice = static_cast<int>(threadIdx.x) / kWarp;
  shared.sums[slice][lane] = sum;
  __syncthreads();
  if (slice == 0) {
    for (int s = 1; s < kSampleSlices; ++s) sum += shared.sums[s][lane];
  }
  return sum;
}

/// means[c] = the mean of every `step`-th position; a block takes 32 channels, its warps take
/// turns at the positions.
template <typename T>
__global__ void sample_mean(const T* f, std::size_t positions, std::size_t step, int channels,
                            int stride, float* means) {
  auto& shared = static_shared<SampleShared>();
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int slice = static_cast<int>(threadIdx.x) / kWarp;
  const int c = static_cast<int>(blockIdx.x) * kWarp + lane;
  float sum = 0;
  if (c < channels) {
    for (std::size_t m = static_cast<std::size_t>(slice) * step; m < positions;
         m += kSampleLoads * kSampleSlices * step) {
      float values[kSampleLoads];
#pragma unroll
      for (int k = 0; k < kSampleLoads; ++k) {
        const std::size_t at = m + static_cast<std::size_t>(k) * kSampleSlices * step;
        values[k] =
            at < positions
                ? to_float(f[at * static_cast<std::size_t>(stride) + static_cast<std::size_t>(c)])
                : 0.0F;
      }
#pragma unroll
      for (int k = 0; k < kSampleLoads; ++k) sum += values[k];
    }
  }
  sum = slice_sum(sum, shared);
  if (slice == 0 && c < channels) {
    means[c] = sum / static_cast<float>((positions + step - 1) / step);
  }
}

/// sums[p][c] = the sum of channel c over piece p; a block takes 32 channels of a piece, its warps
/// take turns at the positions. `f` is F, or the channel sums that its convolution wrote, or with
/// `weights` D, which has the root of each in it once already.
template <typename T>
__global__ void piece_sums(const T* f, const float* weights, std::size_t positions, int channels,
                           int stride, float* sums) {
  auto& shared = static_shared<SampleShared>();
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int slice = static_cast<int>(threadIdx.x) / kWarp;
  const int c = static_cast<int>(blockIdx.x) * kWarp + lane;
  const std::size_t begin = blockIdx.y * kGramPiece;
  const std::size_t end = begin + kGramPiece < positions ? begin + kGramPiece : positions;
  float sum = 0;
  if (c < channels) {
    for (std::size_t m = begin + static_cast<std::size_t>(slice); m < end; m += kSampleSlices) {
      const float value =
          to_float(f[m * static_cast<std::size_t>(stride) + static_cast<std::size_t>(c)]);
      sum += weights != nullptr ? sqrtf(weights[m]) * value : value;
    }
  }
  sum = slice_sum(sum, shared);
  if (slice == 0 && c < channels) {
    sums[blockIdx.y * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)] = sum;
  }
}

constexpr int kAddWarps = kThreads / kWarp;

struct AddShared {
  double sums[kAddWarps][kWarp];
};

/// Adds what the pieces have for 32 neighbouring columns of some rows, in order and in float64. Row
/// i < channels is one of the products, of which only entries on and below the diagonal have been
/// computed: they are written above it too. Row `channels` are the channel sums. The warps of a
/// block share the pieces of one row (`share`), or have a row each. `add_products`, `add_sums`: to
/// what is there.
__global__ void add_pieces(const float* products, const float* channel_sums, std::size_t count,
                           int channels, int end_row, int first_row, bool share,
                           double* to_products, bool add_products, double* to_sums, bool add_sums) {
  auto& shared = static_shared<AddShared>();
  const int lane = static_cast<int>(threadIdx.x) % kWarp;
  const int warp = static_cast<int>(threadIdx.x) / kWarp;
  const int column = static_cast<int>(blockIdx.x) * kWarp + lane;
  const int row =
      first_row + static_cast<int>(blockIdx.y) * (share ? 1 : kAddWarps) + (share ? 0 : warp);
  const bool of_products = row < channels;
  const bool mine = column < channels && row < end_row && (!of_products || column <= row);
  const std::size_t entry =
      static_cast<std::size_t>(of_products ? row * channels + column : column);
  const std::size_t entries =
      static_cast<std::size_t>(channels) * static_cast<std::size_t>(of_products ? channels : 1);
  const float* from = (of_products ? products : channel_sums) + entry;
  const std::size_t each = share ? (count + kAddWarps - 1) / kAddWarps : count;
  const std::size_t begin = share ? static_cast<std::size_t>(warp) * each : 0;
  const std::size_t end = begin + each < count ? begin + each : count;
  double sum = 0;
  if (mine) {
#pragma unroll 8  // so many loads under way at once
    for (std::size_t k = begin; k < end; ++k) sum += static_cast<double>(from[k * entries]);
  }
  if (share) {
    shared.sums[warp][lane] = sum;
    __syncthreads();
    if (warp > 0) return;
    for (int w = 1; w < kAddWarps; ++w) sum += shared.sums[w][lane];
  }
  if (!mine) return;
  double* to = of_products ? to_products : to_sums;
  if (of_products ? add_products : add_sums) sum += to[entry];
  to[entry] = sum;
  if (of_products && column < row) to[column * channels + row] = sum;
}

class CudaStyleLayer final : public GpuStyleLayer {
 public:
  CudaStyleLayer(const Kernels& kernels, Shape f, bool weighted, GramScratch& scratch)
      : kernels_(kernels),
        channels_(static_cast<std::size_t>(f.channels)),
        scratch_(scratch),
        shift_(kernels.device, channels_ * sizeof(float)),
        products_(kernels.device, channels_ * channels_ * sizeof(double)),
        sums_(kernels.device, channels_ * sizeof(double)),
        target_gram_(kernels.device, channels_ * channels_ * sizeof(double)),
        target_mean_(kernels.device, channels_ * sizeof(double)),
        losses_(kernels.device, channels_ * sizeof(double)),
        maxima_(kernels.device, channels_ * sizeof(float)),
        p_(kernels.device, StyleMatrix::bytes(channels_)),
        q_(kernels.device, channels_ * sizeof(float)) {
    // Products of 16-bit numbers are exact in float32, which F - s in 16 bits would not be.
    if (!has_shift()) kernels.device.clear(shift_.data(), shift_.bytes());
    if (library()) fed_ = Buffer(kernels.device, most_conv_tiles(f) * channels_ * sizeof(float));
    if (!weighted) return;
    weighted_ = Buffer(kernels.device, tensor_bytes(kernels.precision, f));
    no_shift_ = Buffer(kernels.device, channels_ * sizeof(float));
    kernels.device.clear(no_shift_.data(), no_shift_.bytes());
  }

  int channels() const override { return static_cast<int>(channels_); }
  std::size_t bytes() const override {
    return shift_.bytes() + products_.bytes() + sums_.bytes() + target_gram_.bytes() +
           target_mean_.bytes() + losses_.bytes() + maxima_.bytes() + p_.bytes() + q_.bytes() +
           fed_.bytes() + weighted_.bytes() + no_shift_.bytes();
  }

  void begin(const Tensor& f) override {
    positions_ = 0;
    has_products_ = has_sums_ = false;
    if (!has_shift()) return;
    const std::size_t positions = f.shape.positions();
    const std::size_t step = std::max<std::size_t>(1, positions / kShiftSamples);
    with_storage(kernels_.precision, channels(), [&]<typename T>(T) {
      launch(kernels_.device, "sample_mean", sample_mean<T>, {ceil_div(channels_, kWarp), kThreads},
             elements<const T>(f), positions, step, channels(), position_stride(channels()),
             shift_.as<float>());
    });
  }

  float* channel_sums(const Tensor& out, std::size_t rows) override {
    if (rows * channels_ * sizeof(float) > fed_.bytes()) return nullptr;
    fed_by_ = out.data;
    fed_rows_ = rows;
    return fed_.as<float>();
  }

  void accumulate(const Tensor& f, const PositionWeights& weights) override {
    const std::size_t positions = f.shape.positions();
    // What is multiplied with itself, and the shift that is still to be taken off.
    const Tensor d = weights ? Tensor{f.shape, weighted_.data()} : f;
    const auto* shift = (weights ? no_shift_ : shift_).as<float>();
    if (weights) weigh(kernels_, f, shift_.as<float>(), weights, d);
    const bool own_sums = library() || weights;
    const std::size_t pieces = piece_count(positions);
    const std::size_t at_once = scratch_.pieces(channels_);
    for (std::size_t first = 0; first < pieces; first += at_once) {
      const std::size_t count = std::min(at_once, pieces - first);
      float* products = scratch_.products();
      float* sums = scratch_.sums();
      const Precision precision = stored_precision(kernels_.precision, channels());
      with_precision(precision, [&]<typename T, typename Rounding>(T, Rounding) {
        const GramProblem<T> problem{elements<const T>(d),        shift,    positions,
                                     first * kGramPiece,          count,    channels(),
                                     position_stride(channels()), products, sums};
        if constexpr (sizeof(T) == 2) {
          if (library()) return gram_library(problem);
        }
        if (fast()) {
          gram_fast<T>(kernels_.device, kernels_.precision, problem);
        } else {
          gram_plain<T, Rounding>(kernels_.device, problem);
        }
      });
      add(products, own_sums ? nullptr : sums, count);
    }
    if (own_sums) {
      with_storage(kernels_.precision, channels(), [&]<typename T>(T) {
        if (fed_rows_ > 0 && fed_by_ == d.data) {
          add_sums<float>(fed_.as<float>(), nullptr, fed_rows_);
        } else {
          add_sums<T>(elements<const T>(d), weights.values, positions);
        }
      });
    }
    fed_rows_ = 0;
    positions_ += weights ? weights.sum : static_cast<double>(positions);
  }

  void statistics(std::span<double> gram, std::span<double> mean) override {
    std::vector<float> shift(channels_);
    kernels_.device.download(gram.data(), products_.data(), products_.bytes());
    kernels_.device.download(mean.data(), sums_.data(), sums_.bytes());
    kernels_.device.download(shift.data(), shift_.data(), shift_.bytes());
    std::vector<double> offset(mean.begin(), mean.end());
    for (std::size_t i = 0; i < channels_; ++i) {
      offset[i] /= positions_;
      mean[i] = static_cast<double>(shift[i]) + offset[i];
    }
    for (std::size_t i = 0; i < channels_; ++i) {
      for (std::size_t j = 0; j < channels_; ++j) {
        double& g = gram[i * channels_ + j];
        g = g / positions_ - offset[i] * offset[j] + mean[i] * mean[j];
      }
    }
  }

  double positions() const override { return positions_; }

  void set_target(std::span<const double> gram, std::span<const double> mean) override {
    kernels_.device.upload(target_gram_.data(), gram.data(), gram.size_bytes());
    kernels_.device.upload(target_mean_.data(), mean.data(), mean.size_bytes());
  }

  TermsTask terms(double a, double b, double* value) override {
    return {{a, b, positions_, products_.as<double>(), sums_.as<double>(), shift_.as<float>(),
             target_gram_.as<double>(), target_mean_.as<double>()},
            {p_.as<float>(), q_.as<float>(), losses_.as<double>(), maxima_.as<float>()},
            value,
            channels()};
  }
  void loss_terms(double a, double b, double* value) override {
    const TermsTask task = terms(a, b, value);
    style_terms(kernels_, {&task, 1});
  }

  void set_loss_terms(double loss, std::span<const float> p, std::span<const float> q,
                      double* value) override {
    std::vector<float> maxima(channels_);
    for (std::size_t i = 0; i < channels_; ++i) {
      for (const float entry : p.subspan(i * channels_, channels_)) {
        maxima[i] = std::max(maxima[i], std::abs(entry));
      }
    }
    std::vector<double> losses(channels_);  // of the rows: their sum is the loss
    losses[0] = loss;
    kernels_.device.upload(p_.data(), p.data(), p.size_bytes());
    kernels_.device.upload(q_.data(), q.data(), q.size_bytes());
    kernels_.device.upload(maxima_.data(), maxima.data(), maxima_.bytes());
    kernels_.device.upload(losses_.data(), losses.data(), losses_.bytes());
    const TermsTask task = terms(0, 0, value);
    finish_style_terms(kernels_, {&task, 1});
  }

  StyleDerivative derivative() const override { return {p_.data(), q_.data()}; }

 private:
  bool has_shift() const { return element_bytes(kernels_.precision, channels()) != 2; }
  bool fast() const { return !kernels_.plain && is_fast(channels(), channels()); }
  /// Whether cuBLAS takes the products.
  bool library() const {
    return kernels_.blas != nullptr && fast() && element_bytes(kernels_.precision, channels()) == 2;
  }
  static std::size_t piece_count(std::size_t positions) {
    return (positions + kGramPiece - 1) / kGramPiece;
  }
  /// By cuBLAS; the last piece may be shorter than the others. No shift: see begin().
  template <typename T>
  void gram_library(const GramProblem<T>& problem) {
    static_assert(sizeof(T) == 2);
    const std::size_t left = problem.positions - problem.begin;
    const std::size_t full = std::min(problem.count, left / kGramPiece);
    const T* f = problem.f + problem.begin * channels_;
    const bool half = kernels_.precision == Precision::kFloat16;
    const Storage storage = half ? Storage::kFloat16 : Storage::kBfloat16;
    if (full > 0) {
      kernels_.blas->gram(storage, false, f, kGramPiece, full, channels(), problem.products);
    }
    if (full < problem.count) {
      kernels_.blas->gram(storage, false, f + full * kGramPiece * channels_,
                          left - full * kGramPiece, 1, channels(),
                          problem.products + full * channels_ * channels_);
    }
  }

  /// Adds the sums over rows of C elements; `weights` of the rows, if D, null otherwise.
  template <typename T>
  void add_sums(const T* rows, const float* weights, std::size_t count) {
    const int stride = position_stride(channels());
    const std::size_t at_once = scratch_.pieces(channels_) * kGramPiece;
    for (std::size_t first = 0; first < count; first += at_once) {
      const std::size_t left = std::min(at_once, count - first);
      const std::size_t pieces = piece_count(left);
      launch(kernels_.device, "piece_sums", piece_sums<T>,
             {dim3(ceil_div(channels_, kWarp), static_cast<unsigned>(pieces)), kThreads},
             rows + first * static_cast<std::size_t>(stride),
             weights != nullptr ? weights + first : nullptr, left, channels(), stride,
             scratch_.sums());
      add(nullptr, scratch_.sums(), pieces);
    }
  }

  /// Either may be null.
  void add(const float* products, const float* channel_sums, std::size_t count) {
    const bool share = count >= 2 * kAddWarps;
    const int first_row = products != nullptr ? 0 : channels();
    const int end_row = channels() + (channel_sums != nullptr ? 1 : 0);
    launch(kernels_.device, "add_pieces", add_pieces,
           {dim3(ceil_div(channels_, kWarp),
                 ceil_div(static_cast<std::size_t>(end_row - first_row), share ? 1 : kAddWarps)),
            kThreads},
           products, channel_sums, count, channels(), end_row, first_row, share,
           products_.as<double>(), has_products_, sums_.as<double>(), has_sums_);
    has_products_ = has_products_ || products != nullptr;
    has_sums_ = has_sums_ || channel_sums != nullptr;
  }

  Kernels kernels_;
  std::size_t channels_;
  double positions_ = 0;  ///< M
  GramScratch& scratch_;
  Buffer shift_, products_, sums_, target_gram_, target_mean_, losses_, maxima_, p_, q_;
  Buffer fed_;                                    ///< channel_sums()
  Buffer weighted_, no_shift_;                    ///< D and its shift, with weights
  bool has_products_ = false, has_sums_ = false;  // since begin()
  const void* fed_by_ = nullptr;
  std::size_t fed_rows_ = 0;
};

}  // namespace

std::unique_ptr<StyleLayer> make_style_layer(const Kernels& kernels, Shape f, bool weighted,
                                             GramScratch& scratch) {
  return std::make_unique<CudaStyleLayer>(kernels, f, weighted, scratch);
}

}  // namespace vggstyle::cuda
