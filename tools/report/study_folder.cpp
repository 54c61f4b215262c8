#include "tools/report/study_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "runtime/error.h"
#include "runtime/files/atomic_file.h"
#include "runtime/files/file_uses.h"
#include "tools/pictures/font_file.h"
#include "tools/pictures/write.h"
#include "tools/report/csv.h"

namespace vggstyle {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, const std::string& reason) {
  throw InputError(fmt::format("cannot write to the folder '{}': {}", path, reason));
}

/// Makes `folder`, whose parent is there, unless it is there itself.
void make_folder(const fs::path& folder, const std::string& named) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return;
  if (fs::exists(fs::symlink_status(folder, error))) {
    fail(named, fmt::format("'{}' is there and is no folder; give another name", folder.string()));
  }
  fs::create_directory(folder, error);
  if (error) fail(named, fmt::format("it cannot be made ({})", error.message()));
}

constexpr const char* kReportFiles[] = {"study.json", "index.html", "study.csv", "sheet.png"};

bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

/// Our files say near their beginning who made them, but for the table.
bool mentions_us(const fs::path& path) {
  constexpr std::streamsize kBeginning = 65536;
  std::string beginning(kBeginning, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(beginning.data(), kBeginning);
  return beginning.find("vggstyle") != std::string::npos;
}

[[noreturn]] void refuse_foreign(const std::string& folder, const fs::path& file) {
  fail(folder,
       fmt::format("'{}' is there already and is not ours; give another folder, or remove it",
                   file.string()));
}

/// A folder may hold anything beside a study, but none of a study's files that somebody else wrote.
void refuse_foreign_report(const fs::path& folder, const std::string& named) {
  bool ours = false;
  for (const char* name : kReportFiles) {
    const fs::path file = folder / name;
    if (!is_there(file)) continue;
    const bool says = mentions_us(file);
    ours = ours || says;
    const bool must_say = file.extension() == ".json" || file.extension() == ".html";
    if (must_say ? !says : !ours) refuse_foreign(named, file);
  }
}

void write_text(const std::string& path, const std::string& text) {
  AtomicFile output(path);
  std::ofstream file(output.temporary_path(), std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) throw InternalError(fmt::format("cannot write '{}': is the disk full?", path));
  file.close();
  output.commit();
}

}  // namespace

StudyFolder::StudyFolder(std::string path, bool with_sheet) : path_(std::move(path)) {
  if (path_.empty()) throw InputError("a folder to write to is needed: give it a name");
  fs::path folder = fs::path(path_).lexically_normal();
  if (folder.filename().empty()) folder = folder.parent_path();  // without '/' at the end
  const fs::path parent = folder.parent_path();
  std::error_code error;
  if (!parent.empty() && !fs::is_directory(parent, error)) {
    fail(path_, fmt::format("there is no folder '{}'; create it first", parent.string()));
  }
  make_folder(folder, path_);
  refuse_foreign_report(folder, path_);
  if (::access(path_.c_str(), W_OK | X_OK) != 0) {
    fail(path_, fmt::format("it is not writable ({})", std::generic_category().message(errno)));
  }
  if (with_sheet) find_font(false);
}

std::string StudyFolder::file(const std::string& name) const {
  fs::path folder = path_;
  for (const fs::path& part : fs::path(name).parent_path()) {
    folder /= part;
    make_folder(folder, path_);
  }
  return (fs::path(path_) / name).string();
}

void StudyFolder::check_names(const std::vector<std::string>& inputs,
                              const std::vector<std::string>& names) const {
  constexpr std::size_t kLongest = 255;  // bytes of a file's name
  FileUses files;
  for (const std::string& input : inputs)
    files.reads(input, fmt::format("'{}', which is read", input));
  for (const char* name : kReportFiles) {
    const std::string path = (fs::path(path_) / name).string();
    check_output_path(path);
    files.writes(path, "the report");
  }
  for (const std::string& name : names) {
    const fs::path path = fs::path(path_) / name;
    if (path.filename().string().size() > kLongest) {
      fail(path_, fmt::format("the name '{}' is too long for a file; use shorter names of pictures "
                              "or fewer settings",
                              path.filename().string()));
    }
    if (is_there(path)) check_output_path(path.string());
    files.writes(path.string(), "the picture");
  }
  files.check();
  for (const std::string& name : names) {
    const fs::path path = fs::path(path_) / name;
    const bool picture = path.extension() == ".png";
    if (picture && is_there(path) && !mentions_us(path)) refuse_foreign(path_, path);
  }
}

void StudyFolder::write_page(const Document& page) const {
  write_text(file("index.html"), page.html());
}

void StudyFolder::write(const StudyReport& report) const {
  using Json = nlohmann::ordered_json;
  // Names that are not UTF-8 must not cost a study its numbers. Numbers that are not finite are
  // null.
  const std::string json = report.numbers.dump(2, ' ', false, Json::error_handler_t::replace);
  write_text(file("study.json"), json + '\n');
  write_text(file("study.csv"), csv(report.records));
  write_page(report.document);
  write_png(file("sheet.png"), draw_sheet(report.sheet), 8);
}

}  // namespace vggstyle
