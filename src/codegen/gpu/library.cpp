// Functions that operations call and that a GPU has no instruction for. Defined in the module that needs them.
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

}  // namespace

void define_gpu_library(llvm::Module& code) {
  for (const char* name : {"nf_fmod_f32", "nf_fmod_f64"}) {
    llvm::Function* function = code.getFunction(name);
    if (!function) continue;
    define_fmod(*function);
    function->setLinkage(llvm::GlobalValue::InternalLinkage);
  }
}

}  // namespace nf::codegen
