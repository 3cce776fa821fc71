// Pure operations of the IR as LLVM instructions: one meaning for a scalar and for each lane of a vector.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/Module.h>

#include "base/assert.h"
#include "codegen/ops/divide.h"
#include "codegen/ops/emit.h"
#include "codegen/ops/lanes.h"
#include "codegen/ops/vector_math.h"
#include "ir/names.h"

namespace nf::codegen {
namespace {
using ir::BinaryOp;
using ir::CompareOp;
using ir::UnaryOp;
using llvm::APFloat;
using llvm::APInt;
using llvm::ConstantFP;
using llvm::ConstantInt;
using llvm::FixedVectorType;
using llvm::IRBuilderBase;

/// Calls `f` on each lane; the lanes of `args` stay together.
template <class F>
llvm::Value* each_lane(IRBuilderBase& b, const std::vector<llvm::Value*>& args, llvm::Type* result, F f) {
  const int lanes = lanes_of(args[0]->getType());
  if (lanes == 1) return f(args);
  llvm::Value* out = llvm::PoisonValue::get(result);
  for (int lane = 0; lane < lanes; ++lane) {
    std::vector<llvm::Value*> scalars;
    for (llvm::Value* arg : args) scalars.push_back(b.CreateExtractElement(arg, uint64_t(lane)));
    out = b.CreateInsertElement(out, f(scalars), uint64_t(lane));
  }
  return out;
}

llvm::Module& module_of(IRBuilderBase& b) { return *b.GetInsertBlock()->getModule(); }

// ---- powers

/// Integer powers by squaring, in a function of the module that is made once for each type.
llvm::Function* integer_power(llvm::Module& module, DType dtype) {
  const std::string name = "nf_pow_" + std::string(name_of(dtype));
  if (llvm::Function* made = module.getFunction(name)) return made;
  llvm::LLVMContext& context = module.getContext();
  llvm::Type* type = element_type(context, dtype);
  auto* function = llvm::Function::Create(llvm::FunctionType::get(type, {type, type}, false),
                                          llvm::GlobalValue::InternalLinkage, name, module);
  function->setDoesNotThrow();
  function->setDoesNotAccessMemory();
  auto block = [&](const char* label) { return llvm::BasicBlock::Create(context, label, function); };
  llvm::BasicBlock *entry = block("entry"), *negative = block("negative"), *loop = block("loop"), *body = block("body"),
                   *done = block("done");
  llvm::IRBuilder<> b(entry);
  llvm::Value *base = function->getArg(0), *exponent = function->getArg(1);
  llvm::Value* below = is_signed(dtype) ? b.CreateICmpSLT(exponent, zero(type)) : b.getFalse();
  b.CreateCondBr(below, negative, loop);

  b.SetInsertPoint(negative);  // truncated 1 / base^n: 1 and -1 keep their powers, all others become 0
  llvm::Value* odd = b.CreateICmpNE(b.CreateAnd(exponent, one(type)), zero(type));
  llvm::Value* of_minus_one = b.CreateSelect(odd, minus_one(type), one(type));
  llvm::Value* small = b.CreateSelect(b.CreateICmpEQ(base, minus_one(type)), of_minus_one, zero(type));
  b.CreateRet(b.CreateSelect(b.CreateICmpEQ(base, one(type)), one(type), small));

  b.SetInsertPoint(loop);
  llvm::PHINode *power = b.CreatePHI(type, 2), *square = b.CreatePHI(type, 2), *left = b.CreatePHI(type, 2);
  b.CreateCondBr(b.CreateICmpEQ(left, zero(type)), done, body);

  b.SetInsertPoint(body);
  llvm::Value* bit = b.CreateICmpNE(b.CreateAnd(left, one(type)), zero(type));
  llvm::Value* next = b.CreateSelect(bit, b.CreateMul(power, square), power);
  power->addIncoming(one(type), entry), power->addIncoming(next, body);
  square->addIncoming(base, entry), square->addIncoming(b.CreateMul(square, square), body);
  left->addIncoming(exponent, entry), left->addIncoming(b.CreateLShr(left, one(type)), body);
  b.CreateBr(loop);

  b.SetInsertPoint(done);
  b.CreateRet(power);
  return function;
}

llvm::Value* emit_power(IRBuilderBase& b, DType dtype, llvm::Value* base, llvm::Value* exponent) {
  const APInt* constant = splat_integer(exponent);
  const bool unrolls = constant && constant->ult(64);
  if (!unrolls) {
    llvm::Function* power = integer_power(module_of(b), dtype);
    return each_lane(b, {base, exponent}, base->getType(), [&](const auto& lane) { return b.CreateCall(power, lane); });
  }
  llvm::Value* result = one(base->getType());
  llvm::Value* square = base;
  for (uint64_t left = constant->getZExtValue(); left != 0; left >>= 1) {
    if (left & 1) result = b.CreateMul(result, square);
    if (left > 1) square = b.CreateMul(square, square);
  }
  return result;
}

/// `c if c < a else a`, or the same with `>`. Of floats that is what minps and maxps compute, their operands in this
/// order; the code generator finds them in the select.
llvm::Value* emit_extreme(IRBuilderBase& b, bool is_min, DType dtype, llvm::Value* a, llvm::Value* c) {
  if (is_bool(dtype)) return is_min ? b.CreateAnd(a, c) : b.CreateOr(a, c);
  if (is_float(dtype)) return b.CreateSelect(is_min ? b.CreateFCmpOLT(c, a) : b.CreateFCmpOGT(c, a), c, a);
  const llvm::Intrinsic::ID id = is_signed(dtype) ? (is_min ? llvm::Intrinsic::smin : llvm::Intrinsic::smax)
                                                  : (is_min ? llvm::Intrinsic::umin : llvm::Intrinsic::umax);
  return b.CreateBinaryIntrinsic(id, a, c);
}

// ---- conversions

/// Truncates towards zero to int64 and wraps to the type; NaN and what int64 cannot hold are its lowest value. Without
/// poison: the operand of each conversion is replaced where it is out of range.
llvm::Value* float_to_integer(IRBuilderBase& b, llvm::Value* value, DType to) {
  IRBuilderBase::FastMathFlagGuard guard(b);
  b.clearFastMathFlags();  // NaN is asked for below
  llvm::Type *real = value->getType(), *target = with_element(real, element_type(b.getContext(), to));
  auto constant = [&](double number) { return ConstantFP::get(real, number); };
  auto inside = [&](double lo, double hi) {
    return b.CreateAnd(b.CreateFCmpOGE(value, constant(lo)), b.CreateFCmpOLT(value, constant(hi)));
  };
  auto or_zero = [&](llvm::Value* fits) { return b.CreateSelect(fits, value, constant(0)); };
  llvm::Type* long_type = with_element(real, b.getInt64Ty());
  llvm::Value* fits = inside(-0x1p63, 0x1p63);
  if (bits_of(to) == 64 || lanes_of(real) == 1) {
    llvm::Value* wide = b.CreateSelect(fits, b.CreateFPToSI(or_zero(fits), long_type), lowest(long_type));
    if (to != DType::UInt64) return b.CreateTrunc(wide, target);
    llvm::Value* upper = inside(0x1p63, 0x1p64);
    return b.CreateSelect(upper, b.CreateFPToUI(or_zero(upper), long_type), wide);
  }
  // Vectors stay as wide as the floats: only the low 32 bits are asked for, and the size of a float can be reduced
  // modulo 2^32 without rounding (what is left are its last bits). From 2^31 on a float32 is a multiple of 256, so that
  // 8 bits need no reduction.
  llvm::Type* word = with_element(real, b.getInt32Ty());
  if (bits_of(to) == 8 && real->getScalarType()->isFloatTy())
    return b.CreateTrunc(b.CreateFPToSI(or_zero(inside(-0x1p31, 0x1p31)), word), target);
  llvm::Value* whole = b.CreateUnaryIntrinsic(llvm::Intrinsic::trunc, or_zero(fits));
  llvm::Value* size = b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, whole);
  llvm::Value* rounds = b.CreateUnaryIntrinsic(llvm::Intrinsic::trunc, b.CreateFMul(size, constant(0x1p-32)));
  llvm::Value* low = b.CreateFPToUI(b.CreateFSub(size, b.CreateFMul(rounds, constant(0x1p32))), word);
  llvm::Value* negative = b.CreateFCmpOLT(whole, constant(0));
  return b.CreateTrunc(b.CreateSelect(negative, b.CreateNeg(low), low), target);
}

/// Note [Shifted products]. LLVM 22 takes the low 16 bits of a logically shifted 64-bit product of two 16-bit numbers
/// that were extended by their signs for a high multiplication and a logical shift of 16 bits, which loses the signs
/// above. So these bits are put together from the halves of the value, where it sees no product.
llvm::Value* low_bits_of_shift(IRBuilderBase& b, llvm::Value* value, llvm::Type* type) {
  const int lanes = lanes_of(type);
  if (type->getScalarSizeInBits() != 16 || value->getType()->getScalarSizeInBits() != 64 || lanes == 1) return nullptr;
  uint64_t count = 0;
  for (auto* shift = llvm::dyn_cast<llvm::Instruction>(value); shift && shift->getOpcode() == llvm::Instruction::LShr;
       shift = llvm::dyn_cast<llvm::Instruction>(value)) {
    const APInt* by = splat_integer(shift->getOperand(1));
    if (!by || count + by->getZExtValue() >= 64) break;
    count += by->getZExtValue();
    value = shift->getOperand(0);
  }
  if (count <= 16) return nullptr;
  llvm::Type* half = FixedVectorType::get(b.getInt32Ty(), unsigned(lanes));
  llvm::Value* halves = b.CreateBitCast(value, FixedVectorType::get(b.getInt32Ty(), unsigned(2 * lanes)));
  auto part = [&](int first) {
    llvm::SmallVector<int, 64> places;
    for (int lane = 0; lane < lanes; ++lane) places.push_back(2 * lane + first);
    return b.CreateShuffleVector(halves, places);
  };
  auto by = [&](uint64_t n) { return ConstantInt::get(half, n); };
  llvm::Value* high = part(1);
  if (count >= 32) return b.CreateTrunc(b.CreateLShr(high, by(count - 32)), type);
  return b.CreateTrunc(b.CreateOr(b.CreateLShr(part(0), by(count)), b.CreateShl(high, by(32 - count))), type);
}

}  // namespace

llvm::Type* register_type(llvm::LLVMContext& context, DType dtype, int lanes) {
  return widen(element_type(context, dtype), lanes);
}

llvm::Type* memory_type(llvm::LLVMContext& context, DType dtype, int lanes) {
  return widen(is_bool(dtype) ? llvm::Type::getInt8Ty(context) : element_type(context, dtype), lanes);
}

llvm::Value* emit_const(IRBuilderBase& b, Scalar value, int lanes) {
  llvm::Type* type = register_type(b.getContext(), value.dtype, lanes);
  if (is_bool(value.dtype)) return ConstantInt::get(type, value.as<uint8_t>() != 0);
  if (value.dtype == DType::Float32) return ConstantFP::get(type, APFloat(value.as<float>()));
  if (value.dtype == DType::Float64) return ConstantFP::get(type, APFloat(value.as<double>()));
  const unsigned bits = unsigned(bits_of(value.dtype));
  return ConstantInt::get(type, APInt(64, value.bits).trunc(bits));
}

llvm::Value* emit_unary(IRBuilderBase& b, UnaryOp op, DType dtype, llvm::Value* a) {
  switch (op) {
    case UnaryOp::Neg: return is_float(dtype) ? b.CreateFNeg(a) : b.CreateNeg(a);
    case UnaryOp::Invert: return b.CreateNot(a);
    case UnaryOp::Not: return b.CreateNot(emit_cast(b, a, dtype, DType::Bool));
    case UnaryOp::Abs:
      if (is_float(dtype)) return b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, a);
      if (!is_signed(dtype)) return a;
      return b.CreateBinaryIntrinsic(llvm::Intrinsic::abs, a, b.getFalse());
  }
  nf_assert(false, "unary operation {} is not known to the code generator", int(op));
}

llvm::Value* emit_binary(IRBuilderBase& b, BinaryOp op, DType dtype, llvm::Value* a, llvm::Value* c) {
  const bool real = is_float(dtype);
  const bool function = op == BinaryOp::FloorDiv || op == BinaryOp::Mod || op == BinaryOp::Pow;
  if (real && function) return emit_float_function(b, ir::kBinaryNames[size_t(op)], dtype, {a, c});
  switch (op) {
    case BinaryOp::Add: return real ? b.CreateFAdd(a, c) : b.CreateAdd(a, c);
    case BinaryOp::Sub: return real ? b.CreateFSub(a, c) : b.CreateSub(a, c);
    case BinaryOp::Mul: return real ? b.CreateFMul(a, c) : b.CreateMul(a, c);
    case BinaryOp::Div: nf_assert(real, "true division of {}", name_of(dtype)); return b.CreateFDiv(a, c);
    case BinaryOp::FloorDiv:
    case BinaryOp::Mod: return emit_integer_division(b, op, dtype, a, c);
    case BinaryOp::Pow: return emit_power(b, dtype, a, c);
    case BinaryOp::And: return b.CreateAnd(a, c);
    case BinaryOp::Or: return b.CreateOr(a, c);
    case BinaryOp::Xor: return b.CreateXor(a, c);
    case BinaryOp::Shl:
    case BinaryOp::Shr: {
      llvm::Value* count = b.CreateAnd(c, ConstantInt::get(c->getType(), uint64_t(bits_of(dtype) - 1)));
      if (op == BinaryOp::Shl) return b.CreateShl(a, count);
      return is_signed(dtype) ? b.CreateAShr(a, count) : b.CreateLShr(a, count);
    }
    case BinaryOp::Min:
    case BinaryOp::Max: return emit_extreme(b, op == BinaryOp::Min, dtype, a, c);
  }
  nf_assert(false, "binary operation {} is not known to the code generator", int(op));
}

llvm::Value* emit_compare(IRBuilderBase& b, CompareOp op, DType dtype, llvm::Value* a, llvm::Value* c) {
  using llvm::CmpInst;
  const bool real = is_float(dtype), less_is_signed = is_signed(dtype);
  auto pick = [&](CmpInst::Predicate floats, CmpInst::Predicate with_sign, CmpInst::Predicate without) {
    return real ? floats : less_is_signed ? with_sign : without;
  };
  auto predicate = [&] {
    switch (op) {
      case CompareOp::Eq: return pick(CmpInst::FCMP_OEQ, CmpInst::ICMP_EQ, CmpInst::ICMP_EQ);
      case CompareOp::Ne: return pick(CmpInst::FCMP_UNE, CmpInst::ICMP_NE, CmpInst::ICMP_NE);
      case CompareOp::Lt: return pick(CmpInst::FCMP_OLT, CmpInst::ICMP_SLT, CmpInst::ICMP_ULT);
      case CompareOp::Le: return pick(CmpInst::FCMP_OLE, CmpInst::ICMP_SLE, CmpInst::ICMP_ULE);
      case CompareOp::Gt: return pick(CmpInst::FCMP_OGT, CmpInst::ICMP_SGT, CmpInst::ICMP_UGT);
      case CompareOp::Ge: return pick(CmpInst::FCMP_OGE, CmpInst::ICMP_SGE, CmpInst::ICMP_UGE);
    }
    nf_assert(false, "comparison {} is not known to the code generator", int(op));
  }();
  return b.CreateCmp(predicate, a, c);
}

llvm::Value* emit_cast(IRBuilderBase& b, llvm::Value* value, DType from, DType to) {
  if (from == to) return value;
  llvm::Type* type = with_element(value->getType(), element_type(b.getContext(), to));
  if (is_bool(to)) {
    if (is_float(from)) return b.CreateFCmpUNE(value, zero(value->getType()));
    return b.CreateICmpNE(value, zero(value->getType()));
  }
  if (is_float(from)) return is_float(to) ? b.CreateFPCast(value, type) : float_to_integer(b, value, to);
  if (is_float(to)) return is_signed(from) ? b.CreateSIToFP(value, type) : b.CreateUIToFP(value, type);
  if (llvm::Value* low = low_bits_of_shift(b, value, type)) return low;
  return is_signed(from) ? b.CreateSExtOrTrunc(value, type) : b.CreateZExtOrTrunc(value, type);
}

}  // namespace nf::codegen
