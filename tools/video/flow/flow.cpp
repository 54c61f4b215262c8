#include "tools/video/flow/flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/error.h"
#include "tools/measures/luma.h"

#ifdef VGGSTYLE_OPENCV
#include <opencv2/video/tracking.hpp>
#endif

namespace vggstyle {

void check_flow_size(const Picture& picture) {
  if (std::min(picture.width, picture.height) >= kLeastFlowSide) return;
  throw InputError(fmt::format(
      "frames of {}x{} pixels are too small to see what moves in them: they must have {} pixels or "
      "more on a side; use a larger --size",
      picture.width, picture.height, kLeastFlowSide));
}

#ifdef VGGSTYLE_OPENCV

namespace {

cv::Mat luma_of(const Picture& picture) {
  const std::vector<double> values = luma(picture);
  cv::Mat result(picture.height, picture.width, CV_8UC1);
  std::ranges::transform(values, result.data, [](double value) {
    return static_cast<unsigned char>(std::lround(std::clamp(value, 0.0, 255.0)));
  });
  return result;
}

cv::Mat flow_by_dis(const cv::Mat& from, const cv::Mat& to) {
  // Its threads look at a stripe of rows each: more of them would give another flow.
  cv::setNumThreads(1);
  const auto dis = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
  dis->setFinestScale(0);
  cv::Mat flow;
  dis->calc(from, to, flow);
  return flow;
}

}  // namespace

void require_optical_flow() {}

Flow optical_flow(const Picture& from, const Picture& to) {
  check_same_size("optical flow", from, to);
  check_flow_size(from);
  Flow flow{from.width, from.height, std::vector<float>(from.pixels()),
            std::vector<float>(from.pixels())};
  try {
    const cv::Mat found = flow_by_dis(luma_of(from), luma_of(to));
    std::size_t i = 0;
    for (int y = 0; y < flow.height; ++y) {
      for (int x = 0; x < flow.width; ++x, ++i) {
        const auto& vector = found.at<cv::Vec2f>(y, x);
        flow.dx[i] = vector[0];
        flow.dy[i] = vector[1];
      }
    }
  } catch (const cv::Exception& error) {
    throw InternalError(fmt::format("OpenCV finds no optical flow: {}", error.err));
  }
  return flow;
}

#else

void require_optical_flow() {
  throw InputError(
      "this program was built without OpenCV, which sees how the parts of a video move; install "
      "the package libopencv-video-dev and build it again");
}

Flow optical_flow(const Picture&, const Picture&) {
  require_optical_flow();
  return {};
}

#endif

}  // namespace vggstyle
