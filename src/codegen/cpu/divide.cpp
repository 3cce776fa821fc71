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

/// Quotient of an unsigned value of at most `highest`.
Value* divide_unsigned(llvm::IRBuilderBase& build, Value* a, uint64_t divisor, Wide highest) {
  llvm::Type* type = a->getType();
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
