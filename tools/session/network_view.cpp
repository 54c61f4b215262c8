#include "tools/session/network_view.h"

#include "tools/session/units.h"

namespace vggstyle {

NetworkView::NetworkView(Engine& engine, std::vector<LossLayer> layers, Pooling pooling,
                         Padding padding)
    : engine_(engine) {
  spec_[LossKind::kStyle].layers = std::move(layers);
  spec_.pooling = pooling;
  spec_.padding = padding;
}

std::vector<StyleStatistics> NetworkView::statistics(const Picture& picture) {
  return graph_for(picture).style_statistics(picture.rgb.data());
}

Graph& NetworkView::look_at(const Picture& picture) {
  Graph& graph = graph_for(picture);
  graph.run_forward(picture.rgb.data());
  return graph;
}

Graph& NetworkView::graph_for(const Picture& picture) {
  std::unique_ptr<Graph>& graph = graphs_[{picture.width, picture.height}];
  if (graph == nullptr) {
    graph = std::make_unique<Graph>(
        *engine_.backend, *engine_.weights, picture.height, picture.width, spec_,
        GraphOptions{.with_gradient = false, .balance = choose_units(engine_, spec_, picture)});
  }
  return *graph;
}

}  // namespace vggstyle
