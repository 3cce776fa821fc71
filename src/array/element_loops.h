// What loops over elements of any dtype and stride have in common.
#pragma once
#include <array>
#include <cstdint>

#include "nearfield/view.h"

namespace nf::array {

/// Calls `f` with a value of the C++ type of `dtype`.
template <class F>
decltype(auto) with_type(DType dtype, F f) {
  switch (dtype) {
    case DType::Bool: return f(bool{});
    case DType::Int8: return f(int8_t{});
    case DType::UInt8: return f(uint8_t{});
    case DType::Int16: return f(int16_t{});
    case DType::UInt16: return f(uint16_t{});
    case DType::Int32: return f(int32_t{});
    case DType::UInt32: return f(uint32_t{});
    case DType::Int64: return f(int64_t{});
    case DType::UInt64: return f(uint64_t{});
    case DType::Float32: return f(float{});
    default: return f(double{});
  }
}

/// Calls `row(offset of a, offset of b)` for each row (last axis) of two views of one shape.
template <class Row>
void each_row(const View& a, const View& b, Row row) {
  if (a.size() == 0) return;
  std::array<int64_t, kMaxRank> index{};
  int64_t at_a = 0, at_b = 0;
  for (;;) {
    row(at_a, at_b);
    int axis = a.rank - 2;
    for (; axis >= 0; --axis) {
      at_a += a.strides[axis], at_b += b.strides[axis];
      if (++index[axis] < a.shape[axis]) break;
      at_a -= a.strides[axis] * a.shape[axis], at_b -= b.strides[axis] * b.shape[axis], index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

}  // namespace nf::array
