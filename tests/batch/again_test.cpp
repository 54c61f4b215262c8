// A second start: what is done is kept by the key of its settings, failures are tried again, and nothing of somebody
// else's is touched.

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/batch/support.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

const Arguments kBatch = {"batch", "jobs.toml", "-o", "out"};

/// Two jobs that can be run.
std::string two_jobs(const std::string& of_second = "") {
  return transfer_job("output = \"a.jpg\"\n") + transfer_job("output = \"b.png\"\n" + of_second);
}

TEST_CASE("what is done is kept, what has other settings is made again") {
  const TemporaryFolder folder;
  write_jobs(folder, two_jobs());
  REQUIRE(run_tool(folder, kBatch).exit_code == 0);
  const auto a = fs::last_write_time(folder / "out/a.jpg"),
             b = fs::last_write_time(folder / "out/b.png");
  const Outcome again = run_tool(folder, kBatch);
  CHECK(again.exit_code == 0);
  CHECK(again.err == "wrote out: open out/index.html\n");
  CHECK(fs::last_write_time(folder / "out/b.png") == b);
  std::string changes;
  for (const char* change : {"seed = 3\n", "bits = 16\n", "pooling = \"avg\"\n"}) {
    CAPTURE(change);
    changes += change;
    write_jobs(folder, two_jobs(changes));
    const Outcome outcome = run_tool(folder, kBatch);
    CHECK(outcome.exit_code == 0);
    CHECK(has(outcome.err, "1 picture (1 more are there)"));
    CHECK(fs::last_write_time(folder / "out/a.jpg") == a);
  }
  CHECK(fs::last_write_time(folder / "out/b.png") != b);
  write_file(folder / "out/a.jpg",
             read_file(folder / "out/b.png"));  // no more the one of the record
  CHECK(has(run_tool(folder, kBatch).err, "1 picture (1 more are there)"));
}

TEST_CASE("failures do not stop the others, are told in a line each, and are tried again") {
  const TemporaryFolder folder;
  write_jobs(folder, "[[job]]\ncontent = \"none.png\"\nstyle = \"style.png\"\n" + two_jobs() +
                         transfer_job("output = \"c.png\"\nweights = \"none.h5\"\n") +
                         transfer_job("output = \"d.png\"\nsize = 1\n"));
  const Outcome first = run_tool(folder, kBatch + Arguments{"--quiet"});
  CHECK(first.exit_code == 1);
  CHECK(first.out.empty());
  CHECK(count_lines(first.err) == 4);
  CHECK(has(first.err, "job 1, none-style.png: there is no file 'none.png'\n"));
  CHECK(has(first.err, "job 4, c.png: "));
  CHECK(has(first.err, "job 5, d.png: "));
  CHECK(has(first.err, "3 of 5 jobs failed; the same command tries them again\n"));
  CHECK(fs::exists(folder / "out/a.jpg"));
  const std::string page = read_file(folder / "out/index.html");
  CHECK(has(page, "2 of 5 pictures made."));
  CHECK(has(page, "job 1, none-style.png: there is no file"));
  CHECK(has(page, "<a href=\"./b.png\"><img src=\"data:image/png;base64,"));

  fs::copy(folder / "content.png", folder / "none.png");
  const Outcome second = run_tool(folder, kBatch);
  CHECK(second.exit_code == 1);
  CHECK(has(second.err, "2 of 5 jobs failed"));
  CHECK(has(second.err, "(2 more are there)"));
  CHECK(fs::exists(folder / "out/none-style.png"));
  CHECK(run_tool(folder, kBatch + Arguments{"--only", "1"}).exit_code == 0);
  CHECK(run_tool(folder, kBatch + Arguments{"--only", "5"}).exit_code == 1);
}

TEST_CASE("a dry run lists the jobs and writes nothing") {
  const TemporaryFolder folder;
  write_jobs(folder,
             two_jobs("size = 20\n") + "[[job]]\ncontent = \"none.png\"\nstyle = \"style.png\"\n");
  const Arguments dry = kBatch + Arguments{"--dry-run"};
  Outcome outcome = run_tool(folder, dry);
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.empty());
  CHECK(has(outcome.out, "2 to do, 0 done, 1 cannot run"));
  CHECK(has(outcome.out, "cannot run: there is no file 'none.png'"));
  CHECK(has(outcome.out, "40x30"));
  CHECK(has(outcome.out, "20x15"));
  CHECK_FALSE(fs::exists(folder / "out"));
  run_tool(folder, kBatch + Arguments{"--only", "2"});
  outcome = run_tool(folder, dry);
  CHECK(has(outcome.out, "1 to do, 1 done, 1 cannot run"));
}

TEST_CASE("nothing of somebody else's is overwritten") {
  for (const char* name :
       {"out/a.jpg", "out/b.png", "out/a.json", "out/index.html", "out/study.json"}) {
    CAPTURE(name);
    const TemporaryFolder folder;
    write_jobs(folder, two_jobs());
    fs::create_directory(folder / "out");
    write_file(folder / name, "mine");
    const Outcome outcome = run_tool(folder, kBatch);
    CHECK(outcome.exit_code == 2);
    CHECK(count_lines(outcome.err) == 1);
    CHECK(read_file(folder / name) == "mine");
    CHECK(fs::directory_iterator(folder / "out")->path().filename() == fs::path(name).filename());
  }
  const TemporaryFolder folder;
  write_jobs(folder, transfer_job("output = \"content.png\"\n"));
  check_refused(folder, {"batch", "jobs.toml", "-o", "."}, "content.png");
}

}  // namespace
}  // namespace vggstyle::test
