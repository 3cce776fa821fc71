// How frames are made: what is needed of each step is told backwards from the result, then all steps run forwards.
#include "array/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "array/errors.h"
#include "array/views.h"
#include "base/assert.h"

namespace nf::array {
namespace {

/// A C-contiguous view of `count` frames at `data`.
View frames_at(std::byte* data, const Step& step, int64_t count) {
  std::array<int64_t, kMaxRank> shape{};
  shape[0] = count;
  std::copy(step.frame.begin(), step.frame.end(), shape.begin() + 1);
  return View::contiguous(data, step.dtype, shape.data(), int(step.frame.size()) + 1);
}

/// Channels become part of the X axis, as stages want them.
View merge_channels(View view, int64_t channels) {
  int last = view.rank - 1;
  nf_assert(view.strides[last] == size_of(view.dtype) && view.strides[last - 1] == channels * view.strides[last],
            "channels that are not interleaved");
  view.shape[last - 1] *= channels;
  view.strides[last - 1] = view.strides[last];
  --view.rank;
  return view;
}

/// One result among the bytes of frames that hold several.
View part_of(const View& bytes, const Part& part, const Step& step) {
  const int64_t size = size_of(step.dtype), channels = step.node->type.channels();
  View view = frames_at(nullptr, step, bytes.shape[0]);
  view.data = static_cast<std::byte*>(bytes.data) + places_in_row(part.all)[part.position] * part.columns;
  const int last = view.rank - 1, column = last - step.node->type.has_channels();
  std::copy_n(bytes.strides.begin(), column, view.strides.begin());
  view.strides[column] = channels * size, view.strides[last] = size;
  return view;
}

/// Memory of this size; what was there is given back first, so that both are never held.
std::byte* take(runtime::Buffer& buffer, int64_t bytes) {
  if (buffer.size() < size_t(bytes)) {
    buffer = runtime::Buffer();
    buffer = runtime::Buffer(size_t(bytes));
  }
  return buffer.data();
}

bool fits(const View& into, const Step& step) {
  return into.dtype == step.dtype && (into.shape[0] == 0 || first_axis_at(into, 0).c_contiguous());
}

}  // namespace

Worker::Worker(const Steps& steps, const Reductions& reductions, int64_t batch, bool parallel)
    : steps_(steps),
      reductions_(reductions),
      parallel_(parallel),
      most_(frames_held(steps, batch)),
      state_(steps.list.size()) {}

View Worker::frames(int64_t begin, int64_t end, const View* into) {
  const size_t count = steps_.list.size();
  std::vector<Frames> wanted(count), todo(count);
  wanted.back() = {begin + steps_.shift, end + steps_.shift};
  for (size_t s = count; s-- > 0;) {
    todo[s] = missing(s, wanted[s]);
    if (todo[s].empty()) continue;
    for (const Edge& edge : step(s).inputs) {
      Frames asked = asked_of(step(s), edge, todo[s]);
      Frames& known = wanted[size_t(edge.step)];
      if (asked.empty()) continue;
      known = known.empty() ? asked : Frames{std::min(known.begin, asked.begin), std::max(known.end, asked.end)};
    }
  }
  for (size_t s = 0; s < count; ++s)
    if (!wanted[s].empty()) make(s, wanted[s], todo[s], s + 1 == count ? into : nullptr);
  const State& last = state_.back();
  View made = first_axis_range(last.view, wanted.back().begin - last.held.begin, wanted.back().end - last.held.begin);
  if (!into || made.data == into->data) return made;
  copy_elements(made, *into);
  return *into;
}

Frames Worker::missing(size_t s, Frames wanted) const {
  const Frames held = state_[s].held;
  if (!step(s).rolls || step(s).in_memory() || step(s).is_view() || wanted.begin < held.begin ||
      wanted.begin >= held.end)
    return wanted;
  return {std::min(held.end, wanted.end), wanted.end};
}

View Worker::memory_of(const Step& step, Frames wanted) const {
  View view;
  if (auto* memory = std::get_if<FromMemory>(&step.node->op))
    view = memory->view;
  else
    view = reductions_.at(step.node).view;
  return first_axis_range(step.node->type.is_stack() ? view : as_stack(view), wanted.begin, wanted.end);
}

View Worker::held(const Edge& edge, Frames frames) const {
  const State& state = state_[size_t(edge.step)];
  return first_axis_range(state.view, frames.begin - state.held.begin, frames.end - state.held.begin);
}

void Worker::make(size_t s, Frames wanted, Frames todo, const View* into) {
  State& state = state_[s];
  if (step(s).in_memory()) {
    state.held = wanted;
    state.view = memory_of(step(s), wanted);
  } else if (auto* rows = std::get_if<RowRange>(&step(s).node->op)) {
    const Edge& edge = step(s).inputs[0];
    View made = held(edge, asked_of(step(s), edge, wanted));
    made.data = static_cast<std::byte*>(made.data) + rows->begin * made.strides[1];
    if (rows->drop_axis)
      made = drop_axis(made, 1);
    else
      made.shape[1] = step(s).frame[0];
    state.held = wanted;
    state.view = made;
  } else if (auto* part = std::get_if<Part>(&step(s).node->op)) {
    const Edge& edge = step(s).inputs[0];
    state.held = wanted;
    state.view = part_of(held(edge, asked_of(step(s), edge, wanted)), *part, step(s));
  } else if (step(s).across) {
    make_across(s, wanted, todo, into);
  } else {
    const View room_for_it = room(s, wanted, todo, into);
    if (auto* source = std::get_if<FromSource>(&step(s).node->op))
      read(step(s), *source, todo, room_for_it);
    else
      compute_frames(step(s), todo, room_for_it);
    state.held = wanted;
  }
}

View Worker::room(size_t s, Frames wanted, Frames todo, const View* into) {
  const Step& step = this->step(s);
  State& state = state_[s];
  const int64_t kept = todo.begin - wanted.begin;
  if (into && fits(*into, step)) {
    state.view = *into;
  } else {
    nf_assert(wanted.count() <= most_[s], "{} frames where {} were planned", wanted.count(), most_[s]);
    std::byte* data = take(state.frames, most_[s] * step.frame_bytes);
    if (kept > 0 && wanted.begin > state.held.begin)
      std::memmove(data, data + (wanted.begin - state.held.begin) * step.frame_bytes, size_t(kept * step.frame_bytes));
    state.view = frames_at(data, step, wanted.count());
  }
  state.held = {wanted.begin, todo.begin};  // what a thrown error leaves behind is not used again
  return first_axis_range(state.view, kept, wanted.count());
}

void Worker::read(const Step& step, const FromSource& leaf, Frames todo, const View& into) {
  for (int64_t i = todo.begin; i < todo.end; ++i) {
    runtime::throw_if_cancelled();
    with_note([&] { leaf.source->read(i, first_axis_at(into, i - todo.begin)); },
              [&] { return frame_note("", i, step.node->type.frames(), ""); });
  }
}

void Worker::compute_frames(const Step& step, Frames todo, const View& into) {
  for (int64_t i = todo.begin; i < todo.end; ++i) {
    std::vector<View> inputs;
    for (const Edge& edge : step.inputs) {
      const View view = held(edge, asked_of(step, edge, {i, i + 1}));
      inputs.push_back(edge.whole && edge.is_stack ? view : first_axis_at(view, 0));
    }
    const View out = first_axis_at(into, i - todo.begin);
    if (step.apply())
      compute(step, std::move(inputs), out, i);
    else
      copy_elements(inputs[0], out);
  }
}

void Worker::compute(const Step& step, std::vector<View> in, const View& out, int64_t frame) {
  const Apply& apply = *step.apply();
  const ArrayType& type = apply.inputs[0]->type;
  runtime::throw_if_cancelled();
  StageCall call{type.channels(), {}, parallel_, apply.type.results, apply.type.columns, step.wanted};
  for (const NodePtr& input : apply.inputs) call.input_ranges.push_back(input->type.range);
  const bool merges = !apply.stage.elementwise && type.has_channels();
  if (merges)
    for (View& view : in) view = merge_channels(view, call.channels);
  with_note([&] { apply.stage.compute(in, merges ? merge_channels(out, call.channels) : out, call); },
            [&] {
              const LeafFrame from = leaf_frame(step.node, frame);
              const auto* source = std::get_if<FromSource>(&from.leaf->op);
              return frame_note("`" + apply.stage.name + "` on ", from.index, from.leaf->type.frames(),
                                source ? source->source->name(from.index) : "");
            });
}

void Worker::make_across(size_t s, Frames wanted, Frames todo, const View* into) {
  const Step& step = this->step(s);
  State& state = state_[s];
  if (todo.empty()) {
    room(s, wanted, todo, into);
    state.held = wanted;
    return;
  }
  int64_t from = todo.begin + step.before, to = todo.end + step.after;
  if (!step.wraps()) from = std::max<int64_t>(from, 0), to = std::min(to, step.input_frames);
  std::vector<View> inputs;
  for (size_t i = 0; i < step.inputs.size(); ++i) inputs.push_back(window(s, i, from, to));
  const bool shrinks = step.apply()->stage.mode == BorderMode::Valid;
  const int64_t made_count = shrinks ? todo.count() : to - from, skip = shrinks ? 0 : todo.begin - from;
  if (made_count == todo.count() && (step.rolls || (into && fits(*into, step)))) {
    compute(step, std::move(inputs), room(s, wanted, todo, into), todo.begin);
    state.held = wanted;
    return;
  }
  View made = frames_at(take(state.scratch, made_count * step.frame_bytes), step, made_count);
  compute(step, std::move(inputs), made, todo.begin);
  made = first_axis_range(made, skip, skip + todo.count());
  if (step.rolls)
    copy_elements(made, room(s, wanted, todo, into));
  else
    state.view = made;
  state.held = wanted;
}

View Worker::window(size_t s, size_t input, int64_t from, int64_t to) {
  const Step& step = this->step(s);
  const Edge& edge = step.inputs[input];
  const int64_t count = step.input_frames;
  if (edge.whole) {
    const View view = held(edge, {edge.shift, edge.shift + edge.frames});
    return edge.is_stack ? view : first_axis_at(view, 0);
  }
  if (from >= 0 && to <= count) return held(edge, {from + edge.shift, to + edge.shift});

  // Borders wrap: the frames beyond an edge are made by a worker of their own.
  State& state = state_[s];
  const Step& source = this->step(size_t(edge.step));
  state.windows.resize(step.inputs.size());
  state.at_edges.resize(step.inputs.size());
  if (!state.at_edges[input]) {
    edge_steps_.push_back(std::make_unique<Steps>(make_steps(*source.node)));
    state.at_edges[input] = std::make_unique<Worker>(*edge_steps_.back(), reductions_, 1, parallel_);
  }
  View window = frames_at(take(state.windows[input], (to - from) * source.frame_bytes), source, to - from);
  for (int64_t at = from; at < to; ++at) {
    const int64_t frame = ((at % count) + count) % count + edge.shift;
    const View part = first_axis_range(window, at - from, at - from + 1);
    if (at >= 0 && at < count)
      copy_elements(held(edge, {frame, frame + 1}), part);
    else
      state.at_edges[input]->frames(frame, frame + 1, &part);
  }
  return window;
}

}  // namespace nf::array
