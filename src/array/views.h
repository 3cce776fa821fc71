// Parts of views: frames of stacks, and stacks of frames.
#pragma once
#include <algorithm>

#include "nearfield/view.h"

namespace nf::array {

/// Indexes [begin, end) of the first axis.
inline View first_axis_range(View view, int64_t begin, int64_t end) {
  if (view.data) view.data = static_cast<std::byte*>(view.data) + begin * view.strides[0];
  view.shape[0] = end - begin;
  return view;
}

/// A view whose axis `axis` (of which index 0 is taken) is gone.
inline View drop_axis(View view, int axis) {
  std::copy(view.shape.begin() + axis + 1, view.shape.end(), view.shape.begin() + axis);
  std::copy(view.strides.begin() + axis + 1, view.strides.end(), view.strides.begin() + axis);
  --view.rank;
  view.shape[view.rank] = view.strides[view.rank] = 0;
  return view;
}

/// One index of the first axis, which goes away.
inline View first_axis_at(const View& view, int64_t i) { return drop_axis(first_axis_range(view, i, i + 1), 0); }

/// A stack of one.
inline View as_stack(const View& view) {
  View stack = view;
  stack.rank = view.rank + 1;
  std::copy(view.shape.begin(), view.shape.end() - 1, stack.shape.begin() + 1);
  std::copy(view.strides.begin(), view.strides.end() - 1, stack.strides.begin() + 1);
  stack.shape[0] = 1, stack.strides[0] = 0;
  return stack;
}

}  // namespace nf::array
