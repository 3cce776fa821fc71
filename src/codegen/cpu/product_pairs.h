// Sums of two products of 16-bit integers. Knows nothing of LLVM.
#pragma once
#include <array>
#include <optional>

#include "ir/ir.h"

namespace nf::codegen {

/// `a * b + c * d` in 32 bits.
struct ProductPair {
  std::array<ir::InstId, 4> factors;  ///< a, b, c, d, before they are widened: 8 or 16 bits, and each fits an int16
};

/// The products that `sum` adds up, when it is such a sum and nothing else uses them (`uses` counts users).
std::optional<ProductPair> product_pair(const ir::Function& function, ir::InstId sum, const std::vector<int>& uses,
                                        const Table<ir::Inst, ir::Range>& ranges);

}  // namespace nf::codegen
