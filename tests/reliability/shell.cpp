#include "tests/reliability/shell.h"

#include <doctest/doctest.h>
#include <sys/wait.h>

#include <cstdlib>

#include "net/synthetic_weights.h"
#include "weights/save.h"

namespace vggstyle::test {

Outcome run_shell(const TemporaryFolder& folder, const std::string& script) {
  const std::string outside = folder.path().string();
  write_file(outside + "-script", "cd '" + outside +
                                      "' || exit 126\nvggstyle='" VGGSTYLE_TOOL
                                      "'\nunset VGGSTYLE_WEIGHTS\nXDG_DATA_HOME='" +
                                      outside + "'\nexport XDG_DATA_HOME\n" + script);
  const std::string command =
      "/bin/sh '" + outside + "-script' >'" + outside + "-out' 2>'" + outside + "-err'";
  const int status = std::system(command.c_str());
  const Outcome outcome{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                        read_file(outside + "-out"), read_file(outside + "-err")};
  for (const char* stream : {"-script", "-out", "-err"}) std::filesystem::remove(outside + stream);
  return outcome;
}

void write_small_weights(const std::string& path) {
  static const NetworkWeights small = [] {
    NetworkWeights weights = synthetic_weights(Model::kVgg16, 1);
    for (std::size_t i = 1; i < weights.layers.size(); ++i) weights.layers[i] = {};
    return weights;
  }();
  save_keras(path, small);
}

void check_nothing_left(const TemporaryFolder& folder) {
  for (const std::string& name : folder.files()) {
    CAPTURE(name);
    CHECK(name.find(".vggstyle-") == std::string::npos);
  }
}

}  // namespace vggstyle::test
