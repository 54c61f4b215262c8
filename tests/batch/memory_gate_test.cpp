// As many at once as memory carries.

#include "tools/study/batch/memory_gate.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace vggstyle::test {
namespace {

using Pass = MemoryGate::Pass;

TEST_CASE("the gate lets in what fits, and anything that is alone") {
  MemoryGate gate(100);
  {
    const Pass large(gate, 1000);
    CHECK(large.came_alone());
  }
  const Pass first(gate, 60), second(gate, 40);
  CHECK(first.came_alone());
  CHECK_FALSE(second.came_alone());
}

TEST_CASE("who does not fit waits until there is room") {
  MemoryGate gate(100);
  auto first = std::make_unique<Pass>(gate, 60);
  std::atomic<bool> inside = false;
  std::jthread large([&] {
    const Pass pass(gate, 50);
    inside = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_FALSE(inside);
  first.reset();
  large.join();
  CHECK(inside);
}

TEST_CASE("the memory of many threads never exceeds the limit") {
  MemoryGate gate(100);
  std::atomic<int> used = 0, most = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, bytes = 20 + 10 * (i % 3)] {
        for (int turn = 0; turn < 50; ++turn) {
          const Pass pass(gate, bytes);
          const int now = used += bytes;
          int before = most;
          while (now > before && !most.compare_exchange_weak(before, now)) continue;
          used -= bytes;
        }
      });
    }
  }
  CHECK(most <= 100);
}

}  // namespace
}  // namespace vggstyle::test
