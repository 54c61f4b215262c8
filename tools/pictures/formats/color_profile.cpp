#include "tools/pictures/formats/color_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/error.h"
#include "tools/pictures/formats/srgb_profile.h"

namespace vggstyle {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
// lcms2 names every handle void*, or a pointer to a struct that it does not define.
using Context = std::unique_ptr<std::remove_pointer_t<cmsContext>, Deleter<cmsDeleteContext>>;
using Profile = std::unique_ptr<void, Deleter<cmsCloseProfile>>;
using ColorTransform = std::unique_ptr<void, Deleter<cmsDeleteTransform>>;
using Curve = std::unique_ptr<cmsToneCurve, Deleter<cmsFreeToneCurve>>;

Context make_silent_context() {
  Context context(cmsCreateContext(nullptr, nullptr));
  if (context == nullptr) throw std::bad_alloc();
  cmsSetLogErrorHandlerTHR(context.get(), [](cmsContext, cmsUInt32Number, const char*) {});
  return context;
}

Profile gamma_profile(cmsContext context, ColorModel model, double gamma) {
  const Curve curve(cmsBuildGamma(context, 1.0 / gamma));
  cmsCIExyY white{0.3127, 0.3290, 1.0};
  if (model == ColorModel::kGrey) {
    return Profile(cmsCreateGrayProfileTHR(context, &white, curve.get()));
  }
  const cmsCIExyYTRIPLE srgb{{0.64, 0.33, 1.0}, {0.30, 0.60, 1.0}, {0.15, 0.06, 1.0}};
  cmsToneCurve* const curves[] = {curve.get(), curve.get(), curve.get()};
  return Profile(cmsCreateRGBProfileTHR(context, &white, &srgb, curves));
}

Profile opened(cmsContext context, const ProfileBytes& profile) {
  return Profile(cmsOpenProfileFromMemTHR(context, profile.data(),
                                          static_cast<cmsUInt32Number>(profile.size())));
}

/// Null: there is nothing to convert from, or nothing usable.
Profile source_profile(cmsContext context, const FileHeader& header) {
  constexpr double kUsualGamma = 1 / 2.2;  // what writers say when they mean sRGB
  constexpr double kLeast = 0.05, kMost = 20;
  if (!header.profile.empty()) return opened(context, header.profile);
  if (header.gamma > kLeast && header.gamma < kMost &&
      std::abs(header.gamma - kUsualGamma) > 0.01) {
    return gamma_profile(context, header.model, header.gamma);
  }
  return nullptr;
}

cmsColorSpaceSignature signature(ColorModel model) {
  return model == ColorModel::kGrey  ? cmsSigGrayData
         : model == ColorModel::kRgb ? cmsSigRgbData
                                     : cmsSigCmykData;
}

cmsUInt32Number input_format(ColorModel model) {
  return model == ColorModel::kGrey  ? TYPE_GRAY_FLT
         : model == ColorModel::kRgb ? TYPE_RGB_FLT
                                     : TYPE_CMYK_FLT;
}

/// From rows of float, 0..1 (CMYK 0..100, as lcms2 has it), to rows of sRGB 0..1. Null: see
/// source_profile.
ColorTransform make_transform(cmsContext context, const FileHeader& header) {
  if (header.profile.empty() && header.gamma == 0) return nullptr;
  if (header.profile == srgb_profile()) return nullptr;  // files of our own, exactly
  const Profile from = source_profile(context, header);
  if (from == nullptr || cmsGetColorSpace(from.get()) != signature(header.model)) return nullptr;
  const Profile srgb(cmsCreate_sRGBProfileTHR(context));
  // Floats, because the 16-bit way goes through tables of limited accuracy. No cache of the last
  // colour, so that threads may share the transform.
  return ColorTransform(cmsCreateTransformTHR(
      context, from.get(), input_format(header.model), srgb.get(), TYPE_RGB_FLT,
      INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE));
}

/// Without a profile, all in 0..255: grey and RGB as they are, CMYK as ideal inks.
void convert_row(const std::vector<float>& from, ColorModel model, std::vector<float>& rgb) {
  for (std::size_t x = 0; x < rgb.size() / 3; ++x) {
    for (std::size_t c = 0; c < 3; ++c) {
      float& out = rgb[3 * x + c];
      switch (model) {
        case ColorModel::kGrey:
          out = from[x];
          break;
        case ColorModel::kRgb:
          out = from[3 * x + c];
          break;
        case ColorModel::kCmyk:
          out = (255 - from[4 * x + c]) * (255 - from[4 * x + 3]) / 255;
          break;
      }
    }
  }
}

/// What 65535 is divided by to get the range that a row is converted from. By 257, what 8 bits
/// stored comes out exact.
float divisor(bool has_transform, ColorModel model) {
  if (!has_transform) return 257.0f;
  return model == ColorModel::kCmyk ? 655.35f : 65535.0f;
}

/// NaN, which a strange profile can give, becomes 0.
float clamped(float value) {
  return value > 0 ? std::min(value, 255.0f) : 0.0f;
}

/// From rows of sRGB 0..1 to rows of the profile's, likewise. Null if that cannot be.
ColorTransform make_inverse(cmsContext context, const ProfileBytes& profile) {
  const Profile to = opened(context, profile);
  if (to == nullptr || cmsGetColorSpace(to.get()) != cmsSigRgbData) return nullptr;
  const Profile srgb(cmsCreate_sRGBProfileTHR(context));
  return ColorTransform(cmsCreateTransformTHR(context, srgb.get(), TYPE_RGB_FLT, to.get(),
                                              TYPE_RGB_FLT, INTENT_RELATIVE_COLORIMETRIC,
                                              cmsFLAGS_BLACKPOINTCOMPENSATION | cmsFLAGS_NOCACHE));
}

}  // namespace

struct ColorConverter::Transform {
  Context context;
  ColorTransform transform;
};

ColorConverter::ColorConverter(const FileHeader& header) : header_(header) {
  Context context = make_silent_context();
  ColorTransform transform = make_transform(context.get(), header);
  if (transform == nullptr) return;
  transform_ = std::make_unique<Transform>(Transform{std::move(context), std::move(transform)});
}

ColorConverter::~ColorConverter() = default;

Picture ColorConverter::convert(std::span<const std::uint16_t> rows) const {
  const auto width = static_cast<std::size_t>(header_.width);
  const auto colors = static_cast<std::size_t>(header_.color_channels());
  const auto channels = static_cast<std::size_t>(header_.channels());
  const cmsHTRANSFORM transform = transform_ != nullptr ? transform_->transform.get() : nullptr;
  const float divide_by = divisor(transform != nullptr, header_.model);
  const float multiply_by = transform != nullptr ? 255.0f : 1.0f;

  const int height = static_cast<int>(rows.size() / header_.row_samples());
  Picture picture = Picture::black(header_.width, height);
  std::vector<float> source(width * colors);
  std::vector<float> rgb(width * 3);
  // Rows are independent, and a profile costs 0.3 us a pixel.
#pragma omp parallel for firstprivate(source, rgb)
  for (int y = 0; y < height; ++y) {
    const std::size_t start = static_cast<std::size_t>(y) * width;
    const std::uint16_t* row = rows.data() + start * channels;
    for (std::size_t x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < colors; ++c) {
        source[x * colors + c] = static_cast<float>(row[x * channels + c]) / divide_by;
      }
    }
    if (transform != nullptr) {
      cmsDoTransform(transform, source.data(), rgb.data(), static_cast<cmsUInt32Number>(width));
    } else {
      convert_row(source, header_.model, rgb);
    }
    for (std::size_t c = 0; c < 3; ++c) {
      float* out = picture.plane(static_cast<int>(c)) + start;
      for (std::size_t x = 0; x < width; ++x) out[x] = clamped(rgb[3 * x + c] * multiply_by);
    }
  }
  return picture;
}

std::string why_not_written(const ProfileBytes& profile) {
  constexpr std::size_t kMost = 16'000'000;  // a JPEG file holds 255 segments of 65,519 bytes
  const Context context = make_silent_context();
  const Profile to = opened(context.get(), profile);
  if (to == nullptr) return "is damaged";
  const cmsColorSpaceSignature space = cmsGetColorSpace(to.get());
  if (space == cmsSigGrayData) return "is for grey pictures, and the result has colours";
  if (space == cmsSigCmykData) return "is for CMYK, and pictures are written as RGB";
  if (space != cmsSigRgbData) return "is not for RGB pictures";
  if (profile.size() > kMost) return "is larger than picture files hold";
  if (make_inverse(context.get(), profile) == nullptr) return "can only be read from, not written";
  return "";
}

std::string profile_name(const ProfileBytes& profile) {
  const Context context = make_silent_context();
  const Profile named = opened(context.get(), profile);
  char name[256] = "";
  if (named == nullptr ||
      cmsGetProfileInfoASCII(named.get(), cmsInfoDescription, "en", "US", name, sizeof name) == 0 ||
      name[0] == 0) {
    return "unnamed";
  }
  return name;
}

Picture in_profile(const Picture& picture, const ProfileBytes& profile) {
  if (profile == srgb_profile()) return picture;
  const Context context = make_silent_context();
  const ColorTransform transform = make_inverse(context.get(), profile);
  if (transform == nullptr) {
    throw InternalError("a picture cannot be written with a profile that " +
                        why_not_written(profile));
  }
  const auto width = static_cast<std::size_t>(picture.width);
  Picture result = Picture::black(picture.width, picture.height);
  std::vector<float> from(3 * width);
  std::vector<float> to(3 * width);
#pragma omp parallel for firstprivate(from, to)
  for (int y = 0; y < picture.height; ++y) {
    const std::size_t start = static_cast<std::size_t>(y) * width;
    for (std::size_t i = 0; i < from.size(); ++i) {
      from[i] = clamped(picture.plane(static_cast<int>(i % 3))[start + i / 3]) / 255.0f;
    }
    cmsDoTransform(transform.get(), from.data(), to.data(), static_cast<cmsUInt32Number>(width));
    for (std::size_t i = 0; i < to.size(); ++i) {
      result.plane(static_cast<int>(i % 3))[start + i / 3] = clamped(255.0f * to[i]);
    }
  }
  return result;
}

}  // namespace vggstyle
