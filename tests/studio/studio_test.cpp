// The studio as a browser and a terminal see it.

#include <doctest/doctest.h>
#include <httplib.h>
#include <signal.h>

#include <memory>
#include <optional>

#include "tests/tool/support.h"
#include "tools/contrive/contrive.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

/// A studio in `folder`, and a browser.
class Studio {
 public:
  explicit Studio(const TemporaryFolder& folder)
      : errors_(folder.path().string() + "-err"),
        process_(folder, {"studio", "rooms", "--weights", "synthetic", "--threads", "1", "--serve",
                          "127.0.0.1:0"}) {
    wait_until([&] { return said().find("/\n", said().find("http://") + 1) != std::string::npos; });
    const std::size_t begin = said().find("http://");
    const std::string url = said().substr(begin, said().find('\n', begin) - begin);
    const std::size_t path = url.find('/', 7);
    root = url.substr(path);
    client.emplace(url.substr(0, path));
    client->set_read_timeout(60);
  }

  Json get(const std::string& path) { return Json::parse(body(client->Get(root + path), 200)); }
  Json post(const std::string& path, const std::string& text, int status = 200) {
    return Json::parse(body(client->Post(root + path, text, "application/octet-stream"), status));
  }
  std::string bytes(const std::string& path) { return body(client->Get(root + path), 200); }

  void add_picture(const std::string& name, const char* kind) {
    const std::vector<std::uint8_t> png = encode_png(contrive(kind, 40, 32, 1), 8);
    CHECK(post("pictures/" + name, std::string(png.begin(), png.end())).at("name") == name);
  }
  void add_pictures() {
    add_picture("scene.png", "scene");
    add_picture("strokes.png", "strokes");
  }
  /// A transfer at 32 px with these options.
  int make(const std::string& options) {
    return post("runs", R"({"task": "transfer", "content": "scene.png", "styles": ["strokes.png"],
                            "options": {"size": "32")" +
                            options + "}}")
        .at("id");
  }
  Json run(int id) {
    const Json answer = get("runs");
    for (const Json& run : answer.at("runs")) {
      if (run.at("id") == id) return run;
    }
    FAIL("no such run");
    return {};
  }
  void wait_for(int id, const std::string& status) {
    wait_until([&] { return run(id).at("status") == status; });
  }
  Outcome end() {
    ::kill(process_.pid(), SIGINT);
    return process_.wait();
  }

  std::string root;
  std::optional<httplib::Client> client;

 private:
  std::string said() const { return fs::exists(errors_) ? read_file(errors_) : ""; }
  static std::string body(const httplib::Result& answer, int status) {
    REQUIRE(answer);
    CAPTURE(answer->body);
    REQUIRE(answer->status == status);
    return answer->body;
  }

  const std::string errors_;
  ToolProcess process_;
};

}  // namespace

TEST_CASE("a picture is made from what was uploaded, and stays for the next studio") {
  const TemporaryFolder folder, elsewhere;
  {
    Studio studio(folder);
    CHECK(studio.bytes("").find("vggstyle studio") != std::string::npos);
    CHECK(studio.get("runs").at("runs").empty());
    studio.add_pictures();
    CHECK(studio.get("pictures").at("pictures") == Json({"scene.png", "strokes.png"}));
    CHECK(studio.bytes("pictures/scene.png").starts_with("\x89PNG"));
    const int id = studio.make(R"(, "iterations": "3")");
    studio.wait_for(id, "finished");
    CHECK(studio.run(id).at("picture") == "scene-strokes.png");
    write_file(elsewhere / "got.png", studio.bytes("runs/1/picture.png"));
    CHECK(read_picture(elsewhere / "got.png").width == 32);
    const Outcome explained = run_tool(elsewhere, {"explain", "got.png"});
    CHECK(explained.out.find("pictures/scene.png pictures/strokes.png") != std::string::npos);
    CHECK(explained.out.find("--iterations=3") != std::string::npos);
    CHECK(studio.end().exit_code == 0);
  }
  Studio again(folder);
  CHECK(again.run(1).at("status") == "finished");
  CHECK(again.bytes("runs/1/picture.png") == read_file(elsewhere / "got.png"));
  CHECK(again.make(R"(, "iterations": "1")") == 2);
  CHECK(again.run(2).at("picture") == "scene-strokes-2.png");
}

TEST_CASE("runs take turns, show their own page, and can be stopped or called off") {
  const TemporaryFolder folder;
  Studio studio(folder);
  studio.add_pictures();
  const int first = studio.make(R"(, "iterations": "1000000")");
  const int second = studio.make(R"(, "iterations": "1000000")");
  const int third = studio.make(R"(, "iterations": "2")");
  wait_until([&] { return studio.run(first).at("has_page") == true; });
  CHECK(studio.run(second).at("status") == "waiting");
  studio.post("runs/2/page/stop", "", 400);  // it has no page yet
  const Json facts = studio.get("runs/1/page/facts");
  CHECK(facts.at("before") == "content");
  wait_until([&] { return studio.get("runs/1/page/state?picture").at("evaluations") > 3; });
  CHECK(studio.post("runs/1/page/weights", "[]", 400)
            .at("error")
            .get<std::string>()
            .starts_with("the weights"));
  studio.post("runs/2/stop", "");
  studio.post("runs/2/stop", "", 400);
  studio.post("runs/1/stop", "");
  studio.wait_for(third, "finished");
  CHECK(studio.run(first).at("status") == "stopped");
  CHECK(studio.run(second).at("status") == "stopped");
  CHECK(studio.bytes("runs/1/picture.png").starts_with("\x89PNG"));
  CHECK(studio.client->Get(studio.root + "runs/2/picture.png")->status == 404);
  CHECK(studio.client->Get(studio.root + "runs/1/page/state")->status == 404);
}

TEST_CASE("Ctrl-C ends the run that is under way, and its picture is saved") {
  const TemporaryFolder folder;
  Studio studio(folder);
  studio.add_pictures();
  const int id = studio.make(R"(, "iterations": "1000000")");
  wait_until([&] { return studio.run(id).at("has_page") == true; });
  wait_until([&] { return studio.get("runs/1/page/state").at("evaluations") > 0; });
  CHECK(studio.end().exit_code == 0);
  CHECK(fs::exists(folder.path() / "rooms/scene-strokes.png"));
}

TEST_CASE("what goes wrong is said: in a run by its own sentence") {
  const TemporaryFolder folder;
  Studio studio(folder);
  studio.add_pictures();
  const int id = studio.make(R"(, "style-scale": "0")");
  studio.wait_for(id, "failed");
  const std::string message = studio.run(id).at("message");
  CHECK(message == "--style-scale must be from 0.01 to 100, not 0");
  studio.post("pictures/text.png", "text", 400);
  studio.post("runs", "{}", 400);
  CHECK(studio.client->Get(studio.root + "pictures/none.png")->status == 404);
  CHECK(studio.client->Get("/pictures")->status == 403);
  CHECK(studio.client->Get(studio.root + "pictures", {{"Host", "evil.example"}})->status == 403);
}

TEST_CASE("an address or a folder that cannot be had is refused") {
  const TemporaryFolder folder;
  check_refused(folder, {"studio", "--serve=80"}, "--serve");
  write_file(folder / "file", "");
  check_refused(folder, {"studio", "file"}, "file/pictures' cannot be made");
}

}  // namespace vggstyle::test
