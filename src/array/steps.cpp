// From the graph to the list of steps: frame ranges become shifts, casts become part of the stage they follow.
#include "array/steps.h"

#include <algorithm>

#include "base/match.h"

namespace nf::array {
namespace {

/// How far a stage's window reaches in frames. Where borders reflect, frames on the far side of the point are read too.
void set_window(Step& step, const Apply& apply) {
  auto [lo, hi] = apply.type.footprint[0];
  step.across = true;
  step.input_frames = apply.input->type.frames();
  switch (apply.stage.mode) {
    case BorderMode::Valid: step.before = 0, step.after = hi - lo; break;
    case BorderMode::Reflect:
    case BorderMode::Mirror: step.after = std::max(-lo, hi), step.before = -step.after; break;
    default: step.before = lo, step.after = hi; break;
  }
}

Step make_step(const Node& node, DType dtype, int64_t shift) {
  Step step{&node, shift, node.type.frame_shape(), dtype};
  step.frame_bytes = node.type.frame_bytes() / size_of(node.type.dtype) * size_of(dtype);
  if (const Apply* apply = step.apply(); apply && is_across(*apply)) set_window(step, *apply);
  return step;
}

}  // namespace

std::vector<Step> make_steps(const Array& array) {
  std::vector<Step> steps;
  int64_t shift = 0;
  for (const Node* node = node_of(array).get(); node;) {
    DType dtype = node->type.dtype;
    if (auto* cast = std::get_if<Cast>(&node->op))
      if (auto* apply = std::get_if<Apply>(&cast->input->op); apply && apply->stage.casts) node = cast->input.get();
    const Node* made = node;
    node = match(
        node->op, [](const FromSource&) -> const Node* { return nullptr; },
        [](const FromMemory&) -> const Node* { return nullptr; }, [](const Apply& n) { return n.input.get(); },
        [](const Cast& n) { return n.input.get(); },
        [&](const FrameRange& n) {
          shift += n.begin;
          made = nullptr;
          return n.input.get();
        },
        [](const RowRange& n) { return n.input.get(); });
    if (made) steps.push_back(make_step(*made, dtype, std::exchange(shift, 0)));
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

int64_t leaf_index(const std::vector<Step>& steps, size_t s, int64_t i) {
  for (; s > 0; --s) {
    const Step& step = steps[s];
    if (step.across && step.apply()->stage.mode == BorderMode::Valid) i -= step.apply()->type.footprint[0].first;
    i += steps[s - 1].shift;
  }
  return i;
}

int64_t worker_bytes(const std::vector<Step>& steps, int64_t batch, bool direct) {
  int64_t bytes = 0;
  for (size_t s = steps.size(); s-- > 0; direct = steps[s].across) {
    const Step& step = steps[s];
    if (step.across) {
      batch += step.overlap();
      bytes += batch * (steps[s - 1].frame_bytes + step.frame_bytes);
    } else if (!direct && !std::holds_alternative<FromMemory>(step.node->op) &&
               !std::holds_alternative<RowRange>(step.node->op)) {
      bytes += batch * step.frame_bytes;
    }
  }
  return bytes;
}

}  // namespace nf::array
