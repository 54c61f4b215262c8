#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/error.h"
#include "tests/weights/packed_weights.h"
#include "tests/weights/support.h"
#include "weights/info.h"
#include "weights/load.h"
#include "weights/reader/packed.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

const std::string kHouse = VGGSTYLE_HOUSE_WEIGHTS;

}  // namespace

TEST_CASE("weights are read at once by several threads while others allocate") {
  const NetworkWeights expected = load_weights(kHouse);
  std::atomic<bool> done{false};
  std::vector<std::thread> busy;
  for (int t = 0; t < 2; ++t) {
    busy.emplace_back([&done] {
      while (!done) std::vector<std::string>(1000, std::string(100, 'x')).clear();
    });
  }
  std::array<int, 3> same{};
  std::vector<std::thread> readers;
  for (int& count : same) {
    readers.emplace_back([&count, &expected] {
      for (int k = 0; k < 2; ++k) count += load_weights(kHouse).id == expected.id ? 1 : 0;
    });
  }
  for (std::thread& thread : readers) thread.join();
  done = true;
  for (std::thread& thread : busy) thread.join();
  CHECK(same == std::array{2, 2, 2});
}

TEST_CASE("what is asked of the reader reaches it") {
  LoadOptions options;
  options.preprocessing = Preprocessing::kTorch;
  CHECK(load_weights(kHouse, options).preprocessing == Preprocessing::kTorch);
  CHECK(weights_info(kHouse, options).find("torch") != std::string::npos);
  CHECK(load_weights(kHouse).preprocessing == Preprocessing::kCaffe);
  options = {};
  options.model = Model::kVgg19;
  CHECK(load_weights(kHouse, options).model == Model::kVgg19);
  CHECK(load_weights(kHouse).model == Model::kVgg16);
}

TEST_CASE("weights survive the way between two processes, and lost bytes are noticed") {
  const NetworkWeights weights = load_weights(kHouse);
  std::string bytes;
  pack_weights(weights, [&](const void* data, std::size_t size) {
    bytes.append(static_cast<const char*>(data), size);
  });
  const NetworkWeights again = unpack_weights_from(bytes);
  CHECK(again.id == weights.id);
  CHECK(checksum(again) == checksum(weights));
  for (const std::size_t kept :
       {std::size_t{0}, std::size_t{3}, bytes.size() / 2, bytes.size() - 1}) {
    CAPTURE(kept);
    CHECK_THROWS_AS(unpack_weights_from(std::string_view(bytes).substr(0, kept)), InternalError);
  }
}
