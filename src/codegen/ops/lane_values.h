// What ir/elementary/operations.h has for one float64 and single.h for one float32, for a float in each lane of an LLVM
// value: the definitions of the elementary functions become code by running on these.
#pragma once
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>

#include "codegen/ops/lanes.h"
#include "ir/elementary/operations.h"

namespace nf::codegen {

/// A bool in each lane.
struct MaskLanes {
  llvm::IRBuilderBase* build;
  llvm::Value* value;
};

/// An unsigned integer in each lane, as wide as the floats.
struct WordLanes {
  llvm::IRBuilderBase* build;
  llvm::Value* value;
  WordLanes number(uint64_t n) const { return {build, llvm::ConstantInt::get(value->getType(), n)}; }
};

/// A float64 or a float32 in each lane.
struct RealLanes {
  llvm::IRBuilderBase* build;
  llvm::Value* value;
  RealLanes number(double x) const { return {build, llvm::ConstantFP::get(value->getType(), x)}; }
};

#define NF_OPERATOR(type, argument, op, create)                                                    \
  inline type operator op(type a, type b) { return {a.build, a.build->create(a.value, b.value)}; } \
  inline type operator op(type a, argument b) { return a op a.number(b); }                         \
  inline type operator op(argument a, type b) { return b.number(a) op b; }
NF_OPERATOR(RealLanes, double, +, CreateFAdd)
NF_OPERATOR(RealLanes, double, -, CreateFSub)
NF_OPERATOR(RealLanes, double, *, CreateFMul)
NF_OPERATOR(RealLanes, double, /, CreateFDiv)
NF_OPERATOR(WordLanes, uint64_t, +, CreateAdd)
NF_OPERATOR(WordLanes, uint64_t, -, CreateSub)
NF_OPERATOR(WordLanes, uint64_t, &, CreateAnd)
NF_OPERATOR(WordLanes, uint64_t, |, CreateOr)
NF_OPERATOR(WordLanes, uint64_t, ^, CreateXor)
#undef NF_OPERATOR

inline WordLanes operator<<(WordLanes a, uint64_t n) {
  return {a.build, a.build->CreateShl(a.value, a.number(n).value)};
}
inline WordLanes operator>>(WordLanes a, uint64_t n) {
  return {a.build, a.build->CreateLShr(a.value, a.number(n).value)};
}
inline RealLanes operator-(RealLanes a) { return {a.build, a.build->CreateFNeg(a.value)}; }

#define NF_COMPARISON(op, create)                                                                                 \
  inline MaskLanes operator op(RealLanes a, RealLanes b) { return {a.build, a.build->create(a.value, b.value)}; } \
  inline MaskLanes operator op(RealLanes a, double b) { return a op a.number(b); }
NF_COMPARISON(<, CreateFCmpOLT)
NF_COMPARISON(<=, CreateFCmpOLE)
NF_COMPARISON(>, CreateFCmpOGT)
NF_COMPARISON(>=, CreateFCmpOGE)
NF_COMPARISON(==, CreateFCmpOEQ)
NF_COMPARISON(!=, CreateFCmpUNE)
#undef NF_COMPARISON

inline RealLanes constant_like(RealLanes x, double constant) { return x.number(constant); }

inline MaskLanes both(MaskLanes a, MaskLanes b) { return {a.build, a.build->CreateAnd(a.value, b.value)}; }
inline MaskLanes either(MaskLanes a, MaskLanes b) { return {a.build, a.build->CreateOr(a.value, b.value)}; }
inline MaskLanes differ(MaskLanes a, MaskLanes b) { return {a.build, a.build->CreateXor(a.value, b.value)}; }
inline MaskLanes opposite(MaskLanes a) { return {a.build, a.build->CreateNot(a.value)}; }
inline MaskLanes is_odd(WordLanes n) {
  return {n.build, n.build->CreateICmpNE((n & uint64_t(1)).value, n.number(0).value)};
}

inline WordLanes to_bits(RealLanes x) {
  llvm::Type* type = x.value->getType();
  llvm::Type* word = x.build->getIntNTy(type->getScalarSizeInBits());
  return {x.build, x.build->CreateBitCast(x.value, with_element(type, word))};
}
inline RealLanes from_bits(WordLanes bits) {
  llvm::Type* type = bits.value->getType();
  llvm::Type* real = type->getScalarSizeInBits() == 32 ? bits.build->getFloatTy() : bits.build->getDoubleTy();
  return {bits.build, bits.build->CreateBitCast(bits.value, with_element(type, real))};
}
inline RealLanes magnitude(RealLanes x) {
  return {x.build, x.build->CreateUnaryIntrinsic(llvm::Intrinsic::fabs, x.value)};
}
inline RealLanes with_sign(RealLanes x, RealLanes sign) {
  return {x.build, x.build->CreateBinaryIntrinsic(llvm::Intrinsic::copysign, x.value, sign.value)};
}
/// float32 to float64 and back.
inline RealLanes widened(RealLanes x) {
  return {x.build, x.build->CreateFPExt(x.value, with_element(x.value->getType(), x.build->getDoubleTy()))};
}
inline RealLanes narrowed(RealLanes x) {
  return {x.build, x.build->CreateFPTrunc(x.value, with_element(x.value->getType(), x.build->getFloatTy()))};
}
inline RealLanes square_root(RealLanes x) {
  return {x.build, x.build->CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, x.value)};
}

/// The first half of the significant bits, rounded down.
inline RealLanes upper_half(RealLanes x) {
  const WordLanes bits = to_bits(x);
  const bool is_single = bits.value->getType()->getScalarSizeInBits() == 32;
  return from_bits(bits & (is_single ? uint32_t(~0xFFFu) : ~((uint64_t(1) << 27) - 1)));
}

inline RealLanes select(MaskLanes condition, RealLanes a, RealLanes b) {
  return {a.build, a.build->CreateSelect(condition.value, a.value, b.value)};
}
inline RealLanes select(MaskLanes condition, double a, RealLanes b) { return select(condition, b.number(a), b); }
inline RealLanes select(MaskLanes condition, RealLanes a, double b) { return select(condition, a, a.number(b)); }
inline RealLanes select(MaskLanes condition, double a, double b) {
  llvm::Type* type = with_element(condition.value->getType(), condition.build->getDoubleTy());
  return select(condition, RealLanes{condition.build, llvm::ConstantFP::get(type, a)}, b);
}
inline WordLanes select_words(MaskLanes condition, llvm::Type* element, uint64_t a, uint64_t b) {
  llvm::Type* type = with_element(condition.value->getType(), element);
  llvm::Constant *first = llvm::ConstantInt::get(type, a), *second = llvm::ConstantInt::get(type, b);
  return {condition.build, condition.build->CreateSelect(condition.value, first, second)};
}
inline WordLanes select(MaskLanes condition, uint64_t a, uint64_t b) {
  return select_words(condition, condition.build->getInt64Ty(), a, b);
}
inline WordLanes select(MaskLanes condition, uint32_t a, uint32_t b) {
  return select_words(condition, condition.build->getInt32Ty(), a, b);
}

/// The number at `index` modulo their count, a power of two, in each lane.
RealLanes look_up_lanes(llvm::ArrayRef<double> numbers, llvm::Type* type, WordLanes index);

template <size_t N>
RealLanes look_up(RealLanes like, const double (&numbers)[N], WordLanes index) {
  return look_up_lanes(numbers, like.value->getType(), index);
}

/// By instructions that AVX-512 has for it; as the definitions say otherwise.
ir::elementary::Apart<RealLanes> take_apart(RealLanes);
ir::elementary::Apart<RealLanes> take_apart_single(RealLanes);

}  // namespace nf::codegen
