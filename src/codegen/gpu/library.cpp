// Functions that operations call and that a GPU has no instruction for. Defined in the module that needs them.
#include "codegen/cpu/vector_math.h"
#include "codegen/gpu/gpu.h"

namespace nf::codegen {
namespace {
using llvm::BasicBlock;
using llvm::Value;

/// C's fmod, exact: the divisor is doubled until the next doubling would exceed the dividend, then halved again and
/// taken off where it fits. Each of these steps is exact in the type itself.
void define_fmod(llvm::Function& function) {
  llvm::LLVMContext& context = function.getContext();
  auto block = [&](const char* name) { return BasicBlock::Create(context, name, &function); };
  BasicBlock *entry = block("entry"), *ordinary = block("ordinary"), *doubling = block("doubling"),
             *doubled = block("doubled"), *halving = block("halving"), *halved = block("halved"), *done = block("done"),
             *small = block("small"), *undefined = block("undefined");
  llvm::IRBuilder<> b(entry);
  Value *dividend = function.getArg(0), *divisor = function.getArg(1);
  llvm::Type* type = dividend->getType();
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
}

/// Python's float `%`: the rest has the sign of the divisor, a zero too.
Value* modulo(llvm::IRBuilder<>& b, Value* divisor, Value* fmod) {
  llvm::Value* nothing = llvm::ConstantFP::get(divisor->getType(), 0.0);
  Value* differ = b.CreateXor(b.CreateFCmpOLT(fmod, nothing), b.CreateFCmpOLT(divisor, nothing));
  Value* nonzero = b.CreateFCmpUNE(fmod, nothing);
  Value* moved = b.CreateSelect(b.CreateAnd(nonzero, differ), b.CreateFAdd(fmod, divisor), fmod);
  return b.CreateSelect(nonzero, moved, b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, nothing, divisor));
}

/// Python's float `//`: the quotient that belongs to `%`, rounded to the integer it stands for. x // 0 is x / 0.
Value* floor_division(llvm::IRBuilder<>& b, Value* a, Value* divisor, Value* fmod) {
  auto number = [&](double value) { return llvm::ConstantFP::get(a->getType(), value); };
  Value* differ = b.CreateXor(b.CreateFCmpOLT(fmod, number(0)), b.CreateFCmpOLT(divisor, number(0)));
  Value* lower = b.CreateAnd(b.CreateFCmpUNE(fmod, number(0)), differ);
  Value* exact = b.CreateFDiv(b.CreateFSub(a, fmod), divisor);
  exact = b.CreateSelect(lower, b.CreateFSub(exact, number(1)), exact);
  Value* floored = b.CreateUnaryIntrinsic(llvm::Intrinsic::floor, exact);
  Value* close = b.CreateFCmpOGT(b.CreateFSub(exact, floored), number(0.5));
  floored = b.CreateSelect(close, b.CreateFAdd(floored, number(1)), floored);
  Value* quotient = b.CreateFDiv(a, divisor);
  Value* signed_zero = b.CreateBinaryIntrinsic(llvm::Intrinsic::copysign, number(0), quotient);
  Value* result = b.CreateSelect(b.CreateFCmpUNE(exact, number(0)), floored, signed_zero);
  return b.CreateSelect(b.CreateFCmpOEQ(divisor, number(0)), quotient, result);
}

void define_division(llvm::Function& function, llvm::Function& fmod, bool floors) {
  llvm::IRBuilder<> b(BasicBlock::Create(function.getContext(), "entry", &function));
  Value *a = function.getArg(0), *divisor = function.getArg(1), *rest = b.CreateCall(&fmod, {a, divisor});
  b.CreateRet(floors ? floor_division(b, a, divisor, rest) : modulo(b, divisor, rest));
  function.setLinkage(llvm::GlobalValue::InternalLinkage);
  function.addFnAttr(llvm::Attribute::AlwaysInline);
}

}  // namespace

void define_gpu_library(llvm::Module& code) {
  define_vector_forms(code);  // none is called: threads compute single numbers
  for (const std::string type : {"f32", "f64"}) {
    for (const std::string name : {"nf_floordiv_", "nf_mod_"}) {
      llvm::Function* function = code.getFunction(name + type);
      if (!function) continue;
      auto fmod = code.getOrInsertFunction("nf_fmod_" + type, function->getFunctionType());
      define_division(*function, *llvm::cast<llvm::Function>(fmod.getCallee()), name == "nf_floordiv_");
    }
    llvm::Function* fmod = code.getFunction("nf_fmod_" + type);
    if (!fmod) continue;
    define_fmod(*fmod);
    fmod->setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

}  // namespace nf::codegen
