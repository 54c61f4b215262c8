#pragma once

#include <memory>
#include <string>

#include "tools/serve/address.h"
#include "tools/serve/board.h"

namespace vggstyle {

/// Serves the page of a run by HTTP, in threads of its own, until it is destroyed. Every path begins with a
/// random token, without which, or for a Host that is not ours, all answers are 403. Beneath it:
///
///   GET  (nothing)            the page (tools/serve/page/)
///   GET  facts                what does not change
///   GET  state                the run after its latest step, and the points of the curves; ?since=N&every=K:
///                             those that are new; &picture: the next step shows a picture
///   GET  picture.png          the picture shown last; 404 before there is one
///   GET  before.png           what it is compared with
///   POST pause, go-on, stop   as they say; stop: as Ctrl-C
///   POST weights              {"style": 1, "content": 0.1}: afresh from here with these weights
///   POST again                afresh from here
///
/// A POST has a body, if only an empty one (curl -d ''). What is refused is 400 (409 once the run has ended) with {"error": "a sentence"}.
class PageServer {
 public:
  /// Takes the port. SettingError if it is taken or cannot be had.
  explicit PageServer(const ServeAddress& address);
  ~PageServer();
  PageServer(const PageServer&) = delete;
  PageServer& operator=(const PageServer&) = delete;

  /// "http://127.0.0.1:8080/TOKEN/".
  std::string url() const;
  /// From now on questions are answered; until then they wait. Called once; `board` outlives this.
  void start(Board& board);

 private:
  struct Server;  // httplib.h is long
  std::unique_ptr<Server> server_;
};

}  // namespace vggstyle
