// --dry-run says what a run takes, here and on cards that are not here, and writes nothing.

#include <doctest/doctest.h>

#include "tests/tool/support.h"

namespace vggstyle::test {
namespace {

const Arguments kTexture = {"texture", "style.png", "--weights", "synthetic", "--dry-run"};

std::string dry_run(const TemporaryFolder& folder, const Arguments& arguments) {
  const Outcome outcome = run_tool(folder, kTexture + arguments);
  CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
  CHECK(outcome.err.empty());
  CHECK(folder.files() == std::vector<std::string>{"content.png", "style.png"});
  return outcome.out;
}

/// S of "largest size that fits: SxS, in tiles SxS".
int largest(const std::string& text, bool in_tiles = false) {
  const std::string before = in_tiles ? ", in tiles " : "largest size that fits: ";
  return std::stoi(text.substr(text.find(before) + before.size()));
}

TEST_CASE("dry run: layers, memory and time of the device that is here") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string text =
      dry_run(folder, {"--device", "cpu", "--style-layers", "conv1_1,conv2_1", "--size", "64"});
  CHECK(has(text, "fp32, vgg16, 64x64 pixels"));
  CHECK(has(text, "\nconv1_2           64x64x64"));
  CHECK(has(text, "\nconv2_1          128x32x32"));
  CHECK(!has(text, "conv2_2"));
  CHECK(has(text, ": fits; largest size that fits: "));
  CHECK(has(text, " ms an evaluation, "));
  CHECK(has(text, "just now"));
}

TEST_CASE("dry run: a card that is not here, up to the largest size that fits it") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Arguments t4 = {"--as", "t4", "--size"};
  const std::string text = dry_run(folder, t4 + Arguments{"2048"});
  CHECK(has(text, "NVIDIA T4 (not here: from its data sheet), fp32, vgg16, 2048x2048 pixels"));
  CHECK(has(text, "never measured"));
  const int size = largest(text);
  CHECK(size > 2048);
  CHECK(has(dry_run(folder, t4 + Arguments{std::to_string(size)}), ": fits; "));
  CHECK(has(dry_run(folder, t4 + Arguments{std::to_string(size + 8)}), ": fits in "));
  const int most = largest(text, true);
  CHECK(most > size);
  CHECK(has(dry_run(folder, t4 + Arguments{std::to_string(most)}), ": fits in "));
  CHECK(has(dry_run(folder, t4 + Arguments{std::to_string(most + 8)}), ": does not fit; "));
  CHECK(largest(dry_run(folder, {"--as", "rtx4090", "--precision", "fp16"})) > size);
  CHECK(has(dry_run(folder, {"--as", "h100"}), ", tf32, "));
}

TEST_CASE("dry run: what makes no sense is refused") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const auto refusal = [&](const Arguments& arguments) {
    const Outcome outcome = run_tool(folder, arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(count_lines(outcome.err) == 1);
    return outcome.err;
  };
  CHECK(has(refusal(kTexture + Arguments{"--as", "voodoo2"}), "the known ones are t4, a100, "));
  CHECK(
      has(refusal(kTexture + Arguments{"--as", "t4", "--precision", "fp16"}), "computes in fp32"));
  CHECK(has(refusal({"texture", "style.png", "--as", "t4"}), "--dry-run"));
  CHECK(has(refusal(kTexture + Arguments{"--size", "0"}), "--size"));
}

}  // namespace
}  // namespace vggstyle::test
