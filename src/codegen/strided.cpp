// Strided memory moves: rows by memcpy where they are contiguous, by element else.
#include "codegen/strided.h"

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
  copy_axes(static_cast<std::byte*>(target.data), static_cast<const std::byte*>(source.data), target, source, 0, rank,
            size);
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
