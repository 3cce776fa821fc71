// Functions of floats as calls and as vector code.
#include "codegen/ops/vector_math.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/VFABIDemangler.h>

#include "base/assert.h"
#include "codegen/ops/lane_values.h"
#include "codegen/optimize.h"
#include "ir/elementary/definitions.h"
#include "ir/names.h"

namespace nf::codegen {
namespace {
using llvm::IRBuilderBase;
using llvm::Value;

constexpr char kVectorForm[] = "nf-vector-form";  ///< marks vector forms; the value is the name of the function in IR
constexpr char kArrayForm[] = "nf-array-form";    ///< marks `array_form`s

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
  llvm::Type *type = args[0]->getType(), *wide = with_element(type, b.getDoubleTy());
  auto of = [&](auto operation) {
    if (dtype == DType::Float32)
      if (auto answer = ir::elementary::define_in_single<LaneAnswer>(operation, RealLanes{&b, args.front()},
                                                                     RealLanes{&b, args.back()}))
        return *answer;
    const RealLanes x{&b, b.CreateFPExt(args.front(), wide)}, y{&b, b.CreateFPExt(args.back(), wide)};
    auto answer = dtype == DType::Float32 ? ir::elementary::define32<LaneAnswer>(operation, x, y)
                                          : ir::elementary::define64<LaneAnswer>(operation, x, y);
    nf_assert(answer, "no definition of {}", name);
    answer->value = b.CreateFPTrunc(answer->value, type);
    return *answer;
  };
  auto fn = ir::find_name<ir::MathFn>(ir::kMathNames, name);
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

/// Code of one processor calls only code of the same.
void copy_target(const llvm::Function& from, llvm::Function& to) {
  for (const char* name : {"target-cpu", "target-features"})
    if (from.hasFnAttribute(name)) to.addFnAttr(from.getFnAttribute(name));
}

/// `void f(out, a, b)`: the scalar function on arrays of as many numbers as there are lanes. One for all places, since
/// it is called seldom; arguments go through memory, which has one convention for all widths.
llvm::Function* array_form(const llvm::Function& caller, const std::string& symbol, llvm::Type* type, size_t count) {
  llvm::Module& module = *const_cast<llvm::Module*>(caller.getParent());
  const int lanes = lanes_of(type);
  const std::string name = fmt::format("{}_rare_x{}", symbol, lanes);
  if (llvm::Function* made = module.getFunction(name)) return made;
  llvm::LLVMContext& context = module.getContext();
  llvm::IRBuilder<> b(context);
  auto* signature = llvm::FunctionType::get(b.getVoidTy(), std::vector<llvm::Type*>(1 + count, b.getPtrTy()), false);
  auto* function = llvm::Function::Create(signature, llvm::Function::InternalLinkage, name, module);
  function->addFnAttr(kArrayForm);
  function->addFnAttr(llvm::Attribute::NoInline);
  function->addFnAttr(llvm::Attribute::Cold);
  function->addFnAttr(kExplicitVectors);
  function->setDoesNotThrow();
  copy_target(caller, *function);
  llvm::BasicBlock* entry = llvm::BasicBlock::Create(context, "entry", function);
  llvm::BasicBlock* loop = llvm::BasicBlock::Create(context, "lane", function);
  llvm::BasicBlock* done = llvm::BasicBlock::Create(context, "done", function);
  b.SetInsertPoint(entry);
  b.CreateBr(loop);
  b.SetInsertPoint(loop);
  llvm::PHINode* lane = b.CreatePHI(b.getInt64Ty(), 2);
  std::vector<Value*> args;
  for (unsigned i = 1; i <= count; ++i)
    args.push_back(b.CreateLoad(type->getScalarType(), b.CreateGEP(type->getScalarType(), function->getArg(i), lane)));
  b.CreateStore(call_scalar(b, symbol, args), b.CreateGEP(type->getScalarType(), function->getArg(0), lane));
  Value* next = b.CreateAdd(lane, b.getInt64(1));
  lane->addIncoming(b.getInt64(0), entry);
  lane->addIncoming(next, loop);
  b.CreateCondBr(b.CreateICmpULT(next, b.getInt64(uint64_t(lanes))), loop, done);
  b.SetInsertPoint(done);
  b.CreateRetVoid();
  return function;
}

/// The function on the lanes of `args`, one by one.
Value* each_lane(IRBuilderBase& b, const std::string& symbol, const std::vector<Value*>& args) {
  llvm::Type* type = args[0]->getType();
  llvm::Function* function = b.GetInsertBlock()->getParent();
  llvm::IRBuilder<> start(&*function->getEntryBlock().getFirstInsertionPt());
  std::vector<Value*> arrays;
  for (size_t i = 0; i <= args.size(); ++i) arrays.push_back(start.CreateAlloca(type, nullptr, "lanes"));
  for (size_t i = 0; i < args.size(); ++i) b.CreateStore(args[i], arrays[i + 1]);
  b.CreateCall(array_form(*function, symbol, type, args.size()), arrays);
  return b.CreateLoad(type, arrays[0]);
}

/// `value`, but where any lane is rare all are computed one by one (which gives the others the same bits).
Value* settle_rare(IRBuilderBase& b, const std::string& symbol, const std::vector<Value*>& args, Value* value,
                   Value* rare) {
  llvm::LLVMContext& context = b.getContext();
  Value* word = b.CreateBitCast(rare, b.getIntNTy(unsigned(lanes_of(rare->getType()))));
  Value* any = b.CreateICmpNE(word, llvm::Constant::getNullValue(word->getType()));
  llvm::BasicBlock* before = b.GetInsertBlock();
  llvm::BasicBlock* slow = llvm::BasicBlock::Create(context, "rare", before->getParent());
  llvm::BasicBlock* after = llvm::BasicBlock::Create(context, "settled", before->getParent());
  b.CreateCondBr(any, slow, after, llvm::MDBuilder(context).createBranchWeights(1, 1 << 16));
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

void define(llvm::Function& form, int vector_bytes) {
  const std::string name = form.getFnAttribute(kVectorForm).getValueAsString().str();
  llvm::IRBuilder<> b(llvm::BasicBlock::Create(form.getContext(), "entry", &form));
  std::vector<Value*> args;
  for (llvm::Argument& arg : form.args()) args.push_back(&arg);
  const DType dtype = form.getReturnType()->getScalarType()->isFloatTy() ? DType::Float32 : DType::Float64;
  // It is compiled for the processor of its callers.
  copy_target(*llvm::cast<llvm::CallInst>(*form.user_begin())->getFunction(), form);
  form.addFnAttr("prefer-vector-width", std::to_string(8 * vector_bytes));
  b.CreateRet(emit_lanes(b, name, dtype, args));
  form.setLinkage(llvm::Function::InternalLinkage);
  form.addFnAttr(llvm::Attribute::AlwaysInline);
  form.addFnAttr(kExplicitVectors);
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

FloatAnswer emit_float_definition(IRBuilderBase& b, std::string_view name, DType dtype,
                                  const std::vector<Value*>& args) {
  const LaneAnswer answer = defined(b, name, dtype, args);
  return {answer.value, answer.rare};
}

bool define_vector_forms(llvm::Module& module, int vector_bytes) {
  std::vector<llvm::Function*> forms;
  for (llvm::Function& function : module)
    if (function.hasFnAttribute(kVectorForm) || function.hasFnAttribute(kArrayForm)) forms.push_back(&function);
  bool any = false;
  for (llvm::Function* form : forms) {
    if (form->use_empty()) {  // array forms too, where the passes found that nothing is rare
      form->eraseFromParent();
    } else if (form->isDeclaration()) {
      define(*form, vector_bytes);
      any = true;
    }
  }
  return any;
}

}  // namespace nf::codegen
