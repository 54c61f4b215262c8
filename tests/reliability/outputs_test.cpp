// No output destroys an input or another output, and what cannot be written is found out first.

#include <doctest/doctest.h>

#include "tests/reliability/shell.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

/// Pictures, weights, and other names for them.
void write_inputs(const TemporaryFolder& folder) {
  write_pictures(folder);
  write_small_weights(folder / "w.h5");
  fs::create_hard_link(folder / "w.h5", folder / "w.png");
  fs::create_hard_link(folder / "content.png", folder / "hard.png");
  fs::create_symlink("style.png", folder / "soft.png");
  fs::copy_file(folder / "content.png", folder / "out-0004.png");
  fs::create_directory(folder / "study");
  fs::copy_file(folder / "style.png", folder / "study/sheet.png");
}

/// Exit 2, one sentence with `words`, and every file as it was.
void check_output_refused(const Arguments& arguments, const std::string& words) {
  const TemporaryFolder folder;
  write_inputs(folder);
  const auto before = folder.files();
  std::vector<std::string> bytes;
  for (const std::string& name : before) {
    if (fs::is_regular_file(folder / name)) bytes.push_back(read_file(folder / name));
  }
  const Outcome outcome = run_tool(folder, arguments);
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(count_lines(outcome.err) == 1);
  CHECK(outcome.err.find(words) != std::string::npos);
  CHECK(folder.files() == before);
  std::size_t i = 0;
  for (const std::string& name : before) {
    if (fs::is_regular_file(folder / name)) CHECK(read_file(folder / name) == bytes[i++]);
  }
}

Arguments texture(const Arguments& more) {
  return Arguments{"texture",        "style.png", "--weights",    "w.h5",
                   "--style-layers", "conv1_1",   "--iterations", "8"} +
         more;
}

}  // namespace

TEST_CASE("an output that is an input is refused, however it is spelt") {
  check_output_refused(texture({"-o", "w.png"}), "would overwrite the weights");
  check_output_refused(texture({"-o", "style.png"}), "would overwrite a style");
  check_output_refused(texture({"-o", "./soft.png"}), "would overwrite a style");
  check_output_refused(texture({"-o", "out.png", "--log", "w.h5"}), "would overwrite the weights");
  check_output_refused(texture({"-o", "out.png", "--log", "style.png"}), "would overwrite a style");
  check_output_refused(small_transfer() + Arguments{"-o", "hard.png"},
                       "would overwrite the content");
  check_output_refused(
      small_transfer() + Arguments{"-o", "../" + std::string("nowhere/../content.png")},
      "content.png");
  check_output_refused(
      small_transfer() + Arguments{"-o", "out.png", "--init", "out-0004.png", "--save-every", "2"},
      "would overwrite the picture of --init");
  check_output_refused(
      {"evaluate", "content.png", "--weights", "w.h5", "--layers", "conv1_1", "-o", "content.png"},
      "would overwrite the picture");
  check_output_refused(
      {"evaluate", "content.png", "--weights", "w.h5", "--layers", "conv1_1", "-o", "w.png"},
      "would overwrite the weights");
  check_output_refused({"evaluate", "content.png", "--style", "style.png", "--weights", "w.h5",
                        "--style-layers", "conv1_1", "-o", "soft.png"},
                       "would overwrite a style");
  check_output_refused({"weights", "export", "w.h5", "-o", "w.png"}, "would overwrite the weights");
}

TEST_CASE("two outputs of one name are refused") {
  check_output_refused(texture({"-o", "new.png", "--log", "./new.png"}),
                       "is the same file as the output");
  check_output_refused(texture({"-o", "new.png", "--log", "new-0002.png", "--save-every", "2"}),
                       "is the same file as the log");
}

TEST_CASE("a name that cannot be written is refused before any work") {
  const std::string most(251, 'n');  // and ".png"
  check_output_refused(texture({"-o", most + "n.png"}), "the name is longer");
  check_output_refused(texture({"-o", most + ".png", "--save-every", "2"}), "the name is longer");
  check_output_refused(texture({"-o", "out.png", "--log", most + "nnnnn"}), "the name is longer");
  const TemporaryFolder folder;
  write_inputs(folder);
  write_file(folder / "mine.png", "mine");
  fs::permissions(folder / "mine.png", fs::perms::owner_read);
  const Outcome outcome = run_tool(folder, texture({"-o", "mine.png"}));
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("read-only") != std::string::npos);
  CHECK(read_file(folder / "mine.png") == "mine");
}

}  // namespace vggstyle::test
