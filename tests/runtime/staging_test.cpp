// Copies through two halves of pinned memory, on a stream that does nothing before it is waited
// for: whatever is overwritten too early or read too early comes out wrong.

#include "runtime/cuda/staging.h"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <numeric>
#include <vector>

using namespace vggstyle::cuda;

namespace {

class LazyStream final : public StagingStream {
 public:
  void to_gpu(void* gpu, const void* pinned, std::size_t bytes) override {
    issue([=] { std::memcpy(gpu, pinned, bytes); });
  }
  void from_gpu(void* pinned, const void* gpu, std::size_t bytes) override {
    issue([=] { std::memcpy(pinned, gpu, bytes); });
  }
  void mark(std::size_t half) override { marks_[half] = work_.size(); }
  void wait(std::size_t half) override { finish(marks_[half]); }
  void finish() { finish(work_.size()); }

 private:
  void issue(std::function<void()> work) { work_.push_back(std::move(work)); }
  void finish(std::size_t until) {
    for (; done_ < until; ++done_) work_[done_]();
  }

  std::vector<std::function<void()>> work_;
  std::size_t done_ = 0;
  std::size_t marks_[2] = {};
};

constexpr std::size_t kHalf = 64;

}  // namespace

TEST_CASE("staging moves any number of bytes there and back, in order") {
  for (const std::size_t bytes : {0UL, 1UL, 63UL, 64UL, 65UL, 128UL, 129UL, 1000UL}) {
    CAPTURE(bytes);
    LazyStream stream;
    std::vector<std::byte> pinned(2 * kHalf);
    Staging staging(stream, pinned.data(), kHalf);
    std::vector<unsigned char> host(bytes), gpu(bytes), back(bytes), second(bytes, 7);
    std::iota(host.begin(), host.end(), static_cast<unsigned char>(1));
    const std::vector<unsigned char> sent = host;
    staging.upload(gpu.data(), host.data(), bytes);
    host.assign(bytes, 0);  // allowed as soon as upload returns
    staging.download(back.data(), gpu.data(), bytes);
    CHECK(back == sent);
    staging.upload(gpu.data(), second.data(), bytes);
    staging.upload(gpu.data(), sent.data(), bytes);
    stream.finish();
    CHECK(gpu == sent);
  }
}
