#include "net/tiles/band_vectors.h"

namespace vggstyle {

BandVectors::BandVectors(Ranks& ranks, Device& device, Shape picture, Interval band)
    : ranks_(ranks),
      device_(device),
      picture_(picture),
      band_(band),
      to_all_(ranks, band, {0, picture.height}),
      to_lead_(ranks, band, {0, ranks.leads() ? picture.height : 0}) {}

std::vector<float> BandVectors::read(const float* band) const {
  std::vector<float> own(band_elements());
  device_.download(own.data(), band, own.size() * sizeof(float));
  return own;
}

void BandVectors::cut(const float* vector, float* band) const {
  const auto width = static_cast<std::size_t>(picture_.width);
  const std::size_t count = static_cast<std::size_t>(band_.size()) * width;
  for (std::size_t c = 0; c < 3; ++c) {
    device_.upload(
        band + c * count,
        vector + c * picture_.positions() + static_cast<std::size_t>(band_.begin) * width,
        count * sizeof(float));
  }
}

}  // namespace vggstyle
