#pragma once

#include <stdexcept>
#include <string>

namespace vggstyle {

/// Something that the user gave cannot be used: a file, an option, a size, a device. The message
/// is one sentence that says what, where, and what to do about it. The tool prints it and exits 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(const std::string& message) : std::runtime_error(message) {}
};

/// Something failed that is not the user's input: a library call, a broken invariant, a full disk.
/// The tool prints the message and exits 1.
class InternalError : public std::runtime_error {
 public:
  explicit InternalError(const std::string& message) : std::runtime_error(message) {}
};

}  // namespace vggstyle
