// Random straight-line stencils as people write them, in the wide integers that Numba's rules make of everything.
#pragma once
#include <random>

#include "unit/codegen/stencil_support.h"

namespace nf::test {

/// The module of one stencil of rank 1 to 3; the same seed draws the same one.
ir::Module draw_stencil(uint64_t seed);

}  // namespace nf::test
