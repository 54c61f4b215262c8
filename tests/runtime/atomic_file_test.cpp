#include "runtime/files/atomic_file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/files.h"

using namespace vggstyle;
using namespace vggstyle::test;
namespace fs = std::filesystem;

TEST_CASE("a committed file is there, and nothing else") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "out.txt";
  {
    AtomicFile file(path.string());
    write_file(file.temporary_path(), "new");
    CHECK_FALSE(fs::exists(path));
    file.commit();
    CHECK_THROWS_AS(file.commit(), InternalError);
  }
  CHECK(read_file(path) == "new");
  CHECK(folder.files().size() == 1);
}

TEST_CASE("without commit the old file stays, and the temporary one goes") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "out.txt";
  write_file(path, "old");
  {
    AtomicFile file(path.string());
    write_file(file.temporary_path(), "new");
  }
  CHECK(read_file(path) == "old");
  CHECK(folder.files().size() == 1);
}

TEST_CASE("permissions are the old file's, or the umask's") {
  const TemporaryFolder folder;
  const fs::path old_path = folder.path() / "old.txt";
  const fs::path new_path = folder.path() / "new.txt";
  write_file(old_path, "old");
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
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "elsewhere");
  const fs::path link = folder.path() / "link.txt";
  fs::create_symlink("elsewhere/target.txt", link);
  for (const char* text : {"first", "second"}) {  // first a dangling link, then not
    AtomicFile file(link.string());
    write_file(file.temporary_path(), text);
    file.commit();
    CHECK(fs::is_symlink(link));
    CHECK(read_file(folder.path() / "elsewhere" / "target.txt") == text);
  }
}

TEST_CASE("a path that cannot be written is refused in one sentence") {
  const TemporaryFolder folder;
  const auto refuses = [](const fs::path& path, const char* why) {
    CAPTURE(path);
    CHECK_THROWS_WITH_AS(check_output_path(path.string()), doctest::Contains(why), InputError);
    CHECK_THROWS_AS(AtomicFile{path.string()}, InputError);
  };
  refuses("", "empty");
  refuses(folder.path(), "is a folder");
  refuses(folder.path().string() + "/", "is a folder");
  refuses(folder.path() / "missing" / "out.txt", "no folder");
  refuses("/dev/null", "not a regular file");
  write_file(folder.path() / "file", "");
  refuses(folder.path() / "file" / "out.txt", "no folder");
  fs::create_symlink("loop", folder.path() / "loop");
  refuses(folder.path() / "loop", "circles");
  if (::geteuid() != 0) {  // root may write anywhere
    fs::create_directory(folder.path() / "locked");
    ::chmod((folder.path() / "locked").c_str(), 0555);
    refuses(folder.path() / "locked" / "out.txt", "not writable");
  }
}

TEST_CASE("checking creates nothing, and a plain name is in the current folder") {
  const TemporaryFolder folder;
  check_output_path((folder.path() / "out.txt").string());
  CHECK(folder.files().size() == 0);
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  {
    AtomicFile file("plain.txt");
    file.commit();
  }
  fs::current_path(before);
  CHECK(fs::exists(folder.path() / "plain.txt"));
}
