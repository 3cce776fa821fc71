// Strided memory moves: rows by memcpy where they are contiguous, transposed blocks where each side is contiguous on
// another axis, by element else.
//
// Note [Transposed blocks]. An array in Fortran's order copied into C's order, element by element, touches a line of
// the cache for each element. A block of as many rows as a register has elements is read in registers, transposed
// there, and written in registers. Interleaving the first half of the registers with the second half moves, in the
// number of an element (its register and its place, in bits), each bit up by one and the topmost one to the bottom;
// after as many rounds as a place has bits, places and registers have changed places. (1000x1000 uint8 on Zen 5: 710
// us, now 60.)
#include "codegen/strided.h"

#include <emmintrin.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/overlap.h"

namespace nf::codegen {
namespace {

template <class T>
void copy_row(std::byte* target, int64_t target_step, const std::byte* source, int64_t source_step, int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    T value;  // elements need not be aligned
    std::memcpy(&value, source + i * source_step, sizeof value);
    std::memcpy(target + i * target_step, &value, sizeof value);
  }
}

/// The elements of a register from the last to the first.
template <int Size>
__m128i reversed(__m128i v) {
  if constexpr (Size == 8) return _mm_shuffle_epi32(v, 0x4e);
  if constexpr (Size == 4) return _mm_shuffle_epi32(v, 0x1b);
  if constexpr (Size == 1) v = _mm_or_si128(_mm_slli_epi16(v, 8), _mm_srli_epi16(v, 8));
  return _mm_shuffle_epi32(_mm_shufflehi_epi16(_mm_shufflelo_epi16(v, 0x1b), 0x1b), 0x4e);
}

/// `target[i] = source[-i]` of contiguous elements.
template <int Size>
void copy_reversed(std::byte* target, const std::byte* source, int64_t count) {
  constexpr int64_t kLanes = 16 / Size;
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const __m128i read = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source - (i + kLanes - 1) * Size));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(target + i * Size), reversed<Size>(read));
  }
  for (; i < count; ++i) std::memcpy(target + i * Size, source - i * Size, Size);
}

template <int Size>
__m128i interleaved(__m128i a, __m128i b, bool high) {
  if constexpr (Size == 1) return high ? _mm_unpackhi_epi8(a, b) : _mm_unpacklo_epi8(a, b);
  if constexpr (Size == 2) return high ? _mm_unpackhi_epi16(a, b) : _mm_unpacklo_epi16(a, b);
  if constexpr (Size == 4) return high ? _mm_unpackhi_epi32(a, b) : _mm_unpacklo_epi32(a, b);
  return high ? _mm_unpackhi_epi64(a, b) : _mm_unpacklo_epi64(a, b);
}

/// A matrix: rows so many bytes after one another of contiguous elements.
template <class Byte>
struct Matrix {
  Byte* data;
  int64_t row_step;
  Byte* row(int64_t at) const { return data + at * row_step; }
};

template <int Size>
void transpose_block(Matrix<std::byte> to, Matrix<const std::byte> from) {
  constexpr int kSide = 16 / Size;
  __m128i rows[kSide], next[kSide];  // in registers, once all loops are unrolled
#pragma GCC unroll 16
  for (int i = 0; i < kSide; ++i) rows[i] = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from.row(i)));
#pragma GCC unroll 4
  for (int round = 1; round < kSide; round *= 2) {
#pragma GCC unroll 16
    for (int i = 0; i < kSide; ++i) next[i] = interleaved<Size>(rows[i / 2], rows[i / 2 + kSide / 2], i % 2);
#pragma GCC unroll 16
    for (int i = 0; i < kSide; ++i) rows[i] = next[i];
  }
#pragma GCC unroll 16
  for (int i = 0; i < kSide; ++i) _mm_storeu_si128(reinterpret_cast<__m128i*>(to.row(i)), rows[i]);
}

/// `to[j][i] = from[i][j]` for i below `rows` and j below `columns`.
template <int Size>
void transpose(Matrix<std::byte> to, Matrix<const std::byte> from, int64_t rows, int64_t columns) {
  constexpr int64_t kSide = 16 / Size, kRowsAtATime = 256;  // whose lines stay in the first cache level
  auto by_element = [&](int64_t i, int64_t j) { std::memcpy(to.row(j) + i * Size, from.row(i) + j * Size, Size); };
  const int64_t whole_rows = rows / kSide * kSide, whole_columns = columns / kSide * kSide;
  for (int64_t first = 0; first < whole_rows; first += kRowsAtATime)
    for (int64_t j = 0; j < whole_columns; j += kSide)
      for (int64_t i = first; i < std::min(first + kRowsAtATime, whole_rows); i += kSide)
        transpose_block<Size>({to.row(j) + i * Size, to.row_step}, {from.row(i) + j * Size, from.row_step});
  for (int64_t j = 0; j < columns; ++j)
    for (int64_t i = j < whole_columns ? whole_rows : 0; i < rows; ++i) by_element(i, j);
}

/// The two axes of a copy that is a transposition: `across` is contiguous in the target, `down` in the source.
struct Transposition {
  int across = -1, down = -1;
};
Transposition transposition_of(const abi::Array& to, const abi::Array& from, int rank, int size) {
  auto contiguous = [&](const abi::Array& array) {
    for (int axis = rank; axis-- > 0;)
      if (to.shape[axis] > 1 && array.strides[axis] == size) return axis;
    return -1;
  };
  Transposition found{contiguous(to), contiguous(from)};
  const bool is_one = found.across >= 0 && found.down >= 0 && found.across != found.down;
  return is_one && from.strides[found.across] != size ? found : Transposition{};
}

void copy_transposed(std::byte* target, const std::byte* source, const abi::Array& to, const abi::Array& from,
                     Transposition axes, int axis, int rank, int size) {
  if (axis < rank) {
    const int64_t count = axis == axes.across || axis == axes.down ? 1 : to.shape[axis];
    for (int64_t i = 0; i < count; ++i)
      copy_transposed(target + i * to.strides[axis], source + i * from.strides[axis], to, from, axes, axis + 1, rank,
                      size);
    return;
  }
  const Matrix<std::byte> into{target, to.strides[axes.down]};
  const Matrix<const std::byte> of{source, from.strides[axes.across]};
  const int64_t rows = to.shape[axes.across], columns = to.shape[axes.down];
  switch (size) {
    case 1: return transpose<1>(into, of, rows, columns);
    case 2: return transpose<2>(into, of, rows, columns);
    case 4: return transpose<4>(into, of, rows, columns);
    default: return transpose<8>(into, of, rows, columns);
  }
}

void copy_axes(std::byte* target, const std::byte* source, const abi::Array& to, const abi::Array& from, int axis,
               int rank, int size) {
  if (rank == 0) {
    std::memcpy(target, source, size_t(size));
    return;
  }
  int64_t count = to.shape[axis], target_step = to.strides[axis], source_step = from.strides[axis];
  if (axis + 1 < rank) {
    for (int64_t i = 0; i < count; ++i)
      copy_axes(target + i * target_step, source + i * source_step, to, from, axis + 1, rank, size);
    return;
  }
  if (target_step == size && source_step == size) {
    if (count > 0) std::memcpy(target, source, size_t(count * size));
    return;
  }
  if (target_step == size && source_step == -size) {
    switch (size) {
      case 1: return copy_reversed<1>(target, source, count);
      case 2: return copy_reversed<2>(target, source, count);
      case 4: return copy_reversed<4>(target, source, count);
      default: return copy_reversed<8>(target, source, count);
    }
  }
  switch (size) {
    case 1: return copy_row<uint8_t>(target, target_step, source, source_step, count);
    case 2: return copy_row<uint16_t>(target, target_step, source, source_step, count);
    case 4: return copy_row<uint32_t>(target, target_step, source, source_step, count);
    default: return copy_row<uint64_t>(target, target_step, source, source_step, count);
  }
}

/// The first byte of an array's memory and the first behind it.
std::pair<const std::byte*, const std::byte*> span(const abi::Array& array, int rank, int size) {
  const std::byte *first = static_cast<const std::byte*>(array.data), *last = first;
  for (int d = 0; d < rank; ++d) {
    int64_t reach = (array.shape[d] - 1) * array.strides[d];
    (reach < 0 ? first : last) += reach;
  }
  return {first, last + size};
}

/// The array as a view; of its elements only their size counts.
View view_of(const abi::Array& array, int rank, int size) {
  View view;
  view.data = array.data, view.rank = rank;
  view.dtype = size == 1 ? DType::UInt8 : size == 2 ? DType::UInt16 : size == 4 ? DType::UInt32 : DType::UInt64;
  std::copy_n(array.shape, rank, view.shape.begin());
  std::copy_n(array.strides, rank, view.strides.begin());
  return view;
}

}  // namespace

void copy_strided(const abi::Array& target, const abi::Array& source, int rank, int size) noexcept {
  if (count_elements(target, rank) == 0) return;
  auto* into = static_cast<std::byte*>(target.data);
  const auto* of = static_cast<const std::byte*>(source.data);
  if (const Transposition axes = transposition_of(target, source, rank, size); axes.across >= 0)
    copy_transposed(into, of, target, source, axes, 0, rank, size);
  else
    copy_axes(into, of, target, source, 0, rank, size);
}

abi::Array contiguous_array(void* data, const int64_t* shape, int rank, int size) noexcept {
  abi::Array array{data, {}, {}};
  int64_t step = size;
  for (int d = rank - 1; d >= 0; --d) array.shape[d] = shape[d], array.strides[d] = step, step *= shape[d];
  return array;
}

int64_t count_elements(const abi::Array& array, int rank) noexcept {
  int64_t count = 1;
  for (int d = 0; d < rank; ++d) count *= array.shape[d];
  return count;
}

bool overlap(const abi::Array& a, int rank_a, int size_a, const abi::Array& b, int rank_b, int size_b) noexcept {
  auto [first_a, last_a] = span(a, rank_a, size_a);
  auto [first_b, last_b] = span(b, rank_b, size_b);
  if (first_a >= last_b || first_b >= last_a) return false;  // nearly always, and quickly told
  return nf::overlap(view_of(a, rank_a, size_a), view_of(b, rank_b, size_b));
}

void pack(void* target, const abi::Array* source, int32_t rank, int32_t size) noexcept {
  copy_strided(contiguous_array(target, source->shape, rank, size), *source, rank, size);
}

void* ravel(abi::Context* context, const abi::Array* array, int32_t rank, int32_t size) noexcept {
  int64_t count = count_elements(*array, rank), step = size;
  bool contiguous = true;
  for (int d = rank - 1; d >= 0; --d) {
    contiguous = contiguous && (array->shape[d] == 1 || array->strides[d] == step);
    step *= array->shape[d];
  }
  if (contiguous || count == 0) return array->data;
  void* memory = context->allocate(context, count * size, 0);
  if (memory) pack(memory, array, rank, size);
  return memory;
}

int32_t unshare(abi::Context* context, const abi::Array* target, int32_t target_rank, int32_t target_size,
                abi::Array* value, int32_t value_rank, int32_t value_size, int32_t same) noexcept {
  if (same && target->data == value->data && target_rank == value_rank && target_size == value_size &&
      std::equal(target->shape, target->shape + value_rank, value->shape) &&
      std::equal(target->strides, target->strides + value_rank, value->strides))
    return 0;
  if (!overlap(*target, target_rank, target_size, *value, value_rank, value_size)) return 0;
  void* memory = context->allocate(context, count_elements(*value, value_rank) * value_size, 0);
  if (!memory) return abi::kOutOfMemory;
  pack(memory, value, value_rank, value_size);
  *value = contiguous_array(memory, value->shape, value_rank, value_size);
  return 0;
}

}  // namespace nf::codegen
