// See divide_invariant.h.
//
// Note [Multiplied divisions]. For d in (2**(l-1), 2**l] and values u below 2**(N-1), m = ceil(2**(N-1+l) / d) has N
// bits, and (2*u*m >> N) >> l is u // d: m is too large by less than one d-th, which u makes less than 2**(N-1+l)
// altogether. Values of all N bits want a multiplier of N + 1 bits; of m = 2**N + m' the upper part is added by hand,
// halved so that the sum does not overflow (Granlund and Montgomery, Division by invariant integers using
// multiplication, 1994). Signs: with the divisor's taken off and given to the value, floor(x / d) of a negative x is
// ~(~x // d). Floats would do for narrow lanes too, but their division is the slowest instruction there is, and bytes
// take four vectors of them.
#include "codegen/ops/divide_invariant.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Module.h>

#include <algorithm>

#include "codegen/ops/division_multiplier.h"
#include "codegen/ops/lanes.h"

namespace nf::codegen {
namespace {
using ir::Range;
using llvm::ConstantInt;
using llvm::Value;
using Wide = __int128;

/// All ones where the condition holds.
Value* mask(llvm::IRBuilder<>& build, Value* condition, llvm::Type* type) { return build.CreateSExt(condition, type); }

llvm::FunctionCallee multiplier_function(llvm::IRBuilder<>& build) {
  llvm::Type* word = build.getInt64Ty();
  auto* type = llvm::FunctionType::get(word, {word, word, word, word}, false);
  llvm::FunctionCallee callee =
      build.GetInsertBlock()->getModule()->getOrInsertFunction("nf_division_multiplier", type);
  auto* function = llvm::cast<llvm::Function>(callee.getCallee());
  function->setDoesNotThrow();
  function->setDoesNotAccessMemory();
  function->setWillReturn();
  return callee;
}

/// The upper halves of the products of unsigned lanes.
Value* multiply_high(llvm::IRBuilder<>& build, Value* a, Value* b) {
  llvm::Type* type = a->getType();
  const unsigned bits = type->getScalarSizeInBits();
  if (bits < 64) {
    llvm::Type* twice = with_element(type, build.getIntNTy(2 * bits));
    Value* product = build.CreateMul(build.CreateZExt(a, twice), build.CreateZExt(b, twice));
    return build.CreateTrunc(build.CreateLShr(product, ConstantInt::get(twice, bits)), type);
  }
  // In halves of 32 bits: no vector instruction multiplies more.
  auto low = [&](Value* v) { return build.CreateAnd(v, ConstantInt::get(type, UINT32_MAX)); };
  auto high = [&](Value* v) { return build.CreateLShr(v, ConstantInt::get(type, 32)); };
  Value *a0 = low(a), *a1 = high(a), *b0 = low(b), *b1 = high(b);
  Value* middle = build.CreateAdd(build.CreateMul(a1, b0), high(build.CreateMul(a0, b0)));
  Value* other = build.CreateAdd(build.CreateMul(a0, b1), low(middle));
  return build.CreateAdd(build.CreateMul(a1, b1), build.CreateAdd(high(middle), high(other)));
}

}  // namespace

InvariantDivisor prepare_divisor(llvm::IRBuilder<>& build, DType dtype, Value* divisor, int lanes, Range values,
                                 Range divisors) {
  const int bits = bits_of(dtype), width = std::max(bits, 16);
  const Range all = Range::of(dtype), every = Range::of(integer_of(width / 8, is_signed(dtype)));
  const bool negative = divisors.lo < 0;
  llvm::Type *scalar = build.getInt64Ty(), *narrow = build.getIntNTy(unsigned(width));
  InvariantDivisor made{};
  made.type = widen(build.getIntNTy(unsigned(bits)), lanes);
  made.word = widen(narrow, lanes);
  made.is_signed = is_signed(dtype);
  made.has_lowest = made.is_signed && negative && values.lo == every.lo;
  made.may_overflow = made.is_signed && values.lo == all.lo && divisors.contains({-1, -1});
  const Wide greatest = std::max(values.hi, negative ? -values.lo : -values.lo - 1);
  made.half = greatest < Wide(1) << (width - 1);
  made.flips = values.lo < 0 || (negative && values.hi > 0);

  auto number = [&](uint64_t n) { return ConstantInt::get(scalar, n); };
  auto spread = [&](Value* v) {
    Value* narrowed = build.CreateTrunc(v, narrow);
    return lanes == 1 ? narrowed : build.CreateVectorSplat(unsigned(lanes), narrowed);
  };
  Value* value = made.is_signed ? build.CreateSExt(divisor, scalar) : build.CreateZExt(divisor, scalar);
  made.value = spread(value);
  Value* size = value;
  if (negative) {
    Value* below = build.CreateICmpSLT(value, number(0));
    made.sign = spread(mask(build, below, scalar));
    size = build.CreateSelect(below, build.CreateNeg(value), value);
  }
  if (divisors.contains({0, 0})) {
    Value* nothing = build.CreateICmpEQ(value, number(0));
    made.keep = spread(build.CreateNot(mask(build, nothing, scalar)));
    size = build.CreateSelect(nothing, number(1), size);
  }
  // All divisors beyond the values give 0; so the shift stays below the number of bits.
  const uint64_t beyond = uint64_t(1) << (width - 1);
  if (made.half && std::max(divisors.hi, -divisors.lo) > Wide(beyond))
    size = build.CreateBinaryIntrinsic(llvm::Intrinsic::umin, size, number(beyond));
  if (made.may_overflow) made.minus_one = spread(mask(build, build.CreateICmpEQ(value, number(~uint64_t(0))), scalar));
  Value* leading =
      build.CreateBinaryIntrinsic(llvm::Intrinsic::ctlz, build.CreateSub(size, number(1)), build.getFalse());
  Value* shift = build.CreateSub(number(64), leading);
  made.multiplier =
      spread(build.CreateCall(multiplier_function(build), {size, shift, number(uint64_t(width)), number(made.half)}));
  made.shift = spread(shift);
  if (!made.half) {
    Value* first = build.CreateBinaryIntrinsic(llvm::Intrinsic::umin, shift, number(1));
    made.first_shift = spread(first);
    made.shift = spread(build.CreateSub(shift, first));
  }
  return made;
}

Value* divide_by(llvm::IRBuilder<>& build, ir::BinaryOp op, const InvariantDivisor& by, Value* a) {
  const unsigned width = by.word->getScalarSizeInBits();
  Value* value = by.is_signed ? build.CreateSExt(a, by.word) : build.CreateZExt(a, by.word);
  Value* x = by.sign ? build.CreateSub(build.CreateXor(value, by.sign), by.sign) : value;
  Value* flip = nullptr;
  if (by.flips) {
    flip = build.CreateAShr(x, ConstantInt::get(by.word, width - 1));
    if (by.has_lowest) {  // its opposite is positive, though it does not look it
      Value* is_lowest = mask(build, build.CreateICmpEQ(value, lowest(by.word)), by.word);
      flip = build.CreateAnd(flip, build.CreateNot(build.CreateAnd(is_lowest, by.sign)));
    }
  }
  Value* size = flip ? build.CreateXor(x, flip) : x;
  Value* quotient;
  if (by.half) {
    quotient = build.CreateLShr(multiply_high(build, build.CreateShl(size, one(by.word)), by.multiplier), by.shift);
  } else {
    Value* high = multiply_high(build, size, by.multiplier);
    Value* rest = build.CreateLShr(build.CreateSub(size, high), by.first_shift);
    quotient = build.CreateLShr(build.CreateAdd(high, rest), by.shift);
  }
  if (flip) quotient = build.CreateXor(quotient, flip);
  if (op == ir::BinaryOp::Mod) {
    Value* rest = build.CreateSub(value, build.CreateMul(quotient, by.value));
    if (by.keep) rest = build.CreateAnd(rest, by.keep);
    return build.CreateTrunc(rest, by.type);
  }
  if (by.keep) quotient = build.CreateAnd(quotient, by.keep);
  if (by.may_overflow) {
    Value* edge = llvm::Constant::getIntegerValue(
        by.word, llvm::APInt::getSignedMinValue(by.type->getScalarSizeInBits()).sext(width));
    Value* overflows = build.CreateAnd(mask(build, build.CreateICmpEQ(value, edge), by.word), by.minus_one);
    quotient = build.CreateAnd(quotient, build.CreateNot(overflows));
  }
  return build.CreateTrunc(quotient, by.type);
}

}  // namespace nf::codegen
