#include "tools/session/checkpoint/checkpoint.h"

#include <fmt/format.h>

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "runtime/error.h"
#include "tools/session/checkpoint/seal.h"

namespace vggstyle {
namespace {

constexpr const char* kRecord = "record";

std::string dataset_of(const std::string& name) {
  return "state/" + name;
}

class Writer final : public StateArchive {
 public:
  Writer(Hdf5File& file, Device& device) : file_(file), device_(device) {}

  void vector(const std::string& name, float* x, std::size_t n) override {
    host_.resize(n);
    device_.download(host_.data(), x, n * sizeof(float));
    file_.write(dataset_of(name), {n}, std::span<const float>(host_));
  }
  void numbers(const std::string& name, std::vector<double>& values) override {
    file_.write(dataset_of(name), {values.size()}, std::span<const double>(values));
  }

 private:
  Hdf5File& file_;
  Device& device_;
  std::vector<float> host_;
};

class Reader final : public StateArchive {
 public:
  Reader(const Hdf5File& file, Device& device) : file_(file), device_(device) {}

  void vector(const std::string& name, float* x, std::size_t n) override {
    const std::vector<float> host = file_.read(dataset_of(name), n);
    device_.upload(x, host.data(), n * sizeof(float));
  }
  void numbers(const std::string& name, std::vector<double>& values) override {
    values = file_.read_doubles(dataset_of(name));
  }

 private:
  const Hdf5File& file_;
  Device& device_;
};

/// `path`, whose seal is whole.
const std::string& checked(const std::string& path) {
  switch (seal_of(path)) {
    case Seal::kWhole:
      return path;
    case Seal::kBroken:
      throw InputError(fmt::format("'{}' is damaged: its checksum does not match", path));
    case Seal::kNone:
      break;
  }
  throw InputError(fmt::format("'{}' is not a checkpoint, or was cut off", path));
}

}  // namespace

void write_checkpoint(const std::string& path, const std::string& name, Device& device,
                      const std::string& record, const SaveState& save) {
  Hdf5File file = Hdf5File::create(path, name);
  const std::vector<std::int8_t> bytes(record.begin(), record.end());
  file.write(kRecord, {bytes.size()}, std::span<const std::int8_t>(bytes));
  Writer writer(file, device);
  save(writer);
  file.close();
  seal(path, name);
}

Checkpoint::Checkpoint(const std::string& path) : file_(Hdf5File::open(checked(path))) {
  const std::vector<std::int8_t> bytes = file_.read_bytes(kRecord);
  record_.assign(bytes.begin(), bytes.end());
}

std::unique_ptr<StateArchive> Checkpoint::state(Device& device) const {
  return std::make_unique<Reader>(file_, device);
}

}  // namespace vggstyle
