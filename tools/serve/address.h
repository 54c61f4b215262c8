#pragma once

#include <string>

namespace vggstyle {

/// Where a page is served.
struct ServeAddress {
  std::string host;   ///< an IP address, without the brackets of IPv6, or a name
  int port = 0;       ///< 0: any that is free
  int last_port = 0;  ///< the ports up to this are tried in turn

  /// Whether only programs of this machine get there.
  bool is_loopback() const;
  /// "127.0.0.1:8080", "[::1]:8080".
  std::string text(int at_port) const;
};

/// HOST:PORT, or "auto": 127.0.0.1 and the first free port from 8080 to 8099. SettingError for anything else.
ServeAddress parse_serve_address(const std::string& text);

/// Tells the user if others can get there, too.
void warn_of_others(const ServeAddress& address);

/// Whether a word of a command line is meant as HOST:PORT by its looks, and not as a file.
bool looks_like_address(const std::string& word);

/// Whether the Host header of a request names a machine by its address, as localhost, or as `typed`. A page of
/// somebody else that reaches us through a name of theirs (DNS rebinding) has their name there.
bool is_own_host(const std::string& header, const std::string& typed);

}  // namespace vggstyle
