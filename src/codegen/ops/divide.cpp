// Integer division: floored, defined for every operand, by multiplication where the divisor is a constant. A known
// range lets a signed division become an unsigned one, which LLVM turns into a single multiplication when the bits
// allow it.
#include "codegen/ops/divide.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/IntrinsicsX86.h>

#include <algorithm>

#include "codegen/ops/emit.h"
#include "codegen/ops/lanes.h"

namespace nf::codegen {
namespace {
using llvm::ConstantInt;
using llvm::Value;
using Wide = __int128;
using ir::BinaryOp;
using llvm::APInt;
using llvm::IRBuilderBase;

/// Narrow vectors divide in floats that hold every quotient apart from its neighbours: |a|, |b| < 2^16 in float32, <
/// 2^32 in float64 (a/b differs from the next integer by at least 1/b, far above the rounding of the division). There
/// is no vector instruction for the division of integers.
llvm::Value* divide_in_floats(IRBuilderBase& b, bool is_signed, llvm::Value* a, llvm::Value* divisor) {
  llvm::Type* type = a->getType();
  llvm::Type* real = with_element(type, type->getScalarSizeInBits() <= 16 ? b.getFloatTy() : b.getDoubleTy());
  auto convert = [&](llvm::Value* v) { return is_signed ? b.CreateSIToFP(v, real) : b.CreateUIToFP(v, real); };
  IRBuilderBase::FastMathFlagGuard guard(b);
  b.clearFastMathFlags();
  llvm::Value* quotient = b.CreateFDiv(convert(a), convert(divisor));
  return is_signed ? b.CreateFPToSI(quotient, type) : b.CreateFPToUI(quotient, type);
}

/// Truncated quotient of a divisor that is neither 0 nor makes the quotient overflow.
llvm::Value* divide(IRBuilderBase& b, bool is_signed, llvm::Value* a, llvm::Value* divisor) {
  if (lanes_of(a->getType()) > 1 && a->getType()->getScalarSizeInBits() <= 32 && !llvm::isa<llvm::Constant>(divisor))
    return divide_in_floats(b, is_signed, a, divisor);
  return is_signed ? b.CreateSDiv(a, divisor) : b.CreateUDiv(a, divisor);
}

/// Floored quotient by a constant that is neither 0 nor -1.
llvm::Value* floor_divide_by(IRBuilderBase& b, llvm::Value* a, const APInt& divisor) {
  llvm::Type* type = a->getType();
  if (divisor.isOne()) return a;
  if (divisor.isPowerOf2() && !divisor.isNegative()) return b.CreateAShr(a, ConstantInt::get(type, divisor.logBase2()));
  if (!divisor.isNegative()) {
    // For a < 0, floor(a / d) == ~(~a / d): flipping the bits of negative values leaves an unsigned division.
    llvm::Value* sign = b.CreateAShr(a, ConstantInt::get(type, type->getScalarSizeInBits() - 1));
    return b.CreateXor(b.CreateUDiv(b.CreateXor(a, sign), integer(type, divisor)), sign);
  }
  llvm::Value* quotient = b.CreateSDiv(a, integer(type, divisor));
  llvm::Value* rest = b.CreateSub(a, b.CreateMul(quotient, integer(type, divisor)));
  llvm::Value* inexact = b.CreateICmpSGT(rest, zero(type));  // the rest has the sign of a; it must have the divisor's
  return b.CreateSub(quotient, b.CreateZExt(inexact, type));
}

struct Division {
  llvm::Value *quotient, *rest;
};

/// Floored division by a value that is only known at run time.
Division floor_divide(IRBuilderBase& b, bool is_signed, llvm::Value* a, llvm::Value* divisor) {
  llvm::Type* type = a->getType();
  llvm::Value* undefined = b.CreateICmpEQ(divisor, zero(type));
  if (is_signed) {
    llvm::Value* overflows = b.CreateAnd(b.CreateICmpEQ(divisor, minus_one(type)), b.CreateICmpEQ(a, lowest(type)));
    undefined = b.CreateOr(undefined, overflows);
  }
  llvm::Value* safe = b.CreateSelect(undefined, one(type), divisor);
  llvm::Value* quotient = divide(b, is_signed, a, safe);
  llvm::Value* rest = b.CreateSub(a, b.CreateMul(quotient, safe));
  if (is_signed) {
    llvm::Value* differ = b.CreateICmpSLT(b.CreateXor(rest, safe), zero(type));
    llvm::Value* fix = b.CreateAnd(b.CreateICmpNE(rest, zero(type)), differ);
    quotient = b.CreateSub(quotient, b.CreateZExt(fix, type));
    rest = b.CreateAdd(rest, b.CreateSelect(fix, safe, zero(type)));
  }
  return {b.CreateSelect(undefined, zero(type), quotient), b.CreateSelect(undefined, zero(type), rest)};
}

/// The upper halves of the products of unsigned 16-bit lanes, when `a` fills one register as the function uses them.
Value* multiply_high(llvm::IRBuilderBase& build, Value* a, uint64_t by) {
  const llvm::Function* function = build.GetInsertBlock()->getParent();
  const uint64_t bits = function->getFnAttributeAsParsedInteger("prefer-vector-width");
  if (a->getType()->getPrimitiveSizeInBits() != bits) return nullptr;
  llvm::Intrinsic::ID id = bits == 512   ? llvm::Intrinsic::x86_avx512_pmulhu_w_512
                           : bits == 256 ? llvm::Intrinsic::x86_avx2_pmulhu_w
                                         : llvm::Intrinsic::x86_sse2_pmulhu_w;
  return build.CreateIntrinsic(id, {a, ConstantInt::get(a->getType(), by)});
}

/// Quotient of an unsigned value of at most `highest`. LLVM finds the multiplication of 16-bit lanes too, but takes a
/// good part of the compile time for it. With m = ceil(2^(16 + shift) / d) = (2^(16 + shift) + e) / d, a * m >>
/// (16 + shift) is exact as long as a * e < 2^(16 + shift).
Value* divide_unsigned(llvm::IRBuilderBase& build, Value* a, uint64_t divisor, Wide highest) {
  llvm::Type* type = a->getType();
  if (type->getScalarSizeInBits() == 16 && (divisor & (divisor - 1)) != 0)
    for (int shift = 0; shift < 16; ++shift) {
      const uint64_t power = uint64_t(1) << (16 + shift), multiplier = (power + divisor - 1) / divisor;
      if (multiplier >= 1 << 16) break;
      if (highest * Wide(multiplier * divisor - power) >= Wide(power)) continue;
      Value* high = multiply_high(build, a, multiplier);
      if (!high) break;
      return shift ? build.CreateLShr(high, ConstantInt::get(type, uint64_t(shift))) : high;
    }
  return build.CreateUDiv(a, ConstantInt::get(type, divisor));
}

/// The same in as few bits as hold the value. In a loop LLVM then also adds up what is divided in these: it follows
/// known bits through a few additions only, and so would take a sum of nine bytes for 64 bits that may be negative.
Value* divide_narrowly(llvm::IRBuilderBase& build, Value* a, uint64_t divisor, Wide highest) {
  llvm::Type* type = a->getType();
  unsigned bits = 8;
  while (bits < type->getScalarSizeInBits() && std::max(highest, Wide(divisor)) >= Wide(1) << bits) bits *= 2;
  llvm::Type* narrow = build.getIntNTy(bits);
  Value* quotient = build.CreateUDiv(build.CreateTrunc(a, narrow), ConstantInt::get(narrow, divisor));
  return build.CreateZExt(quotient, type);
}

}  // namespace

llvm::Value* emit_integer_division(IRBuilderBase& b, BinaryOp op, DType dtype, llvm::Value* a, llvm::Value* divisor) {
  llvm::Type* type = a->getType();
  const bool quotient = op == BinaryOp::FloorDiv;
  const APInt* constant = splat_integer(divisor);
  if (!constant) {
    Division both = floor_divide(b, is_signed(dtype), a, divisor);
    return quotient ? both.quotient : both.rest;
  }
  if (constant->isZero()) return zero(type);
  if (!is_signed(dtype)) return quotient ? b.CreateUDiv(a, divisor) : b.CreateURem(a, divisor);
  if (constant->isAllOnes()) {
    if (!quotient) return zero(type);
    return b.CreateSelect(b.CreateICmpEQ(a, lowest(type)), zero(type), b.CreateNeg(a));
  }
  if (constant->isPowerOf2() && !constant->isNegative() && !quotient)
    return b.CreateAnd(a, integer(type, *constant - 1));
  llvm::Value* floored = floor_divide_by(b, a, *constant);
  return quotient ? floored : b.CreateSub(a, b.CreateMul(floored, divisor));
}

Value* emit_binary_in_range(llvm::IRBuilderBase& build, ir::BinaryOp op, DType dtype, Value* a, Value* b,
                            const ir::Range& range) {
  auto general = [&] { return emit_binary(build, op, dtype, a, b); };
  if (!is_integer(dtype) || (op != ir::BinaryOp::FloorDiv && op != ir::BinaryOp::Mod)) return general();
  const APInt* constant = splat_integer(b);
  const int bits = bits_of(dtype);
  if (!constant || constant->ult(2) || (is_signed(dtype) && constant->isNegative())) return general();
  const Wide divisor = Wide(constant->getZExtValue());
  if (is_signed(dtype) && (divisor & (divisor - 1)) == 0) return general();  // shifts and masks floor already

  // A multiple of the divisor makes a negative dividend positive and leaves the rest as it is.
  const Wide lift = range.lo < 0 ? (-range.lo + divisor - 1) / divisor : 0;
  const Wide highest = range.hi + lift * divisor;
  if (range.lo > range.hi || highest >= Wide(1) << bits) return general();
  llvm::Type* type = a->getType();
  auto number = [&](Wide n) { return ConstantInt::get(type, uint64_t(n)); };
  Value* lifted = lift ? build.CreateAdd(a, number(lift * divisor)) : a;
  Value* quotient = lanes_of(type) == 1 ? divide_narrowly(build, lifted, uint64_t(divisor), highest)
                                        : divide_unsigned(build, lifted, uint64_t(divisor), highest);
  if (op == ir::BinaryOp::Mod) return build.CreateSub(lifted, build.CreateMul(quotient, number(divisor)));
  return lift ? build.CreateSub(quotient, number(lift)) : quotient;
}

}  // namespace nf::codegen
