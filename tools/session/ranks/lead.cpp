#include "tools/session/ranks/lead.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>

#include "optim/ranks/shared_archive.h"
#include "runtime/standard_streams.h"

namespace vggstyle {
namespace {

/// What rank 0 asks of the others during a step, or how the step ends.
enum class Order { kPicture, kState, kNext };

/// The order, and with kNext what follows.
using Message = std::array<double, 2 + std::tuple_size_v<LossWeights>>;

Message message_of(Order order, const Next& next = {}) {
  Message message{static_cast<double>(order), static_cast<double>(next.then)};
  std::ranges::copy(next.weights, message.begin() + 2);
  return message;
}

void send(Ranks& ranks, Message message) {
  ranks.broadcast(message);
}

/// What every rank takes part in: one that left it halfway would leave the others waiting.
void together(Ranks& ranks, const std::function<void()>& act) {
  try {
    act();
  } catch (const std::exception& error) {
    tell(fmt::format("vggstyle: error: {}", error.what()));
    ranks.abort(1);
  }
}

Next lead(Ranks& ranks, const StepCallback& callback, const Step& step) {
  Step shown = step;
  shown.picture = [&] {
    send(ranks, message_of(Order::kPicture));
    Picture picture;
    together(ranks, [&] { picture = step.picture(); });
    return picture;
  };
  if (step.progress.save) {
    shown.progress.save = [&](StateArchive& state) {
      send(ranks, message_of(Order::kState));
      LateErrors late(state);
      together(ranks, [&] { step.progress.save(late); });
      late.rethrow();
    };
  }
  const Next next = callback(shown);
  send(ranks, message_of(Order::kNext, next));
  return next;
}

Next follow(Ranks& ranks, const Step& step) {
  for (;;) {
    Message message{};
    ranks.broadcast(message);
    NoArchive none;
    switch (static_cast<Order>(message[0])) {
      case Order::kPicture:
        step.picture();
        break;
      case Order::kState:
        step.progress.save(none);
        break;
      case Order::kNext:
        Next next{static_cast<Then>(message[1]), {}};
        std::copy_n(message.begin() + 2, next.weights.size(), next.weights.begin());
        return next;
    }
  }
}

}  // namespace

StepCallback led_by_first(Ranks& ranks, const StepCallback& callback) {
  return [&ranks, callback](const Step& step) {
    return ranks.leads() ? lead(ranks, callback, step) : follow(ranks, step);
  };
}

}  // namespace vggstyle
