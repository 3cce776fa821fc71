// Scalars and strided views: how data is handed in and out of kernels without being owned (owned by `base`).
#pragma once
#include <array>
#include <cstring>
#include <variant>

#include "nearfield/dtype.h"

#pragma GCC visibility push(default)

namespace nf {

/// The highest rank of an array that any room handles.
inline constexpr int kMaxRank = 8;

/// A strided array in memory that somebody else owns. Strides are in bytes and may be negative or zero.
struct View {
  void* data = nullptr;
  DType dtype = DType::UInt8;
  int rank = 0;
  bool readonly = false;
  std::array<int64_t, kMaxRank> shape{};
  std::array<int64_t, kMaxRank> strides{};

  /// Number of elements.
  int64_t size() const {
    int64_t n = 1;
    for (int d = 0; d < rank; ++d) n *= shape[d];
    return n;
  }
  /// Number of bytes of the elements (not of the memory spanned).
  int64_t bytes() const { return size() * size_of(dtype); }
  bool c_contiguous() const {
    int64_t step = size_of(dtype);
    for (int d = rank - 1; d >= 0; --d) {
      if (shape[d] != 1 && strides[d] != step) return size() == 0;
      step *= shape[d];
    }
    return true;
  }
  bool f_contiguous() const {
    int64_t step = size_of(dtype);
    for (int d = 0; d < rank; ++d) {
      if (shape[d] != 1 && strides[d] != step) return size() == 0;
      step *= shape[d];
    }
    return true;
  }
  /// A C-contiguous view of `data`.
  static View contiguous(void* data, DType dtype, const int64_t* shape, int rank) {
    View v;
    v.data = data, v.dtype = dtype, v.rank = rank;
    int64_t step = size_of(dtype);
    for (int d = rank - 1; d >= 0; --d) v.shape[d] = shape[d], v.strides[d] = step, step *= shape[d];
    return v;
  }
};

/// One scalar with its dtype; the value lies in the first `size_of(dtype)` bytes of `bits`.
struct Scalar {
  DType dtype = DType::Int64;
  uint64_t bits = 0;

  template <class T>
  static Scalar of(DType dtype, T value) {
    Scalar s{dtype, 0};
    std::memcpy(&s.bits, &value, sizeof value);
    return s;
  }
  template <class T>
  T as() const {
    T value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  /// The value as a float64 (integers beyond 2^53 are rounded).
  double to_double() const;
  /// The value as an int64: floats are truncated towards zero, uint64 wraps.
  int64_t to_int() const;
  bool operator==(const Scalar&) const = default;
};

/// What a kernel may be called with.
using Argument = std::variant<View, Scalar>;

}  // namespace nf

#pragma GCC visibility pop
