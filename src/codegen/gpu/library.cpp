// Functions that operations call and that a GPU has no instruction for ("nf_exp_f32"). They are defined in the module
// that needs them, from the same definitions as on the CPU; remainders of large quotients by a loop.
#include <fmt/format.h>

#include "codegen/gpu/gpu.h"
#include "codegen/ops/vector_math.h"
#include "ir/names.h"

namespace nf::codegen {
namespace {
using llvm::BasicBlock;
using llvm::Value;

/// C's fmod, exact: the divisor is doubled until the next doubling would exceed the dividend, then halved again and
/// taken off where it fits. Each of these steps is exact in the type itself.
llvm::Function* fmod_loop(llvm::Module& code, llvm::Type* type) {
  const char* name = type->isFloatTy() ? "fmod_loop_f32" : "fmod_loop_f64";
  if (llvm::Function* made = code.getFunction(name)) return made;
  llvm::Function& function = *llvm::Function::Create(llvm::FunctionType::get(type, {type, type}, false),
                                                     llvm::GlobalValue::InternalLinkage, name, code);
  llvm::LLVMContext& context = function.getContext();
  auto block = [&](const char* name) { return BasicBlock::Create(context, name, &function); };
  BasicBlock *entry = block("entry"), *ordinary = block("ordinary"), *doubling = block("doubling"),
             *doubled = block("doubled"), *halving = block("halving"), *halved = block("halved"), *done = block("done"),
             *small = block("small"), *undefined = block("undefined");
  llvm::IRBuilder<> b(entry);
  Value *dividend = function.getArg(0), *divisor = function.getArg(1);
  auto number = [&](double value) { return llvm::ConstantFP::get(type, value); };
  Value* x = b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, dividend);
  Value* y = b.CreateUnaryIntrinsic(llvm::Intrinsic::fabs, divisor);
  // False for NaN.
  Value* is_finite = b.CreateFCmpOLT(x, llvm::ConstantFP::getInfinity(type));
  b.CreateCondBr(b.CreateAnd(is_finite, b.CreateFCmpOGT(y, number(0))), ordinary, undefined);

  b.SetInsertPoint(undefined);
  b.CreateRet(llvm::ConstantFP::getNaN(type));

  b.SetInsertPoint(ordinary);
  b.CreateCondBr(b.CreateFCmpOLT(x, y), small, doubling);
  b.SetInsertPoint(small);
  b.CreateRet(dividend);

  b.SetInsertPoint(doubling);
  llvm::PHINode* multiple = b.CreatePHI(type, 2);
  multiple->addIncoming(y, ordinary);
  // A half may be rounded where floats are densest: the multiple then exceeds the dividend, and halving begins later.
  b.CreateCondBr(b.CreateFCmpOLE(multiple, b.CreateFMul(x, number(0.5))), doubled, halving);
  b.SetInsertPoint(doubled);
  multiple->addIncoming(b.CreateFAdd(multiple, multiple), doubled);
  b.CreateBr(doubling);

  b.SetInsertPoint(halving);
  llvm::PHINode *rest = b.CreatePHI(type, 2), *part = b.CreatePHI(type, 2);
  rest->addIncoming(x, doubling), part->addIncoming(multiple, doubling);
  Value* less = b.CreateSelect(b.CreateFCmpOGE(rest, part), b.CreateFSub(rest, part), rest);
  b.CreateCondBr(b.CreateFCmpOGT(part, y), halved, done);
  b.SetInsertPoint(halved);
  rest->addIncoming(less, halved), part->addIncoming(b.CreateFMul(part, number(0.5)), halved);
  b.CreateBr(halving);

  b.SetInsertPoint(done);
  b.CreateRet(b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, less, dividend));
  return &function;
}

/// Python's float `%`: the rest has the sign of the divisor, a zero too.
Value* modulo(llvm::IRBuilder<>& b, Value* rest, Value* divisor) {
  Value* nothing = llvm::ConstantFP::get(rest->getType(), 0.0);
  Value* differ = b.CreateXor(b.CreateFCmpOLT(rest, nothing), b.CreateFCmpOLT(divisor, nothing));
  Value* moved = b.CreateSelect(differ, b.CreateFAdd(rest, divisor), rest);
  Value* zero = b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, nothing, divisor);
  return b.CreateSelect(b.CreateFCmpOEQ(rest, nothing), zero, moved);
}

/// Python's float `//`: the quotient that belongs to `%`, rounded to the integer it stands for.
Value* floor_division(llvm::IRBuilder<>& b, Value* rest, Value* dividend, Value* divisor) {
  llvm::Type* type = rest->getType();
  Value *nothing = llvm::ConstantFP::get(type, 0.0), *one = llvm::ConstantFP::get(type, 1.0);
  Value* differ = b.CreateXor(b.CreateFCmpOLT(rest, nothing), b.CreateFCmpOLT(divisor, nothing));
  Value* lower = b.CreateAnd(b.CreateFCmpUNE(rest, nothing), differ);
  Value* exact = b.CreateFDiv(b.CreateFSub(dividend, rest), divisor);
  exact = b.CreateSelect(lower, b.CreateFSub(exact, one), exact);
  Value* floored = b.CreateUnaryIntrinsic(llvm::Intrinsic::floor, exact);
  Value* close = b.CreateFCmpOGT(b.CreateFSub(exact, floored), llvm::ConstantFP::get(type, 0.5));
  floored = b.CreateSelect(close, b.CreateFAdd(floored, one), floored);
  Value* quotient = b.CreateFDiv(dividend, divisor);
  Value* zero = b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, nothing, quotient);
  Value* result = b.CreateSelect(b.CreateFCmpUNE(exact, nothing), floored, zero);
  // x // 0 is x / 0: an infinity, or NaN for 0 // 0.
  return b.CreateSelect(b.CreateFCmpOEQ(divisor, nothing), quotient, result);
}

void define(llvm::Function& function, std::string_view name, DType dtype) {
  llvm::LLVMContext& context = function.getContext();
  llvm::IRBuilder<> b(BasicBlock::Create(context, "entry", &function));
  std::vector<Value*> args;
  for (llvm::Argument& arg : function.args()) args.push_back(&arg);
  const FloatAnswer answer = emit_float_definition(b, name, dtype, args);
  function.setLinkage(llvm::GlobalValue::InternalLinkage);
  if (!answer.rare) {
    b.CreateRet(answer.value);
    return;
  }
  BasicBlock* rare = BasicBlock::Create(context, "rare", &function);
  BasicBlock* usual = BasicBlock::Create(context, "usual", &function);
  b.CreateCondBr(answer.rare, rare, usual);
  b.SetInsertPoint(usual);
  b.CreateRet(answer.value);
  b.SetInsertPoint(rare);
  Value* rest = b.CreateCall(fmod_loop(*function.getParent(), function.getReturnType()), args);
  if (name == "mod") rest = modulo(b, rest, args[1]);
  if (name == "floordiv") rest = floor_division(b, rest, args[0], args[1]);
  b.CreateRet(rest);
}

}  // namespace

bool has_gpu_code(ir::MathFn fn) {
  using ir::MathFn;
  switch (fn) {
    // Very large angles, and numbers at the ends of the range, take code that only the CPU has.
    case MathFn::Sin:
    case MathFn::Cos:
    case MathFn::Tan:
    case MathFn::Atan2:
    case MathFn::Hypot: return false;
    default: return true;
  }
}

void define_gpu_library(llvm::Module& code) {
  std::vector<std::string> names{"mod", "floordiv"};
  for (size_t fn = 0; fn < ir::kMathNames.size(); ++fn)
    if (has_gpu_code(ir::MathFn(fn))) names.emplace_back(ir::kMathNames[fn]);
  for (const std::string& name : names)
    for (DType dtype : {DType::Float32, DType::Float64}) {
      const char* suffix = dtype == DType::Float32 ? "f32" : "f64";
      llvm::Function* function = code.getFunction(fmt::format("nf_{}_{}", name, suffix));
      if (function && function->isDeclaration()) define(*function, name, dtype);
    }
}

}  // namespace nf::codegen
