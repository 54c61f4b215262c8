#include "weights/layout.h"

#include <doctest/doctest.h>

using namespace vggstyle;
using Part = DatasetRole::Part;

namespace {

void check_role(const char* path, Layout layout, Part part, const char* layer) {
  CAPTURE(path);
  const auto role = parse_dataset_path(path);
  REQUIRE(role.has_value());
  CHECK(role->layout == layout);
  CHECK(role->part == part);
  CHECK(role->layer == layer);
}

}  // namespace

TEST_CASE("a dataset's path says which layer it belongs to") {
  check_role("block1_conv1/block1_conv1_W_1:0", Layout::kKeras1, Part::kKernel, "block1_conv1");
  check_role("block1_conv1/block1_conv1_b_1:0", Layout::kKeras1, Part::kBias, "block1_conv1");
  check_role("block5_conv4/block5_conv4_W:0", Layout::kKeras1, Part::kKernel, "block5_conv4");
  check_role("block2_conv1/block2_conv1/kernel:0", Layout::kKeras2, Part::kKernel, "block2_conv1");
  check_role("model_weights/block2_conv1/block2_conv1/bias:0", Layout::kKeras2, Part::kBias,
             "block2_conv1");
  check_role("model_weights/vgg16/block2_conv1/kernel", Layout::kKeras2, Part::kKernel,
             "block2_conv1");
  check_role("layers/conv2d/vars/0", Layout::kKeras3, Part::kKernel, "conv2d");
  check_role("layers/conv2d_12/vars/1", Layout::kKeras3, Part::kBias, "conv2d_12");
  check_role("_layer_checkpoint_dependencies/conv2d_3/vars/0", Layout::kKeras3, Part::kKernel,
             "conv2d_3");
  check_role("layers/block1_conv2/vars/0", Layout::kKeras3, Part::kKernel, "block1_conv2");
  check_role("block3_conv3/kernel", Layout::kOwn, Part::kKernel, "block3_conv3");
  check_role("block3_conv3/kernel_scale", Layout::kOwn, Part::kKernelScale, "block3_conv3");
  check_role("block3_conv3/bias", Layout::kOwn, Part::kBias, "block3_conv3");
}

TEST_CASE("what is no convolution's weight is left alone") {
  for (const char* path : {"kernel",
                           "fc1/fc1_W_1:0",
                           "fc1/fc1/kernel:0",
                           "predictions/kernel",
                           "layers/dense/vars/0",
                           "optimizer/vars/0",
                           "optimizer_weights/block1_conv1/kernel:0",
                           "layers/conv2d/vars/2",
                           "layers/conv2d_/vars/0",
                           "layers/conv2d_01/vars/0",
                           "layers/conv2d_x/vars/0",
                           "layers/conv2d_99999999999/vars/0",
                           "layers/conv2d_transpose/vars/0",
                           "vars/0",
                           "",
                           "block1_conv1/block1_conv1_W_2:0",
                           "block1_conv1/block1_conv2_W_1:0",
                           "block1_conv1/gamma",
                           "block1_convx/kernel",
                           "block1_conv11/kernel",
                           "block1_pool/kernel"}) {
    CAPTURE(path);
    CHECK_FALSE(parse_dataset_path(path).has_value());
  }
}
