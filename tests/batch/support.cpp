#include "tests/batch/support.h"

#include "tools/pictures/read.h"

namespace vggstyle::test {

void write_jobs(const TemporaryFolder& folder, const std::string& jobs) {
  write_pictures(folder);
  write_file(folder / "jobs.toml",
             "[defaults]\nweights = \"synthetic\"\nstyle-layers = \"conv1_1,conv2_1\"\n"
             "content-layers = \"conv2_1\"\niterations = 4\n" +
                 jobs);
}

std::string transfer_job(const std::string& more) {
  return "[[job]]\ncontent = \"content.png\"\nstyle = \"style.png\"\n" + more;
}

std::string without_command(const TemporaryFolder& folder, const std::string& name) {
  std::string text;
  for (const auto& [keyword, value] : read_picture_text(folder / name)) {
    if (keyword != "Command") text += keyword + ": " + value + "\n";
  }
  const Picture picture = read_picture(folder / name);
  return text + std::string(reinterpret_cast<const char*>(picture.rgb.data()),
                            picture.rgb.size() * sizeof(float));
}

}  // namespace vggstyle::test
