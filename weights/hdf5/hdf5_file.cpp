#include "weights/hdf5/hdf5_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "runtime/error.h"
#include "weights/hdf5/hdf5_object.h"

namespace vggstyle {
namespace {

static_assert(sizeof(hid_t) == sizeof(std::int64_t));

/// Once: no error stacks on stderr, no plug-ins from disk for the sake of a file.
void prepare_library() {
  static const bool done = [] {
    // Files are closed by their owners. After a write that failed, the library's own cleaning up when
    // the program ends crashes.
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    H5PLset_loading_state(0);
    return true;
  }();
  static_cast<void>(done);
}

/// Whole file access, without locks: many network file systems have none, and we only read files
/// that nobody writes, or write files that nobody else knows.
Hdf5Handle file_access() {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG);
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access.get(), false, true);
#endif
  return access;
}

}  // namespace

Hdf5File Hdf5File::open(const std::string& path) {
  namespace fs = std::filesystem;
  prepare_library();
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw InputError(fmt::format("there is no file '{}'", path));
  if (fs::is_directory(status)) {
    throw InputError(fmt::format("'{}' is a folder; name an HDF5 file in it", path));
  }
  // A pipe or a device would block for ever.
  if (!fs::is_regular_file(status)) throw InputError(fmt::format("'{}' is not a file", path));
  const std::uintmax_t size = fs::file_size(path, error);
  if (!error && size == 0) {
    throw InputError(fmt::format("'{}' is empty (0 bytes); get the file again", path));
  }
  // The library does not say why it cannot open a file.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw InputError(fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
  }
  ::close(descriptor);
  const Hdf5Handle access = file_access();
  const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get());
  if (id < 0) {
    throw InputError(fmt::format(
        "'{}' ({} bytes) cannot be read as HDF5: it is another kind of file, truncated or damaged; "
        "get the file again",
        path, size));
  }
  return {path, id};
}

Hdf5File Hdf5File::create(const std::string& path, const std::string& name) {
  prepare_library();
  const Hdf5Handle access = file_access();
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get());
  const std::string& shown = name.empty() ? path : name;
  if (id < 0) throw InternalError(fmt::format("cannot create '{}'", shown));
  return {shown, id};
}

Hdf5File::Hdf5File(Hdf5File&& other) noexcept
    : path_(std::move(other.path_)), id_(std::exchange(other.id_, -1)) {}

Hdf5File& Hdf5File::operator=(Hdf5File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(id_, other.id_);
  return *this;
}

Hdf5File::~Hdf5File() {
  if (id_ >= 0) H5Fclose(id_);
}

void Hdf5File::close() {
  const hid_t id = std::exchange(id_, -1);
  if (id < 0) return;
  const bool flushed = H5Fflush(id, H5F_SCOPE_LOCAL) >= 0;
  const bool closed = H5Fclose(id) >= 0;
  check_written(flushed && closed, path_, "everything");
}

}  // namespace vggstyle
