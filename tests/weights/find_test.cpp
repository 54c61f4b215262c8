#include "weights/find.h"

#include <cstdlib>
#include <filesystem>

#include "tests/weights/support.h"

using namespace vggstyle;
using namespace vggstyle::test;

namespace {

/// Sets an environment variable for a while; nullptr unsets it.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    const char* const before = std::getenv(name);
    was_set_ = before != nullptr;
    if (was_set_) before_ = before;
    set(value);
  }
  ~Environment() { set(was_set_ ? before_.c_str() : nullptr); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  void set(const char* value) {
    if (value == nullptr) {
      ::unsetenv(name_);
    } else {
      ::setenv(name_, value, 1);
    }
  }
  const char* name_;
  bool was_set_;
  std::string before_;
};

}  // namespace

TEST_CASE("weights are looked for in order: option, environment, published, house") {
  const TemporaryFolder folder;
  const Environment data("XDG_DATA_HOME", folder.path("").c_str());
  std::filesystem::create_directories(weights_folder());
  const auto published = [](Model model) { return weights_folder() + "/" + published_name(model); };
  {
    const Environment none("VGGSTYLE_WEIGHTS", nullptr);
    const std::string message = input_error([] { find_weights("", Model::kVgg19); });
    CHECK(message.find("weights/fetch.sh vgg19") != std::string::npos);

    write_file(published(Model::kVgg19), "x");
    CHECK(find_weights("", std::nullopt).path == published(Model::kVgg19));
    write_file(published(Model::kVgg16), "x");
    CHECK(find_weights("", std::nullopt).path == published(Model::kVgg16));
    CHECK(find_weights("", Model::kVgg19).path == published(Model::kVgg19));
    CHECK(find_weights("", std::nullopt).explanation.find("published vgg16") != std::string::npos);
  }
  const Environment mine("VGGSTYLE_WEIGHTS", "mine.h5");
  CHECK(find_weights("", std::nullopt).path == "mine.h5");
  CHECK(find_weights("other.h5", std::nullopt).path == "other.h5");
}

TEST_CASE("house weights are used with a word on how to get the published ones, or missed") {
  const TemporaryFolder folder;
  const Environment data("XDG_DATA_HOME", folder.path("").c_str());
  const Environment none("VGGSTYLE_WEIGHTS", nullptr);
  try {
    const FoundWeights found = find_weights("", Model::kVgg16);
    CHECK(found.path.ends_with("house.h5"));
    CHECK(found.explanation.find("weights/fetch.sh vgg16") != std::string::npos);
  } catch (const InputError& error) {
    CHECK(std::string(error.what()).find("weights/fetch.sh vgg16") != std::string::npos);
  }
}

TEST_CASE("a relative XDG_DATA_HOME is ignored, as its specification says") {
  const Environment data("XDG_DATA_HOME", "relative");
  const Environment home("HOME", "/home/someone");
  CHECK(weights_folder() == "/home/someone/.local/share/vggstyle");
  const Environment homeless("HOME", nullptr);
  CHECK(weights_folder().empty());
}
