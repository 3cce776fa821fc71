// Element loops that are no kernels: strided copies with a C cast, and the range of what lies in memory.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "array/array.h"
#include "array/element_loops.h"
#include "base/assert.h"

namespace nf::array {
namespace {

/// The cast of `copy_elements`, defined for every value: what C leaves undefined (floats out of range) included.
template <class To, class From>
To cast(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From(0);
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    if constexpr (std::is_same_v<To, uint64_t>)
      if (value >= From(9223372036854775808.0) && value < From(18446744073709551616.0)) return uint64_t(value);
    bool fits = value >= From(-9223372036854775808.0) && value < From(9223372036854775808.0);
    return To(fits ? int64_t(value) : std::numeric_limits<int64_t>::min());
  } else {
    return To(value);
  }
}

template <class From, class To>
void copy_row(const std::byte* from, int64_t from_step, std::byte* to, int64_t to_step, int64_t count) {
  if constexpr (std::is_same_v<From, To>) {
    if (from_step == sizeof(From) && to_step == sizeof(To)) {
      std::memcpy(to, from, size_t(count) * sizeof(To));
      return;
    }
  } else if (from_step == sizeof(From) && to_step == sizeof(To)) {
    const From* source = reinterpret_cast<const From*>(from);
    To* target = reinterpret_cast<To*>(to);
    for (int64_t i = 0; i < count; ++i) target[i] = cast<To>(source[i]);
    return;
  }
  for (int64_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + i * from_step, sizeof value);  // a caller's strides may leave elements unaligned
    To result = cast<To>(value);
    std::memcpy(to + i * to_step, &result, sizeof result);
  }
}

}  // namespace

void copy_elements(const View& from, const View& to) {
  nf_assert(from.rank == to.rank && std::equal(from.shape.begin(), from.shape.begin() + from.rank, to.shape.begin()),
            "copy of views of different shapes");
  int last = from.rank - 1;
  int64_t count = last < 0 ? 1 : from.shape[last];
  int64_t from_step = last < 0 ? size_of(from.dtype) : from.strides[last];
  int64_t to_step = last < 0 ? size_of(to.dtype) : to.strides[last];
  with_type(from.dtype, [&](auto source) {
    with_type(to.dtype, [&](auto target) {
      each_row(from, to, [&](int64_t at_from, int64_t at_to) {
        copy_row<decltype(source), decltype(target)>(static_cast<const std::byte*>(from.data) + at_from, from_step,
                                                     static_cast<std::byte*>(to.data) + at_to, to_step, count);
      });
    });
  });
}

std::optional<ir::Range> measure_range(const View& view) {
  nf_assert(!is_float(view.dtype), "the range of floats was asked");
  if (view.size() == 0) return {};
  int last = view.rank - 1;
  int64_t count = last < 0 ? 1 : view.shape[last];
  int64_t step = last < 0 ? size_of(view.dtype) : view.strides[last];
  return with_type(view.dtype, [&](auto zero) -> ir::Range {
    using T = decltype(zero);
    T lo = std::numeric_limits<T>::max(), hi = std::numeric_limits<T>::lowest();
    each_row(view, view, [&](int64_t at, int64_t) {
      const std::byte* row = static_cast<const std::byte*>(view.data) + at;
      for (int64_t i = 0; i < count; ++i) {
        T value;
        std::memcpy(&value, row + i * step, sizeof value);
        lo = std::min(lo, value), hi = std::max(hi, value);
      }
    });
    return {__int128(lo), __int128(hi)};
  });
}

}  // namespace nf::array
