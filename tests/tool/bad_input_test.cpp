// Whatever is wrong with what the user gives: exit code 2, one sentence, at once, and nothing that
// was there before is touched.

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

/// Refused in a folder with pictures and an old out.png, which stay as they are.
void check_refused_at_once(const TemporaryFolder& folder, const Arguments& arguments,
                           const std::string& expected) {
  write_file(folder / "out.png", "old");
  const std::vector<std::string> before = folder.files();
  const auto start = std::chrono::steady_clock::now();
  check_refused(folder, arguments, expected);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  CAPTURE(arguments);
  CHECK(folder.files() == before);
  CHECK(read_file(folder / "out.png") == "old");
  CHECK(elapsed.count() < 10);  // a run would take minutes
}

struct Case {
  Arguments more;
  std::string expected;
};

/// Each case is added to a transfer that would work, and would take long.
void check_options_refused(const std::vector<Case>& cases) {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const Case& c : cases) {
    Arguments arguments = {"transfer",  "content.png",  "style.png", "--weights",
                           "synthetic", "--iterations", "100000"};
    if (c.more.empty() || c.more.front() != "-o")
      arguments = arguments + Arguments{"-o", "out.png"};
    check_refused_at_once(folder, arguments + c.more, c.expected);
  }
}

TEST_CASE("bad pictures") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string whole = read_file(folder / "content.png");
  write_file(folder / "text.png", "not a picture\n");
  write_file(folder / "empty.png", "");
  write_file(folder / "cut.png", whole.substr(0, whole.size() / 2));
  write_png(folder / "one.png", contrive("dots", 1, 1, 0), 8);
  const Arguments tail = {"-o", "out.png", "--weights", "synthetic"};
  for (const char* bad : {"missing.png", "text.png", "empty.png", "cut.png", "."}) {
    check_refused_at_once(folder, Arguments{"transfer", bad, "style.png"} + tail, bad);
    check_refused_at_once(folder, Arguments{"transfer", "content.png", bad} + tail, bad);
    check_refused_at_once(
        folder, Arguments{"transfer", "content.png", "style.png", "--init", bad} + tail, bad);
  }
  check_refused_at_once(folder, Arguments{"transfer", "one.png", "style.png"} + tail, "too small");
  check_refused_at_once(folder, Arguments{"transfer", "content.png", "one.png"} + tail,
                        "too small");
}

TEST_CASE("bad weights") {
  const TemporaryFolder folder;
  write_pictures(folder);
  write_file(folder / "empty.h5", "");
  write_file(folder / "corrupt.h5", "\x89HDF\r\n\x1a\nand then nothing that makes sense");
  const Arguments base = {"transfer", "content.png", "style.png", "-o", "out.png"};
  for (const char* bad : {"missing.h5", "empty.h5", "corrupt.h5", "content.png", "."}) {
    check_refused_at_once(folder, base + Arguments{"--weights", bad}, bad);
  }
  check_refused_at_once(folder, base + Arguments{"--weights", "synthetic:x"}, "whole number");
  check_refused_at_once(folder, base + Arguments{"--weights", "synthetic", "--model", "vgg11"},
                        "vgg11");
}

TEST_CASE("bad numbers") {
  check_options_refused({{{"--content-weight", "-1"}, "--content-weight"},
                         {{"--style-weight", "nan"}, "--style-weight"},
                         {{"--tv-weight", "inf"}, "--tv-weight"},
                         {{"--style-layers", "conv1_1:-1"}, "--style-layers"},
                         {{"--style-layers", "conv1_1:nan"}, "--style-layers"},
                         {{"--style-layers", "conv1_1:x"}, "--style-layers"},
                         {{"--size", "0"}, "--size"},
                         {{"--size", "10000000"}, "--size"},
                         {{"--size", "99999999999999"}, "--size"},
                         {{"--size", "many"}, "--size"},
                         {{"--size", "30000"}, "memory"},
                         {{"--style-size", "-5"}, "--style-size"},
                         {{"--style-scale", "nan"}, "--style-scale"},
                         {{"--iterations", "0"}, "--iterations"},
                         {{"--history", "0"}, "--history"},
                         {{"--threads", "-1"}, "threads"},
                         {{"--bits", "12"}, "--bits"},
                         {{"--save-every", "-1"}, "--save-every"},
                         {{"--style-blend", "1,2"}, "--style-blend"},
                         {{"--style-blend", "0"}, "--style-blend"},
                         {{"--optimizer", "adam", "--learning-rate", "0"}, "--learning-rate"}});
}

TEST_CASE("bad names") {
  check_options_refused(
      {{{"--style-layers", "conv9_9"}, "conv9_9"},
       {{"--style-layers", "conv1_1,conv1_1"}, "conv1_1"},
       {{"--gram", "cooked"}, "cooked"},
       {{"--style-loss", "sinkhorn"}, "gram, moments, wasserstein"},
       {{"--style-loss", "moments", "--gram", "both"},
        "--gram applies only to the style loss gram"},
       {{"--normalization", "none"}, "none"},
       {{"--pooling", "min"}, "min"},
       {{"--tv-kind", "cubed"}, "absolute, squared, isotropic"},
       {{"--padding", "mirror"}, "zero, reflect, replicate, circular"},
       {{"--optimizer", "sgd"}, "sgd"},
       {{"--preprocessing", "tf"}, "tf"},
       {{"--device", "tpu"}, "tpu"},
       {{"--device", "cuda:1x"}, "cuda:1x"},
       {{"--device", "cuda:99"}, "use --device cpu"},
       {{"--precision", "fp8"}, "fp8"},
       {{"--device", "cpu", "--precision", "tf32"}, "the CPU computes in fp32"},
       {{"--kernels", "slow"}, "slow"},
       {{"--conv", "mkl"}, "use native or cudnn"},
       {{"--device", "cpu", "--conv", "cudnn"}, "--conv cudnn: the CPU"},
       {{"--gram-product", "mkl"}, "use native or cublas"},
       {{"--device", "cpu", "--gram-product", "cublas"}, "--gram-product cublas: the CPU"},
       {{"--background", "reddish"}, "reddish"},
       {{"--history", "5", "--optimizer", "adam"}, "--history"},
       {{"--preconditioner", "pyramid", "--optimizer", "adam"}, "--preconditioner pyramid"},
       {{"--preconditioner", "diagonal"}, "none, pyramid"},
       {{"--learning-rate", "5"}, "--learning-rate"},
       {{"--style-weight", "0", "--content-weight", "0"}, "nothing to minimise"}});
}

TEST_CASE("bad wishes for a contrived picture") {
  const TemporaryFolder folder;
  const std::vector<Case> cases = {{{"nonsense"}, "nonsense"},
                                   {{"dots", "--size", "0"}, "0x0"},
                                   {{"dots", "--size", "16x20000"}, "16x20000"},
                                   {{"dots", "--size", "many"}, "--size: 'many'"},
                                   {{"dots", "--size", "16x"}, "--size: '16x'"},
                                   {{"dots", "--size", "16x16x16"}, "--size: '16x16x16'"},
                                   {{"dots", "--size", "99999999999"}, "--size"},
                                   {{"dots", "--size", ""}, "--size"},
                                   {{"dots", "--scale", "0"}, "--scale must be from 0.1 to 10"},
                                   {{"dots", "--scale", "nan"}, "--scale: 'nan' is not a number"},
                                   {{"dots", "--scale", "big"}, "--scale"},
                                   {{"scene", "--scale", "2"}, "--scale: 'scene'"},
                                   {{"dots", "--colors", "reddish"}, "--colors: 'reddish'"},
                                   {{"dots", "--colors", "#ffffff,"}, "--colors: ''"},
                                   {{"dots", "--colors", "white"}, "--colors: 'dots' takes 2 to"},
                                   {{"scene", "--colors", "white,black"}, "--colors: 'scene'"}};
  for (const Case& c : cases) {
    check_refused_at_once(folder, Arguments{"contrive"} + c.more + Arguments{"-o", "out.png"},
                          c.expected);
  }
}

TEST_CASE("bad outputs") {
  check_options_refused({{{"-o", "nowhere/out.png"}, "nowhere"},
                         {{"-o", "."}, "folder"},
                         {{"-o", ""}, "file name"},
                         {{"-o", "/proc/out.png"}, "/proc/out.png"},
                         {{"--log", "nowhere/run.jsonl"}, "nowhere"}});
  if (::geteuid() == 0) return;  // root may write everywhere
  const TemporaryFolder folder;
  write_pictures(folder);
  std::filesystem::create_directory(folder / "locked");
  std::filesystem::permissions(folder / "locked", std::filesystem::perms::owner_read);
  check_refused_at_once(folder, small_transfer() + Arguments{"-o", "locked/out.png"}, "locked");
}

TEST_CASE("bad command lines") {
  const TemporaryFolder folder;
  write_pictures(folder);
  check_refused_at_once(folder, {}, "a command is required; see vggstyle --help");
  check_refused_at_once(folder, {"transfr"}, "did you mean transfer?");
  check_refused_at_once(folder, {"transfer"}, "CONTENT");
  check_refused_at_once(folder, {"transfer", "content.png"}, "STYLE");
  check_refused_at_once(folder, {"transfer", "content.png", "style.png", "--contnet-weight", "1"},
                        "did you mean --content-weight?");
  check_refused_at_once(folder, {"texture", "style.png", "--content-weight", "1"},
                        "--content-weight");
  check_refused_at_once(folder, {"transfer", "content.png", "style.png", "--size"}, "--size");
  check_refused_at_once(folder, {"transfer", "--size", "x", "--", "content.png", "style.png"},
                        "--size: 'x' is not a whole number");
  check_refused_at_once(folder, {"weights"}, "see vggstyle weights --help");
  check_refused_at_once(folder, {"weights", "info", "missing.h5"}, "missing.h5");
  check_refused_at_once(folder, {"evaluate", "content.png"}, "--output");
  check_refused_at_once(folder, {"evaluate", "content.png", "-o", "nowhere/a.h5"}, "nowhere");
  check_refused_at_once(folder, {"bench", "--size", "0"}, "--size");
  check_refused_at_once(folder, {"bench", "--device", "cpu:"}, "unknown device 'cpu:'");
  check_refused_at_once(folder, {"bench", "--device", "cpu:mmx"},
                        "--device cpu:mmx: this processor has cpu:");
  check_refused_at_once(
      folder, {"texture", "style.png", "--init", "content", "--weights", "synthetic"}, "--init");
}

TEST_CASE("bad toys") {
  const TemporaryFolder folder;
  check_refused_at_once(folder, {"toy", "--image", "1,0,0"}, "four");
  check_refused_at_once(folder, {"toy", "--image", "1,0,0,1.5"}, "between 0 (black) and 1 (white)");
  check_refused_at_once(folder, {"toy", "--image", "1,0,0,nan"}, "between 0 (black) and 1 (white)");
  check_refused_at_once(folder, {"toy", "--image", "1,0,0,x"}, "not a number");
  check_refused_at_once(folder, {"toy", "--starts", "0"}, "--starts");
  for (const char* grid : {"", "4", "4x", "1x4", "5x5", "4x4x4", "-4x-4", "65536x65536"}) {
    check_refused_at_once(folder, {"toy", "--grid", grid}, "such as 4x4");
  }
  check_refused_at_once(folder, {"toy", "--grid", "4x4", "--black", "1"}, "0 or -1");
  check_refused_at_once(folder, {"toy", "--grid", "4x4", "--filters", "plus"}, "unit or signed");
  check_refused_at_once(folder, {"toy", "--grid", "4x4", "--image", "1,0,0,0"}, "--grid");
  check_refused_at_once(folder, {"toy", "--filters", "signed"}, "--grid");
  check_refused_at_once(folder, {"toy", "-o", "nowhere/toy"}, "nowhere");
  check_refused_at_once(folder, {"toy", "-o", "out.png"}, "out.png");
}

}  // namespace
}  // namespace vggstyle::test
