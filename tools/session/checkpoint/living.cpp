#include "tools/session/checkpoint/living.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace vggstyle {
namespace {

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string boot() {
  std::istringstream text(text_of_file("/proc/sys/kernel/random/boot_id"));
  std::string id;
  text >> id;
  return id;
}

/// "BOOT NUMBER START" of a living process, START in clock ticks since the boot; "" if it is dead, a zombie
/// included. See proc(5), /proc/PID/stat.
std::string identity(const std::string& number) {
  const std::string stat = text_of_file("/proc/" + number + "/stat");
  // The second field is the program's name in parentheses, in which anything may stand.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return "";
  std::istringstream rest(stat.substr(name_end + 1));
  std::string state, skipped, start;
  rest >> state;
  constexpr int kState = 3, kStart = 22;
  for (int field = kState + 1; field < kStart; ++field) rest >> skipped;
  rest >> start;
  const std::string id = boot();
  if (id.empty() || start.empty() || state == "Z" || state == "X") return "";
  return id + " " + number + " " + start;
}

}  // namespace

std::string this_process() {
  return identity(std::to_string(getpid()));
}

bool is_living(const std::string& process) {
  const std::string number = process_number(process);
  return !number.empty() && identity(number) == process;
}

std::string process_number(const std::string& process) {
  std::istringstream text(process);
  std::string id, number;
  text >> id >> number;
  const bool digits = number.find_first_not_of("0123456789") == std::string::npos;
  return digits ? number : "";
}

}  // namespace vggstyle
