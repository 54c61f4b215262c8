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

/// What is left of a file beside options that are typed.
struct Left {
  std::string file;
  Arguments typed;
  std::string printed;
};

TEST_CASE("an option of a file that has no use beside what is typed is left out") {
  const ConfigPictures p;
  const std::vector<Left> all = {
      {"checkpoint-every = 5", {"--checkpoint", "none"}, ""},
      {"checkpoint-every = 5", {"--checkpoint=a.h5"}, "checkpoint-every = 5\n"},
      {"save-every = 5", {"-o", "-"}, ""},
      {"save-every = 5", {"-o", "a.png"}, "save-every = 5\n"},
      {"bits = 16", {"-oa.JPG"}, ""},
      {"bits = 16", {"--output", "a.webp"}, ""},
      {"bits = 16", {"--output=a.tif"}, "bits = 16\n"},
      {"output = \"a.png\"", {"-o", "b.png"}, ""},
      {"gram = \"raw\"", {"--style-loss", "moments"}, "style-loss = 'moments'\n"},
      {"gram = \"raw\"", {"--style-loss", "gram"}, "style-loss = 'gram'\ngram = 'raw'\n"},
      {"history = 5", {"--optimizer", "adam"}, "optimizer = 'adam'\n"},
      {"optimizer = \"lbfgs\"\nhistory = 5", {"--optimizer", "gd"}, "optimizer = 'gd'\n"},
      {"learning-rate = 5", {"--optimizer", "lbfgs"}, "optimizer = 'lbfgs'\n"},
      {"history = 5", {"--normalization", "tutorial"}, "normalization = 'tutorial'\n"},
      {"preconditioner = \"pyramid\"", {"--optimizer", "adam"}, "optimizer = 'adam'\n"},
      {"preconditioner = \"pyramid\"",
       {"--normalization", "tutorial"},
       "normalization = 'tutorial'\n"},
      {"history = 5",
       {"--normalization", "tutorial", "--optimizer", "lbfgs"},
       "normalization = 'tutorial'\noptimizer = 'lbfgs'\nhistory = 5\n"},
      {"normalization = \"tutorial\"\nlearning-rate = 5",
       {"--normalization", "gatys"},
       "normalization = 'gatys'\n"},
      {"optimizer = \"adam\"\nlearning-rate = 5",
       {"--normalization", "gatys"},
       "normalization = 'gatys'\noptimizer = 'adam'\nlearning-rate = 5\n"},
      {"color = \"content\"", {"--tileable"}, "tileable = true\n"},
      {"color = \"match\"", {"--tileable"}, "color = 'match'\ntileable = true\n"},
      {"tileable = true", {"--color", "only"}, "color = 'only'\n"},
      {"padding = \"zero\"", {"--tileable"}, "tileable = true\n"},
      {"style-blend = \"1,2\"", {"--content-mask", "a.png"}, "content-mask = 'a.png'\n"},
      {"content-mask = \"a.png\"\nregion-content = \"2\"",
       {"--style-blend", "1,2"},
       "style-blend = '1,2'\n"},
      {"content-mask = [\"a.png\", \"b.png\"]\nregion-content = \"2,3\"",
       {"--content-mask", "c.png"},
       "content-mask = 'c.png'\n"},
      {"region-content = \"2\"",
       {"--content-mask", "c.png"},
       "content-mask = 'c.png'\nregion-content = '2'\n"},
      {"precision = \"fp16\"", {"--device", "cpu"}, "device = 'cpu'\n"},
      {"precision = \"fp32\"", {"--device", "cpu"}, "device = 'cpu'\nprecision = 'fp32'\n"},
      {"conv = \"cudnn\"", {"--device", "cpu"}, "device = 'cpu'\n"},
      {"gram-product = \"cublas\"", {"--device", "cpu"}, "device = 'cpu'\n"}};
  for (const Left& one : all) {
    CAPTURE(one.file);
    p.write(one.file + "\n");
    CHECK(p.printed(Arguments{"transfer", "--config", "run.toml"} + one.typed) == one.printed);
  }
}

TEST_CASE("what is left out beside what is typed makes a run that was refused possible") {
  const ConfigPictures p;
  p.write("checkpoint-every = 5\ngram = \"raw\"\nhistory = 3\niterations = 2\n");
  CHECK(p.pixels({"--config", "run.toml", "--checkpoint", "none", "--style-loss", "moments",
                  "--optimizer", "adam"}) ==
        p.pixels({"--iterations", "2", "--style-loss", "moments", "--optimizer", "adam"}));
  // A file wins over the preset alike; one that contradicts itself, and what is typed, are refused.
  p.write("normalization = \"relative\"\nhistory = 3\noptimizer = \"adam\"\n");
  check_refused(p.folder, small_transfer() + Arguments{"--config", "run.toml"}, "--history");
  check_refused(p.folder, small_transfer() + Arguments{"--preset", "tutorial", "--history", "3"},
                "--history");
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
