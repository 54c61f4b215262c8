#include "tools/pictures/formats/srgb_profile.h"

#include <lcms2.h>

#include <algorithm>
#include <memory>

#include "runtime/error.h"

namespace vggstyle {
namespace {

struct Deleter {
  void operator()(void* profile) const { cmsCloseProfile(profile); }
  void operator()(cmsToneCurve* curve) const { cmsFreeToneCurve(curve); }
};
using Profile = std::unique_ptr<void, Deleter>;
using Curve = std::unique_ptr<cmsToneCurve, Deleter>;

/// Empty if lcms2 fails.
std::vector<std::uint8_t> bytes_of(const Profile& profile) {
  cmsUInt32Number size = 0;
  std::vector<std::uint8_t> bytes;
  if (profile != nullptr && cmsSaveProfileToMem(profile.get(), nullptr, &size)) {
    bytes.resize(size);
    if (!cmsSaveProfileToMem(profile.get(), bytes.data(), &size)) bytes.clear();
  }
  if (bytes.empty()) return bytes;
  // The time of making it, which would make files differ (ICC.1:2022, 7.2: bytes 24 to 35).
  std::fill(bytes.begin() + 24, bytes.begin() + 36, std::uint8_t{0});
  bytes[25] = 1;  // a year, month and day that exist: 1, January, 1
  bytes[27] = bytes[29] = 1;
  return bytes;
}

/// Null for one that is not known here.
Curve curve_of(int transfer) {
  constexpr int kSrgbSort = 4;                                                     // of lcms2
  constexpr double kSrgb[] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045};  // IEC 61966-2-1
  switch (transfer) {
    case 1:
    case 2:
    case 6:
    case 13:
    case 14:
    case 15:
      return Curve(cmsBuildParametricToneCurve(nullptr, kSrgbSort, kSrgb));
    case 4:
      return Curve(cmsBuildGamma(nullptr, 2.2));
    case 5:
      return Curve(cmsBuildGamma(nullptr, 2.8));
    case 8:
      return Curve(cmsBuildGamma(nullptr, 1.0));
    default:
      return nullptr;
  }
}

}  // namespace

std::vector<std::uint8_t> srgb_profile() {
  std::vector<std::uint8_t> bytes = bytes_of(Profile(cmsCreate_sRGBProfile()));
  if (bytes.empty()) throw InternalError("lcms2 could not make an sRGB profile");
  return bytes;
}

std::vector<std::uint8_t> profile_of(const std::array<double, 8>& chromaticities, int transfer) {
  const Curve curve = curve_of(transfer);
  const auto is_possible = [](double value) { return value >= 0 && value < 1; };
  if (curve == nullptr || !std::ranges::all_of(chromaticities, is_possible)) return {};
  const auto& [red_x, red_y, green_x, green_y, blue_x, blue_y, white_x, white_y] = chromaticities;
  if (white_y <= 0) return {};
  const cmsCIExyY white{white_x, white_y, 1};
  const cmsCIExyYTRIPLE primaries{{red_x, red_y, 1}, {green_x, green_y, 1}, {blue_x, blue_y, 1}};
  cmsToneCurve* const curves[] = {curve.get(), curve.get(), curve.get()};
  return bytes_of(Profile(cmsCreateRGBProfile(&white, &primaries, curves)));
}

}  // namespace vggstyle
