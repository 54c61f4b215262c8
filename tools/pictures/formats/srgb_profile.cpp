#include "tools/pictures/formats/srgb_profile.h"

#include <lcms2.h>

#include <algorithm>

#include "runtime/error.h"

namespace vggstyle {

std::vector<std::uint8_t> srgb_profile() {
  cmsHPROFILE profile = cmsCreate_sRGBProfile();
  cmsUInt32Number size = 0;
  std::vector<std::uint8_t> bytes;
  if (profile != nullptr && cmsSaveProfileToMem(profile, nullptr, &size)) {
    bytes.resize(size);
    if (!cmsSaveProfileToMem(profile, bytes.data(), &size)) bytes.clear();
  }
  if (profile != nullptr) cmsCloseProfile(profile);
  if (bytes.empty()) throw InternalError("lcms2 could not make an sRGB profile");
  // The time of making it, which would make files differ (ICC.1:2022, 7.2: bytes 24 to 35).
  std::fill(bytes.begin() + 24, bytes.begin() + 36, std::uint8_t{0});
  bytes[25] = 1;  // a year, month and day that exist: 1, January, 1
  bytes[27] = bytes[29] = 1;
  return bytes;
}

}  // namespace vggstyle
