#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/precision.h"
#include "net/loss_spec.h"
#include "net/weights.h"
#include "tools/pictures/picture.h"
#include "tools/pictures/read.h"

namespace vggstyle {

/// What a run is asked to do, as enums and numbers. What is empty was left out: its default depends
/// on the task and the normalization (tools/session/settings/defaults.h).

/// What is optimised for.
enum class Task { kTransfer, kTexture, kReconstruct };

/// Where values are computed, and by which kernels.
struct DeviceSettings {
  enum class Kind { kAuto, kCpu, kCuda };  ///< auto: the first GPU that can be used, else the CPU
  Kind kind = Kind::kAuto;
  int index = 0;                       ///< of kCuda
  std::optional<Precision> precision;  ///< empty: tf32 where a GPU has it; the CPU has fp32 only
  bool plain_kernels = false;          ///< of a GPU: slow ones that are easy to read and to trust
  bool cudnn = false;                  ///< of a GPU: convolutions by cuDNN, to compare with
  bool cublas = false;       ///< of a GPU, fp16 and bf16: Gram products by cuBLAS, likewise
  std::string instructions;  ///< of the CPU's kernels, CpuKernels::word; empty: the best ones
  int threads = 0;           ///< of the CPU; 0: every core. Never changes a result
  double memory = 0;         ///< the most bytes that a run takes, which tiles keep; 0: what is free

  bool operator==(const DeviceSettings&) const = default;
};

/// Which network looks.
struct NetworkSettings {
  std::string weights;  ///< a file, "synthetic" or "synthetic:SEED"; empty: look for some
  std::optional<Model> model;
  std::optional<Preprocessing> preprocessing;

  bool operator==(const NetworkSettings&) const = default;
};

/// Layers by name, with weights: their indices are known once the model is.
struct LayerNames {
  struct Entry {
    std::string name;
    double weight = 1.0;
  };
  bool all = false;  ///< every convolution
  std::vector<Entry> entries;
};

struct LossSettings {
  struct Group {
    std::optional<double> weight;
    std::optional<LayerNames> layers;
  };
  std::array<Group, kLossKinds.size()> groups;
  StyleForm style_form = StyleForm::kGram;
  std::optional<GramMode> gram;
  Normalization normalization = Normalization::kRelative;
  std::optional<TotalVariation> tv_kind;
  Pooling pooling = Pooling::kMax;
  std::optional<Padding> padding;

  Group& operator[](LossKind kind) { return groups[static_cast<std::size_t>(kind)]; }
  const Group& operator[](LossKind kind) const { return groups[static_cast<std::size_t>(kind)]; }
};

enum class Optimizer { kLbfgs, kAdam, kGradientDescent };
/// "lbfgs", "adam", "gd"; InputError otherwise.
Optimizer parse_optimizer(std::string_view name);
std::string_view name_of(Optimizer optimizer);

/// What L-BFGS takes for the inverse Hessian before it has learnt any of it: the identity, or
/// PyramidPreconditioner (optim/preconditioner/pyramid_preconditioner.h).
enum class Preconditioning { kNone, kPyramid };
/// "none", "pyramid"; InputError otherwise.
Preconditioning parse_preconditioning(std::string_view name);
std::string_view name_of(Preconditioning preconditioning);

struct OptimizerSettings {
  std::optional<Optimizer> optimizer;
  std::optional<int> iterations;                  ///< evaluations of value and gradient
  std::optional<int> history;                     ///< curvature pairs; L-BFGS only
  std::optional<Preconditioning> preconditioner;  ///< L-BFGS only
  std::optional<double> learning_rate;            ///< Adam and gradient descent only
  bool until_quiet = false;  ///< end where QuietWatch says so, if before `iterations`
  int scales = 1;            ///< sizes, each twice the one before; `iterations` at each
};

/// The picture that a run starts from.
struct StartSettings {
  enum class Kind { kNoise, kContent, kStyle, kFile };
  std::optional<Kind> kind;
  std::string file;        ///< of kFile
  std::uint64_t seed = 0;  ///< of the noise
};

/// What becomes of colours in a transfer (tools/session/pictures/color_transfer.h).
enum class ColorMode {
  kStyle,          ///< they are the style's
  kContent,        ///< after the run: the content's colours with the result's luma
  kLuminance,      ///< content and style are made grey before it, and then likewise
  kMatch,          ///< the style's are mapped to the content's before it, by the symmetric root
  kMatchCholesky,  ///< the same by Cholesky's factors
  kOnly,           ///< after the run: the result's colours with the content's luma, no strokes
};
/// "style", "content", "luminance", "match", "match-cholesky", "only"; InputError otherwise.
ColorMode parse_color_mode(std::string_view name);
std::string_view name_of(ColorMode mode);

/// A mask and the region that it belongs to: a file, or else what it takes of its picture.
struct MaskSource {
  /// Where the luma, 0 to 1, is from `low` to `high`.
  struct LumaRange {
    double low, high;
  };
  /// Where the colour is at most `tolerance` from this one, Euclidean distance in 0..255.
  struct ColorRange {
    Rgb color;
    double tolerance;
  };

  std::string name = {};  ///< of the region; empty: by its order
  std::string file = {};
  bool alpha = false;  ///< what is not transparent
  bool rest = false;   ///< what the content masks before it leave
  std::optional<LumaRange> luma = {};
  std::optional<ColorRange> color = {};
};

struct PictureSettings {
  std::optional<int> size;        ///< longest side of the picture that is made
  std::optional<int> style_size;  ///< longest side of the styles
  std::optional<double> style_scale;
  std::vector<double> style_blend;        ///< one weight a style; empty: all the same
  std::vector<MaskSource> content_masks;  ///< one a region of the result; none: all of it is one
  std::vector<MaskSource> style_masks;    ///< which part of a style counts
  std::vector<double> region_content;  ///< how much the content counts in each; empty: as elsewhere
  bool keep_alpha =
      true;  ///< what is transparent stays so and does not count; else `reading` decides
  ColorMode color = ColorMode::kStyle;
  bool tileable = false;  ///< the result's sides are such that the pools see a tile, whole
  ReadOptions reading;    ///< what is behind transparent pixels, what is too large
};

struct Settings {
  NetworkSettings network;
  DeviceSettings device;
  LossSettings loss;
  OptimizerSettings optimizer;
  StartSettings start;
  PictureSettings pictures;
};

}  // namespace vggstyle
