// The page's server, asked by a client: who is let in, what is answered, what is refused.

#include "tools/serve/page_server.h"

#include <doctest/doctest.h>
#include <httplib.h>

#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "tests/support/files.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"

namespace vggstyle::test {
namespace {

using Json = nlohmann::json;

RunFacts facts_of_test() {
  RunFacts facts;
  facts.title = "out\xff.png";  // no UTF-8
  facts.text = {{"Command", "vggstyle transfer"}, {"Settings", "{}"}};
  facts.before = contrive("scene", 12, 8, 1);
  facts.before_name = "content";
  facts.curves = {"total", "style"};
  facts.can_change = {true, false, true};
  facts.weights = {1, 0, 0};
  facts.budget = 500;
  return facts;
}

/// A server with a board, and a client of it.
struct Served {
  Served() {
    server.start(board);
    const std::string url = server.url();
    const std::size_t path = url.find('/', 7);
    root = url.substr(path);
    client.emplace(url.substr(0, path));
  }

  Json get(const std::string& path) {
    const auto answer = client->Get(root + path);
    REQUIRE(answer);
    REQUIRE(answer->status == 200);
    return Json::parse(answer->body);
  }
  int post(const std::string& path, const std::string& body, const std::string& words = "") {
    const auto answer = client->Post(root + path, body, "application/json");
    REQUIRE(answer);
    if (!words.empty()) {
      const std::string said = Json::parse(answer->body).at("error");
      CAPTURE(said);
      CHECK(said.find(words) != std::string::npos);
    }
    return answer->status;
  }
  Picture picture(const std::string& path) {
    const auto answer = client->Get(root + path);
    REQUIRE(answer);
    CHECK(answer->get_header_value("Content-Type") == "image/png");
    write_file(folder / "got.png", answer->body);
    return read_picture(folder / "got.png");
  }

  TemporaryFolder folder;
  Board board{facts_of_test()};
  PageServer server{parse_serve_address("127.0.0.1:0")};
  std::string root;
  std::optional<httplib::Client> client;
};

TEST_CASE("without the token, or by a stranger's name, everything is refused") {
  Served s;
  for (const std::string path :
       {"/", "/state", "/favicon.ico", "/00000000000000000000000000000000/",
        "/00000000000000000000000000000000/state"}) {
    CAPTURE(path);
    const auto answer = s.client->Get(path);
    REQUIRE(answer);
    CHECK(answer->status == 403);
    CHECK(answer->body.find(s.root) == std::string::npos);
  }
  CHECK(s.client->Post("/stop", "", "text/plain")->status == 403);
  CHECK(s.client->Get(s.root, {{"Host", "evil.example"}})->status == 403);
  CHECK(s.client->Post(s.root + "stop", {{"Host", "evil.example"}}, "", "text/plain")->status ==
        403);
  CHECK(s.board.take_next().then == Then::kGoOn);
  CHECK(s.client->Get(s.root, {{"Host", "localhost:9000"}})->status == 200);
  CHECK(s.client->Get(s.root + "nothing")->status == 404);
  CHECK(s.client->Get(s.root + "stop")->status == 404);  // orders are POST
}

TEST_CASE("the page is one file that loads nothing from elsewhere and tells nobody its address") {
  Served s;
  const auto answer = s.client->Get(s.root);
  REQUIRE(answer);
  CHECK(answer->get_header_value("Content-Type") == "text/html; charset=utf-8");
  CHECK(answer->get_header_value("Referrer-Policy") == "no-referrer");
  CHECK(answer->get_header_value("Content-Security-Policy").starts_with("default-src 'none'"));
  CHECK_FALSE(answer->has_header("Access-Control-Allow-Origin"));
  const std::string& page = answer->body;
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.ends_with("</html>\n"));
  for (const char* part : {"--accent", "async function poll", "id=\"stage\""}) {
    CHECK(page.find(part) != std::string::npos);
  }
  for (const char* part :
       {"http://", "https://", "@import", "<link rel=\"stylesheet", "<script src"}) {
    CAPTURE(part);
    CHECK(page.find(part) == std::string::npos);
  }
}

TEST_CASE("facts and state are what the board has") {
  Served s;
  const Json facts = s.get("facts");
  CHECK(facts.at("before") == "content");
  CHECK(facts.at("can_change") == Json({"style", "tv"}));
  CHECK(facts.at("text").at(0) == Json({"Command", "vggstyle transfer"}));
  CHECK(s.get("state").at("phase") == "starting");
  RunState state;
  state.phase = Phase::kRunning;
  state.evaluations = 3;
  state.seconds = 1.5;
  state.done = 0.25;
  state.weights = {1, 0, 0.125};
  state.fresh_starts = {{3, {1, 0, 0.125}}};
  s.board.publish(state, {2, {0.1, 0.3}});
  s.board.publish(state, {3, {0.2, std::numeric_limits<double>::quiet_NaN()}});
  const Json got = s.get("state?since=1&every=1");
  CHECK(got.at("phase") == "running");
  CHECK(got.at("evaluations") == 3);
  CHECK(got.at("budget") == 500);
  CHECK(got.at("done") == 0.25);
  CHECK(got.at("weights") == Json({{"style", 1.0}, {"content", 0.0}, {"tv", 0.125}}));
  CHECK(got.at("fresh_starts").at(0).at("evaluations") == 3);
  CHECK(got.at("points") == Json::parse("[[3, 0.2, null]]"));
  CHECK(s.get("state?since=-5&every=1").at("points").size() == 2);
  CHECK(s.get("state?since=many&every=1").at("points").size() == 2);
}

TEST_CASE("pictures are the board's") {
  Served s;
  CHECK(s.client->Get(s.root + "picture.png")->status == 404);
  CHECK_FALSE(s.board.wants_picture());
  s.get("state?picture");
  CHECK(s.board.wants_picture());
  const Picture shown = contrive("strokes", 9, 5, 3);
  s.board.show(shown, {{"Command", "vggstyle transfer"}}, 7);
  CHECK(s.get("state").at("picture") == Json({{"version", 1}, {"evaluations", 7}}));
  const Picture got = s.picture("picture.png");
  CHECK(got.width == 9);
  for (std::size_t i = 0; i < got.rgb.size(); ++i) {
    REQUIRE(std::abs(got.rgb[i] - shown.rgb[i]) <= 0.5F);
  }
  CHECK(read_picture_text(s.folder / "got.png").front().second == "vggstyle transfer");
  CHECK(s.picture("before.png").width == 12);
}

TEST_CASE("orders reach the board") {
  Served s;
  CHECK(s.post("pause", "") == 200);
  CHECK(s.board.is_paused());
  CHECK(s.post("go-on", "") == 200);
  CHECK_FALSE(s.board.is_paused());
  CHECK(s.post("weights", R"({"tv": 0.5})") == 200);
  CHECK(s.board.take_next().weights == LossWeights{1, 0, 0.5});
  CHECK(s.post("again", "") == 200);
  CHECK(s.board.take_next().weights == LossWeights{1, 0, 0});
  CHECK(s.post("stop", "") == 200);
  CHECK(s.board.take_next().then == Then::kStop);
  s.board.publish(Phase::kFinished, "wrote it");
  CHECK(s.post("pause", "", "the run has ended") == 409);
}

TEST_CASE("weights that cannot be are refused in a sentence") {
  Served s;
  CHECK(s.post("weights", "", "must be a JSON object") == 400);
  CHECK(s.post("weights", "[1]", "must be a JSON object") == 400);
  CHECK(s.post("weights", "{\"style\":", "must be a JSON object") == 400);
  CHECK(s.post("weights", R"({"style": -1})", "the style weight must be a number") == 400);
  CHECK(s.post("weights", R"({"style": "1"})", "the style weight must be a number") == 400);
  CHECK(s.post("weights", R"({"style": null})", "the style weight must be a number") == 400);
  CHECK(s.post("weights", R"({"style": 1e999})", "") == 400);
  CHECK(s.post("weights", R"({"colour": 1})", "no weight 'colour'") == 400);
  CHECK(s.post("weights", R"({"content": 1})", "this run has no content loss") == 400);
  CHECK(s.post("weights", R"({"style": 0})", "one weight at least") == 400);
  CHECK(s.post("weights", std::string(5000, ' ')) == 413);
  CHECK(s.board.take_next().then == Then::kGoOn);
}

TEST_CASE("a port that is taken is refused, or the next one is") {
  const PageServer first(parse_serve_address("127.0.0.1:0"));
  const std::string url = first.url();
  const std::string address = url.substr(7, url.find('/', 7) - 7);
  CHECK(input_error([&] {
          PageServer second(parse_serve_address(address));
        }).starts_with("serve " + address + ": this port cannot be had"));
  ServeAddress next = parse_serve_address(address);
  next.last_port = 65535;
  if (next.port < 65535) CHECK(PageServer(next).url() != url);
  CHECK_FALSE(input_error([&] { PageServer(parse_serve_address("192.0.2.1:0")); }).empty());
}

}  // namespace
}  // namespace vggstyle::test
