// --serve: the tool, run by a user, and its page, asked by a client.

#include <doctest/doctest.h>
#include <httplib.h>
#include <signal.h>

#include <functional>
#include <optional>

#include "tests/tool/support.h"
#include "tools/pictures/read.h"
#include "tools/serve/page_server.h"

namespace vggstyle::test {
namespace {

using Json = nlohmann::json;

/// Waits for what comes soon; how soon is no matter.
void until(const std::string& what, const std::function<bool()>& condition) {
  INFO(what);
  wait_until(condition);
}

Arguments endless() {
  return {
      "transfer",  "content.png",  "style.png",  "--weights",        "synthetic", "--style-layers",
      "conv1_1",   "--iterations", "1000000",    "--optimizer",      "adam",      "--log",
      "run.jsonl", "--threads",    "1",          "--content-layers", "conv1_2",   "-o",
      "out.png",   "--serve",      "127.0.0.1:0"};
}

/// A run that goes on until it is stopped, and its page.
struct ServedTool {
  ServedTool() {
    write_pictures(folder);
    process.emplace(folder, endless());
    until("the address of the page", [&] { return said().find("/\n") != std::string::npos; });
    const std::string text = said();
    const std::size_t url = text.find("http://");
    const std::size_t path = text.find('/', url + 7);
    root = text.substr(path, text.find('\n', path) - path);
    client.emplace(text.substr(url, path - url));
    until("the first step", [&] { return state().at("phase") == "running"; });
  }

  std::string said() const {
    const std::string path = folder.path().string() + "-err";
    return std::filesystem::exists(path) ? read_file(path) : "";
  }
  Json state(const std::string& query = "") {
    const auto answer = client->Get(root + "state?every=0" + query);
    REQUIRE(answer);
    return Json::parse(answer->body);
  }
  int post(const std::string& path, const std::string& body = "") {
    const auto answer = client->Post(root + path, body, "application/json");
    REQUIRE(answer);
    return answer->status;
  }
  void pause() {
    REQUIRE(post("pause") == 200);
    until("the pause", [&] { return state().at("phase") == "paused"; });
  }

  /// As an open page does, for which the run waits a little: the last state, the last picture.
  Json see_the_end() {
    Json last;
    until("the end", [&] {
      last = state();
      return last.at("phase") == "finished";
    });
    const auto picture = client->Get(root + "picture.png");
    REQUIRE(picture);
    write_file(folder / "last.png", picture->body);
    return last;
  }

  TemporaryFolder folder;
  std::optional<ToolProcess> process;
  std::string root;
  std::optional<httplib::Client> client;
};

/// The curves of a state must be the lines of the log.
void check_curves(const Json& state, const Json& facts, const std::vector<Json>& log) {
  const auto& points = state.at("points");
  REQUIRE(points.size() == log.size());
  const std::vector<std::string> names = facts.at("curves");
  CHECK(names == std::vector<std::string>{"total", "style", "content", "tv", "style conv1_1",
                                          "content conv1_2"});
  for (std::size_t i = 0; i < log.size(); ++i) {
    const Json& line = log[i];
    const Json expected = {line.at("evaluations"),
                           line.at("total"),
                           line.at("style"),
                           line.at("content"),
                           line.at("tv"),
                           line.at("style_layers").at("conv1_1"),
                           line.at("content_layers").at("conv1_2")};
    REQUIRE(points[i] == expected);
  }
}

TEST_CASE(
    "a pause pauses, shows the losses of the log and the picture of its step, and a stop saves") {
  ServedTool tool;
  tool.pause();
  const int at = tool.state().at("evaluations");
  until("the picture of the pause",
        [&] { return tool.state("&picture").at("picture").at("evaluations") == at; });
  for (int i = 0; i < 20; ++i) {
    const Json state = tool.state();
    CHECK(state.at("evaluations") == at);
    CHECK(state.at("phase") == "paused");
  }
  const auto log = read_log(tool.folder / "run.jsonl");
  CHECK(log.back().at("evaluations") == at);
  if (at <= 4096) {
    const auto facts = tool.client->Get(tool.root + "facts");
    check_curves(tool.state(), Json::parse(facts->body), log);
  }
  write_file(tool.folder / "shown.png", tool.client->Get(tool.root + "picture.png")->body);
  CHECK(tool.post("stop") == 200);
  const std::string message = tool.see_the_end().at("message");
  CHECK(message.starts_with("interrupted, wrote out.png: 40x30"));
  const Outcome outcome = tool.process->wait();
  CHECK(outcome.exit_code == 130);
  CHECK(read_file(tool.folder / "last.png") == read_file(tool.folder / "out.png"));
  CHECK(outcome.err.find("paused after evaluation " + std::to_string(at)) != std::string::npos);
  CHECK(outcome.err.find("interrupted, wrote out.png") != std::string::npos);
  CHECK(read_picture(tool.folder / "shown.png").rgb == read_picture(tool.folder / "out.png").rgb);
  CHECK(run_tool(tool.folder, {"explain", "out.png"}).err.empty());
}

TEST_CASE("a paused run goes on when it is told to, and hears Ctrl-C") {
  ServedTool tool;
  tool.pause();
  const int at = tool.state().at("evaluations");
  CHECK(tool.post("go-on") == 200);
  until("further steps", [&] { return tool.state().at("evaluations") > at; });
  tool.pause();
  ::kill(tool.process->pid(), SIGINT);
  tool.see_the_end();
  CHECK(tool.process->wait().exit_code == 130);
}

TEST_CASE("other weights are taken, and the log, the picture and explain say so") {
  ServedTool tool;
  CHECK(tool.post("weights", R"({"content": 0.5, "tv": 0.25})") == 200);
  until("the fresh start", [&] { return tool.state().at("fresh_starts").size() == 1; });
  tool.pause();
  const Json state = tool.state();
  const int start = state.at("fresh_starts").at(0).at("evaluations");
  CHECK(state.at("weights") == Json({{"style", 1.0}, {"content", 0.5}, {"tv", 0.25}}));
  CHECK(state.at("latest").at(4) > 0);  // tv
  CHECK(tool.post("stop") == 200);
  tool.see_the_end();
  const Outcome outcome = tool.process->wait();
  const std::string words = "style 1, content 0.5, tv 0.25";
  CHECK(outcome.err.find("evaluation " + std::to_string(start) +
                         ": afresh from here with the weights " + words) != std::string::npos);
  int fresh = 0;
  for (const Json& line : read_log(tool.folder / "run.jsonl")) {
    if (!line.contains("afresh")) continue;
    ++fresh;
    CHECK(line.at("evaluations") == start);
    CHECK(line.at("afresh").at("content") == 0.5);
  }
  CHECK(fresh == 1);
  const std::string steered = "afresh at evaluation " + std::to_string(start);
  const Outcome explained = run_tool(tool.folder, {"explain", "out.png"});
  CHECK(explained.out.find("--serve") == std::string::npos);
  CHECK(explained.err.find(steered) != std::string::npos);
  CHECK(run_tool(tool.folder, {"explain", "--all", "out.png"}).out.find("Steered: " + steered) !=
        std::string::npos);
}

TEST_CASE("a run at which nobody looks ends as one without a page, with the same picture") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::string plain = picture_bytes(folder, small_transfer());
  // Alone it may stand before a file; quiet, it still says where the page is.
  for (const Arguments& serve : {Arguments{"--serve=127.0.0.1:0"}, Arguments{"--serve", "[::1]:0"},
                                 Arguments{"--serve", "--quiet"}}) {
    CAPTURE(serve);
    CHECK(picture_bytes(folder, small_transfer() + serve) == plain);
  }
  Arguments before_files = small_transfer();
  before_files.insert(before_files.begin() + 1, "--serve");
  const Outcome outcome = run_tool(folder, before_files + Arguments{"--quiet"});
  CHECK(outcome.exit_code == 0);
  CHECK(outcome.err.starts_with("the page of this run: http://127.0.0.1:80"));
  CHECK(count_lines(outcome.err) == 1);
}

TEST_CASE("a page that is open to the network is warned of") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome open =
      run_tool(folder, small_transfer() + Arguments{"--quiet", "--serve", "0.0.0.0:0"});
  CHECK(open.exit_code == 0);
  CHECK(open.err.starts_with("warning: --serve 0.0.0.0:0: whoever has the address"));
  CHECK(count_lines(open.err) == 2);
}

TEST_CASE("addresses that cannot be are refused before any work") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const PageServer other(parse_serve_address("127.0.0.1:0"));
  const std::string url = other.url();
  const std::string taken = url.substr(7, url.find('/', 7) - 7);
  check_refused(folder, small_transfer() + Arguments{"--serve", taken},
                "--serve " + taken + ": this port cannot be had");
  check_refused(folder, small_transfer() + Arguments{"--serve", "8080"},
                "--serve 8080: use HOST:PORT");
  check_refused(folder, small_transfer() + Arguments{"--serve", "--dry-run"}, "--serve");
  CHECK(folder.files() == std::vector<std::string>{"content.png", "style.png"});
}

}  // namespace
}  // namespace vggstyle::test
