// The names of a batch's pictures.

#include "tools/cli/batch/output_name.h"

#include <doctest/doctest.h>

#include "tests/support/files.h"

namespace vggstyle::test {
namespace {

TEST_CASE("names of pictures come from their jobs") {
  const NameParts transfer{"photos/bridge.old.jpg", {"night.png", "paintings/"}, 7};
  CHECK(output_name("", transfer) == "bridge.old-night-paintings.png");
  CHECK(output_name("", {"", {"night.png"}, 7}) == "night.png");
  CHECK(output_name("", {"bridge.jpg", {}, 7}) == "bridge.png");
  CHECK(output_name("{number}.tif", transfer) == "0007.tif");
  CHECK(output_name("{style}/{content}_{number}{number}.jpg", transfer) ==
        "night-paintings/bridge.old_00070007.jpg");
  CHECK(output_name("a//./b.png", transfer) == "a/b.png");
  CHECK(output_name("plain.png", transfer) == "plain.png");
}

TEST_CASE("names that cannot be are refused") {
  const auto error = [](const std::string& pattern, const NameParts& parts) {
    return input_error([&] { output_name(pattern, parts); });
  };
  const NameParts texture{"", {"night.png"}, 1}, reconstruction{"bridge.jpg", {}, 1};
  CHECK(error("{content}.png", texture) == "output: the job has no content for {content}");
  CHECK(error("{style}.png", reconstruction) == "output: the job has no style for {style}");
  CHECK(error("{size}.png", texture).find("{size} is none of {content}, {style}") !=
        std::string::npos);
  CHECK(error("a{number", texture).find("is not closed") != std::string::npos);
  for (const char* outside : {"/tmp/a.png", "../a.png", "a/../../b.png"}) {
    CHECK(error(outside, texture).find("leads out of the batch's folder") != std::string::npos);
  }
}

}  // namespace
}  // namespace vggstyle::test
