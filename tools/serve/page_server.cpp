#include "tools/serve/page_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <functional>
#include <thread>

#include "runtime/error.h"
#include "tools/pictures/write.h"
#include "tools/serve/messages.h"
#include "tools/serve/page/page.h"
#include "tools/serve/token.h"
#include "tools/session/settings/check.h"

namespace vggstyle {
namespace {

constexpr const char* kJson = "application/json";
constexpr std::size_t kMostBody = 4096;
/// Browsers open connections in advance, each of which holds one for a while.
constexpr std::size_t kThreads = 8;
/// No connection holds the end of a run up for longer.
constexpr int kPatience = 2;

/// The page has all it needs in itself, belongs into no frame, and tells nobody its address.
const httplib::Headers kHeaders = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' "
     "blob: data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action "
     "'none'"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Content-Type-Options", "nosniff"}};

void refuse(httplib::Response& response, int status, const std::string& sentence) {
  response.status = status;
  response.set_content(error_message(sentence), kJson);
}

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
  httplib::Server http;
  ServeAddress address;
  int port = 0;
  std::string root = "/" + random_token() + "/";
  std::thread thread;
  std::atomic<bool> ended = false;

  bool bind(int at) {
    if (at == 0) {
      port = http.bind_to_any_port(address.host);
      return port > 0;
    }
    port = at;
    return http.bind_to_port(address.host, at);
  }

  /// Answers what has no right to an answer.
  bool turns_away(const httplib::Request& request, httplib::Response& response) const {
    if (!is_own_host(request.get_header_value("Host"), address.host)) {
      refuse(response, 403, "this page is reached by the address of its machine or as localhost");
      return true;
    }
    if (request.path.starts_with(root)) return false;
    refuse(response, 403, "the address of this page is the one that vggstyle printed");
    return true;
  }

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

PageServer::PageServer(const ServeAddress& address) : server_(std::make_unique<Server>()) {
  server_->address = address;
  httplib::Server& http = server_->http;
  // Without SO_REUSEPORT, httplib's own, by which two programs could share a port.
  http.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  for (int port = address.port;; ++port) {
    if (server_->bind(port)) return;
    if (port < address.last_port) continue;
    throw SettingError(
        "serve",
        fmt::format(" {}: this port cannot be had; another program has it, or the address is "
                    "none of this machine: use another, or port 0 for any that is free",
                    address.text(port)));
  }
}

PageServer::~PageServer() {
  if (!server_->thread.joinable()) return;
  server_->http.stop();
  server_->thread.join();
}

std::string PageServer::url() const {
  return "http://" + server_->address.text(server_->port) + server_->root;
}

void PageServer::start(Board& board) {
  httplib::Server& http = server_->http;
  http.set_default_headers(kHeaders);
  http.set_payload_max_length(kMostBody);
  http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  http.set_keep_alive_max_count(1);
  http.set_keep_alive_timeout(kPatience);
  http.set_read_timeout(kPatience);
  http.set_write_timeout(kPatience);
  http.set_pre_routing_handler(
      [this](const httplib::Request& request, httplib::Response& response) {
        return server_->turns_away(request, response) ? httplib::Server::HandlerResponse::Handled
                                                      : httplib::Server::HandlerResponse::Unhandled;
      });
  http.set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (!response.body.empty()) return;
    const int status = response.status;
    refuse(response, status,
           status == 404
               ? "there is nothing here"
               : "this is no such request; a POST has a body, if only an empty one (curl -d '')");
  });
  server_->add_questions(board);
  server_->add_orders(board);
  server_->thread = std::thread([this] {
    server_->http.listen_after_bind();
    server_->ended = true;
  });
  // stop() does nothing before.
  while (!http.is_running() && !server_->ended) std::this_thread::yield();
}

}  // namespace vggstyle
