// What compiled code asks once for a divisor that it meets at run time.
#pragma once
#include <cstdint>

namespace nf::codegen {

/// The number to multiply values of `bits` bits with when they are to be divided by `divisor` > 0, where 2**shift is
/// the smallest power that is not less than the divisor. With `half` the values are below 2**(bits - 1). See Note
/// [Multiplied divisions] in ops/divide_invariant.cpp.
uint64_t division_multiplier(uint64_t divisor, uint64_t shift, uint64_t bits, uint64_t half) noexcept;

}  // namespace nf::codegen
