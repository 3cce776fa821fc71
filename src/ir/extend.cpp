// How border modes extend an axis.
#include <algorithm>

#include "base/assert.h"
#include "ir/elements.h"

namespace nf::ir {

int64_t extend_index(BorderMode mode, int64_t i, int64_t n) {
  auto cycle = [](int64_t value, int64_t period) { return (value % period + period) % period; };
  switch (mode) {
    case BorderMode::Nearest: return std::clamp<int64_t>(i, 0, n - 1);
    case BorderMode::Wrap: return cycle(i, n);
    case BorderMode::Reflect: {  // d c b a | a b c d | d c b a
      int64_t place = cycle(i, 2 * n);
      return place < n ? place : 2 * n - 1 - place;
    }
    case BorderMode::Mirror: {  // d c b | a b c d | c b a
      if (n == 1) return 0;
      int64_t place = cycle(i, 2 * n - 2);
      return place < n ? place : 2 * n - 2 - place;
    }
    case BorderMode::Constant:
    case BorderMode::Valid: break;
  }
  nf_assert(i >= 0 && i < n, "position {} of an axis of {} that is not extended", i, n);
  return i;
}

}  // namespace nf::ir
