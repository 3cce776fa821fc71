// Functions of floats as calls and as vector code.
#include "codegen/cpu/vector_math.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/VFABIDemangler.h>

#include "base/assert.h"
#include "codegen/cpu/lane_values.h"
#include "codegen/optimize.h"
#include "ir/elementary/definitions.h"
#include "ir/names.h"

namespace nf::codegen {
namespace {
using llvm::IRBuilderBase;
using llvm::Value;

/// A value for each lane, and where it does not hold.
struct LaneAnswer {
  explicit LaneAnswer(RealLanes value) : value(value.value) {}
  explicit LaneAnswer(ir::elementary::Answer<RealLanes, MaskLanes> answer)
      : value(answer.value.value), rare(answer.rare.value) {}
  Value *value, *rare = nullptr;
};

std::string symbol_of(std::string_view name, DType dtype) {
  return fmt::format("nf_{}_{}", name, dtype == DType::Float32 ? "f32" : "f64");
}

/// The definition from ir/elementary on the lanes of `args`.
LaneAnswer defined(IRBuilderBase& b, std::string_view name, DType dtype, const std::vector<Value*>& args) {
  auto fn = ir::find_name<ir::MathFn>(ir::kMathNames, name);
  if (fn && dtype == DType::Float32)
    if (auto answer = ir::elementary::define_in_single<LaneAnswer>(*fn, RealLanes{&b, args[0]})) return *answer;
  llvm::Type *type = args[0]->getType(), *wide = with_element(type, b.getDoubleTy());
  const RealLanes x{&b, b.CreateFPExt(args.front(), wide)}, y{&b, b.CreateFPExt(args.back(), wide)};
  auto of = [&](auto operation) {
    auto answer = dtype == DType::Float32 ? ir::elementary::define32<LaneAnswer>(operation, x, y)
                                          : ir::elementary::define64<LaneAnswer>(operation, x, y);
    nf_assert(answer, "no definition of {}", name);
    answer->value = b.CreateFPTrunc(answer->value, type);
    return *answer;
  };
  if (fn) return of(*fn);
  auto op = ir::find_name<ir::BinaryOp>(ir::kBinaryNames, name);
  nf_assert(op, "no float function {}", name);
  return of(*op);
}

/// A function of the runtime that reads and writes nothing but its arguments.
llvm::Function* declare(llvm::Module& module, const std::string& symbol, llvm::Type* type, size_t count) {
  auto* signature = llvm::FunctionType::get(type, std::vector<llvm::Type*>(count, type), false);
  auto* function = llvm::cast<llvm::Function>(module.getOrInsertFunction(symbol, signature).getCallee());
  function->setDoesNotThrow();
  function->setDoesNotAccessMemory();
  function->setWillReturn();
  return function;
}

Value* call_scalar(IRBuilderBase& b, const std::string& symbol, const std::vector<Value*>& args) {
  llvm::Module& module = *b.GetInsertBlock()->getModule();
  llvm::CallInst* call = b.CreateCall(declare(module, symbol, args[0]->getType(), args.size()), args);
  call->setDoesNotThrow();
  return call;
}

/// The function on the lanes of `args`, one by one.
Value* each_lane(IRBuilderBase& b, const std::string& symbol, const std::vector<Value*>& args) {
  llvm::Type* type = args[0]->getType();
  Value* out = llvm::PoisonValue::get(type);
  for (int lane = 0; lane < lanes_of(type); ++lane) {
    std::vector<Value*> scalars;
    for (Value* arg : args) scalars.push_back(b.CreateExtractElement(arg, uint64_t(lane)));
    out = b.CreateInsertElement(out, call_scalar(b, symbol, scalars), uint64_t(lane));
  }
  return out;
}

/// `value`, but where any lane is rare all are computed one by one (which gives the others the same bits).
Value* settle_rare(IRBuilderBase& b, const std::string& symbol, const std::vector<Value*>& args, Value* value,
                   Value* rare) {
  llvm::LLVMContext& context = b.getContext();
  llvm::BasicBlock* before = b.GetInsertBlock();
  llvm::Function* function = before->getParent();
  Value* word = b.CreateBitCast(rare, b.getIntNTy(unsigned(lanes_of(rare->getType()))));
  Value* any = b.CreateICmpNE(word, llvm::Constant::getNullValue(word->getType()));
  // What was emitted behind this point stays behind it.
  llvm::BasicBlock* after = llvm::BasicBlock::Create(context, "usual", function);
  llvm::BasicBlock* slow = llvm::BasicBlock::Create(context, "rare", function);
  b.CreateCondBr(any, slow, after);
  b.SetInsertPoint(slow);
  Value* exact = each_lane(b, symbol, args);
  b.CreateBr(after);
  b.SetInsertPoint(after);
  llvm::PHINode* settled = b.CreatePHI(value->getType(), 2);
  settled->addIncoming(value, before);
  settled->addIncoming(exact, slow);
  return settled;
}

Value* emit_lanes(IRBuilderBase& b, std::string_view name, DType dtype, const std::vector<Value*>& args) {
  const LaneAnswer answer = defined(b, name, dtype, args);
  return answer.rare ? settle_rare(b, symbol_of(name, dtype), args, answer.value, answer.rare) : answer.value;
}

constexpr char kVectorForm[] = "nf-vector-form";  ///< marks vector forms; the value is the name of the function in IR
constexpr int kWidths[] = {2, 4, 8, 16};

/// Lets the vectoriser know the vector forms of a scalar call.
void offer_vector_forms(llvm::CallInst* call, std::string_view name) {
  llvm::Function* scalar = call->getCalledFunction();
  llvm::SmallVector<std::string, 4> variants;
  for (int lanes : kWidths) {
    const std::string symbol = fmt::format("{}_x{}", scalar->getName().str(), lanes);
    llvm::Function* form = declare(*scalar->getParent(), symbol, widen(call->getType(), lanes), scalar->arg_size());
    form->addFnAttr(kVectorForm, llvm::StringRef(name.data(), name.size()));
    variants.push_back(fmt::format("_ZGV_LLVM_N{}{}_{}({})", lanes, std::string(scalar->arg_size(), 'v'),
                                   scalar->getName().str(), symbol));
  }
  llvm::VFABI::setVectorVariantNames(call, variants);
}

void define(llvm::Function& form) {
  const std::string name = form.getFnAttribute(kVectorForm).getValueAsString().str();
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(form.getContext(), "entry", &form));
  std::vector<Value*> args;
  for (llvm::Argument& arg : form.args()) args.push_back(&arg);
  const DType dtype = form.getReturnType()->getScalarType()->isFloatTy() ? DType::Float32 : DType::Float64;
  b.CreateRet(emit_lanes(b, name, dtype, args));
  form.setLinkage(llvm::Function::InternalLinkage);
  form.addFnAttr(llvm::Attribute::AlwaysInline);
  form.addFnAttr(kExplicitVectors);
  // It is compiled for the processor of its callers.
  const llvm::Function* caller = llvm::cast<llvm::CallInst>(*form.user_begin())->getFunction();
  for (const char* name : {"target-cpu", "target-features"}) form.addFnAttr(caller->getFnAttribute(name));
}

}  // namespace

Value* emit_float_function(IRBuilderBase& b, std::string_view name, DType dtype, const std::vector<Value*>& args) {
  IRBuilderBase::FastMathFlagGuard guard(b);
  b.clearFastMathFlags();  // the definitions are exact to the last bit as they stand
  if (args[0]->getType()->isVectorTy()) return emit_lanes(b, name, dtype, args);
  Value* result = call_scalar(b, symbol_of(name, dtype), args);
  offer_vector_forms(llvm::cast<llvm::CallInst>(result), name);
  return result;
}

bool define_vector_forms(llvm::Module& module) {
  std::vector<llvm::Function*> forms;
  for (llvm::Function& function : module)
    if (function.hasFnAttribute(kVectorForm)) forms.push_back(&function);
  bool any = false;
  for (llvm::Function* form : forms) {
    if (form->use_empty()) {
      form->eraseFromParent();
    } else {
      define(*form);
      any = true;
    }
  }
  return any;
}

}  // namespace nf::codegen
