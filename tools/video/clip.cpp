#include "tools/video/clip.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "tools/session/settings/check.h"
#include "tools/session/settings/defaults.h"
#include "tools/transfer/checkpoint/run_record.h"
#include "tools/video/files/video_file.h"
#include "tools/video/frame_files.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kRecords = "records";
constexpr const char* kSource = "records/source";  // a video's own frames

std::string stem_of(const std::string& frame) {
  return fs::path(frame).stem().string();
}

/// What can be known of input and output before anything is read. Returns the folder of the frames.
std::string checked_folder(const VideoRequest& request, bool from_video, bool to_video) {
  std::error_code error;
  if (from_video && !fs::is_regular_file(request.input, error)) {
    throw InputError(fmt::format(
        "there is no folder and no video '{}': give a video, or a folder with its frames",
        request.input));
  }
  if (fs::equivalent(request.input, request.output, error)) {
    throw InputError(
        fmt::format("'{}' is both what is read and what is to be written: give "
                    "another --output",
                    request.input));
  }
  if (!to_video) return request.output;
  if (request.run.output.bits != 8) {
    throw SettingError("bits", ": a video has 8 bits a channel; leave this option out");
  }
  check_output_path(request.output);
  check_video_file(request.output, from_video ? request.input : "");
  return request.output + ".frames";
}

/// The same steps from frame to frame.
Timing steady(double rate, std::size_t frames) {
  constexpr int kParts = 1000;
  Timing timing{kParts, static_cast<int>(std::lround(rate * kParts)), {}};
  for (std::size_t i = 0; i < frames; ++i) timing.times.push_back(static_cast<std::int64_t>(i));
  return timing;
}

void remove_pictures(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() == ".png") fs::remove(entry.path(), ignored);
  }
}

}  // namespace

Clip::Clip(const VideoRequest& request)
    : request_(request),
      from_video_(!fs::is_directory(request.input)),
      to_video_(has_video_ending(request.output)),
      folder_(checked_folder(request, from_video_, to_video_), false) {
  folder_.file(std::string(kRecords) + "/");
  if (from_video_) {
    const std::string source = folder_.file(std::string(kSource) + "/");
    remove_pictures(source);
    const PictureSettings& pictures = request.run.settings.pictures;
    timing_ = read_video_file(request.input, source, pictures.size.value_or(kDefaultSize),
                              pictures.reading.max_megapixels);
    frames_ = frame_files(source);
  } else {
    frames_ = frame_files(request.input);
    timing_ = steady(request.rate.value_or(kDefaultRate), frames_.size());
  }
  std::vector<std::string> inputs = frames_, names;
  for (const InputFile& file : input_pictures(request.run)) {
    if (!file.path.empty()) inputs.push_back(file.path);
  }
  for (const std::string& frame : frames_) {
    names.push_back(stem_of(frame) + ".png");
    names.push_back(fmt::format("{}/{}.json", kRecords, stem_of(frame)));
  }
  folder_.check_names(inputs, names);
}

RecordFiles Clip::files_of(const std::string& frame) const {
  return {folder_.file(stem_of(frame) + ".png"),
          folder_.file(fmt::format("{}/{}.json", kRecords, stem_of(frame))),
          request_.run.output.bits};
}

void Clip::finish() const {
  if (to_video_) {
    Film film{{}, timing_, from_video_ ? request_.input : ""};
    for (const std::string& frame : frames_) film.frames.push_back(files_of(frame).picture);
    write_video_file(film, request_.output, folder_.file(std::string(kRecords) + "/film.json"));
  }
  if (from_video_) remove_source();
  if (to_video_ && !request_.keep_frames) remove_frames();
}

void Clip::remove_source() const {
  std::error_code ignored;
  const fs::path source = fs::path(folder_.path()) / kSource;
  remove_pictures(source.string());
  fs::remove(source, ignored);
}

void Clip::remove_frames() const {
  std::error_code ignored;  // what somebody else put there stays, and so do the folders
  for (const std::string& frame : frames_) {
    const RecordFiles files = files_of(frame);
    fs::remove(files.picture, ignored);
    fs::remove(files.json, ignored);
  }
  fs::remove(fs::path(folder_.path()) / kRecords, ignored);
  fs::remove(folder_.path(), ignored);
}

}  // namespace vggstyle
