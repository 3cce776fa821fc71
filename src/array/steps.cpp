// From the graph to the list of steps: frame ranges become shifts, casts become part of the stage they follow, and what
// several steps read is one step.
#include "array/steps.h"

#include <algorithm>
#include <map>

#include "base/match.h"

namespace nf::array {
namespace {

/// Two readers of one node share its step when they are at most so many frames apart: between them all frames are held.
constexpr int64_t kNear = 16;
/// Far from every edge, where ranges are not cut off.
constexpr int64_t kFar = int64_t(1) << 40;

/// How far a stage's window reaches in frames. Where borders reflect, frames on the far side of the point are read too.
void set_window(Step& step, const Apply& apply) {
  auto [lo, hi] = apply.type.footprint[0];
  step.across = true;
  step.input_frames = apply.inputs[0]->type.frames();
  switch (apply.stage.mode) {
    case BorderMode::Valid: step.before = 0, step.after = hi - lo; break;
    case BorderMode::Reflect:
    case BorderMode::Mirror: step.after = std::max(-lo, hi), step.before = -step.after; break;
    default: step.before = lo, step.after = hi; break;
  }
}

class Builder {
 public:
  explicit Builder(const Node& result) {
    count_readers(&result);
    steps_.shift = visit(&result, 0, false).shift;
  }
  Steps take() { return std::move(steps_); }

 private:
  void count_readers(const Node* node) {
    if (readers_[node]++ > 0) return;
    if (std::holds_alternative<Reduce>(node->op)) return;
    for (const Node* input : inputs_of(*node)) count_readers(input);
  }

  /// The step of a node that is read `offset` frames further than the result is made, and what to add to reach it.
  Edge visit(const Node* node, int64_t offset, bool whole) {
    if (auto* range = std::get_if<FrameRange>(&node->op)) {
      Edge edge = visit(range->input.get(), offset + range->begin, whole);
      edge.shift += range->begin;
      return edge;
    }
    const DType dtype = node->type.dtype;
    if (auto* cast = std::get_if<Cast>(&node->op))
      if (auto* apply = std::get_if<Apply>(&cast->input->op);
          apply && apply->stage.casts && readers_[cast->input.get()] == 1)
        node = cast->input.get();
    for (auto [it, end] = made_.equal_range(node); it != end; ++it)
      if (it->second.whole == whole && std::abs(it->second.offset - offset) <= kNear) return {it->second.step, 0};
    Step step{node, {}, node->type.frame_shape(), dtype};
    step.frame_bytes = node->type.frame_bytes() / size_of(node->type.dtype) * size_of(dtype);
    step.whole = whole;
    const Apply* apply = step.apply();
    if (apply && is_across(*apply)) set_window(step, *apply);
    if (!std::holds_alternative<Reduce>(node->op))
      for (const Node* input : inputs_of(*node)) {
        const bool all = apply && !streams(node->type, input->type);
        Edge edge = visit(input, all ? 0 : offset, whole || all);
        edge.whole = all;
        edge.frames = input->type.frames();
        edge.is_stack = input->type.is_stack();
        step.inputs.push_back(edge);
        if (const auto* part = std::get_if<Part>(&node->op)) {
          std::vector<bool>& wanted = steps_.list[size_t(edge.step)].wanted;
          wanted.resize(part->all.size());
          wanted[part->position] = true;
        }
      }
    steps_.list.push_back(std::move(step));
    const int index = int(steps_.list.size()) - 1;
    made_.emplace(node, Made{offset, whole, index});
    return {index, 0};
  }

  struct Made {
    int64_t offset;
    bool whole;
    int step;
  };
  std::map<const Node*, int> readers_;
  std::multimap<const Node*, Made> made_;
  Steps steps_;
};

Frames hull(Frames a, Frames b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

/// Elementwise stages copy what is broadcast or strided to a whole frame.
int64_t copied_bytes(const Step& step) {
  const ArrayType& made = step.node->type;
  int64_t bytes = 0;
  for (const NodePtr& input : step.apply()->inputs) {
    const bool whole_frame = streams(made, input->type) && input->type.frame_shape() == step.frame;
    const auto* memory = std::get_if<FromMemory>(&input->op);
    if (!whole_frame || (memory && !memory->view.c_contiguous()))
      bytes += step.frame_bytes / size_of(step.dtype) * size_of(input->type.dtype);
  }
  return bytes;
}

}  // namespace

Steps make_steps(const Node& result) {
  Steps steps = Builder(result).take();
  std::vector<int64_t> held = frames_held(steps, 1);
  for (size_t s = 0; s + 1 < steps.list.size(); ++s) steps.list[s].rolls = steps.list[s].whole || held[s] > 1;
  return steps;
}

Frames asked_of(const Step& step, const Edge& edge, Frames made) {
  Frames asked = made;
  if (edge.whole) {
    asked = {0, edge.frames};
  } else if (step.across) {
    asked = {made.begin + step.before, made.end + step.after};
    if (made.begin < kFar / 2) asked = {std::max<int64_t>(asked.begin, 0), std::min(asked.end, step.input_frames)};
  }
  return {asked.begin + edge.shift, asked.end + edge.shift};
}

std::vector<int64_t> frames_held(const Steps& steps, int64_t batch) {
  std::vector<Frames> need(steps.list.size());
  need.back() = {kFar, kFar + batch};
  for (size_t s = steps.list.size(); s-- > 0;)
    for (const Edge& edge : steps.list[s].inputs)
      need[size_t(edge.step)] = hull(need[size_t(edge.step)], asked_of(steps.list[s], edge, need[s]));
  std::vector<int64_t> held;
  for (Frames frames : need) held.push_back(frames.count());
  return held;
}

int64_t worker_bytes(const Steps& steps, int64_t batch, bool direct) {
  std::vector<int64_t> held = frames_held(steps, batch);
  int64_t bytes = 0;
  for (size_t s = 0; s < steps.list.size(); ++s) {
    const Step& step = steps.list[s];
    const bool last = s + 1 == steps.list.size();
    if (step.in_memory() || step.is_view()) continue;
    if (step.across) bytes += (held[s] + step.overlap()) * step.frame_bytes;
    if (step.across ? step.rolls : !(last && direct)) bytes += held[s] * step.frame_bytes;
    if (step.apply() && step.apply()->stage.elementwise) bytes += copied_bytes(step);
    if (!step.wraps()) continue;
    for (const Edge& edge : step.inputs) {
      const Step& input = steps.list[size_t(edge.step)];
      bytes += (held[s] + step.overlap()) * input.frame_bytes + worker_bytes(make_steps(*input.node), 1, false);
    }
  }
  return bytes;
}

LeafFrame leaf_frame(const Node* node, int64_t i) {
  for (;;) {
    const Node* next = match(
        node->op, [](const FromSource&) -> const Node* { return nullptr; },
        [](const FromMemory&) -> const Node* { return nullptr; }, [](const Reduce&) -> const Node* { return nullptr; },
        [&](const Apply& n) {
          if (is_across(n) && n.stage.mode == BorderMode::Valid) i -= n.type.footprint[0].first;
          for (const NodePtr& input : n.inputs)
            if (streams(node->type, input->type)) return static_cast<const Node*>(input.get());
          return static_cast<const Node*>(n.inputs[0].get());
        },
        [](const Part& n) -> const Node* { return n.input.get(); },
        [](const Cast& n) -> const Node* { return n.input.get(); },
        [&](const FrameRange& n) -> const Node* {
          i += n.begin;
          return n.input.get();
        },
        [](const RowRange& n) -> const Node* { return n.input.get(); });
    if (!next) return {node, i};
    node = next;
  }
}

}  // namespace nf::array
