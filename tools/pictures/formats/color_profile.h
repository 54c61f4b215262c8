#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tools/pictures/formats/readers/row_reader.h"
#include "tools/pictures/picture.h"

namespace vggstyle {

/// Turns rows of a file into sRGB, 0..255, without regard to alpha.
///
/// An embedded ICC profile is applied by relative colorimetric intent with black point
/// compensation; colours outside sRGB are clipped. A profile that is broken, or for another colour
/// model than the pixels', is ignored: grey and RGB are then sRGB, and CMYK are ideal inks. A gamma
/// given without a profile is undone (primaries taken as sRGB's).
class ColorConverter {
 public:
  explicit ColorConverter(const FileHeader& header);
  ~ColorConverter();
  ColorConverter(const ColorConverter&) = delete;
  ColorConverter& operator=(const ColorConverter&) = delete;

  /// `rows` as they come from RowReader::read(); the picture has as many.
  Picture convert(std::span<const std::uint16_t> rows) const;

 private:
  struct Transform;
  const FileHeader& header_;
  std::unique_ptr<Transform> transform_;  // null: nothing to convert from
};

/// An ICC profile's bytes.
using ProfileBytes = std::vector<std::uint8_t>;

/// Why pictures cannot be written in the colours of `profile`: "is damaged", "is for CMYK ..."; empty if they can.
std::string why_not_written(const ProfileBytes& profile);

/// "Display P3"; "unnamed" if it does not say.
std::string profile_name(const ProfileBytes& profile);

/// `picture`, sRGB, clamped to 0..255, in the colours of `profile`: what ColorConverter makes of it is the picture
/// again. InternalError if why_not_written().
Picture in_profile(const Picture& picture, const ProfileBytes& profile);

}  // namespace vggstyle
