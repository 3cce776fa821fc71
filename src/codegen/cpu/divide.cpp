// Integer division by constants in vectors: a range lets a signed floor division become an unsigned one, and an
// unsigned one a single multiplication.
#include "codegen/cpu/divide.h"

#include <llvm/IR/Constants.h>

#include "codegen/cpu/emit.h"

namespace nf::codegen {
namespace {
using llvm::ConstantInt;
using llvm::Value;
using Wide = __int128;

/// The constant that all lanes of `value` are.
std::optional<uint64_t> splat_of(Value* value) {
  auto* constant = llvm::dyn_cast<llvm::Constant>(value);
  if (!constant) return {};
  if (constant->getType()->isVectorTy()) constant = constant->getSplatValue();
  auto* integer = llvm::dyn_cast_or_null<ConstantInt>(constant);
  if (!integer) return {};
  return integer->getZExtValue();
}

/// floor(u / d) == (u * multiplier) >> (16 + shift) for all u in [0, highest].
struct Reciprocal {
  uint32_t multiplier;
  int shift;
};

/// With M = ceil(2^(16+k) / d) the product exceeds u/d * 2^(16+k) by u * e / d, where e = M d - 2^(16+k) < d; while
/// u e < 2^(16+k) that is less than the 1/d between u/d and the next integer.
std::optional<Reciprocal> reciprocal(uint32_t divisor, uint32_t highest) {
  for (int shift = 0; shift < 16; ++shift) {
    const uint64_t power = uint64_t(1) << (16 + shift);
    const uint64_t multiplier = (power + divisor - 1) / divisor;
    if (multiplier >= 65536) return {};
    if ((multiplier * divisor - power) * highest < power) return Reciprocal{uint32_t(multiplier), shift};
  }
  return {};
}

/// The high halves of 16-bit products: one instruction for a vector of any length.
Value* multiply_high(llvm::IRBuilderBase& build, Value* a, uint32_t multiplier) {
  llvm::Type* type = a->getType();
  llvm::Type* wide = type->getExtendedType();
  Value* product = build.CreateMul(build.CreateZExt(a, wide), ConstantInt::get(wide, multiplier));
  return build.CreateTrunc(build.CreateLShr(product, ConstantInt::get(wide, 16)), type);
}

/// Quotient of an unsigned value of at most `highest`.
Value* divide_unsigned(llvm::IRBuilderBase& build, Value* a, uint64_t divisor, Wide highest) {
  llvm::Type* type = a->getType();
  const bool power_of_two = (divisor & (divisor - 1)) == 0;
  if (type->isVectorTy() && type->getScalarSizeInBits() == 16 && !power_of_two) {
    if (auto found = reciprocal(uint32_t(divisor), uint32_t(highest))) {
      Value* high = multiply_high(build, a, found->multiplier);
      return found->shift ? build.CreateLShr(high, ConstantInt::get(type, uint64_t(found->shift))) : high;
    }
  }
  return build.CreateUDiv(a, ConstantInt::get(type, divisor));
}

}  // namespace

Value* emit_binary_in_range(llvm::IRBuilderBase& build, ir::BinaryOp op, DType dtype, Value* a, Value* b,
                            const ir::Range& range) {
  auto general = [&] { return emit_binary(build, op, dtype, a, b); };
  if (!is_integer(dtype) || (op != ir::BinaryOp::FloorDiv && op != ir::BinaryOp::Mod)) return general();
  const std::optional<uint64_t> constant = splat_of(b);
  const int bits = bits_of(dtype);
  const uint64_t above_signed = uint64_t(1) << (bits - 1);
  if (!constant || *constant < 2 || (is_signed(dtype) && *constant >= above_signed)) return general();
  const Wide divisor = Wide(*constant);
  if (is_signed(dtype) && (divisor & (divisor - 1)) == 0) return general();  // shifts and masks floor already

  // A multiple of the divisor makes a negative dividend positive and leaves the rest as it is.
  const Wide lift = range.lo < 0 ? (-range.lo + divisor - 1) / divisor : 0;
  const Wide highest = range.hi + lift * divisor;
  if (range.lo > range.hi || highest >= Wide(1) << bits) return general();
  llvm::Type* type = a->getType();
  auto number = [&](Wide n) { return ConstantInt::get(type, uint64_t(n)); };
  Value* lifted = lift ? build.CreateAdd(a, number(lift * divisor)) : a;
  Value* quotient = divide_unsigned(build, lifted, uint64_t(divisor), highest);
  if (op == ir::BinaryOp::Mod) return build.CreateSub(lifted, build.CreateMul(quotient, number(divisor)));
  return lift ? build.CreateSub(quotient, number(lift)) : quotient;
}

}  // namespace nf::codegen
