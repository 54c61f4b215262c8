// Files made to mislead, and files damaged at random: each must load or be refused, no more.
#include <hdf5.h>

#include <cstdint>

#include "tests/weights/support.h"
#include "weights/load.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

const std::string kKernel = "block1_conv1/block1_conv1_W_1:0";
const std::string kBias = "block1_conv1/block1_conv1_b_1:0";

void write_small(const std::string& path, Hdf5File::Compression compression) {
  const ConvLayer& layer = conv_layers(Model::kVgg16)[0];
  const LayerNumbers numbers = layer_numbers(layer);
  Hdf5File file = Hdf5File::create(path);
  file.write(kKernel, kernel_shape(layer), numbers.kernel, compression);
  file.write(kBias, {64}, numbers.bias);
  file.write_attribute("/", "layer_names", std::vector<std::string>{"block1_conv1"});
  file.write_attribute("/", "preprocessing", "caffe");
  file.close();
}

/// True if it loaded, false if it was refused; anything else ends the test.
bool loads(const std::string& path) {
  try {
    load_weights(path);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

/// Opens `path` for changes by the library itself, and closes it.
template <typename Change>
void change(const std::string& path, Change apply) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  REQUIRE(file >= 0);
  apply(file);
  H5Fclose(file);
}

/// Replaces the kernel by one that `creation` describes; nothing is written into it.
void replace_kernel(const std::string& path, hid_t creation, hsize_t last_extent = 64) {
  change(path, [&](hid_t file) {
    H5Ldelete(file, kKernel.c_str(), H5P_DEFAULT);
    const hsize_t extents[4] = {3, 3, 3, last_extent};
    const hsize_t unlimited[4] = {H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED, H5S_UNLIMITED};
    const bool chunked = H5Pget_layout(creation) == H5D_CHUNKED;
    const hid_t space = H5Screate_simple(4, extents, chunked ? unlimited : nullptr);
    const hid_t dataset = H5Dcreate2(file, kKernel.c_str(), H5T_IEEE_F32LE, space, H5P_DEFAULT,
                                     creation, H5P_DEFAULT);
    CHECK(dataset >= 0);
    H5Dclose(dataset);
    H5Sclose(space);
  });
}

std::uint32_t next_random(std::uint32_t& state) {  // xorshift; the seed is in the test
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

}  // namespace

TEST_CASE("a file cut anywhere is refused") {
  const TemporaryFolder folder;
  for (const auto compression : {Hdf5File::Compression::kNone, Hdf5File::Compression::kGzip}) {
    write_small(folder.path("whole.h5"), compression);
    REQUIRE(loads(folder.path("whole.h5")));
    const std::string bytes = read_file(folder.path("whole.h5"));
    const std::string path = folder.path("cut.h5");
    for (std::size_t length = 0; length < bytes.size(); length += length < 256 ? 1 : 97) {
      CAPTURE(length);
      write_file(path, std::string_view(bytes).substr(0, length));
      CHECK_FALSE(loads(path));
    }
  }
}

TEST_CASE("a file with any byte changed loads or is refused") {
  const TemporaryFolder folder;
  std::uint32_t state = 2463534242u;
  for (const auto compression : {Hdf5File::Compression::kNone, Hdf5File::Compression::kGzip}) {
    write_small(folder.path("whole.h5"), compression);
    const std::string bytes = read_file(folder.path("whole.h5"));
    const std::string path = folder.path("changed.h5");
    int refused = 0;
    for (int trial = 0; trial < 400; ++trial) {
      std::string changed = bytes;
      const std::size_t changes = 1 + next_random(state) % 4;
      for (std::size_t c = 0; c < changes; ++c) {
        const std::size_t at = next_random(state) % changed.size();
        changed[at] = static_cast<char>(next_random(state) & 0xffu);
      }
      write_file(path, changed);
      refused += loads(path) ? 0 : 1;
    }
    CHECK(refused > 0);
  }
}

TEST_CASE("numbers kept in another file are refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  {
    write_small(path, Hdf5File::Compression::kNone);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(creation, "/etc/passwd", 0, 3 * 3 * 3 * 64 * 4);
    replace_kernel(path, creation);
    H5Pclose(creation);
    CHECK(input_error([&] { load_weights(path); }).find("another file") != std::string::npos);
  }
  {
    write_small(path, Hdf5File::Compression::kNone);
    write_small(folder.path("other.h5"), Hdf5File::Compression::kNone);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    const hsize_t extents[4] = {3, 3, 3, 64};
    const hid_t space = H5Screate_simple(4, extents, nullptr);
    H5Pset_virtual(creation, space, "other.h5", kKernel.c_str(), space);
    replace_kernel(path, creation);
    H5Sclose(space);
    H5Pclose(creation);
    CHECK(input_error([&] { load_weights(path); }).find("another file") != std::string::npos);
  }
}

TEST_CASE("links are not followed, so that none leads out of the file or around") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  write_small(folder.path("other.h5"), Hdf5File::Compression::kNone);
  write_small(path, Hdf5File::Compression::kNone);
  change(path, [](hid_t file) {
    H5Lcreate_soft("/", file, "around", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/self", file, "self", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nothing", file, "dangling", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/block1_conv1", file, "block1_conv2", H5P_DEFAULT, H5P_DEFAULT);
  });
  CHECK_FALSE(load_weights(path).layers[1].present());
  const Hdf5File file = Hdf5File::open(path);
  CHECK(file.list().datasets.size() == 2);
  CHECK_THROWS_AS(file.info("around/" + kKernel), InputError);
  CHECK_THROWS_AS(file.info("block1_conv2/block1_conv1_W_1:0"), InputError);
}

TEST_CASE("groups that contain themselves end") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  write_small(path, Hdf5File::Compression::kNone);
  change(path, [](hid_t file) {
    for (const char* name : {"a", "b", "c", "d"}) {
      H5Lcreate_hard(file, "/", file, name, H5P_DEFAULT, H5P_DEFAULT);
    }
  });
  CHECK(input_error([&] { load_weights(path); }).find("levels") != std::string::npos);
}

TEST_CASE("a shape that is too large is refused before anything is allocated") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  write_small(path, Hdf5File::Compression::kNone);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[4] = {3, 3, 3, 64};
  H5Pset_chunk(creation, 4, chunk);
  replace_kernel(path, creation, hsize_t{1} << 55);
  H5Pclose(creation);
  CHECK(input_error([&] { load_weights(path); }).find("shape (3, 3, 3, ") != std::string::npos);
}

TEST_CASE("a chunk far larger than its dataset is refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  write_small(path, Hdf5File::Compression::kNone);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[4] = {3, 3, 3, 1u << 24};
  H5Pset_chunk(creation, 4, chunk);
  replace_kernel(path, creation);
  H5Pclose(creation);
  CHECK(input_error([&] { load_weights(path); }).find("chunk") != std::string::npos);
}

TEST_CASE("filters other than gzip's are refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  write_small(path, Hdf5File::Compression::kNone);
  const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  const hsize_t chunk[4] = {3, 3, 3, 64};
  H5Pset_chunk(creation, 4, chunk);
  H5Pset_nbit(creation);
  replace_kernel(path, creation);
  H5Pclose(creation);
  CHECK(input_error([&] { load_weights(path); }).find("not supported") != std::string::npos);
}
