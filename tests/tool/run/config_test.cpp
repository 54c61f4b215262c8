// --preset, --config and --print-config: options that are kept in files.

#include <doctest/doctest.h>

#include <fstream>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

struct ConfigPictures {
  ConfigPictures() { write_pictures(folder); }

  std::vector<float> pixels(const Arguments& more) const {
    const Arguments command = {
        "transfer", "content.png", "style.png",      "--weights", "synthetic",        "--quiet",
        "-o",       "out.png",     "--style-layers", "conv1_1",   "--content-layers", "conv1_1"};
    const Outcome outcome = run_tool(folder, command + more);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return read_picture(folder / "out.png").rgb;
  }
  std::string printed(const Arguments& arguments) const {
    const Outcome outcome = run_tool(folder, arguments + Arguments{"--print-config"});
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return outcome.out;
  }
  void write(const std::string& text) const { std::ofstream(folder / "run.toml") << text; }

  TemporaryFolder folder;
};

TEST_CASE("a file of options is these options") {
  const ConfigPictures p;
  p.write(
      "# of a test\nsize = 30\niterations=5\ngram = \"raw\"\nuntil-quiet = true\n"
      "content-weight = 0.5\n");
  const auto expected = p.pixels({"--size", "30", "--iterations", "5", "--gram", "raw",
                                  "--until-quiet", "--content-weight", "0.5"});
  CHECK(p.pixels({"--config", "run.toml"}) == expected);
  CHECK(p.pixels({"--config=run.toml"}) == expected);
}

TEST_CASE("what is typed wins over the file, and the file over the preset") {
  const ConfigPictures p;
  p.write("iterations = 5\nsize = 24\n");
  CHECK(p.pixels({"--config", "run.toml", "--size=30"}) ==
        p.pixels({"--iterations", "5", "--size", "30"}));
  CHECK(p.pixels({"--preset", "tutorial", "--config", "run.toml"}) ==
        p.pixels({"--normalization", "tutorial", "--optimizer", "gd", "--iterations", "5", "--size",
                  "24"}));
}

TEST_CASE("options from files stay in front of -- and of what excludes them") {
  const ConfigPictures p;
  p.write("iterations = 2\ncontent-layers = \"conv2_1\"\n");
  const auto succeeds = [&](const Arguments& arguments) {
    const Outcome outcome = run_tool(p.folder, arguments);
    CHECK_MESSAGE(outcome.exit_code == 0, outcome.err);
  };
  succeeds({"transfer", "--config", "run.toml", "--weights", "synthetic", "--quiet", "-o",
            "out.png", "--", "content.png", "style.png"});
  succeeds({"reconstruct", "content.png", "--layer", "conv1_1", "--config", "run.toml", "--weights",
            "synthetic", "--quiet", "-o", "out.png"});
}

TEST_CASE("printed options give the same picture, masks and all") {
  const ConfigPictures p;
  const Arguments options{"--size",         "30",
                          "--iterations",   "4",
                          "--content-mask", "bright=luma:0.5-1",
                          "--content-mask", "luma:0-0.5",
                          "--color",        "content",
                          "--background",   "#102030"};
  const auto expected = p.pixels(options);
  p.write(p.printed(Arguments{"transfer"} + options));
  CHECK(p.pixels({"--config", "run.toml"}) == expected);
  CHECK(p.printed({"transfer"}).empty());
  p.write("");
  CHECK(p.pixels({"--config", "run.toml", "--size", "30", "--iterations", "2"}) ==
        p.pixels({"--size", "30", "--iterations", "2"}));
  CHECK(p.printed({"transfer", "--init", "1.50"}) == "init = '1.50'\n");
  CHECK(p.printed({"transfer", "a.png", "b.png", "-o", "c.png", "--quiet"}).empty());
}

TEST_CASE("every preset can be printed, and serves the commands that have its options") {
  const ConfigPictures p;
  for (const char* name :
       {"best", "fast", "gatys", "neural-style", "painting", "print", "texture", "tutorial"}) {
    CAPTURE(name);
    for (const char* command : {"transfer", "texture", "reconstruct"}) {
      CHECK(p.printed({command, "--preset", name}).find("iterations = ") != std::string::npos);
    }
  }
  CHECK(p.printed({"texture", "--preset", "painting"}).find("content") == std::string::npos);
  // What transfer does by default, as it says.
  CHECK(p.pixels({"--preset", "painting", "--iterations", "3"}) == p.pixels({"--iterations", "3"}));
}

TEST_CASE("files that are none of options are refused in one sentence") {
  const ConfigPictures p;
  const auto refused = [&](const Arguments& more, const std::string& because) {
    check_refused(p.folder, small_transfer() + more, because);
  };
  refused({"--preset", "pretty"}, "unknown preset 'pretty': use one of best, fast,");
  refused({"--config", "nowhere.toml"}, "nowhere.toml");
  refused({"--config", "."}, "'.'");
  const auto with = [&](const std::string& text, const std::string& because) {
    p.write(text);
    refused({"--config", "run.toml"}, because);
  };
  with("sizes = 3\n", "--sizes");
  with("[transfer]\nsize = 30\n", "'run.toml' has more than the options");
  with("transfer.size = 30\n", "'run.toml' has more than the options");
  with("size = many\n", "'run.toml', line 1:");
  with("style-blend = []\n", "'run.toml' has an empty list");
  with("print-config = true\n", "print-config, which belongs on the command line");
  with("size = \"many\"\n", "--size");
  with("iterations = 3\nsize = 24\nsize = 30\n", "'run.toml', line 3:");
}

}  // namespace
}  // namespace vggstyle::test
