// Where a page is served, and who gets there.

#include "tools/serve/address.h"

#include <doctest/doctest.h>

#include <set>

#include "tests/support/files.h"
#include "tools/serve/token.h"

namespace vggstyle::test {
namespace {

TEST_CASE("an address is a host and a port") {
  const ServeAddress plain = parse_serve_address("127.0.0.1:8080");
  CHECK(plain.host == "127.0.0.1");
  CHECK(plain.port == 8080);
  CHECK(plain.last_port == 8080);
  CHECK(parse_serve_address("localhost:0").port == 0);
  const ServeAddress six = parse_serve_address("[::1]:65535");
  CHECK(six.host == "::1");
  CHECK(six.text(9) == "[::1]:9");
  const ServeAddress automatic = parse_serve_address("auto");
  CHECK(automatic.text(automatic.port) == "127.0.0.1:8080");
  CHECK(automatic.last_port == 8099);
}

TEST_CASE("what is no address is refused by the option's name") {
  for (const char* text : {"", "8080", "localhost", "localhost:", ":8080", "a:65536", "a:-1",
                           "a:1x", "::1:8080", "[a]:80", "a:99999999999"}) {
    CAPTURE(text);
    CHECK(
        input_error([&] { parse_serve_address(text); }).starts_with("serve " + std::string(text)));
  }
}

TEST_CASE("an address on the command line is told from a file") {
  for (const char* word : {"127.0.0.1:8080", "localhost:0", "[::1]:80", "my-machine:5", "8080"}) {
    CHECK(looks_like_address(word));
  }
  for (const char* word : {"a.jpg", "8080.jpg", "a:b", "./a:8", ":8", "--size", "c:/a.png"}) {
    CHECK_FALSE(looks_like_address(word));
  }
}

TEST_CASE("loopback is what no other machine reaches") {
  for (const char* host : {"127.0.0.1:1", "127.1.2.3:1", "localhost:1", "[::1]:1"}) {
    CHECK(parse_serve_address(host).is_loopback());
  }
  for (const char* host : {"0.0.0.0:1", "[::]:1", "192.168.1.5:1", "127.example.org:1"}) {
    CHECK_FALSE(parse_serve_address(host).is_loopback());
  }
}

TEST_CASE("a request names us by an address, as localhost, or as typed") {
  for (const char* header : {"127.0.0.1", "127.0.0.1:8080", "localhost:9000", "[::1]:8080", "[::1]",
                             "192.168.1.5:8080", "mine.local:8080"}) {
    CAPTURE(header);
    CHECK(is_own_host(header, "mine.local"));
  }
  for (const char* header : {"", "evil.example", "evil.example:8080", "127.0.0.1.evil.example:8080",
                             "localhost.evil.example"}) {
    CAPTURE(header);
    CHECK_FALSE(is_own_host(header, "mine.local"));
  }
}

TEST_CASE("tokens have 128 bits and are never the same") {
  std::set<std::string> tokens;
  for (int i = 0; i < 100; ++i) tokens.insert(random_token());
  CHECK(tokens.size() == 100);
  for (const std::string& token : tokens) {
    CHECK(token.size() == 32);
    CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
  }
}

}  // namespace
}  // namespace vggstyle::test
