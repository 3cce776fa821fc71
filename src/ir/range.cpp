// Value ranges of integers: what each instruction can yield at most, from the parameters up.
#include "ir/ir.h"

namespace nf::ir {

Range Range::of(DType dtype) {
  if (is_bool(dtype)) return {0, 1};
  int bits = bits_of(dtype);
  if (is_signed(dtype)) return {-(__int128(1) << (bits - 1)), (__int128(1) << (bits - 1)) - 1};
  return {0, (__int128(1) << bits) - 1};
}

}  // namespace nf::ir
