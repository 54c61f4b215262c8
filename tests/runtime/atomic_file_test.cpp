#include "runtime/atomic_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/error.h"

using namespace vggstyle;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "vggstyle-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path), {}));
  }
};

void write(const fs::path& path, const char* text) {
  std::ofstream(path) << text;
}
std::string read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a committed file is there, and nothing else") {
  const Folder folder;
  const fs::path path = folder.path / "out.txt";
  {
    AtomicFile file(path.string());
    write(file.temporary_path(), "new");
    CHECK_FALSE(fs::exists(path));
    file.commit();
    CHECK_THROWS_AS(file.commit(), InternalError);
  }
  CHECK(read(path) == "new");
  CHECK(folder.files() == 1);
}

TEST_CASE("without commit the old file stays, and the temporary one goes") {
  const Folder folder;
  const fs::path path = folder.path / "out.txt";
  write(path, "old");
  {
    AtomicFile file(path.string());
    write(file.temporary_path(), "new");
  }
  CHECK(read(path) == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("permissions are the old file's, or the umask's") {
  const Folder folder;
  const fs::path old_path = folder.path / "old.txt";
  const fs::path new_path = folder.path / "new.txt";
  write(old_path, "old");
  ::chmod(old_path.c_str(), 0640);
  const mode_t mask = ::umask(0022);
  for (const fs::path& path : {old_path, new_path}) {
    AtomicFile file(path.string());
    file.commit();
  }
  ::umask(mask);
  CHECK(fs::status(old_path).permissions() == fs::perms{0640});
  CHECK(fs::status(new_path).permissions() == fs::perms{0644});
}

TEST_CASE("a symbolic link stays one") {
  const Folder folder;
  fs::create_directory(folder.path / "elsewhere");
  const fs::path link = folder.path / "link.txt";
  fs::create_symlink("elsewhere/target.txt", link);
  for (const char* text : {"first", "second"}) {  // first a dangling link, then not
    AtomicFile file(link.string());
    write(file.temporary_path(), text);
    file.commit();
    CHECK(fs::is_symlink(link));
    CHECK(read(folder.path / "elsewhere" / "target.txt") == text);
  }
}

TEST_CASE("a path that cannot be written is refused in one sentence") {
  const Folder folder;
  const auto refuses = [](const fs::path& path, const char* why) {
    CAPTURE(path);
    CHECK_THROWS_WITH_AS(check_output_path(path.string()), doctest::Contains(why), InputError);
    CHECK_THROWS_AS(AtomicFile{path.string()}, InputError);
  };
  refuses("", "empty");
  refuses(folder.path, "is a folder");
  refuses(folder.path.string() + "/", "is a folder");
  refuses(folder.path / "missing" / "out.txt", "no folder");
  refuses("/dev/null", "not a regular file");
  write(folder.path / "file", "");
  refuses(folder.path / "file" / "out.txt", "no folder");
  fs::create_symlink("loop", folder.path / "loop");
  refuses(folder.path / "loop", "circles");
  if (::geteuid() != 0) {  // root may write anywhere
    fs::create_directory(folder.path / "locked");
    ::chmod((folder.path / "locked").c_str(), 0555);
    refuses(folder.path / "locked" / "out.txt", "not writable");
  }
}

TEST_CASE("checking creates nothing, and a plain name is in the current folder") {
  const Folder folder;
  check_output_path((folder.path / "out.txt").string());
  CHECK(folder.files() == 0);
  const fs::path before = fs::current_path();
  fs::current_path(folder.path);
  {
    AtomicFile file("plain.txt");
    file.commit();
  }
  fs::current_path(before);
  CHECK(fs::exists(folder.path / "plain.txt"));
}
