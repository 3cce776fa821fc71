// Calls between functions: bodies with native signatures, entries that unpack `abi::Value`s, stencils on whole arrays.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include <map>
#include <set>

#include "base/assert.h"
#include "codegen/apply_stencil.h"
#include "codegen/cpu/frame.h"

namespace nf::codegen {
namespace {

/// Deep enough for any sensible recursion, shallow enough for the smallest stack that a thread has.
constexpr int32_t kDepthLimit = 2000;

void collect_calls(const ir::Function& function, std::set<int>& into) {
  for (const ir::Inst& inst : function.insts)
    if (auto* call = std::get_if<ir::Call>(&inst.op)) into.insert(int(call->function));
}

}  // namespace

bool is_recursive(const ir::Module& module, int i) {
  std::set<int> reached, open;
  collect_calls(module.functions[size_t(i)], open);
  while (!open.empty()) {
    int next = *open.begin();
    open.erase(open.begin());
    if (next == i) return true;
    if (reached.insert(next).second) collect_calls(module.functions[size_t(next)], open);
  }
  return false;
}

namespace {

/// How often functions of the module call function `i`.
int call_sites(const ir::Module& module, int i) {
  int sites = 0;
  for (const ir::Function& function : module.functions)
    for (const ir::Inst& inst : function.insts)
      if (auto* call = std::get_if<ir::Call>(&inst.op)) sites += int(call->function) == i;
  return sites;
}

/// Small functions become part of their callers, as long as they are small with all that became part of them: functions
/// that each call the next one twice would double with every one of them.
constexpr size_t kSmallFunction = 40;
constexpr int64_t kMostInlined = 400;

/// Instructions of function `i` and of the calls that become part of it.
int64_t expanded_size(const ir::Module& module, int i, std::map<int, int64_t>& known) {
  auto [at, fresh] = known.try_emplace(i, kMostInlined + 1);  // a function that calls itself stays a call
  if (!fresh) return at->second;
  const ir::Function& function = module.functions[size_t(i)];
  int64_t size = int64_t(function.insts.size());
  for (const ir::Inst& inst : function.insts) {
    const auto* call = std::get_if<ir::Call>(&inst.op);
    if (!call || module.functions[call->function].insts.size() > kSmallFunction) continue;
    const int64_t callee = expanded_size(module, int(call->function), known);
    if (callee <= kMostInlined) size += callee;
  }
  return known[i] = size;
}

bool worth_inlining(const ir::Module& module, int i) {
  const ir::Function& function = module.functions[size_t(i)];
  if (is_recursive(module, i)) return false;
  if (function.kind != ir::FunctionKind::Jit || call_sites(module, i) == 0) return true;
  std::map<int, int64_t> known;
  return function.insts.size() <= kSmallFunction && expanded_size(module, i, known) <= kMostInlined;
}

/// Where a result leaf goes while a call is under way.
llvm::AllocaInst* result_variable(Frame& frame, Type type) {
  if (type.is_scalar()) return new_variable(frame, memory_type(frame.build.getContext(), type.dtype()), "result");
  return new_variable(frame, llvm::ArrayType::get(frame.build.getInt64Ty(), sizeof(abi::Array) / 8), "result");
}

RegisterValue result_value(Frame& frame, Type type, llvm::function_ref<llvm::Value*()> next) {
  RegisterValue value;
  if (type.is_scalar()) value.scalar = load_scalar(frame, type.dtype(), next());
  if (type.is_array()) value.array = load_array(frame, type, next(), Scope::Unknown);
  if (type.is_tuple())
    for (Type item : type.items()) value.items.push_back(result_value(frame, item, next));
  return value;
}

/// The arguments of a call as callers from outside give them.
llvm::Value* pack_arguments(Frame& frame, const ir::Call& call) {
  auto words = [&](size_t count, const char* name) {
    return new_variable(frame, llvm::ArrayType::get(frame.build.getInt64Ty(), count), name);
  };
  const ir::Function& callee = frame.emission.ir.functions[call.function];
  llvm::Value* args = words(std::max<size_t>(call.args.size(), 1), "args");
  for (size_t i = 0; i < call.args.size(); ++i) {
    llvm::Value* slot = field(frame, args, sizeof(abi::Value) * i);
    Type param = callee.params[i].type;
    if (param.is_scalar()) {
      store_scalar(frame, param.dtype(), frame.values[call.args[i]].scalar, slot);
    } else {
      llvm::Value* array = words(sizeof(abi::Array) / 8, "array");
      store_array(frame, frame.values[call.args[i]].array, array);
      frame.build.CreateStore(array, slot);
    }
  }
  return args;
}

RegisterValue call_body(Frame& frame, const ir::Call& call, Type type);

/// A call that may be made in parts, by way of the context, unless an array that is written repeats its elements: then
/// the order of the rounds counts.
void call_in_parallel(Frame& frame, const ir::Call& call) {
  llvm::IRBuilder<>& build = frame.build;
  const ir::Function& callee = frame.emission.ir.functions[call.function];
  llvm::Value* apart = build.getTrue();
  for (size_t i = 0; i < call.args.size(); ++i) {
    if (!callee.params[i].type.is_array() || callee.params[i].type.readonly()) continue;
    const ArrayValue& array = frame.values[call.args[i]].array;
    for (size_t d = 0; d < array.shape.size(); ++d) {
      llvm::Value* moves = build.CreateICmpNE(array.strides[d], int64(frame, 0));
      llvm::Value* once = build.CreateICmpSLE(array.shape[d], int64(frame, 1));
      apart = build.CreateAnd(apart, build.CreateOr(moves, once));
    }
  }
  llvm::BasicBlock *parts = new_block(frame, "parts"), *whole = new_block(frame, "whole"),
                   *after = new_block(frame, "after");
  build.CreateCondBr(apart, parts, whole);
  build.SetInsertPoint(parts);
  llvm::Type *pointer = build.getPtrTy(), *number = build.getInt32Ty();
  auto* signature = llvm::FunctionType::get(number, {pointer, pointer, pointer, number}, false);
  llvm::Value* service = build.CreateLoad(pointer, field(frame, frame.context, offsetof(abi::Context, in_parallel)));
  check_status(frame, build.CreateCall(signature, service,
                                       {frame.context, frame.emission.functions[call.function],
                                        pack_arguments(frame, call), int32(frame, int32_t(call.args.size()))}));
  build.CreateBr(after);
  build.SetInsertPoint(whole);
  ir::Call at_once = call;
  at_once.parallel = false;
  call_body(frame, at_once, Type::none());
  build.CreateBr(after);
  build.SetInsertPoint(after);
}

RegisterValue call_body(Frame& frame, const ir::Call& call, Type type) {
  if (call.parallel) return call_in_parallel(frame, call), RegisterValue{};
  const ir::Function& callee = frame.emission.ir.functions[call.function];
  nf_assert(callee.params.size() == call.args.size(), "@{} takes {} arguments, not {}", callee.name,
            callee.params.size(), call.args.size());
  std::vector<llvm::Value*> args = {frame.context};
  if (is_recursive(frame.emission.ir, int(call.function))) {
    llvm::Value* depth = frame.depth ? frame.build.CreateAdd(frame.depth, int32(frame, 1)) : int32(frame, 0);
    args.push_back(depth);
  }
  for (size_t i = 0; i < call.args.size(); ++i) {
    Type given = frame.function[call.args[i]].type, wanted = callee.params[i].type;
    RegisterValue value = frame.values[call.args[i]];
    nf_assert(given.kind() == wanted.kind() && given.dtype() == wanted.dtype() && given.rank() == wanted.rank(),
              "@{} takes {}, not {}", callee.name, to_string(wanted), to_string(given));
    to_leaves(value, wanted, args);
  }
  std::vector<Type> leaves;
  leaves_of(type, leaves);
  size_t first_result = args.size();
  for (Type leaf : leaves) args.push_back(result_variable(frame, leaf));
  llvm::Function* body = body_function(frame.emission, int(call.function));
  check_status(frame, frame.build.CreateCall(body, args));
  return result_value(frame, type, [&, next = first_result]() mutable { return args[next++]; });
}

/// The stencil's facts as constant bytes of the object.
llvm::Value* stencil_shape(Frame& frame, const ir::Call& call) {
  std::vector<uint64_t> words =
      describe_stencil(frame.emission.ir.functions[call.function], /*keep_border=*/call.out && call.keep);
  llvm::Constant* data = llvm::ConstantDataArray::get(frame.build.getContext(), llvm::ArrayRef<uint64_t>(words));
  return new llvm::GlobalVariable(frame.emission.llvm, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data,
                                  "stencil");
}

/// The extents of a stencil's result: those of its first argument, less the footprint in mode "valid".
std::vector<llvm::Value*> stencil_extents(Frame& frame, const ir::Function& stencil, const ArrayValue& first) {
  std::vector<llvm::Value*> extents(first.shape.begin(), first.shape.end());
  if (stencil.mode != BorderMode::Valid) return extents;
  for (size_t d = 0; d < extents.size(); ++d) {
    auto [lo, hi] = stencil.footprint.axes[d];
    llvm::Value* left = frame.build.CreateSub(extents[d], int64(frame, hi - lo));
    extents[d] = frame.build.CreateBinaryIntrinsic(llvm::Intrinsic::smax, left, int64(frame, 0));
  }
  return extents;
}

/// A stencil on whole arrays: its region kernel by way of `nf_apply_stencil`, which fills the border.
RegisterValue apply(Frame& frame, const ir::Call& call, Type type) {
  llvm::IRBuilder<>& build = frame.build;
  const ir::Function& stencil = frame.emission.ir.functions[call.function];
  nf_assert(call.args.size() == stencil.params.size(), "@{} takes {} arguments, not {}", stencil.name,
            stencil.params.size(), call.args.size());
  std::vector<Type> result_types =
      type.is_tuple() ? std::vector<Type>(type.items().begin(), type.items().end()) : std::vector<Type>{type};
  nf_assert(result_types.size() == stencil.results.size(), "@{} has {} results, not {}", stencil.name,
            stencil.results.size(), result_types.size());
  const ArrayValue& first = frame.values[call.args[0]].array;

  // Secondary arrays must cover the first one.
  for (size_t i = 1; i < call.args.size(); ++i) {
    if (!stencil.params[i].relative) continue;
    const ArrayValue& other = frame.values[call.args[i]].array;
    for (int d = 0; d < stencil.rank; ++d)
      require(frame, build.CreateICmpSGE(other.shape[d], first.shape[d]), "too_small", [&] {
        return raise(frame, call.site, {int64(frame, d), other.shape[d], first.shape[d]});
      });
  }
  std::vector<llvm::Value*> extents = stencil_extents(frame, stencil, first);
  std::vector<ArrayValue> outs;
  if (call.out) {
    outs.push_back(frame.values[call.out].array);
    nf_assert(outs[0].type.dtype() == stencil.results[0].dtype() && outs[0].type.rank() == stencil.rank,
              "@{} stores {} into {}", stencil.name, to_string(stencil.results[0]), to_string(outs[0].type));
    for (int d = 0; d < stencil.rank; ++d)
      require(frame, build.CreateICmpEQ(outs[0].shape[d], extents[d]), "other_shape", [&] {
        return raise(frame, call.site, {int64(frame, d), outs[0].shape[d], extents[d]});
      });
  } else {
    for (size_t i = 0; i < result_types.size(); ++i)
      outs.push_back(allocate(frame, Type::array(stencil.results[i].dtype(), stencil.rank), extents, false));
  }

  constexpr size_t array_words = sizeof(abi::Array) / 8;
  llvm::Value* args = pack_arguments(frame, call);
  llvm::Value* targets =
      new_variable(frame, llvm::ArrayType::get(build.getInt64Ty(), array_words * outs.size()), "outs");
  for (size_t i = 0; i < outs.size(); ++i) store_array(frame, outs[i], field(frame, targets, sizeof(abi::Array) * i));

  llvm::Type* pointer = build.getPtrTy();
  llvm::FunctionCallee helper =
      runtime_function(frame, "nf_apply_stencil", build.getInt32Ty(), {pointer, pointer, pointer, pointer, pointer});
  llvm::Function* kernel = frame.emission.functions[call.function];
  check_status(frame, build.CreateCall(helper, {frame.context, kernel, stencil_shape(frame, call), args, targets}));
  if (call.out) return frame.values[call.out];
  if (!type.is_tuple()) return {nullptr, outs[0], {}};
  RegisterValue tuple;
  for (const ArrayValue& out : outs) tuple.items.push_back({nullptr, out, {}});
  return tuple;
}

}  // namespace

RegisterValue emit_call(Frame& frame, const ir::Call& call, Type type) {
  nf_assert(call.function < frame.emission.ir.functions.size(), "@{} calls function {}, which does not exist",
            frame.function.name, call.function);
  bool jit = frame.emission.ir.functions[call.function].kind == ir::FunctionKind::Jit;
  return jit ? call_body(frame, call, type) : apply(frame, call, type);
}

void emit_return(Frame& frame, const ir::Return& n) {
  nf_assert(n.values.size() == frame.function.results.size(), "@{} returns {} values, not {}", frame.function.name,
            n.values.size(), frame.function.results.size());
  std::vector<std::pair<Type, const RegisterValue*>> leaves;
  for (size_t i = 0; i < n.values.size(); ++i)
    leaves_of(frame.values[n.values[i]], frame.function[n.values[i]].type, leaves);
  nf_assert(leaves.size() == frame.results.size(), "@{} returns {} leaves, not {}", frame.function.name, leaves.size(),
            frame.results.size());
  for (size_t i = 0; i < leaves.size(); ++i) {
    auto [type, value] = leaves[i];
    if (type.is_scalar()) {
      store_scalar(frame, type.dtype(), value->scalar, frame.results[i]);
    } else {
      store_array(frame, value->array, frame.results[i]);
    }
  }
  leave(frame, int32(frame, 0));
}

llvm::Function* body_function(Emission& emission, int i) {
  std::string name = "body_" + std::to_string(i);
  if (llvm::Function* made = emission.llvm.getFunction(name)) return made;
  const ir::Function& function = emission.ir.functions[size_t(i)];
  llvm::LLVMContext& context = emission.llvm.getContext();
  llvm::Type* pointer = llvm::PointerType::getUnqual(context);
  std::vector<llvm::Type*> params = {pointer};
  if (is_recursive(emission.ir, i)) params.push_back(llvm::Type::getInt32Ty(context));
  for (const ir::Parameter& param : function.params) leaf_types(context, parameter_form(param), params);
  if (function.kind == ir::FunctionKind::Stencil)
    params.insert(params.end(), size_t(function.rank), llvm::Type::getInt64Ty(context));
  std::vector<Type> leaves;
  for (Type result : function.results) leaves_of(result, leaves);
  params.insert(params.end(), leaves.size(), pointer);
  auto* type = llvm::FunctionType::get(llvm::Type::getInt32Ty(context), params, false);
  auto* body = llvm::Function::Create(type, llvm::Function::InternalLinkage, name, emission.llvm);
  if (worth_inlining(emission.ir, i)) body->addFnAttr(llvm::Attribute::AlwaysInline);
  return body;
}

void limit_depth(Frame& frame, llvm::Value* depth) {
  require(frame, frame.build.CreateICmpSLT(depth, int32(frame, kDepthLimit)), "too_deep",
          [&] { return int32(frame, abi::kTooDeep); });
}

void emit_entry(Emission& emission, int i) {
  const ir::Function& function = emission.ir.functions[size_t(i)];
  llvm::Function* code = emission.functions[size_t(i)];
  Frame frame{emission, function, code, llvm::IRBuilder<>(emission.llvm.getContext())};
  frame.build.SetInsertPoint(new_block(frame, "entry"));
  llvm::Value *context = code->getArg(0), *given = code->getArg(1), *results = code->getArg(2);
  std::vector<llvm::Value*> args = {context};
  if (is_recursive(emission.ir, i)) args.push_back(int32(frame, 0));
  for (size_t p = 0; p < function.params.size(); ++p) {
    Type type = function.params[p].type;
    llvm::Value* slot = field(frame, given, sizeof(abi::Value) * p);
    RegisterValue value;
    if (type.is_scalar()) {
      value.scalar = load_scalar(frame, type.dtype(), slot);
    } else {
      value.array = load_array(frame, type, frame.build.CreateLoad(frame.build.getPtrTy(), slot), Scope::Caller);
    }
    to_leaves(value, type, args);
  }
  std::vector<Type> leaves;
  for (Type result : function.results) leaves_of(result, leaves);
  for (size_t r = 0; r < leaves.size(); ++r) {
    llvm::Value* slot = field(frame, results, sizeof(abi::Value) * r);
    if (leaves[r].is_array()) {
      args.push_back(frame.build.CreateLoad(frame.build.getPtrTy(), slot));
    } else {
      frame.build.CreateStore(int64(frame, 0), slot);  // the bytes above a narrow scalar
      args.push_back(slot);
    }
  }
  frame.build.CreateRet(frame.build.CreateCall(body_function(emission, i), args));
}

}  // namespace nf::codegen
