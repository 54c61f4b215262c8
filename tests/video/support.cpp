#include "tests/video/support.h"

#include <filesystem>

#include "tests/video/moving_pictures.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {

std::string frame_name(int frame) {
  return "frame" + std::to_string(8 + frame) + ".png";
}

void write_clip(const TemporaryFolder& folder, int count) {
  std::filesystem::create_directory(folder / "frames");
  for (int frame = 0; frame < count; ++frame) {
    write_png(folder / ("frames/" + frame_name(frame)), frame_with_square(48, 40, frame), 8);
  }
  write_png(folder / "style.png", contrive("strokes", 36, 36, 5), 8);
}

Arguments small_video(const Arguments& more) {
  return Arguments{"video",
                   "frames",
                   "style.png",
                   "-o",
                   "painted",
                   "--weights",
                   "synthetic",
                   "--style-layers",
                   "conv1_1,conv2_1",
                   "--content-layers",
                   "conv2_1",
                   "--iterations",
                   "6",
                   "--device",
                   "cpu"} +
         more;
}

double flicker_told(const std::string& lines) {
  const std::string word = "flicker ";
  const std::size_t at = lines.rfind(word);
  REQUIRE(at != std::string::npos);
  return std::stod(lines.substr(at + word.size()));
}

}  // namespace vggstyle::test
