#include "tools/cli/config/idle_options.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace vggstyle {
namespace {

using Values = std::vector<std::string_view>;

/// An option that has no use beside another one: what the checks of settings refuse.
struct IdleRule {
  std::string_view option;
  Values values;  ///< of which the option has one; none: it has any. *.jpg is whatever ends so
  std::string_view other;
  Values other_values;
  /// The rule does not hold where this option is given.
  std::string_view unless = {};
};

const std::vector<IdleRule>& idle_rules() {
  static const Values below_fp32 = {"3xtf32", "tf32", "fp16", "bf16"};
  static const Values from_content = {"content", "luminance", "only"};
  static const std::vector<IdleRule> rules = {
      {"--checkpoint-every", {}, "--checkpoint", {"none"}},
      {"--save-every", {}, "--output", {"-"}},
      {"--bits", {"16"}, "--output", {"*.jpg", "*.jpeg", "*.webp"}},
      {"--gram", {}, "--style-loss", {"moments", "wasserstein"}},
      {"--history", {}, "--optimizer", {"adam", "gd"}},
      {"--preconditioner", {"pyramid"}, "--optimizer", {"adam", "gd"}},
      {"--learning-rate", {}, "--optimizer", {"lbfgs"}},
      {"--history", {}, "--normalization", {"tutorial"}, "--optimizer"},
      {"--preconditioner", {"pyramid"}, "--normalization", {"tutorial"}, "--optimizer"},
      {"--learning-rate",
       {},
       "--normalization",
       {"relative", "gatys", "neural-style"},
       "--optimizer"},
      {"--color", from_content, "--tileable", {"true"}},
      {"--tileable", {}, "--color", from_content},
      {"--style-blend", {}, "--content-mask", {}},
      {"--content-mask", {}, "--style-blend", {}},
      {"--region-content", {}, "--style-blend", {}},
      {"--precision", below_fp32, "--device", {"cpu"}},
      {"--conv", {"cudnn"}, "--device", {"cpu"}},
      {"--gram-product", {"cublas"}, "--device", {"cpu"}},
  };
  return rules;
}

bool is_one_of(std::string value, const Values& values) {
  std::ranges::transform(value, value.begin(), [](unsigned char c) { return std::tolower(c); });
  return values.empty() || std::ranges::any_of(values, [&](std::string_view one) {
           return one.starts_with('*') ? value.ends_with(one.substr(1)) : value == one;
         });
}

bool has(const std::vector<OptionItem>& items, std::string_view option) {
  return std::ranges::any_of(items, [&](const OptionItem& item) { return item.option == option; });
}

}  // namespace

bool is_idle(const CLI::App& command, const OptionItem& item, const std::vector<OptionItem>& items,
             const std::vector<std::string>& arguments) {
  const auto given = [&](std::string_view option) {
    return given_value(command, std::string(option), arguments);
  };
  const auto holds = [&](const IdleRule& rule) {
    if (rule.option != item.option || !is_one_of(item.values.front(), rule.values)) return false;
    if (!rule.unless.empty() && (given(rule.unless) || has(items, rule.unless))) return false;
    const auto other = given(rule.other);
    return other && is_one_of(*other, rule.other_values);
  };
  // Where a file's masks are replaced, what it says about its regions is about others.
  const bool is_of_other_regions =
      item.option == "--region-content" && has(items, "--content-mask") && given("--content-mask");
  return is_of_other_regions || std::ranges::any_of(idle_rules(), holds);
}

}  // namespace vggstyle
