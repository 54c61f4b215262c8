#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tools/serve/board.h"
#include "tools/serve/page_server.h"

namespace vggstyle {

/// --serve: the page of one run, which shows how it goes on and through which it is steered. All of
/// this is called in the run's thread.
class ServedRun {
 public:
  /// Takes the port; see parse_serve_address(), PageServer.
  explicit ServedRun(const std::string& address);

  /// Opens the page, and tells the user where it is. `text` is that of the result; `title` its file.
  void open(const ProblemSpec& problem, Model model, const std::string& title, PictureText text);

  /// Makes the picture of the latest step, as it is to be seen.
  using MakePicture = std::function<Picture()>;
  /// After a step. The picture is made if somebody looks at the page and has not seen it.
  void publish(const Step& step, double seconds, const MakePicture& make);
  /// Whether a pause was asked for.
  bool is_paused() const;
  /// Until somebody wants the run to go on or to stop, or `is_interrupted`.
  void wait(const MakePicture& make, const std::function<bool()>& is_interrupted);
  Next next();

  /// The fresh starts so far, for the record; empty if there were none.
  std::string steered() const;

  /// The last word. Waits, for three seconds at most, until an open page has that and the picture.
  void end(const Picture& picture, const std::string& message);

 private:
  void show(const MakePicture& make);
  PictureText text_so_far() const;

  ServeAddress address_;
  PictureText text_;
  std::vector<LossTerm> terms_;
  std::optional<Board> board_;
  RunState state_;
  PageServer server_;  // the last, so that it goes before what it reads
};

}  // namespace vggstyle
