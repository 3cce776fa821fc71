// Rounding and denormals as IEEE 754 has them, whatever the caller's thread was set to: the same bits everywhere.
#include "runtime/runtime.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace nf::runtime {
#if defined(__x86_64__)
FloatMode::FloatMode() : before_(_mm_getcsr()) {
  constexpr uint32_t kDefault = 0x1f80;  // round to nearest, all exceptions masked, no flush to zero
  if ((before_ & ~0x3fu) != kDefault) _mm_setcsr(kDefault);
}
FloatMode::~FloatMode() {
  if (_mm_getcsr() != before_) _mm_setcsr(before_);
}
#else
FloatMode::FloatMode() = default;
FloatMode::~FloatMode() = default;
#endif
}  // namespace nf::runtime
