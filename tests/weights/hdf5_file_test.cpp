#include "weights/hdf5/hdf5_file.h"

#include <hdf5.h>

#include <bit>
#include <cmath>
#include <cstdint>

#include "tests/weights/support.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// Writes a one-dimensional dataset `x` of any type with the library itself.
void write_raw(const std::string& path, hid_t file_type, hid_t memory_type, hsize_t count,
               const void* data) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t space = H5Screate_simple(1, &count, nullptr);
  const hid_t dataset =
      H5Dcreate2(file, "x", file_type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  REQUIRE(H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Fclose(file);
}

hid_t half_type(H5T_order_t order) {
  const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
  H5Tset_fields(type, 15, 10, 5, 0, 10);
  H5Tset_size(type, 2);
  H5Tset_ebias(type, 15);
  H5Tset_order(type, order);
  return type;
}

}  // namespace

TEST_CASE("datasets and attributes of every kind come back") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  const std::vector<float> floats = {1.5f, -2.5f, 3.0f, 0.0f, 1e-30f, 7.0f};
  {
    Hdf5File file = Hdf5File::create(path);
    file.write("a/b/floats", {2, 3}, floats);
    file.write("a/packed", {6}, floats, Hdf5File::Compression::kGzip);
    file.write("doubles", {3}, std::vector<double>{1, 2, 0.1});
    file.write("bytes", {2, 1}, std::vector<std::int8_t>{-128, 127});
    file.write("none", {0, 3}, std::vector<float>{});
    file.write_scalar("scalar", 2.25);
    file.write_attribute("/", "text", "Grüße");
    file.write_attribute("/", "empty", "");
    file.write_attribute("a", "list", std::vector<std::string>{"one", "three"});
    file.write_attribute("a/packed", "one", std::vector<std::string>{"single"});
    file.write_attribute("new", "real", 0.5);
    file.write_attribute("new", "whole", std::int64_t{-3});
    file.write_attribute("new", "truth", true);
    CHECK_THROWS_AS(file.write("doubles", {1}, std::vector<float>{1}), InternalError);
    CHECK_THROWS_AS(file.write("short", {2}, std::vector<float>{1}), InternalError);
    file.close();
    file.close();  // harmless
  }
  const Hdf5File file = Hdf5File::open(path);
  const Hdf5Listing listing = file.list();
  CHECK(listing.groups == std::vector<std::string>{"a", "a/b", "new"});
  CHECK(listing.datasets ==
        std::vector<std::string>{"a/b/floats", "a/packed", "bytes", "doubles", "none", "scalar"});
  CHECK(file.info("a/b/floats").shape == std::vector<std::size_t>{2, 3});
  CHECK(file.info("a/b/floats").type == ElementType::kFloat32);
  CHECK(file.info("doubles").type == ElementType::kFloat64);
  CHECK(file.info("bytes").type == ElementType::kInt8);
  CHECK(file.info("scalar").shape.empty());
  CHECK(file.read("a/b/floats", 6) == floats);
  CHECK(file.read("/a//packed", 6) == floats);
  CHECK(file.read("doubles", 3) == std::vector<float>{1, 2, 0.1f});
  CHECK(file.read("bytes", 2) == std::vector<float>{-128, 127});
  CHECK(file.read("none", 0).empty());
  CHECK(file.read("scalar", 1) == std::vector<float>{2.25f});
  CHECK(file.string_attribute("/", "text") == "Grüße");
  CHECK(file.string_attribute("/", "empty") == "");
  CHECK(file.string_attribute("a/packed", "one") == "single");
  CHECK_FALSE(file.string_attribute("a", "list").has_value());  // more than one
  CHECK_FALSE(file.string_attribute("new", "real").has_value());
  CHECK_FALSE(file.string_attribute("/", "missing").has_value());
  CHECK_FALSE(file.string_attribute("missing", "text").has_value());
  CHECK_THROWS_AS(file.read("doubles", 4), InputError);
  CHECK_THROWS_AS(file.info("missing"), InputError);
  CHECK_THROWS_AS(file.info("a"), InputError);
}

TEST_CASE("every float16 is read exactly, in either byte order") {
  const TemporaryFolder folder;
  const std::string path = folder.path("half.h5");
  std::vector<std::uint16_t> halves;
  for (unsigned bits = 0; bits <= 0xffff; ++bits)
    halves.push_back(static_cast<std::uint16_t>(bits));
  const hid_t memory_type = half_type(H5T_ORDER_LE);
  for (const H5T_order_t order : {H5T_ORDER_LE, H5T_ORDER_BE}) {
    const hid_t file_type = half_type(order);
    write_raw(path, file_type, memory_type, halves.size(), halves.data());
    H5Tclose(file_type);
    const Hdf5File file = Hdf5File::open(path);
    REQUIRE(file.info("x").type == ElementType::kFloat16);
    const std::vector<float> values = file.read("x", halves.size());
    for (unsigned bits = 0; bits <= 0xffff; ++bits) {
      const int exponent = static_cast<int>(bits >> 10 & 31u);
      const auto fraction = static_cast<float>(bits & 0x3ffu);
      const float sign = (bits & 0x8000u) != 0 ? -1.0f : 1.0f;
      if (exponent == 31) {
        REQUIRE(std::isnan(values[bits]) == (fraction > 0));
        REQUIRE((fraction > 0 || std::isinf(values[bits])));
      } else {
        const float expected =
            exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
        REQUIRE(std::bit_cast<std::uint32_t>(values[bits]) ==
                std::bit_cast<std::uint32_t>(sign * expected));
      }
    }
  }
  H5Tclose(memory_type);
}

TEST_CASE("element types that nobody needs are refused") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  const std::int32_t numbers[4] = {1, 2, 3, 4};
  write_raw(path, H5T_STD_I32LE, H5T_NATIVE_INT32, 4, numbers);
  const Hdf5File file = Hdf5File::open(path);
  CHECK(file.info("x").type == ElementType::kOther);
  CHECK_THROWS_WITH_AS(file.read("x", 4), doctest::Contains("element type"), InputError);
}

TEST_CASE("big-endian numbers are read") {
  const TemporaryFolder folder;
  const std::string path = folder.path("x.h5");
  const float numbers[2] = {1.5f, -3.25f};
  write_raw(path, H5T_IEEE_F32BE, H5T_NATIVE_FLOAT, 2, numbers);
  const Hdf5File file = Hdf5File::open(path);
  CHECK(file.info("x").type == ElementType::kFloat32);
  CHECK(file.read("x", 2) == std::vector<float>{1.5f, -3.25f});
}
