#pragma once

#include <memory>
#include <string>

#include "tools/serve/address.h"
#include "tools/studio/picture_shelf.h"
#include "tools/studio/run_list.h"

namespace vggstyle {

/// Serves the studio's page by HTTP until it is destroyed; see LocalServer for who is let in. Beneath the token:
///
///   GET  (nothing)                    the page (tools/studio/page/)
///   GET  pictures                     {"pictures": ["bridge.jpg", ...]}
///   GET  pictures/NAME                a small PNG of it
///   POST pictures/NAME                keeps the body under this name; {"name": the one it has now}
///   GET  runs                         {"runs": [{"id", "picture", "command", "status", "message", "has_page"}]},
///                                     newest first
///   POST runs                         a wish (wish.h); {"id": N}
///   POST runs/ID/stop
///   GET  runs/ID/picture.png          the result; 404 before there is one
///   GET, POST runs/ID/page/...        the run's own page (tools/serve/page_server.h), while it is under way
///
/// What is refused is 400 (or 404 for what is not there) with {"error": "a sentence"}.
class StudioServer {
 public:
  /// Takes the port; SettingError of --serve if it cannot be had. `shelf` and `runs`, whose results are in `folder`,
  /// outlive this.
  StudioServer(const ServeAddress& address, const PictureShelf& shelf, RunList& runs,
               const std::string& folder);
  ~StudioServer();
  StudioServer(const StudioServer&) = delete;
  StudioServer& operator=(const StudioServer&) = delete;

  std::string url() const;

 private:
  struct Server;  // httplib.h is long
  std::unique_ptr<Server> server_;
};

}  // namespace vggstyle
