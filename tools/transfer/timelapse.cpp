#include "tools/transfer/timelapse.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/pictures/write.h"
#include "tools/video/files/video_file.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

constexpr int kRate = 25;
constexpr int kMostFrames = 10 * kRate;
constexpr int kLastStays = 2 * kRate;  // frames

}  // namespace

void check_timelapse(const std::string& path) {
  check_video_file(path, "");
  check_output_path(path);
}

Timelapse::Timelapse(std::string path, int evaluations)
    : path_(std::move(path)), every_((evaluations + kMostFrames - 1) / kMostFrames) {
  folder_ = path_ + ".XXXXXX";
  if (::mkdtemp(folder_.data()) == nullptr) {
    throw InputError(fmt::format("no folder can be made beside '{}' for its frames ({})", path_,
                                 std::strerror(errno)));
  }
}

Timelapse::~Timelapse() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Timelapse::keep(const Picture& picture) {
  frames_.push_back((fs::path(folder_) / fmt::format("{:06}.png", frames_.size())).string());
  write_png(frames_.back(), picture, 8);
}

void Timelapse::after(int evaluation, const std::function<Picture()>& picture) {
  if (evaluation / every_ <= kept_) return;
  kept_ = evaluation / every_;
  keep(picture());
}

void Timelapse::finish(const Picture& last) {
  keep(last);
  Film film{frames_, {1, kRate, {}}, ""};
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    film.timing.times.push_back(static_cast<std::int64_t>(i));
  }
  film.frames.push_back(frames_.back());
  film.timing.times.push_back(static_cast<std::int64_t>(frames_.size()) + kLastStays);
  write_video_file(film, path_, (fs::path(folder_) / "film.json").string());
}

}  // namespace vggstyle
