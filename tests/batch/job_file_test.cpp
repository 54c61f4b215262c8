// What a file of jobs may say: whatever is wrong with it is told with its place, before any work.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/batch/support.h"

namespace vggstyle::test {
namespace {

/// A file of jobs, and what is said of it.
struct Wrong {
  std::string text, said;
};

void check_all_refused(const std::string& file, const std::vector<Wrong>& all) {
  const TemporaryFolder folder;
  write_pictures(folder);
  for (const Wrong& wrong : all) {
    CAPTURE(wrong.text);
    write_file(folder / file, wrong.text);
    check_refused(folder, {"batch", file, "-o", "out"}, wrong.said);
    CHECK_FALSE(std::filesystem::exists(folder / "out"));
  }
}

TEST_CASE("what is wrong with a TOML file is told with line and column") {
  const std::string job = transfer_job();
  check_all_refused(
      "jobs.toml",
      {{"", "'jobs.toml' has no job"},
       {"[defaults\n", "'jobs.toml', line 1, column "},
       {"size = 3\n" + job, "'jobs.toml', line 1, column 1: size belongs in [defaults]"},
       {"[defaults]\nsize = 0\n" + job, "line 2, column 1: --size must be from 1"},
       {"[defaults]\nsice = 9\n" + job, "line 2, column 1: no command has an option --sice"},
       {job + "seed = 1\n  sice = 9\n", "line 5, column 3: unknown option '--sice': did you mean"},
       {job + "seed = 1\nsize = \"x\"\n", "line 5, column 1: --size: 'x' is not a whole number"},
       {job + "size = { a = 1 }\n", "line 4, column 1: size has no value of an option"},
       {job + "size = []\n", "line 4, column 1: size has no value of an option"},
       {job + "bits = 12\n", "line 4, column 1: --bits must be 8 or 16"},
       {job + "gram = \"blue\"\n", "line 4, column 1: unknown"},
       {job + "style-layers = \"conv9_9\"\n", "line 4, column 1: unknown layer 'conv9_9'"},
       {job + "style-blend = \"1,2\"\n", "line 4, column 1: --style-blend"},
       {job + "optimizer = \"adam\"\nhistory = 3\n", "line 1, column 1: --history applies only"},
       {job + "preset = \"none\"\n", "line 4, column 1: unknown preset 'none'"},
       {job + "output = \"a.bmp\"\n", "line 4, column 1: cannot write 'out/a.bmp'"},
       {job + "output = \"../a.png\"\n", "line 4, column 1: output: '../a.png' leads out"},
       {job + "output = \"a.jpg\"\nbits = 16\n", "line 5, column 1: cannot write 'out/a.jpg'"},
       {job + "command = \"paint\"\n", "line 4, column 1: command paint: use transfer, texture"},
       {job + "command = \"texture\"\n", "a texture takes a style and no content"},
       {job + "[[job]]\nstyle = \"style.png\"\n", "line 4, column 1: a transfer takes a content"},
       {job + job,
        "line 4, column 1: its picture, 'content-style.png', would have the name of job 1"},
       {job + "output = \"a.png\"\n" + job + "output = \"a.tif\"\n", "the name of job 1's"}});
}

TEST_CASE("what is wrong with a CSV file is told with line and column") {
  const std::string head = "content,style,size\n";
  check_all_refused(
      "jobs.csv",
      {{"", "'jobs.csv' has no job"},
       {head, "'jobs.csv' has no job"},
       {head + "content.png,style.png\n", "'jobs.csv', line 2: it has 2 fields, and the first"},
       {head + "content.png,style.png,1\ncontent.png,style.png,x\n",
        "'jobs.csv', line 3, column 3: --size: 'x' is not a whole number"},
       {head + "content.png,\"style.png,1\n", "'jobs.csv', line 2: a quote is not closed"},
       {"content,style,sice\ncontent.png,style.png,1\n",
        "line 2, column 3: unknown option '--sice'"}});
}

TEST_CASE("options that make no sense in a batch are refused") {
  std::vector<Wrong> all;
  for (const char* option : {"save-every = 1", "checkpoint-every = 1", "checkpoint = \"a.h5\"",
                             "log = \"a.jsonl\"", "serve = \"auto\"", "dry-run = true",
                             "quiet = true", "config = \"a.toml\"", "help = true", "show = true"}) {
    all.push_back({transfer_job(std::string(option) + "\n"), "is not for jobs of a batch"});
    all.push_back(
        {"[defaults]\n" + std::string(option) + "\n" + transfer_job(), "line 2, column 1: "});
  }
  all.push_back({transfer_job("bits = 16\noutput = \"a.jpg\"\n"), "JPEG has 8 bits"});
  all.push_back(
      {transfer_job("init = \"-\"\n"), "standard input, '-', is not for jobs of a batch"});
  check_all_refused("jobs.toml", all);
}

TEST_CASE("options of the command line that do not go together are refused") {
  const TemporaryFolder folder;
  write_jobs(folder, transfer_job());
  std::filesystem::create_directory(folder / "empty");
  const std::vector<std::pair<Arguments, std::string>> all = {
      {{"batch"}, "give a file of jobs, or --contents and --styles"},
      {{"batch", "--contents", "content.png"}, "give a file of jobs, or --contents and --styles"},
      {{"batch", "none.toml"}, "cannot read the jobs of 'none.toml'"},
      {{"batch", "."}, "cannot read the jobs of '.'"},
      {{"batch", "jobs.toml", "--styles", "style.png"}, "excludes"},
      {{"batch", "jobs.toml", "--only", "2"}, "--only must be from 1 to 1, not 2"},
      {{"batch", "jobs.toml", "--at-once", "-1"}, "--at-once must be from 0 to 1024"},
      {{"batch", "jobs.toml", "--dry-run", "--slurm"}, "excludes"},
      {{"batch", "jobs.toml", "--only", "1", "--slurm"}, "excludes"},
      {{"batch", "jobs.toml", "--name", "{x}.png"}, "output: {x} is none of"},
      {{"batch", "--contents", "empty", "--styles", "style.png"}, "has no pictures"},
      {{"batch", "--contents", ".", "--styles", "style.png", "-o", "."}, "give another --output"},
      {{"batch", "--contents", "content.png", "--styles", "style.png", "style.png"},
       "job 2: its picture, 'content-style.png', would have the name of job 1's"}};
  for (const auto& one : all) {
    CAPTURE(one.second);
    check_refused(folder, one.first, one.second);
  }
}

}  // namespace
}  // namespace vggstyle::test
