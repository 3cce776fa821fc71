// See division_multiplier.h.
#include "codegen/ops/division_multiplier.h"

namespace nf::codegen {

uint64_t division_multiplier(uint64_t divisor, uint64_t shift, uint64_t bits, uint64_t half) noexcept {
  using Bits = unsigned __int128;
  if (half) return uint64_t(((Bits(1) << (bits - 1 + shift)) + divisor - 1) / divisor);
  return uint64_t((((Bits(1) << shift) - divisor) << bits) / divisor + 1);
}

}  // namespace nf::codegen
