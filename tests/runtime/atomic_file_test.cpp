#include "runtime/files/atomic_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/files.h"

using namespace vggstyle;
using namespace vggstyle::test;
namespace fs = std::filesystem;

namespace {

void check_refused(const fs::path& path, const char* why) {
  CAPTURE(path);
  CHECK_THROWS_WITH_AS(check_output_path(path.string()), doctest::Contains(why), InputError);
  CHECK_THROWS_AS(AtomicFile{path.string()}, InputError);
}

/// A user without rights, as long as it lives: root becomes nobody, others stay who they are.
class Unprivileged {
 public:
  Unprivileged() : root_(::geteuid() == 0) {
    if (root_) REQUIRE(::setresuid(kNobody, kNobody, 0) == 0);
  }
  ~Unprivileged() {
    if (root_) REQUIRE(::setresuid(0, 0, 0) == 0);
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

  static constexpr uid_t kNobody = 65534;

 private:
  bool root_;
};

/// chattr +i, as long as it lives. Needs root and a file system that knows it.
class Immutable {
 public:
  explicit Immutable(const fs::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    set(FS_IMMUTABLE_FL);
  }
  ~Immutable() {
    set(0);
    ::close(descriptor_);
  }
  Immutable(const Immutable&) = delete;
  Immutable& operator=(const Immutable&) = delete;

  bool works() const { return works_; }

 private:
  void set(int flag) {
    int flags = 0;
    works_ = ::ioctl(descriptor_, FS_IOC_GETFLAGS, &flags) == 0;
    flags = (flags & ~FS_IMMUTABLE_FL) | flag;
    works_ = works_ && ::ioctl(descriptor_, FS_IOC_SETFLAGS, &flags) == 0;
  }

  int descriptor_;
  bool works_ = false;
};

}  // namespace

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
  check_refused("", "empty");
  check_refused(folder.path(), "is a folder");
  check_refused(folder.path().string() + "/", "is a folder");
  check_refused(folder.path() / "missing" / "out.txt", "no folder");
  check_refused("/dev/null", "not a regular file");
  write_file(folder.path() / "file", "");
  check_refused(folder.path() / "file" / "out.txt", "no folder");
  fs::create_symlink("loop", folder.path() / "loop");
  check_refused(folder.path() / "loop", "circles");
}

TEST_CASE("a folder without write permission is refused") {
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(0755));
  fs::create_directory(folder.path() / "locked");
  fs::permissions(folder.path() / "locked", fs::perms(0555));
  const Unprivileged user;
  check_refused(folder.path() / "locked" / "out.txt", "not writable");
}

TEST_CASE("another user's file in a sticky folder is refused, one's own is not") {
  if (::geteuid() != 0) {
    MESSAGE("not checked: only root can make another user's file");
    return;
  }
  const TemporaryFolder folder;
  fs::permissions(folder.path(), fs::perms(01777));
  for (const char* name : {"roots.txt", "own.txt"}) {
    write_file(folder.path() / name, "old");
    fs::permissions(folder.path() / name, fs::perms(0666));
  }
  REQUIRE(::chown((folder.path() / "own.txt").c_str(), Unprivileged::kNobody,
                  static_cast<gid_t>(-1)) == 0);
  const Unprivileged user;
  check_refused(folder.path() / "roots.txt", "another user's");
  AtomicFile file((folder.path() / "own.txt").string());
  write_file(file.temporary_path(), "new");
  file.commit();
  CHECK(read_file(folder.path() / "own.txt") == "new");
}

TEST_CASE("immutable files and folders are refused") {
  const TemporaryFolder folder;
  write_file(folder.path() / "file.txt", "old");
  {
    const Immutable file(folder.path() / "file.txt");
    if (!file.works()) {
      MESSAGE("not checked: no root, or a file system without immutable files");
      return;
    }
    check_refused(folder.path() / "file.txt", "immutable");
  }
  const Immutable itself(folder.path());
  REQUIRE(itself.works());
  check_refused(folder.path() / "out.txt", "not writable");
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
