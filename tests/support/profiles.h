#pragma once

#include <doctest/doctest.h>
#include <lcms2.h>

#include <cstdint>
#include <vector>

namespace vggstyle::test {

/// ICC profiles, made by Little CMS.

inline constexpr double kAdobeGamma = 563.0 / 256;

inline std::vector<std::uint8_t> bytes_of(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  REQUIRE(cmsSaveProfileToMem(profile, nullptr, &size));
  std::vector<std::uint8_t> bytes(size);
  REQUIRE(cmsSaveProfileToMem(profile, bytes.data(), &size));
  cmsCloseProfile(profile);
  return bytes;
}

inline constexpr cmsCIExyY kD65{0.3127, 0.3290, 1.0};

/// As Adobe RGB (1998): a wider green, a plain power for a curve.
inline std::vector<std::uint8_t> adobe_like_profile() {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, kAdobeGamma);
  const cmsCIExyYTRIPLE primaries{{0.64, 0.33, 1}, {0.21, 0.71, 1}, {0.15, 0.06, 1}};
  cmsToneCurve* curves[] = {curve, curve, curve};
  std::vector<std::uint8_t> bytes = bytes_of(cmsCreateRGBProfile(&kD65, &primaries, curves));
  cmsFreeToneCurve(curve);
  return bytes;
}

inline std::vector<std::uint8_t> grey_profile(double gamma) {
  cmsToneCurve* curve = cmsBuildGamma(nullptr, gamma);
  std::vector<std::uint8_t> bytes = bytes_of(cmsCreateGrayProfile(&kD65, curve));
  cmsFreeToneCurve(curve);
  return bytes;
}

}  // namespace vggstyle::test
