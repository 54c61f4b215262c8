// A study's record is taken or made again, whatever is in it.

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "tools/pictures/write.h"
#include "tools/study/runner/study_record.h"

namespace {

/// A folder with a picture; the record goes beside it.
std::string make_stem() {
  std::string folder = (std::filesystem::temp_directory_path() / "vggstyle-fuzz-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) std::abort();
  vggstyle::write_png(folder + "/made.png", vggstyle::Picture::black(3, 2), 8);
  return folder + "/made";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string stem = make_stem();
  std::ofstream file(stem + ".json", std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  file.close();
  vggstyle::read_record(vggstyle::record_files(stem), "{}");
  return 0;
}
