#include "tools/serve/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>

#include "runtime/standard_streams.h"
#include "tools/session/settings/check.h"

namespace vggstyle {
namespace {

constexpr int kFirstPort = 8080;
constexpr int kLastPort = 8099;
constexpr int kMostPort = 65535;

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}
bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// HOST:PORT at its last colon outside brackets; no port: all of it is the host.
struct HostPort {
  std::string host, port;
  bool has_port;
};
HostPort split_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || text.find(']', colon) != std::string::npos) {
    return {text, "", false};
  }
  return {text.substr(0, colon), text.substr(colon + 1), true};
}

std::string without_brackets(const std::string& host) {
  const bool has = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return has ? host.substr(1, host.size() - 2) : host;
}

bool is_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

bool ServeAddress::is_loopback() const {
  return host == "localhost" || host == "::1" || (is_ipv4(host) && host.starts_with("127."));
}

std::string ServeAddress::text(int at_port) const {
  return is_ipv6(host) ? fmt::format("[{}]:{}", host, at_port)
                       : fmt::format("{}:{}", host, at_port);
}

ServeAddress parse_serve_address(const std::string& text) {
  if (text == "auto") return {"127.0.0.1", kFirstPort, kLastPort};
  const auto [bracketed, digits, has_port] = split_address(text);
  const std::string host = without_brackets(bracketed);
  int port = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  const bool good = is_digits(digits) && error == std::errc() && stop == end && port <= kMostPort;
  const bool good_host =
      host == bracketed ? !host.empty() && host.find(':') == std::string::npos : is_ipv6(host);
  if (!good || !good_host) {
    throw SettingError("serve", fmt::format(" {}: use HOST:PORT, as in 127.0.0.1:8080", text));
  }
  return {host, port, port};
}

void warn_of_others(const ServeAddress& address) {
  if (address.is_loopback()) return;
  tell(
      fmt::format("warning: --serve {}: whoever has the address below can look and steer, and the "
                  "way there is not encrypted",
                  address.text(address.port)));
}

bool looks_like_address(const std::string& word) {
  if (is_digits(word)) return true;  // a port alone, to be refused by name
  const auto [host, port, has_port] = split_address(word);
  return has_port && !host.empty() && is_digits(port) && host.find('/') == std::string::npos;
}

bool is_own_host(const std::string& header, const std::string& typed) {
  const bool bare = is_ipv6(header);
  const std::string host = without_brackets(bare ? header : split_address(header).host);
  return host == "localhost" || host == typed || is_ipv4(host) || is_ipv6(host);
}

}  // namespace vggstyle
