#pragma once

#include <vector>

#include "net/tiles/bands.h"
#include "runtime/device.h"

namespace vggstyle {

/// Vectors of a picture's size (3 x height x width), of which each rank has its band in device memory.
class BandVectors {
 public:
  BandVectors(Ranks& ranks, Device& device, Shape picture, Interval band);

  Ranks& ranks() const { return ranks_; }
  Device& device() const { return device_; }
  const Shape& picture() const { return picture_; }
  const Interval& band() const { return band_; }
  std::size_t band_elements() const { return Shape{3, band_.size(), picture_.width}.elements(); }

  /// All of the vector, on the host of every rank; every rank calls it.
  std::vector<float> gather(const float* band) const {
    return to_all_.run(read(band), 3, picture_.width);
  }
  /// The same, on rank 0 alone; empty elsewhere.
  std::vector<float> gather_at_lead(const float* band) const {
    return to_lead_.run(read(band), 3, picture_.width);
  }
  /// Takes this rank's band out of a vector on the host.
  void cut(const float* vector, float* band) const;

 private:
  std::vector<float> read(const float* band) const;

  Ranks& ranks_;
  Device& device_;
  Shape picture_;
  Interval band_;
  RowExchange to_all_, to_lead_;
};

}  // namespace vggstyle
