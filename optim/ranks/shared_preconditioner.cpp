#include "optim/ranks/shared_preconditioner.h"

namespace vggstyle {

SharedPreconditioner::SharedPreconditioner(const BandVectors& bands, Preconditioner& whole)
    : bands_(bands),
      whole_(whole),
      in_(bands.device(), bands.picture().elements() * sizeof(float)),
      out_(bands.device(), in_.bytes()) {}

void SharedPreconditioner::apply(const float* v, float* out) {
  std::vector<float> vector = bands_.gather(v);
  bands_.device().upload(in_.data(), vector.data(), in_.bytes());
  whole_.apply(in_.as<float>(), out_.as<float>());
  bands_.device().download(vector.data(), out_.data(), out_.bytes());
  bands_.cut(vector.data(), out);
}

}  // namespace vggstyle
