#include "tools/studio/studio_server.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>

#include "runtime/error.h"
#include "tools/serve/local_server.h"
#include "tools/studio/page/page.h"

namespace vggstyle {
namespace {

using Json = nlohmann::ordered_json;
using httplib::Request;
using httplib::Response;

/// Photographs of cameras, and scans.
constexpr std::size_t kMostBody = 300'000'000;
/// A run that computes answers between two evaluations at the latest, and at once as a rule.
constexpr int kPatience = 10;

/// File names may be no UTF-8.
void send(Response& response, const Json& json) {
  response.set_content(json.dump(-1, ' ', false, Json::error_handler_t::replace), kJson);
}

Json json_of(const StudioRun& run) {
  return {{"id", run.id},           {"picture", run.picture},
          {"command", run.command}, {"status", name_of(run.status)},
          {"message", run.message}, {"has_page", !run.page.empty()}};
}

/// The number that the path has in this place of its pattern.
int id_in(const Request& request) {
  const std::string text = request.matches[1];
  int id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  return id;
}

using Handler = std::function<void(const Request&, Response&)>;

/// What is refused becomes a sentence.
Handler guarded(const Handler& handler) {
  return [handler](const Request& request, Response& response) {
    try {
      handler(request, response);
    } catch (const InputError& error) {
      refuse(response, request.method == "GET" ? 404 : 400, error.what());
    } catch (const std::exception& error) {
      refuse(response, 500, error.what());
    }
  };
}

}  // namespace

struct StudioServer::Server {
  Server(const ServeAddress& address, const PictureShelf& its_shelf, RunList& its_runs,
         std::string its_folder)
      : local(address, kMostBody),
        shelf(its_shelf),
        runs(its_runs),
        folder(std::move(its_folder)) {}

  LocalServer local;
  const PictureShelf& shelf;
  RunList& runs;
  const std::string folder;

  void get(const std::string& pattern, const Handler& handler) {
    local.http().Get(local.root() + pattern, guarded(handler));
  }
  void post(const std::string& pattern, const Handler& handler) {
    local.http().Post(local.root() + pattern, guarded(handler));
  }

  void add_pictures() {
    get("pictures", [this](const Request&, Response& response) {
      send(response, {{"pictures", shelf.names()}});
    });
    get("pictures/(.+)", [this](const Request& request, Response& response) {
      const std::vector<std::uint8_t> png = shelf.thumbnail(request.matches[1]);
      response.set_content(reinterpret_cast<const char*>(png.data()), png.size(), "image/png");
    });
    post("pictures/(.+)", [this](const Request& request, Response& response) {
      send(response, {{"name", shelf.add(request.matches[1], request.body)}});
    });
  }

  void add_runs() {
    get("runs", [this](const Request&, Response& response) {
      Json list = Json::array();
      for (const StudioRun& run : runs.runs()) list.push_back(json_of(run));
      send(response, {{"runs", list}});
    });
    post("runs", [this](const Request& request, Response& response) {
      send(response, {{"id", runs.add(parse_wish(request.body, shelf.names()))}});
    });
    post("runs/([0-9]+)/stop", [this](const Request& request, Response& response) {
      runs.stop(id_in(request));
      send(response, Json::object());
    });
    get("runs/([0-9]+)/picture.png", [this](const Request& request, Response& response) {
      const std::filesystem::path path =
          std::filesystem::path(folder) / runs.run(id_in(request)).picture;
      std::ifstream file(path, std::ios::binary);
      if (!file) throw InputError("there is no picture yet");
      response.set_content(std::string(std::istreambuf_iterator<char>(file), {}), "image/png");
    });
    const auto forward = [this](const Request& request, Response& response) {
      pass_on(request, response);
    };
    get("runs/([0-9]+)/page/(.*)", forward);
    post("runs/([0-9]+)/page/(.*)", forward);
  }

  /// The run's page has an address of its own, which only this machine reaches.
  void pass_on(const Request& request, Response& response) const {
    const std::string page = runs.run(id_in(request)).page;
    const std::size_t path = page.find('/', page.find("//") + 2);
    if (page.empty() || path == std::string::npos) throw InputError("this run is not under way");
    const std::string query = request.target.find('?') == std::string::npos
                                  ? ""
                                  : request.target.substr(request.target.find('?'));
    const std::string target = page.substr(path) + request.matches[2].str() + query;
    httplib::Client client(page.substr(0, path));
    client.set_read_timeout(kPatience);
    const httplib::Result answer =
        request.method == "GET" ? client.Get(target) : client.Post(target, request.body, kJson);
    if (!answer) throw InputError("this run is not under way any more");
    response.status = answer->status;
    response.set_content(answer->body, answer->get_header_value("Content-Type"));
  }
};

StudioServer::StudioServer(const ServeAddress& address, const PictureShelf& shelf, RunList& runs,
                           const std::string& folder)
    : server_(std::make_unique<Server>(address, shelf, runs, folder)) {
  server_->get("", [](const Request&, Response& response) {
    response.set_content(std::string(studio_page_html()), "text/html; charset=utf-8");
  });
  server_->add_pictures();
  server_->add_runs();
  server_->local.start();
}

StudioServer::~StudioServer() = default;

std::string StudioServer::url() const {
  return server_->local.url();
}

}  // namespace vggstyle
