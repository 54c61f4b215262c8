#include "runtime/ranks/texts.h"

#include <algorithm>

namespace vggstyle {

std::vector<std::string> gather_texts(Ranks& ranks, const std::string& own) {
  const double length = static_cast<double>(own.size());
  const std::vector<double> lengths = ranks.gather({&length, 1});
  const auto most = static_cast<std::size_t>(std::ranges::max(lengths));
  std::vector<double> characters(own.begin(), own.end());
  characters.resize(most);
  const std::vector<double> all = ranks.gather(characters);
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < lengths.size(); ++r) {
    std::string& text = texts.emplace_back();
    for (std::size_t i = 0; i < static_cast<std::size_t>(lengths[r]); ++i) {
      text += static_cast<char>(all[r * most + i]);
    }
  }
  return texts;
}

}  // namespace vggstyle
