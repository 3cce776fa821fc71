// Elements of strided arrays, one at a time: what the interpreter reads and writes.
#pragma once
#include <cstring>

#include "ir/ir.h"

namespace nf::ir {

using Index = std::array<int64_t, kMaxRank>;

inline std::byte* element_address(const View& view, const Index& index) {
  std::byte* at = static_cast<std::byte*>(view.data);
  for (int d = 0; d < view.rank; ++d) at += index[d] * view.strides[d];
  return at;
}
inline Scalar read_element(const View& view, const Index& index) {
  Scalar element{view.dtype, 0};
  std::memcpy(&element.bits, element_address(view, index), size_of(view.dtype));
  if (is_bool(view.dtype)) element.bits = element.bits != 0;  // a byte from outside may hold anything
  return element;
}
inline void write_element(const View& view, const Index& index, Scalar value) {
  std::memcpy(element_address(view, index), &value.bits, size_of(view.dtype));
}

/// Calls `f(index)` for every index of lo <= index < hi, the last axis fastest.
template <class F>
void for_each_index(int rank, const Index& lo, const Index& hi, F&& f) {
  for (int d = 0; d < rank; ++d)
    if (lo[d] >= hi[d]) return;
  Index index = lo;
  while (true) {
    f(index);
    int d = rank - 1;
    for (; d >= 0 && ++index[d] == hi[d]; --d) index[d] = lo[d];
    if (d < 0) return;
  }
}
/// Calls `f(index)` for every index of the array, in C order.
template <class F>
void for_each_index(const View& view, F&& f) {
  for_each_index(view.rank, {}, view.shape, f);
}

/// Where position `i` of an axis of `n` > 0 elements is read under a border mode, by SciPy's meaning of the names. Any
/// distance from the array is allowed. `Constant` and `Valid` extend nothing.
int64_t extend_index(BorderMode mode, int64_t i, int64_t n);

}  // namespace nf::ir
