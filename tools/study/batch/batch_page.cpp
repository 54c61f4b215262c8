#include "tools/study/batch/batch_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/pictures/read.h"
#include "tools/pictures/resize.h"
#include "tools/study/batch/prepared_job.h"

namespace vggstyle {
namespace {

using Kind = JobState::Kind;

constexpr int kThumbnail = 192;      ///< longest side
constexpr std::size_t kGroup = 100;  ///< thumbnails that are held at the same time

Figure thumbnail(const BatchJob& job, const JobState& state) {
  const auto small = [](std::pair<int, int> size) {
    return fit_longest_side(size.first, size.second,
                            std::min(kThumbnail, std::max(size.first, size.second)));
  };
  const RecordFiles files = files_of(job);
  return {.label = job.name,
          .caption = fmt::format("job {}: {}", job.number, state.text),
          .picture = read_picture(files.picture, files.reading, small),
          .link = job.name};
}

void add_failures(Document& page, const BatchRequest& request, const JobStates& states) {
  if (count(states, Kind::kFailed) > 0) page.heading("Not made");
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].kind == Kind::kFailed) page.paragraph(failure_line(request.jobs[i], states[i]));
  }
}

}  // namespace

Document batch_page(const BatchRequest& request, const JobStates& states) {
  Document page(fmt::format("Batch: {}", request.title));
  page.preformatted(request.command_line);
  page.paragraph(fmt::format("{} of {} pictures made.", count(states, Kind::kDone), states.size()));
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (states[i].kind != Kind::kDone) continue;
    figures.push_back(thumbnail(request.jobs[i], states[i]));
    if (figures.size() < kGroup) continue;
    page.figures(figures);
    figures.clear();
  }
  if (!figures.empty()) page.figures(figures);
  add_failures(page, request, states);
  return page;
}

}  // namespace vggstyle
