#include "tools/serve/local_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include "tools/serve/messages.h"
#include "tools/serve/token.h"
#include "tools/session/settings/check.h"

namespace vggstyle {
namespace {

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

}  // namespace

void refuse(httplib::Response& response, int status, const std::string& sentence) {
  response.status = status;
  response.set_content(error_message(sentence), kJson);
}

/// All but its port.
std::unique_ptr<httplib::Server> LocalServer::make_server(std::size_t most_body) {
  auto http = std::make_unique<httplib::Server>();
  // Without SO_REUSEPORT, httplib's own, by which two programs could share a port.
  http->set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http->set_default_headers(kHeaders);
  http->set_payload_max_length(most_body);
  http->new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  http->set_keep_alive_max_count(1);
  http->set_keep_alive_timeout(kPatience);
  http->set_read_timeout(kPatience);
  http->set_write_timeout(kPatience);
  http->set_pre_routing_handler(
      [this](const httplib::Request& request, httplib::Response& response) {
        return turns_away(request, response) ? httplib::Server::HandlerResponse::Handled
                                             : httplib::Server::HandlerResponse::Unhandled;
      });
  http->set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (!response.body.empty()) return;
    const int status = response.status;
    refuse(response, status,
           status == 404
               ? "there is nothing here"
               : "this is no such request; a POST has a body, if only an empty one (curl -d '')");
  });
  return http;
}

LocalServer::LocalServer(const ServeAddress& address, std::size_t most_body)
    : address_(address), root_("/" + random_token() + "/") {
  for (int port = address.port;; ++port) {
    http_ = make_server(most_body);  // anew: httplib gives one that was refused a port no other
    if (bind(port)) return;
    if (port < address.last_port) continue;
    throw SettingError(
        "serve",
        fmt::format(" {}: this port cannot be had; another program has it, or the address is "
                    "none of this machine: use another, or port 0 for any that is free",
                    address.text(port)));
  }
}

LocalServer::~LocalServer() {
  if (!thread_.joinable()) return;
  http_->stop();
  thread_.join();
}

bool LocalServer::bind(int at) {
  if (at == 0) {
    port_ = http_->bind_to_any_port(address_.host);
    return port_ > 0;
  }
  port_ = at;
  return http_->bind_to_port(address_.host, at);
}

/// Answers what has no right to an answer.
bool LocalServer::turns_away(const httplib::Request& request, httplib::Response& response) const {
  if (!is_own_host(request.get_header_value("Host"), address_.host)) {
    refuse(response, 403, "this page is reached by the address of its machine or as localhost");
    return true;
  }
  if (request.path.starts_with(root_)) return false;
  refuse(response, 403, "the address of this page is the one that vggstyle printed");
  return true;
}

std::string LocalServer::url() const {
  return "http://" + address_.text(port_) + root_;
}

void LocalServer::start() {
  thread_ = std::thread([this] {
    http_->listen_after_bind();
    ended_ = true;
  });
  // stop() does nothing before.
  while (!http_->is_running() && !ended_) std::this_thread::yield();
}

}  // namespace vggstyle
