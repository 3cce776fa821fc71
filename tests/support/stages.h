// Stages for tests of arrays that need no compiler: shifts with a border, computed element by element.
#pragma once
#include <algorithm>
#include <vector>

#include "array/array.h"

namespace nf::test {

/// Sums all neighbours of a box [lo, hi] on each of the last `rank` axes into int64, by the definition: one element at
/// a time, with the border rules of design (constant: cval 0 for the whole element).
inline array::Stage box_sum(int rank, int64_t lo, int64_t hi, BorderMode mode = BorderMode::Constant) {
  array::Stage stage;
  stage.name = "box_sum";
  stage.rank = rank;
  stage.mode = mode;
  stage.infer = [=](std::span<const array::ArrayType> inputs) {
    const array::ArrayType& in = inputs[0];
    int64_t count = 1;
    for (int axis = 0; axis < rank; ++axis) count *= hi - lo + 1;
    ir::Range range = in.range.value_or(array::dtype_range(in.dtype));
    range.lo *= count, range.hi *= count;
    if (mode == BorderMode::Constant)
      range.lo = std::min<__int128>(range.lo, 0), range.hi = std::max<__int128>(range.hi, 0);
    return array::StageType{DType::Int64, range, std::vector<std::pair<int64_t, int64_t>>(size_t(rank), {lo, hi})};
  };
  stage.compute = [=](std::span<const View> inputs, const View& out, const array::StageCall& call) {
    const View& in = inputs[0];
    auto wide = [](const View& v) {
      std::vector<int64_t> values(size_t(v.size()));
      array::copy_elements(v, View::contiguous(values.data(), DType::Int64, v.shape.data(), v.rank));
      return values;
    };
    std::vector<int64_t> source = wide(in), result(size_t(out.size()));
    int r = in.rank;
    auto step_of = [&](int axis) { return axis == r - 1 ? call.channels : 1; };
    std::vector<int64_t> index(size_t(r), 0);
    for (int64_t& value : result) {
      // Odometer over the box.
      std::vector<int64_t> offset(size_t(rank), lo);
      bool border = false;
      for (bool more = true; more && !border;) {
        int64_t at = 0;
        for (int axis = 0; axis < r; ++axis) {
          int64_t i = index[size_t(axis)], n = in.shape[size_t(axis)], step = step_of(axis);
          if (axis >= r - rank) {
            int64_t o = offset[size_t(axis - (r - rank))];
            if (mode == BorderMode::Valid) o -= lo;
            int64_t cell = i / step + o, cells = n / step;
            if (cell < 0 || cell >= cells) {
              if (mode == BorderMode::Constant) border = true;
              if (mode == BorderMode::Nearest) cell = std::clamp<int64_t>(cell, 0, cells - 1);
              if (mode == BorderMode::Wrap) cell = ((cell % cells) + cells) % cells;
              if (mode == BorderMode::Reflect)
                for (; cell < 0 || cell >= cells;) cell = cell < 0 ? -1 - cell : 2 * cells - 1 - cell;
            }
            i = cell * step + i % step;
          }
          at = at * n + i;
        }
        if (!border) value += source[size_t(at)];
        int axis = rank - 1;
        while (axis >= 0 && ++offset[size_t(axis)] > hi) offset[size_t(axis--)] = lo;
        more = axis >= 0;
      }
      if (border) value = 0;
      int axis = r - 1;
      while (axis >= 0 && ++index[size_t(axis)] == out.shape[size_t(axis)]) index[size_t(axis--)] = 0;
    }
    array::copy_elements(View::contiguous(result.data(), DType::Int64, out.shape.data(), out.rank), out);
  };
  return stage;
}

}  // namespace nf::test
