#include "optim/ranks/shared_archive.h"

#include "runtime/error.h"

namespace vggstyle {
namespace {

void check_size(const BandVectors& bands, std::size_t n) {
  if (n != bands.band_elements()) {
    throw InternalError("a vector of the optimiser's state is not one of the band's");
  }
}

}  // namespace

void SharedSaver::vector(const std::string& name, float* x, std::size_t n) {
  check_size(bands_, n);
  const std::vector<float> all = bands_.gather_at_lead(x);
  if (!bands_.ranks().leads()) return;
  whole_.attempt([&] {
    const Buffer place(bands_.device(), all.size() * sizeof(float));
    bands_.device().upload(place.data(), all.data(), place.bytes());
    whole_.vector(name, place.as<float>(), all.size());
  });
}

void SharedRestorer::vector(const std::string& name, float* x, std::size_t n) {
  check_size(bands_, n);
  std::vector<float> all(bands_.picture().elements());
  const Buffer place(bands_.device(), all.size() * sizeof(float));
  whole_.vector(name, place.as<float>(), all.size());
  bands_.device().download(all.data(), place.data(), place.bytes());
  bands_.cut(all.data(), x);
}

}  // namespace vggstyle
