// Strided memory moves that compiled code and `apply_stencil` share; they know element sizes, not types.
#pragma once
#include <cstdint>

#include "abi/abi.h"

namespace nf::codegen {

/// Copies elements of `size` bytes between arrays of one shape.
void copy_strided(const abi::Array& target, const abi::Array& source, int rank, int size) noexcept;
/// A C-contiguous array at `data` with this shape.
abi::Array contiguous_array(void* data, const int64_t* shape, int rank, int size) noexcept;
int64_t count_elements(const abi::Array& array, int rank) noexcept;
/// True when two arrays may share bytes, as `nf::overlap`.
bool overlap(const abi::Array& a, int rank_a, int size_a, const abi::Array& b, int rank_b, int size_b) noexcept;

/// Copies an array to C-contiguous memory.
void pack(void* target, const abi::Array* source, int32_t rank, int32_t size) noexcept;
/// The elements as one row: the array's own memory when it is C-contiguous, else a copy; null when there is no memory.
void* ravel(abi::Context* context, const abi::Array* array, int32_t rank, int32_t size) noexcept;
/// Replaces `value` by a packed copy when it shares memory with `target`, unless `same` is not 0 and both are one view;
/// a status.
int32_t unshare(abi::Context* context, const abi::Array* target, int32_t target_rank, int32_t target_size,
                abi::Array* value, int32_t value_rank, int32_t value_size, int32_t same) noexcept;

}  // namespace nf::codegen
