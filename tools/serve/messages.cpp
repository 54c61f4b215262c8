#include "tools/serve/messages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/error.h"

namespace vggstyle {
namespace {

using Json = nlohmann::ordered_json;

/// File names may be no UTF-8.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const char* name_of(Phase phase) {
  switch (phase) {
    case Phase::kStarting:
      return "starting";
    case Phase::kRunning:
      return "running";
    case Phase::kPaused:
      return "paused";
    case Phase::kFinished:
      return "finished";
  }
  throw InternalError("a phase without a name");
}

Json weights_json(const LossWeights& weights) {
  Json json = Json::object();
  for (const LossKind kind : kPictureKinds) {
    json[std::string(name_of(kind))] = weights[static_cast<std::size_t>(kind)];
  }
  return json;
}

/// [evaluations, value, value, ...]; what is not finite becomes null.
Json point_json(const CurvePoint& point) {
  Json json = {point.evaluations};
  for (const double value : point.values) json.push_back(value);
  return json;
}

LossKind kind_of(const std::string& name) {
  for (const LossKind kind : kPictureKinds) {
    if (name == name_of(kind)) return kind;
  }
  throw InputError(fmt::format("there is no weight '{}': they are style, content and tv", name));
}

}  // namespace

std::string facts_message(const RunFacts& facts) {
  Json text = Json::array();
  for (const auto& [keyword, value] : facts.text) text.push_back({keyword, value});
  Json can_change = Json::array();
  for (const LossKind kind : kPictureKinds) {
    if (facts.can_change[static_cast<std::size_t>(kind)]) can_change.push_back(name_of(kind));
  }
  return dump({{"title", facts.title},
               {"text", text},
               {"before", facts.before_name},
               {"curves", facts.curves},
               {"can_change", can_change}});
}

std::string state_message(const Board::View& view, const RunFacts& facts) {
  const RunState& state = view.state;
  Json fresh_starts = Json::array();
  for (const FreshStart& start : state.fresh_starts) {
    fresh_starts.push_back(
        {{"evaluations", start.evaluations}, {"weights", weights_json(start.weights)}});
  }
  Json points = Json::array();
  for (const CurvePoint& point : view.points) points.push_back(point_json(point));
  return dump({{"phase", name_of(state.phase)},
               {"evaluations", state.evaluations},
               {"budget", facts.budget},
               {"iterations", state.iterations},
               {"seconds", state.seconds},
               {"done", state.done},
               {"width", state.width},
               {"height", state.height},
               {"weights", weights_json(state.weights)},
               {"fresh_starts", fresh_starts},
               {"message", state.message},
               {"picture", {{"version", view.version}, {"evaluations", view.picture_evaluations}}},
               {"latest", point_json(view.latest)},
               {"every", view.every},
               {"points", points}});
}

std::string error_message(const std::string& sentence) {
  return dump({{"error", sentence}});
}

LossWeights parse_weights(const std::string& json, const LossWeights& now, const RunFacts& facts) {
  const Json wanted = Json::parse(json, nullptr, false);
  if (!wanted.is_object()) {
    throw InputError("the weights must be a JSON object, as in {\"style\": 1, \"content\": 0.1}");
  }
  LossWeights weights = now;
  for (const auto& [name, value] : wanted.items()) {
    const auto kind = static_cast<std::size_t>(kind_of(name));
    const double weight = value.is_number() ? value.get<double>() : std::nan("");
    if (!std::isfinite(weight) || weight < 0) {
      throw InputError(fmt::format("the {} weight must be a number of 0 or more", name));
    }
    if (weight != now[kind] && !facts.can_change[kind]) {
      throw InputError(
          fmt::format("this run has no {} loss: start it with a {} weight above 0", name, name));
    }
    weights[kind] = weight;
  }
  if (std::ranges::all_of(weights, [](double weight) { return weight == 0; })) {
    throw InputError("one weight at least must be above 0");
  }
  return weights;
}

}  // namespace vggstyle
