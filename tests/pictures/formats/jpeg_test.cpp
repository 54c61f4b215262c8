#include "tests/pictures/support.h"
#include "tools/pictures/read.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

constexpr int kWidth = 37, kHeight = 21;  // no multiple of a block
constexpr float kCoding = 4;              // what JPEG loses at its best quality

/// The largest difference from what expected(pixel, channel) says.
template <typename Expected>
float worst(const Picture& picture, Expected expected) {
  REQUIRE(picture.width == kWidth);
  REQUIRE(picture.height == kHeight);
  float most = 0;
  for (int c = 0; c < 3; ++c) {
    for (std::size_t i = 0; i < picture.pixels(); ++i) {
      most = std::max(most, std::abs(picture.plane(c)[i] - expected(i, static_cast<size_t>(c))));
    }
  }
  return most;
}

}  // namespace

TEST_CASE("JPEG in colour and grey, baseline and progressive") {
  for (const bool progressive : {false, true}) {
    JpegFile color = sample_jpeg(kWidth, kHeight, 3);
    color.progressive = progressive;
    CHECK(worst(decode_picture(encode(color), "p"), [&](std::size_t i, std::size_t c) {
            return static_cast<float>(color.samples[3 * i + c]);
          }) < kCoding);
    JpegFile grey = sample_jpeg(kWidth, kHeight, 1);
    grey.progressive = progressive;
    CHECK(worst(decode_picture(encode(grey), "p"), [&](std::size_t i, std::size_t) {
            return static_cast<float>(grey.samples[i]);
          }) < kCoding);
  }
}

TEST_CASE("JPEG of four inks: 0 is paper, but for Adobe's, where 255 is") {
  for (const bool adobe : {false, true}) {
    JpegFile file = sample_jpeg(kWidth, kHeight, 4);
    file.adobe_marker = adobe;
    const auto paper = [&](std::size_t at) {
      const float sample = static_cast<float>(file.samples[at]) / 255;
      return adobe ? sample : 1 - sample;
    };
    CHECK(worst(decode_picture(encode(file), "p"), [&](std::size_t i, std::size_t c) {
            return 255 * paper(4 * i + c) * paper(4 * i + 3);
          }) < 2 * kCoding);
  }
}
