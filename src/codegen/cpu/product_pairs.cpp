// Note [Pairs of products]. Processors multiply 16-bit integers and add the products of each two neighbours, as 32
// bits, in one instruction (pmaddwd). The squared length of a gradient, `gx * gx + gy * gy`, so takes one instruction
// for a register of results, and one that puts gx and gy side by side; widened first it takes two conversions, two
// multiplications, which are the slow ones of 32 bits, and an addition. No sum can be wrong: the one that leaves 32
// bits, of four times -32768, wraps as it does in the IR.
#include "codegen/cpu/product_pairs.h"

namespace nf::codegen {
namespace {
using ir::InstId;

constexpr ir::Range kInt16{-32768, 32767};

/// The two narrow factors of a product in 32 bits.
std::optional<std::array<InstId, 2>> factors_of(const ir::Function& function, InstId product,
                                                const std::vector<int>& uses,
                                                const Table<ir::Inst, ir::Range>& ranges) {
  auto* multiply = std::get_if<ir::Binary>(&function[product].op);
  if (!multiply || multiply->op != ir::BinaryOp::Mul || uses[product.index] != 1) return {};
  std::array<InstId, 2> factors{multiply->a, multiply->b};
  for (InstId& factor : factors) {
    auto* cast = std::get_if<ir::Cast>(&function[factor].op);
    if (!cast) return {};
    const DType from = function[cast->a].type.dtype();
    if (!is_integer(from) || size_of(from) > 2 || !kInt16.contains(ranges[cast->a])) return {};
    factor = cast->a;
  }
  return factors;
}

}  // namespace

std::optional<ProductPair> product_pair(const ir::Function& function, InstId sum, const std::vector<int>& uses,
                                        const Table<ir::Inst, ir::Range>& ranges) {
  auto* add = std::get_if<ir::Binary>(&function[sum].op);
  if (!add || add->op != ir::BinaryOp::Add) return {};
  const Type type = function[sum].type;
  if (!type.is_scalar() || !is_integer(type.dtype()) || bits_of(type.dtype()) != 32) return {};
  const auto left = factors_of(function, add->a, uses, ranges), right = factors_of(function, add->b, uses, ranges);
  if (!left || !right) return {};
  return ProductPair{{(*left)[0], (*left)[1], (*right)[0], (*right)[1]}};
}

}  // namespace nf::codegen
