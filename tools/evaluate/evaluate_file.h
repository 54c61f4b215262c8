#pragma once

#include <vector>

#include "net/graph/graph.h"
#include "weights/hdf5/hdf5_file.h"

namespace vggstyle {

/// The parts of evaluate's file (tools/evaluate/evaluate.h says what they are).

/// /activations, /mean, /gram and /gram_centered of `layer`, of the picture that `graph` ran last.
void write_layer(Hdf5File& file, const std::string& name, Graph& graph, int layer,
                 const StyleStatistics& statistics);
void write_losses(Hdf5File& file, Model model, const LossValues& values);
/// `gradient` is 3 x H x W.
void write_gradient(Hdf5File& file, const std::vector<float>& gradient, Shape shape);

}  // namespace vggstyle
