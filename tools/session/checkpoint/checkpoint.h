#pragma once

#include <functional>
#include <memory>
#include <string>

#include "optim/state_archive.h"
#include "runtime/device.h"
#include "weights/hdf5/hdf5_file.h"

namespace vggstyle {

/// What saves a state, as Progress::save().
using SaveState = std::function<void(StateArchive&)>;

/// A checkpoint in an HDF5 file with a seal (seal.h):
///   record          int8: text of the run's, JSON
///   state/NAME      float32, one dimension: a vector of the optimiser's; float64: a list of numbers
/// Vectors go through the host one at a time, so that writing costs no memory to speak of.
void write_checkpoint(const std::string& path, const std::string& name, Device& device,
                      const std::string& record, const SaveState& save);

/// A checkpoint that is being read.
class Checkpoint {
 public:
  /// InputError if the file is not there, or no whole checkpoint.
  explicit Checkpoint(const std::string& path);

  const std::string& record() const { return record_; }
  /// Restores the state on a device while this object lives. InputError if it is asked for something that is
  /// not there.
  std::unique_ptr<StateArchive> state(Device& device) const;

 private:
  Hdf5File file_;
  std::string record_;
};

}  // namespace vggstyle
