#include "weights/hdf5/hdf5_object.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "runtime/error.h"

namespace vggstyle {

void unreadable(const std::string& path, const std::string& object, const std::string& what) {
  throw InputError(fmt::format("'{}': {} {}; get the file again", path, object, what));
}

void check_written(bool good, const std::string& path, const std::string& object) {
  if (!good) {
    throw InternalError(
        fmt::format("cannot write {} into '{}': the disk may be full", object, path));
  }
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

Hdf5Handle open_object(hid_t file, const std::string& path) {
  Hdf5Handle object(H5Oopen(file, "/", H5P_DEFAULT), H5Oclose);
  for (const std::string& part : split_path(path)) {
    H5L_info_t link;
    if (!object || H5Iget_type(object.get()) != H5I_GROUP ||
        H5Lget_info(object.get(), part.c_str(), &link, H5P_DEFAULT) < 0 ||
        link.type != H5L_TYPE_HARD) {
      return {-1, H5Oclose};
    }
    object = Hdf5Handle(H5Oopen(object.get(), part.c_str(), H5P_DEFAULT), H5Oclose);
  }
  return object;
}

std::size_t count_of(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t extent : shape) {
    if (extent != 0 && count > std::numeric_limits<std::size_t>::max() / extent) {
      return std::numeric_limits<std::size_t>::max();
    }
    count *= extent;
  }
  return count;
}

}  // namespace vggstyle
