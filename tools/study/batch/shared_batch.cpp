#include "tools/study/batch/shared_batch.h"

#include <nlohmann/json.hpp>

#include "runtime/ranks/texts.h"
#include "tools/session/ranks/rank_device.h"
#include "tools/study/batch/batch_runner.h"

namespace vggstyle {

JobStates run_shared_jobs(const BatchRequest& request, Ranks& ranks) {
  const RankDevices devices(ranks);
  const auto size = static_cast<std::size_t>(ranks.size());
  BatchRequest own = request;
  own.jobs.clear();
  own.quiet = request.quiet || !ranks.leads();
  for (std::size_t i = static_cast<std::size_t>(ranks.rank()); i < request.jobs.size(); i += size) {
    BatchJob& job = own.jobs.emplace_back(request.jobs[i]);
    job.request.settings.device = devices.of(job.request.settings.device);
  }
  nlohmann::json said = nlohmann::json::array();
  for (const JobState& state : run_jobs(own)) {
    said.push_back({static_cast<int>(state.kind), state.text});
  }
  std::vector<nlohmann::json> by_rank;
  for (const std::string& text : gather_texts(ranks, said.dump())) {
    by_rank.push_back(nlohmann::json::parse(text));
  }
  JobStates states;
  for (std::size_t i = 0; i < request.jobs.size(); ++i) {
    const nlohmann::json& state = by_rank[i % size].at(i / size);
    states.push_back({static_cast<JobState::Kind>(state.at(0).get<int>()), state.at(1)});
  }
  return states;
}

}  // namespace vggstyle
