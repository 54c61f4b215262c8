#pragma once

#include <string>
#include <string_view>

#include "runtime/version.h"
#include "tools/pictures/formats/color_profile.h"
#include "tools/session/engine.h"
#include "tools/session/problem.h"
#include "tools/session/settings/layer_names.h"

namespace vggstyle {

/// Every setting that decides how a picture comes out, in one place: attributes of HDF5 files, the
/// text of PNG files, study.json and the key by which studies know their pictures again all come
/// from here. `visit(name, value)` is called for each, with text, numbers and pictures. A member
/// added to one of these structures does not compile until it is visited here.

template <typename Visit>
void visit_settings(const LossSpec& spec, Model model, Visit&& visit) {
  // Regions and content weights: with the problem.
  const auto& [groups, style_form, gram, normalization, tv_kind, pooling, padding, regions,
               content_weights] = spec;
  visit("normalization", name_of(normalization));
  if (style_form == StyleForm::kGram) {
    visit("gram", name_of(gram));
  } else {
    visit("style_loss", name_of(style_form));
  }
  if (tv_kind) visit("tv_kind", name_of(*tv_kind));
  visit("pooling", name_of(pooling));
  if (padding != Padding::kZero) visit("padding", name_of(padding));
  for (const LossKind kind : kLossKinds) {
    const auto& [weight, layers] = groups[static_cast<std::size_t>(kind)];
    if (kind == LossKind::kTemporal && weight == 0) continue;  // no frame of a video
    const std::string name(name_of(kind));
    if (has_layers(kind)) visit(name + "_layers", layers_text(model, layers));
    visit(name + "_weight", weight);
  }
}

template <typename Visit>
void visit_settings(const Minimizer& minimizer, Visit&& visit) {
  const auto& [optimizer, iterations, history, preconditioner, learning_rate, until_quiet, scales] =
      minimizer;
  visit("optimizer", name_of(optimizer));
  visit("iterations", iterations);
  if (optimizer == Optimizer::kLbfgs) visit("history", history);
  if (optimizer == Optimizer::kLbfgs && preconditioner != Preconditioning::kNone) {
    visit("preconditioner", name_of(preconditioner));
  }
  if (learning_rate) visit("learning_rate", *learning_rate);
  if (until_quiet) visit("until_quiet", std::string_view("1 % in 20 evaluations"));
  if (scales > 1) visit("scales", scales);
}

template <typename Visit>
void visit_settings(const Engine& engine, Visit&& visit) {
  // Ranks, too, decide no more than a result's last bits.
  const auto& [device, backend, weights, weights_path, explanation, settings, ranks] = engine;
  visit("software", "vggstyle " + std::string(version()));
  visit("model", model_name(weights->model));
  visit("preprocessing", name_of(weights->preprocessing));
  visit("weights", std::string_view(weights->id));
  visit("weights_kind", std::string_view(weights->kind));
  visit("precision", precision_name(backend->precision()));
  // The kind of device, its index, its instructions, its threads and its memory decide no more than a result's last bits.
  const auto& [kind, index, precision, plain_kernels, cudnn, cublas, instructions, threads,
               memory] = settings;
  if (device->id() == "cpu") return;
  visit("kernels", std::string_view(plain_kernels ? "plain" : "fast"));
  visit("conv", std::string_view(cudnn ? "cudnn" : "native"));
  visit("gram_product", std::string_view(cublas ? "cublas" : "native"));
}

template <typename Visit>
void visit_settings(const ProblemSpec& problem, const Engine& engine, Visit&& visit) {
  const auto& [loss, minimizer, content, styles, blend, start, seed, color, colors, regions,
               style_masks, alpha, profile, memory, temporal] = problem;
  visit_settings(engine, visit);
  visit_settings(loss, engine.model(), visit);
  visit_settings(minimizer, visit);
  if (memory > 0) visit("memory_megabytes", memory / 0x1p20);  // tiles decide the last bits
  visit("start", start);
  visit("seed", seed);
  if (content) visit("content", *content);
  if (color != ColorMode::kStyle) visit("color", name_of(color));
  if (colors) visit("colors", *colors);
  for (std::size_t i = 0; i < styles.size(); ++i) {
    visit("style_" + std::to_string(i + 1), styles[i]);
    visit("style_blend_" + std::to_string(i + 1), blend[i]);
    if (!style_masks.empty() && style_masks[i]) {
      visit("style_mask_" + std::to_string(i + 1), *style_masks[i]);
    }
  }
  if (alpha) visit("alpha", *alpha);
  if (temporal) {
    visit("temporal_target", temporal->picture);
    visit("temporal_weights", temporal->weights);
  }
  if (!profile.empty()) visit("profile", std::string_view(profile_name(profile)));
  for (std::size_t i = 0; i < regions.size(); ++i) {
    visit("region_" + std::to_string(i + 1), std::string_view(regions[i].name));
    visit("region_mask_" + std::to_string(i + 1), regions[i].mask);
    if (regions[i].content != 1) {
      visit("region_content_" + std::to_string(i + 1), regions[i].content);
    }
  }
}

}  // namespace vggstyle
