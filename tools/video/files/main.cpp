// vggstyle-video-file: what reads and writes videos, in a process of its own, since what reads files of strangers may
// crash, and FFmpeg's libraries take long to load. Answers with JSON.
//
//   read VIDEO FOLDER LONGEST MEGAPIXELS
//                               its frames as pictures (decode.h); answers when they are shown
//   check VIDEO SOUND           whether VIDEO could be written, with the sound of that file; SOUND may be empty
//   write FILM VIDEO            FILM is a file with what struct Film has, as JSON
//   describe VIDEO              what it holds

#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>

#include "runtime/error.h"
#include "runtime/interrupt.h"
#include "runtime/standard_streams.h"
#include "tools/video/files/av.h"
#include "tools/video/files/decode.h"
#include "tools/video/files/describe.h"
#include "tools/video/files/encode.h"

namespace {

using Json = nlohmann::ordered_json;
using namespace vggstyle;

Film film_of(const std::string& path) {
  std::ifstream file(path);
  const Json json = Json::parse(file);
  return {json.at("frames"),
          {json.at("numerator"), json.at("denominator"), json.at("times")},
          json.at("sound")};
}

Json answer(const std::vector<std::string>& words) {
  const std::string command = words.empty() ? "" : words[0];
  if (command == "read" && words.size() == 5) {
    const Timing timing =
        decode_video(words[1], words[2], std::stoi(words[3]), std::stoi(words[4]));
    return {{"numerator", timing.numerator},
            {"denominator", timing.denominator},
            {"times", timing.times}};
  }
  if (command == "check" && words.size() == 3) {
    check_encoding(words[1], words[2]);
    return Json::object();
  }
  if (command == "write" && words.size() == 3) {
    encode_video(film_of(words[1]), words[2]);
    return Json::object();
  }
  if (command == "describe" && words.size() == 2) return {{"streams", describe_video(words[1])}};
  throw InternalError("vggstyle-video-file is a part of vggstyle: use 'vggstyle video'");
}

void print(const Json& json) {
  std::puts(json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  protect_standard_streams();
  handle_signals();
  av_log_set_level(AV_LOG_QUIET);
  try {
    print(answer({argv + 1, argv + argc}));
  } catch (const InputError& error) {
    print({{"error", error.what()}, {"is_input", true}});
  } catch (const std::exception& error) {
    print({{"error", error.what()}, {"is_input", false}});
  }
  return 0;
}
