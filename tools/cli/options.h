#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace vggstyle {

/// The command line as it was typed: what the user left out is empty, so that defaults can depend
/// on the command and on the normalization (tools/session/defaults.h). Options that several
/// commands share are declared here once, each group with a function that offers it on a command.

struct NetworkOptions {
  std::string weights;  ///< a file, "synthetic" or "synthetic:SEED"; empty: look for some
  std::optional<std::string> model;
  std::optional<std::string> preprocessing;
  std::string device = "auto";
  std::string precision = "auto";
  std::string kernels = "fast";
  std::string conv = "native";
  std::string gram_product = "native";
  int threads = 0;

  bool operator==(const NetworkOptions&) const = default;
};
void add_network_options(CLI::App& app, NetworkOptions& options);

struct LossOptions {
  std::optional<std::string> style_layers, content_layers;
  std::optional<std::string> gram;
  std::string normalization = "relative";
  std::string pooling = "max";
  std::optional<double> style_weight, content_weight, tv_weight;
};
/// Which of the losses a command has; the others' options are not offered there.
struct LossChoice {
  bool style = true;
  bool content = true;
};
void add_loss_options(CLI::App& app, LossOptions& options, LossChoice choice);

struct PictureOptions {
  std::optional<int> size;        ///< longest side of the picture that is made
  std::optional<int> style_size;  ///< longest side of the styles
  std::optional<double> style_scale;
  std::string style_blend;  ///< "1,2": weights of the styles
  std::string background = "white";
};
void add_picture_options(CLI::App& app, PictureOptions& options, bool with_style);

struct SearchOptions {
  std::optional<std::string> optimizer;
  std::optional<int> history;
  std::optional<double> learning_rate;
  std::optional<int> iterations;
  std::optional<std::string> init;
  std::uint64_t seed = 0;
};
void add_search_options(CLI::App& app, SearchOptions& options);

struct OutputOptions {
  std::string path;
  int bits = 8;
  int save_every = 0;
  std::string log;
  bool quiet = false;
};
void add_output_options(CLI::App& app, OutputOptions& options);

/// -o, with `description` and the file that is written without it.
void add_output_path(CLI::App& app, std::string& path, const std::string& standard,
                     const std::string& description);

}  // namespace vggstyle
