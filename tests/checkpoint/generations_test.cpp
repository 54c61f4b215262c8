// The files that checkpoints are in: which of two is taken, and that a damaged one never is.

#include "tools/session/checkpoint/generations.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "runtime/cpu_device.h"
#include "tests/support/files.h"
#include "tools/session/checkpoint/seal.h"

namespace vggstyle::test {
namespace {

namespace fs = std::filesystem;

/// A state of a few numbers, all of which depend on `mark`.
struct State {
  explicit State(int number) : mark(number), vector{static_cast<float>(number), -0.0f, 1e-42f} {}

  void archive(StateArchive& state) {
    state.number("mark", mark);
    state.numbers("numbers", numbers);
    state.numbers("none", none);
    state.vector("vector", vector.data(), vector.size());
  }

  int mark;
  std::vector<double> numbers = {0.1, std::numeric_limits<double>::infinity(), std::nan(""), -0.0};
  std::vector<double> none;
  std::vector<float> vector;
};

class Files {
 public:
  void write(Generations& generations, int mark) {
    State state(mark);
    generations.write(*device_, "{\"mark\": " + std::to_string(mark) + "}",
                      [&](StateArchive& archive) { state.archive(archive); });
  }
  /// The mark of what is opened.
  int newest(std::string* sentence = nullptr) {
    std::string told;
    Generations generations(path);
    const Checkpoint checkpoint = generations.open_newest(told);
    State state(-1);
    state.none = {1};
    state.numbers.clear();
    state.archive(*checkpoint.state(*device_));
    CHECK(checkpoint.record() == "{\"mark\": " + std::to_string(state.mark) + "}");
    const State same(state.mark);
    CHECK(state.none.empty());
    REQUIRE(state.numbers.size() == same.numbers.size());
    CHECK(std::isnan(state.numbers[2]));
    CHECK(std::signbit(state.numbers[3]));
    CHECK(state.vector == same.vector);
    if (sentence != nullptr) *sentence = told;
    return state.mark;
  }

  const TemporaryFolder folder;
  const std::string path = folder / "c.h5";
  const std::string previous = path + ".previous";

 private:
  std::unique_ptr<Device> device_ = make_cpu_device(1);
};

}  // namespace

TEST_CASE("a checkpoint comes back bit by bit, the newest first") {
  Files files;
  Generations generations(files.path);
  CHECK_FALSE(generations.any());
  files.write(generations, 1);
  CHECK(generations.any());
  CHECK(files.folder.files() == std::vector<std::string>{"c.h5"});
  std::string told;
  CHECK(files.newest(&told) == 1);
  CHECK(told.empty());
  files.write(generations, 2);
  files.write(generations, 3);
  CHECK(files.newest() == 3);
  CHECK(files.folder.files() == std::vector<std::string>{"c.h5", "c.h5.previous"});
  generations.keep_newest();
  CHECK(files.folder.files() == std::vector<std::string>{"c.h5"});
  files.write(generations, 4);
  generations.remove_all();
  CHECK(files.folder.files().empty());
}

TEST_CASE("a checkpoint that was cut off or changed anywhere is not taken, but the one before") {
  Files files;
  Generations generations(files.path);
  files.write(generations, 1);
  files.write(generations, 2);
  const std::string whole = read_file(files.path);
  const auto check_previous = [&](const std::string& bytes) {
    write_file(files.path, bytes);
    std::string told;
    CHECK(files.newest(&told) == 1);
    CHECK(told.find("taking the one before, '" + files.previous + "'") != std::string::npos);
    CHECK(told.find('\n') == std::string::npos);
  };
  for (std::size_t i = 0; i < 24; ++i) {
    CAPTURE(i);
    check_previous(whole.substr(0, whole.size() * i / 24));
    std::string changed = whole;
    changed[(whole.size() - 1) * i / 23] ^= 4;
    check_previous(changed);
  }
  check_previous(whole + "more");
  fs::remove(files.path);  // killed between two renames
  CHECK(files.newest() == 1);
  write_file(files.previous, "no checkpoint");
  CHECK(input_error([&] { files.newest(); }).find("is not a checkpoint") != std::string::npos);
}

TEST_CASE("a damaged newest does not take the place of the one before") {
  Files files;
  {
    Generations generations(files.path);
    files.write(generations, 1);
    files.write(generations, 2);
  }
  write_file(files.path, "cut off");
  write_file(files.path + ".new", "of a process that was killed");
  Generations generations(files.path);
  std::string told;
  generations.open_newest(told);
  CHECK_FALSE(fs::exists(files.path + ".new"));
  files.write(generations, 3);
  CHECK(files.newest() == 3);
  write_file(files.path, "cut off again");
  CHECK(files.newest() == 1);
}

TEST_CASE("checkpoints of another run are replaced, not mixed with") {
  Files files;
  {
    Generations generations(files.path);
    files.write(generations, 1);
    files.write(generations, 2);
  }
  Generations generations(files.path);
  generations.check();
  files.write(generations, 10);
  CHECK(files.folder.files() == std::vector<std::string>{"c.h5"});
}

TEST_CASE("a file that is no checkpoint is not replaced") {
  const Files files;
  write_file(files.path, "a letter");
  CHECK(input_error([&] {
          Generations(files.path).check();
        }).find("'" + files.path + "' is there and is not a checkpoint") != std::string::npos);
  fs::remove(files.path);
  write_file(files.previous, "a letter");
  CHECK(input_error([&] { Generations(files.path).check(); }).find(files.previous) !=
        std::string::npos);
}

TEST_CASE("checkpoints through a link stay where the link leads") {
  Files files;
  fs::create_directory(files.folder / "disk");
  fs::create_symlink(files.folder / "disk/real.h5", files.path);
  Generations generations(files.path);
  files.write(generations, 1);
  files.write(generations, 2);
  CHECK(fs::is_symlink(files.path));
  CHECK(fs::exists(files.folder / "disk/real.h5.previous"));
  CHECK(files.newest() == 2);
  write_file(files.folder / "disk/real.h5", "cut off");
  CHECK(files.newest() == 1);
}

TEST_CASE("a file's checksum says its bytes") {
  const TemporaryFolder folder;
  write_file(folder / "a", "123456789");
  CHECK(checksum_of_file(folder / "a") == "9 bytes, cbf43926");  // the check value of CRC-32
  CHECK(seal_of(folder / "a") == Seal::kNone);
  seal(folder / "a", "a");
  CHECK(seal_of(folder / "a") == Seal::kWhole);
  CHECK(input_error([&] { checksum_of_file(folder / "b"); }).find("cannot read") !=
        std::string::npos);
}

}  // namespace vggstyle::test
