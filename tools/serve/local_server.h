#pragma once

#include <httplib.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "tools/serve/address.h"

namespace vggstyle {

/// What a page's server has whatever it serves: an address, a random token with which every path begins, and the
/// headers of a page that loads nothing from elsewhere. Without the token, or for a Host that is not ours, all
/// answers are 403. Errors are JSON: {"error": "a sentence"}.
class LocalServer {
 public:
  /// Takes the port. SettingError of --serve if it is taken or cannot be had. `most_body`: of a POST, in bytes.
  LocalServer(const ServeAddress& address, std::size_t most_body);
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  /// For the questions that are answered: their paths begin with root(), "/TOKEN/".
  httplib::Server& http() { return *http_; }
  const std::string& root() const { return root_; }
  /// "http://127.0.0.1:8080/TOKEN/".
  std::string url() const;
  /// From now on questions are answered, in threads of its own; until then they wait. Called once.
  void start();

 private:
  std::unique_ptr<httplib::Server> make_server(std::size_t most_body);
  bool bind(int at);
  bool turns_away(const httplib::Request& request, httplib::Response& response) const;

  std::unique_ptr<httplib::Server> http_;
  ServeAddress address_;
  int port_ = 0;
  std::string root_;
  std::thread thread_;
  std::atomic<bool> ended_ = false;
};

inline constexpr const char* kJson = "application/json";
void refuse(httplib::Response& response, int status, const std::string& sentence);

}  // namespace vggstyle
