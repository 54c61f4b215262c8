#pragma once

#include <string>
#include <string_view>

namespace vggstyle {

/// For main(), first of all. A standard stream that is closed becomes /dev/null, so that no file that
/// is opened later takes its number. Writing to a pipe that nobody reads, or beyond the largest
/// allowed size of a file, becomes an error instead of a signal.
void protect_standard_streams();

/// Whether a path, of a picture, means standard input or standard output: "-".
inline bool is_standard_stream(std::string_view path) {
  return path == "-";
}

/// `text` as it can be shown: control characters, which a terminal would obey, become \n, \t, \x1b and
/// so on. File names and texts from files may hold anything.
std::string printable(std::string_view text);

/// A line for people, on standard error, made printable. What cannot be written there is lost.
void tell(std::string_view line);
/// Text for a terminal that may move its cursor; likewise.
void tell_raw(std::string_view text);

}  // namespace vggstyle
