// --keep-profile.

#include <doctest/doctest.h>

#include "tests/reliability/shell.h"
#include "tests/support/pictures.h"
#include "tests/support/profiles.h"
#include "tools/pictures/read.h"
#include "tools/pictures/write.h"

namespace vggstyle::test {
namespace {

/// content.png of small_transfer() in the colours of `profile`.
void put_profile(const TemporaryFolder& folder, const std::vector<std::uint8_t>& profile) {
  const Picture picture = read_picture(folder / "content.png");
  write_picture(folder / "content.png", picture, 8, {}, nullptr, profile);
}

}  // namespace

TEST_CASE("--keep-profile writes the same picture in the content's colours, in every format") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const std::vector<std::uint8_t> profile = adobe_like_profile();
  put_profile(folder, profile);
  const auto made = [&](const char* name, const Arguments& more) {
    const Outcome outcome = run_tool(folder, small_transfer() + Arguments{"-o", name} + more);
    REQUIRE_MESSAGE(outcome.exit_code == 0, outcome.err);
    return read_with_profile(folder / name);
  };
  const PictureAndAlpha plain = made("plain.png", {});
  CHECK(plain.profile.empty());
  for (const char* name : {"out.png", "out.webp", "out.tif", "out.jpg"}) {
    CAPTURE(std::string(name));
    const PictureAndAlpha kept = made(name, {"--keep-profile"});
    CHECK(kept.profile == profile);
    CHECK(mean_difference(kept.picture, plain.picture) < (std::string(name) == "out.jpg" ? 5 : 1));
    const Outcome told = run_tool(folder, {"explain", "--all", name});
    CHECK(told.out.find("\"profile\":\"RGB built-in\"") != std::string::npos);
  }
  CHECK(made("white.png", {"--keep-profile", "--background", "white"}).profile == profile);
  const PictureAndAlpha matched = made("deep.png", {"--keep-profile", "--bits", "16"});
  CHECK(mean_difference(matched.picture, plain.picture) < 0.5);
}

TEST_CASE("--keep-profile where there is no profile, or none that can be kept") {
  const TemporaryFolder folder;
  write_pictures(folder);
  const Outcome none = run_tool(folder, small_transfer() + Arguments{"--keep-profile"});
  REQUIRE_MESSAGE(none.exit_code == 0, none.err);
  CHECK(read_with_profile(folder / "stylised.png").profile.empty());
  std::vector<std::uint8_t> grey = grey_profile(2.2);
  {
    // A JPEG file takes any profile.
    const Picture picture = read_picture(folder / "content.png");
    write_picture(folder / "plain.jpg", picture, 8);
  }
  const std::string jpeg = read_file(folder / "plain.jpg");
  std::string marker = std::string("\xFF\xE2", 2);
  marker += static_cast<char>((grey.size() + 16) >> 8);
  marker += static_cast<char>((grey.size() + 16) & 0xFF);
  marker += std::string("ICC_PROFILE\0\1\1", 14) + std::string(grey.begin(), grey.end());
  const std::size_t own = jpeg.find("\xFF\xE2");
  const std::size_t own_size = static_cast<std::uint8_t>(jpeg[own + 2]) * 256U +
                               static_cast<std::uint8_t>(jpeg[own + 3]) + 2U;
  write_file(folder / "grey.jpg", jpeg.substr(0, own) + marker + jpeg.substr(own + own_size));
  Arguments transfer = small_transfer();
  for (std::string& argument : transfer) {
    if (argument == "content.png") argument = "grey.jpg";
  }
  for (const Arguments& more : {Arguments{}, Arguments{"--dry-run"}}) {
    check_refused(folder, transfer + Arguments{"--keep-profile", "-o", "out.png"} + more,
                  "--keep-profile: the colour profile of 'grey.jpg' is for grey pictures, and the "
                  "result has colours; leave this option out");
  }
  CHECK(!std::filesystem::exists(folder / "out.png"));
  check_refused(folder, {"texture", "style.png", "--keep-profile"}, "--keep-profile");
}

}  // namespace vggstyle::test
