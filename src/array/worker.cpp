// How frames are made: each step asks the one before for exactly the frames it needs.
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
View frames_at(std::byte* data, const Step& step, DType dtype, int64_t count) {
  std::array<int64_t, kMaxRank> shape{};
  shape[0] = count;
  std::copy(step.frame.begin(), step.frame.end(), shape.begin() + 1);
  return View::contiguous(data, dtype, shape.data(), int(step.frame.size()) + 1);
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

}  // namespace

Worker::Worker(const std::vector<Step>& steps, int64_t batch, bool parallel)
    : steps_(steps), parallel_(parallel), state_(steps.size()) {
  for (size_t s = steps.size(); s-- > 0;)
    if (steps[s].across) state_[s].window_frames = batch += steps[s].overlap();
}

View Worker::place(const Step& step, runtime::Buffer& own, int64_t count, const View* into) {
  if (into && into->dtype == step.dtype && first_axis_at(*into, 0).c_contiguous()) return *into;
  size_t bytes = size_t(count * step.frame_bytes);
  if (own.size() < bytes) {
    own = runtime::Buffer();  // first give back, then take: never hold both
    own = runtime::Buffer(bytes);
  }
  return frames_at(own.data(), step, step.dtype, count);
}

View Worker::make(size_t s, int64_t begin, int64_t end, const View* into) {
  const Step& step = steps_[s];
  begin += step.shift, end += step.shift;
  View made;
  if (auto* memory = std::get_if<FromMemory>(&step.node->op)) {
    made = first_axis_range(step.node->type.is_stack() ? memory->view : as_stack(memory->view), begin, end);
  } else if (auto* source = std::get_if<FromSource>(&step.node->op)) {
    made = make_leaf(step, *source, state_[s], begin, end, into);
  } else if (auto* rows = std::get_if<RowRange>(&step.node->op)) {
    made = make(s - 1, begin, end, nullptr);
    made.data = static_cast<std::byte*>(made.data) + rows->begin * made.strides[1];
    if (rows->drop_axis)
      made = drop_axis(made, 1);
    else
      made.shape[1] = step.frame[0];
  } else if (step.across) {
    made = make_across(s, begin, end, into);
  } else {
    View in = make(s - 1, begin, end, nullptr);
    made = place(step, state_[s].made, end - begin, into);
    for (int64_t i = 0; i < end - begin; ++i)
      if (step.apply())
        compute(step, first_axis_at(in, i), first_axis_at(made, i), begin + i);
      else
        copy_elements(first_axis_at(in, i), first_axis_at(made, i));
  }
  if (!into || made.data == into->data) return made;
  copy_elements(made, *into);
  return *into;
}

View Worker::make_leaf(const Step& step, const FromSource& leaf, State& state, int64_t begin, int64_t end,
                       const View* into) {
  View made = place(step, state.made, end - begin, into);
  for (int64_t i = begin; i < end; ++i) {
    runtime::throw_if_cancelled();
    with_note([&] { leaf.source->read(i, first_axis_at(made, i - begin)); },
              [&] { return frame_note("", i, step.node->type.frames(), ""); });
  }
  return made;
}

void Worker::compute(const Step& step, const View& in, const View& out, int64_t frame) {
  const Apply& apply = *step.apply();
  const ArrayType& type = apply.input->type;
  runtime::throw_if_cancelled();
  StageCall call{type.channels(), type.range, parallel_};
  with_note(
      [&] {
        if (type.has_channels())
          apply.stage.compute(merge_channels(in, call.channels), merge_channels(out, call.channels), call);
        else
          apply.stage.compute(in, out, call);
      },
      [&] {
        int64_t index = leaf_index(steps_, size_t(&step - steps_.data()), frame);
        const auto* source = std::get_if<FromSource>(&steps_[0].node->op);
        return frame_note("`" + apply.stage.name + "` on ", index, steps_[0].node->type.frames(),
                          source ? source->source->name(index) : "");
      });
}

View Worker::make_across(size_t s, int64_t begin, int64_t end, const View* into) {
  const Step& step = steps_[s];
  int64_t from = begin + step.before, to = end + step.after;
  if (step.apply()->stage.mode != BorderMode::Wrap)
    from = std::max<int64_t>(from, 0), to = std::min(to, step.input_frames);
  View in = fill_window(s, from, to);
  bool shrinks = step.apply()->stage.mode == BorderMode::Valid;
  int64_t made_count = shrinks ? end - begin : to - from, skip = shrinks ? 0 : begin - from;
  bool exact = made_count == end - begin;
  View made = place(step, state_[s].made, made_count, exact ? into : nullptr);
  compute(step, in, made, begin);
  return first_axis_range(made, skip, skip + end - begin);
}

/// Input frames [begin, end), taken modulo the number of frames. What the last window held is not made again.
View Worker::fill_window(size_t s, int64_t begin, int64_t end) {
  const Step& step = steps_[s];
  const Step& input = steps_[s - 1];
  State& state = state_[s];
  int64_t count = step.input_frames;
  bool wraps = begin < 0 || end > count;
  if (!wraps && std::holds_alternative<FromMemory>(input.node->op)) return make(s - 1, begin, end, nullptr);

  nf_assert(end - begin <= state.window_frames, "a window of {} frames", end - begin);
  int64_t have = begin;  // frames [begin, have) are in place
  if (!state.window.data()) state.window = runtime::Buffer(size_t(state.window_frames * input.frame_bytes));
  if (!wraps && state.window_begin <= begin && begin < state.window_end) {
    have = std::min(state.window_end, end);
    std::byte* data = state.window.data();
    std::memmove(data, data + (begin - state.window_begin) * input.frame_bytes,
                 size_t((have - begin) * input.frame_bytes));
  }
  View window = frames_at(state.window.data(), input, input.dtype, end - begin);
  state.window_begin = state.window_end = 0;  // what a thrown error leaves behind is not used again
  for (int64_t next = have; next < end;) {
    int64_t first = ((next % count) + count) % count;
    int64_t run = std::min(end - next, count - first);
    View part = first_axis_range(window, next - begin, next - begin + run);
    make(s - 1, first, first + run, &part);
    next += run;
  }
  if (!wraps) state.window_begin = begin, state.window_end = end;
  return window;
}

}  // namespace nf::array
