#include "tools/serve/page_server.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "runtime/error.h"
#include "tools/pictures/write.h"
#include "tools/serve/local_server.h"
#include "tools/serve/messages.h"
#include "tools/serve/page/page.h"

namespace vggstyle {
namespace {

constexpr std::size_t kMostBody = 4096;

/// A whole number of 0 or more; 0 for anything else.
int number_of(const httplib::Request& request, const char* name) {
  const std::string text = request.get_param_value(name);
  int number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return std::max(number, 0);
}

void send_png(httplib::Response& response, const Picture& picture, const PictureText& text,
              const std::optional<Picture>& alpha) {
  const std::vector<std::uint8_t> png = encode_png(picture, 8, text, alpha ? &*alpha : nullptr);
  response.set_content(reinterpret_cast<const char*>(png.data()), png.size(), "image/png");
}

}  // namespace

struct PageServer::Server {
  explicit Server(const ServeAddress& address) : local(address, kMostBody) {}

  LocalServer local;
  httplib::Server& http = local.http();
  const std::string& root = local.root();

  void add_questions(Board& board) {
    http.Get(root, [](const httplib::Request&, httplib::Response& response) {
      response.set_content(std::string(page_html()), "text/html; charset=utf-8");
    });
    http.Get(root + "facts", [&](const httplib::Request&, httplib::Response& response) {
      response.set_content(facts_message(board.facts()), kJson);
    });
    http.Get(root + "state", [&](const httplib::Request& request, httplib::Response& response) {
      const Board::View view =
          board.look(static_cast<std::size_t>(number_of(request, "since")),
                     number_of(request, "every"), request.has_param("picture"));
      response.set_content(state_message(view, board.facts()), kJson);
    });
    http.Get(root + "picture.png", [&](const httplib::Request&, httplib::Response& response) {
      const auto shown = board.picture();
      if (!shown) return refuse(response, 404, "there is no picture yet");
      send_png(response, shown->picture, shown->text, board.facts().alpha);
    });
    http.Get(root + "before.png", [&](const httplib::Request&, httplib::Response& response) {
      send_png(response, board.facts().before, {}, board.facts().alpha);
    });
  }

  /// `does` may throw InputError.
  void add_order(const std::string& name, Board& board,
                 const std::function<void(const std::string& body)>& does) {
    http.Post(root + name,
              [&board, does](const httplib::Request& request, httplib::Response& response) {
                if (board.has_ended()) return refuse(response, 409, "the run has ended");
                try {
                  does(request.body);
                  response.set_content("{}", kJson);
                } catch (const InputError& error) {
                  refuse(response, 400, error.what());
                }
              });
  }

  void add_orders(Board& board) {
    add_order("pause", board, [&](const std::string&) { board.ask_to_pause(true); });
    add_order("go-on", board, [&](const std::string&) { board.ask_to_pause(false); });
    add_order("stop", board, [&](const std::string&) { board.ask_to_stop(); });
    add_order("again", board,
              [&](const std::string&) { board.ask_to_start_afresh(board.weights()); });
    add_order("weights", board, [&](const std::string& body) {
      board.ask_to_start_afresh(parse_weights(body, board.weights(), board.facts()));
    });
  }
};

PageServer::PageServer(const ServeAddress& address) : server_(std::make_unique<Server>(address)) {}

PageServer::~PageServer() = default;

std::string PageServer::url() const {
  return server_->local.url();
}

void PageServer::start(Board& board) {
  server_->add_questions(board);
  server_->add_orders(board);
  server_->local.start();
}

}  // namespace vggstyle
