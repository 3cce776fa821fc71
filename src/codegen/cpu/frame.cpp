// Small pieces of code that all emitters of function bodies use.
#include "codegen/cpu/frame.h"

#include <llvm/IR/Constants.h>

#include <cstddef>

#include "base/assert.h"

namespace nf::codegen {

llvm::Value* int64(Frame& frame, int64_t value) { return frame.build.getInt64(uint64_t(value)); }
llvm::Value* int32(Frame& frame, int32_t value) { return frame.build.getInt32(uint32_t(value)); }

llvm::BasicBlock* new_block(Frame& frame, const char* name) {
  return llvm::BasicBlock::Create(frame.build.getContext(), name, frame.code);
}

llvm::AllocaInst* new_variable(Frame& frame, llvm::Type* type, const char* name) {
  llvm::BasicBlock& first = frame.code->getEntryBlock();
  llvm::IRBuilder<> build(&first, first.begin());
  return build.CreateAlloca(type, nullptr, name);
}

llvm::Value* field(Frame& frame, llvm::Value* base, size_t offset) {
  return offset == 0 ? base : frame.build.CreateConstInBoundsGEP1_64(frame.build.getInt8Ty(), base, offset);
}

void require(Frame& frame, llvm::Value* condition, const char* name, llvm::function_ref<llvm::Value*()> status) {
  llvm::BasicBlock *otherwise = new_block(frame, name), *on = new_block(frame, "on");
  llvm::MDNode* weights = llvm::MDBuilder(frame.build.getContext()).createLikelyBranchWeights();
  frame.build.CreateCondBr(condition, on, otherwise, weights);
  frame.build.SetInsertPoint(otherwise);
  frame.build.CreateRet(status());
  frame.build.SetInsertPoint(on);
}

void leave(Frame& frame, llvm::Value* status) {
  frame.build.CreateRet(status);
  frame.build.SetInsertPoint(new_block(frame, "unreached"));
}

void jump(Frame& frame, llvm::BasicBlock* target) {
  frame.build.CreateBr(target);
  frame.build.SetInsertPoint(new_block(frame, "unreached"));
}

namespace {

/// `raise(context, site, count, v0..v3)`: stores the fault and returns the site. One function for a module keeps the
/// many places that may raise small.
llvm::Function* raise_function(Frame& frame) {
  constexpr const char* name = "raise";
  llvm::Module& module = frame.emission.llvm;
  if (llvm::Function* made = module.getFunction(name)) return made;
  llvm::IRBuilder<> build(module.getContext());
  llvm::Type *wide = build.getInt64Ty(), *narrow = build.getInt32Ty();
  auto* type = llvm::FunctionType::get(narrow, {build.getPtrTy(), narrow, narrow, wide, wide, wide, wide}, false);
  auto* function = llvm::Function::Create(type, llvm::Function::InternalLinkage, name, module);
  function->addFnAttr(llvm::Attribute::Cold);
  function->addFnAttr(llvm::Attribute::NoInline);
  build.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "entry", function));
  auto store = [&](unsigned argument, size_t offset) {
    llvm::Value* address = build.CreateConstInBoundsGEP1_64(build.getInt8Ty(), function->getArg(0), offset);
    build.CreateStore(function->getArg(argument), address);
  };
  constexpr size_t fault = offsetof(abi::Context, fault);
  store(1, fault + offsetof(abi::Fault, site));
  store(2, fault + offsetof(abi::Fault, count));
  for (unsigned i = 0; i < 4; ++i) store(3 + i, fault + offsetof(abi::Fault, values) + 8 * i);
  build.CreateRet(function->getArg(1));
  return function;
}

}  // namespace

llvm::Value* raise(Frame& frame, uint32_t site, llvm::ArrayRef<llvm::Value*> values) {
  nf_assert(site != 0 && site < frame.emission.ir.sites.size(), "@{} raises at site {}, which does not exist",
            frame.function.name, site);
  nf_assert(values.size() <= 4, "a fault holds four values, not {}", values.size());
  std::vector<llvm::Value*> args = {frame.context, int32(frame, int32_t(site)), int32(frame, int32_t(values.size()))};
  args.insert(args.end(), values.begin(), values.end());
  while (args.size() < 7) args.push_back(int64(frame, 0));
  return frame.build.CreateCall(raise_function(frame), args);
}

void check_status(Frame& frame, llvm::Value* status) {
  require(frame, frame.build.CreateICmpEQ(status, int32(frame, 0)), "failed", [&] { return status; });
}

void poll(Frame& frame) {
  // Volatile: the flag is set by another thread, and must be read in every round.
  llvm::Value* flag = frame.build.CreateLoad(frame.build.getInt32Ty(), frame.cancelled, /*isVolatile=*/true);
  require(frame, frame.build.CreateICmpEQ(flag, int32(frame, 0)), "cancelled",
          [&] { return int32(frame, abi::kCancelled); });
}

llvm::FunctionCallee runtime_function(Frame& frame, const char* name, llvm::Type* result,
                                      llvm::ArrayRef<llvm::Type*> params) {
  llvm::FunctionCallee callee =
      frame.emission.llvm.getOrInsertFunction(name, llvm::FunctionType::get(result, params, false));
  llvm::cast<llvm::Function>(callee.getCallee())->setDoesNotThrow();
  return callee;
}

// ---- types and values

void leaf_types(llvm::LLVMContext& context, Type type, std::vector<llvm::Type*>& into) {
  if (type.is_scalar()) return into.push_back(register_type(context, type.dtype()));
  if (type.is_tuple()) {
    for (Type item : type.items()) leaf_types(context, item, into);
    return;
  }
  if (!type.is_array()) return;  // none has no registers
  into.push_back(llvm::PointerType::getUnqual(context));
  int numbers = type.layout() == Layout::Any ? 2 * type.rank() : type.rank();
  into.insert(into.end(), size_t(numbers), llvm::Type::getInt64Ty(context));
}

RegisterValue from_leaves(Frame& frame, Type type, llvm::function_ref<llvm::Value*()> next, Scope scope) {
  RegisterValue value;
  if (type.is_scalar()) {
    value.scalar = next();
  } else if (type.is_tuple()) {
    for (Type item : type.items()) value.items.push_back(from_leaves(frame, item, next, scope));
  } else if (type.is_array()) {
    ArrayValue& array = value.array;
    array.type = type, array.scope = scope;
    array.data = next();
    for (int d = 0; d < type.rank(); ++d) array.shape.push_back(next());
    if (type.layout() == Layout::Any) {
      for (int d = 0; d < type.rank(); ++d) array.strides.push_back(next());
    } else {
      imply_strides(frame, array);
    }
  }
  return value;
}

Type parameter_form(const ir::Parameter& param) {
  return param.relative ? Type::array(param.type.dtype(), param.type.rank(), Layout::Any) : param.type;
}

void to_leaves(const RegisterValue& value, Type type, std::vector<llvm::Value*>& into) {
  if (type.is_scalar()) return into.push_back(value.scalar);
  if (type.is_tuple()) {
    for (size_t i = 0; i < type.items().size(); ++i) to_leaves(value.items[i], type.items()[i], into);
    return;
  }
  if (!type.is_array()) return;
  into.push_back(value.array.data);
  into.insert(into.end(), value.array.shape.begin(), value.array.shape.end());
  if (type.layout() == Layout::Any) into.insert(into.end(), value.array.strides.begin(), value.array.strides.end());
}

void leaves_of(Type type, std::vector<Type>& into) {
  if (type.is_scalar() || type.is_array()) return into.push_back(type);
  if (!type.is_tuple()) return;
  for (Type item : type.items()) leaves_of(item, into);
}

void leaves_of(const RegisterValue& value, Type type, std::vector<std::pair<Type, const RegisterValue*>>& into) {
  if (type.is_scalar() || type.is_array()) return into.push_back({type, &value});
  if (!type.is_tuple()) return;
  for (size_t i = 0; i < type.items().size(); ++i) leaves_of(value.items[i], type.items()[i], into);
}

int64_t element_size(Type array) { return size_of(array.dtype()); }

void imply_strides(Frame& frame, ArrayValue& array) {
  int rank = array.type.rank();
  bool rows_first = array.type.layout() != Layout::F;
  array.strides.assign(size_t(rank), nullptr);
  llvm::Value* step = int64(frame, element_size(array.type));
  for (int k = 0; k < rank; ++k) {
    int axis = rows_first ? rank - 1 - k : k;
    array.strides[axis] = step;
    if (k + 1 < rank) step = frame.build.CreateMul(step, array.shape[axis], "", true, true);
  }
}

namespace {
llvm::Value* array_field(Frame& frame, llvm::Value* base, size_t offset, int axis) {
  return field(frame, base, offset + sizeof(int64_t) * size_t(axis));
}
}  // namespace

void store_array(Frame& frame, const ArrayValue& array, llvm::Value* address) {
  llvm::IRBuilder<>& build = frame.build;
  build.CreateStore(array.data, field(frame, address, offsetof(abi::Array, data)));
  for (int d = 0; d < array.type.rank(); ++d) {
    build.CreateStore(array.shape[d], array_field(frame, address, offsetof(abi::Array, shape), d));
    build.CreateStore(array.strides[d], array_field(frame, address, offsetof(abi::Array, strides), d));
  }
}

ArrayValue load_array(Frame& frame, Type type, llvm::Value* address, Scope scope) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::MDNode* extent =
      llvm::MDBuilder(build.getContext()).createRange(llvm::APInt(64, 0), llvm::APInt(64, INT64_MAX));
  auto next = [&, leaf = 0]() mutable -> llvm::Value* {
    int i = leaf++ - 1;
    if (i < 0) return build.CreateLoad(build.getPtrTy(), field(frame, address, offsetof(abi::Array, data)));
    bool is_extent = i < type.rank();
    size_t offset = is_extent ? offsetof(abi::Array, shape) : offsetof(abi::Array, strides);
    llvm::LoadInst* load = build.CreateLoad(build.getInt64Ty(), array_field(frame, address, offset, i % type.rank()));
    if (is_extent) load->setMetadata(llvm::LLVMContext::MD_range, extent);
    return load;
  };
  return from_leaves(frame, type, next, scope).array;
}

llvm::Value* load_scalar(Frame& frame, DType dtype, llvm::Value* address) {
  llvm::Value* value =
      frame.build.CreateAlignedLoad(memory_type(frame.build.getContext(), dtype), address, llvm::Align(1));
  return is_bool(dtype) ? frame.build.CreateICmpNE(value, frame.build.getInt8(0)) : value;
}

void store_scalar(Frame& frame, DType dtype, llvm::Value* value, llvm::Value* address) {
  if (is_bool(dtype)) value = frame.build.CreateZExt(value, frame.build.getInt8Ty());
  frame.build.CreateAlignedStore(value, address, llvm::Align(1));
}

llvm::Value* as_int64(Frame& frame, ir::InstId id) {
  DType dtype = frame.function[id].type.dtype();
  nf_assert(!is_float(dtype), "an index of @{} is a float", frame.function.name);
  return emit_cast(frame.build, frame.values[id].scalar, dtype, DType::Int64);
}

llvm::Value* fault_value(Frame& frame, ir::InstId id) {
  DType dtype = frame.function[id].type.dtype();
  llvm::Value* value = frame.values[id].scalar;
  if (!is_float(dtype)) return emit_cast(frame.build, value, dtype, is_signed(dtype) ? DType::Int64 : DType::UInt64);
  return frame.build.CreateBitCast(emit_cast(frame.build, value, dtype, DType::Float64), frame.build.getInt64Ty());
}

void attach_scopes(Frame& frame) {
  if (frame.scopes < 2) return;  // nothing was allocated here: there is nothing to tell apart
  llvm::MDBuilder builder(frame.build.getContext());
  llvm::MDNode* domain = builder.createAnonymousAliasScopeDomain(frame.code->getName());
  std::vector<llvm::Metadata*> scopes;
  for (int i = 0; i < frame.scopes; ++i) scopes.push_back(builder.createAnonymousAliasScope(domain));
  for (auto [access, scope] : frame.accesses) {
    if (scope == Scope::Unknown) continue;
    std::vector<llvm::Metadata*> others = scopes;
    others.erase(others.begin() + int(scope));
    llvm::LLVMContext& context = frame.build.getContext();
    access->setMetadata(llvm::LLVMContext::MD_alias_scope, llvm::MDNode::get(context, {scopes[size_t(scope)]}));
    access->setMetadata(llvm::LLVMContext::MD_noalias, llvm::MDNode::get(context, others));
  }
}

llvm::Instruction* mark_place(Frame& frame) {
  return llvm::cast<llvm::Instruction>(frame.build.CreateFreeze(frame.build.getFalse()));
}

}  // namespace nf::codegen
