#pragma once

#include <utility>
#include <vector>

#include "tools/contrive/contrive.h"

/// The contrived pictures, one function and one file a kind; see contrive() for what they promise.
/// They are called with requests that have been checked: what a kind has no use for is not there.
namespace vggstyle::contrived {

Picture scene(const ContriveRequest& request);
Picture strokes(const ContriveRequest& request);
Picture circle(const ContriveRequest& request);
Picture halves(const ContriveRequest& request);
Picture checkers(const ContriveRequest& request);
Picture rainbow(const ContriveRequest& request);
Picture dots(const ContriveRequest& request);
Picture stripes(const ContriveRequest& request);
Picture gradients(const ContriveRequest& request);
Picture clouds(const ContriveRequest& request);
Picture barnacles(const ContriveRequest& request);
Picture leaves(const ContriveRequest& request);
Picture text(const ContriveRequest& request);
Picture ram(const ContriveRequest& request);
Picture flowers(const ContriveRequest& request);
Picture flower(const ContriveRequest& request);
Picture forest(const ContriveRequest& request);
Picture rocks(const ContriveRequest& request);
Picture mud(const ContriveRequest& request);

/// The colours that were asked for, or `own` if none were.
inline std::vector<Rgb> colors_or(const ContriveRequest& request, std::vector<Rgb> own) {
  return request.colors.empty() ? std::move(own) : request.colors;
}

}  // namespace vggstyle::contrived
