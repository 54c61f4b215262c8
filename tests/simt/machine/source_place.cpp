#include "tests/simt/machine/source_place.h"

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace vggstyle::simt {
namespace {

/// The lines of one address, from the innermost inlined call outwards, without the harness's own.
std::vector<std::string> ask_addr2line(const void* pc) {
  Dl_info info{};
  void* extra = nullptr;
  if (::dladdr1(pc, &info, &extra, RTLD_DL_LINKMAP) == 0 || extra == nullptr) return {};
  const auto base = static_cast<const ::link_map*>(extra)->l_addr;
  // The program itself has no name there, and its own link is the safest one.
  const char* file = static_cast<const ::link_map*>(extra)->l_name;
  const std::string object = file == nullptr || *file == '\0' ? "/proc/self/exe" : file;
  std::array<char, 32> address{};
  // The line of the call, not of what follows it.
  std::snprintf(address.data(), address.size(), "0x%zx",
                static_cast<std::size_t>(reinterpret_cast<std::uintptr_t>(pc) - base - 1));
  const std::string path =
      object == "/proc/self/exe" ? "/proc/" + std::to_string(::getpid()) + "/exe" : object;
  const std::string command = "addr2line -i -e '" + path + "' " + address.data() + " 2>/dev/null";
  std::vector<std::string> lines;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), static_cast<int>(buffer.size()), pipe) != nullptr) {
    std::string line = buffer.data();
    line = line.substr(0, line.find_first_of(" \n"));
    const std::string root = VGGSTYLE_SOURCE_DIR "/";
    if (line.rfind(root, 0) == 0) line = line.substr(root.size());
    if (line.rfind("tests/simt/", 0) == 0 && line.find(".h:") != std::string::npos) continue;
    if (line.rfind("??", 0) != 0) lines.push_back(line);
  }
  ::pclose(pipe);
  return lines;
}

const std::vector<std::string>& lines_of(const void* pc) {
  static std::mutex mutex;
  static std::map<const void*, std::vector<std::string>> known;
  const std::lock_guard lock(mutex);
  auto [place, is_new] = known.try_emplace(pc);
  if (is_new) place->second = ask_addr2line(pc);
  return place->second;
}

}  // namespace

std::string source_line(const void* pc) {
  const std::vector<std::string>& lines = lines_of(pc);
  return lines.empty() ? "unknown line (is addr2line installed?)" : lines.front();
}

bool same_place(const void* a, const void* b) {
  if (a == b) return true;
  const std::vector<std::string>& lines = lines_of(a);
  return !lines.empty() && lines == lines_of(b);
}

}  // namespace vggstyle::simt
