// The region kernel of a stencil. A body without control flow becomes a tile in explicit vectors, which computes a
// block of rows; `run_stencil` loops over the region. Other bodies are called for each point.
//
// Note [Checks in vectors]. What raises at some points (a divisor that may be zero) is a condition that is computed
// with the rest. The tile returns as soon as it holds anywhere; then the same region is computed again point by point,
// which raises where Python would, or does not, when the point was one that a narrow region only has for company.
#include "codegen/cpu/columns.h"
#include "codegen/cpu/tile.h"
#include "codegen/optimize.h"
#include "codegen/run_stencil.h"

namespace nf::codegen {
namespace {
using llvm::BasicBlock;
using llvm::Value;

/// The call's arguments in registers.
struct Region {
  std::vector<Value*> lo, hi;  ///< for each axis
  std::vector<ArrayValue> outs;
};

Value* load_int64(Frame& frame, Value* base, size_t offset) {
  return frame.build.CreateLoad(frame.build.getInt64Ty(), field(frame, base, offset));
}

Region load_call(Frame& frame) {
  llvm::IRBuilder<>& build = frame.build;
  const ir::Function& function = frame.function;
  frame.context = frame.code->getArg(0);
  Value* call = frame.code->getArg(1);
  Value* args = build.CreateLoad(build.getPtrTy(), field(frame, call, offsetof(abi::StencilCall, args)));
  Value* outs = build.CreateLoad(build.getPtrTy(), field(frame, call, offsetof(abi::StencilCall, outs)));
  Region region;
  for (int d = 0; d < function.rank; ++d) {
    region.lo.push_back(load_int64(frame, call, offsetof(abi::StencilCall, lo) + sizeof(int64_t) * size_t(d)));
    region.hi.push_back(load_int64(frame, call, offsetof(abi::StencilCall, hi) + sizeof(int64_t) * size_t(d)));
  }
  load_params(frame, args);
  for (size_t r = 0; r < function.results.size(); ++r) {
    const Type type = Type::array(function.results[r].dtype(), function.rank, Layout::Any);
    region.outs.push_back(load_array(frame, type, field(frame, outs, sizeof(abi::Array) * r), Scope::Caller));
    region.outs.back().strides.back() = int64(frame, size_of(type.dtype()));
  }
  return region;
}

/// Returns at once from an empty region.
void leave_if_empty(Frame& frame, const Region& region) {
  llvm::IRBuilder<>& build = frame.build;
  Value* empty = build.getFalse();
  for (size_t d = 0; d < region.lo.size(); ++d)
    empty = build.CreateOr(empty, build.CreateICmpSGE(region.lo[d], region.hi[d]));
  BasicBlock *done = new_block(frame, "empty"), *go = new_block(frame, "region");
  build.CreateCondBr(empty, done, go);
  build.SetInsertPoint(done);
  build.CreateRet(int32(frame, 0));
  build.SetInsertPoint(go);
}

/// Loops around the body, which is a function of the point.
void emit_loop_form(Frame& frame, int i) {
  emit_body(frame.emission, i);
  Region region = load_call(frame);
  leave_if_empty(frame, region);
  const ir::Function& function = frame.function;
  llvm::IRBuilder<>& build = frame.build;
  Value* flag = field(frame, frame.context, offsetof(abi::Context, cancelled));
  frame.cancelled = build.CreateLoad(build.getPtrTy(), flag);
  std::vector<Value*> point;
  std::function<void(int)> axis = [&](int d) {
    if (d < function.rank) {
      if (d == function.rank - 1) poll(frame);
      each_step(frame, region.lo[size_t(d)], region.hi[size_t(d)], 1, [&](Value* at) {
        point.push_back(at);
        axis(d + 1);
        point.pop_back();
      });
      return;
    }
    std::vector<Value*> args = {frame.context};
    for (size_t p = 0; p < function.params.size(); ++p)
      to_leaves(frame.params[p], parameter_form(function.params[p]), args);
    args.insert(args.end(), point.begin(), point.end());
    for (const ArrayValue& out : region.outs) args.push_back(element_address(frame, out, point));
    check_status(frame, build.CreateCall(body_function(frame.emission, i), args));
  };
  axis(0);
  build.CreateRet(int32(frame, 0));
}

/// The loop form as a function beside the vector form. It runs at most once: LLVM need not make it fast.
llvm::Function* loop_form(Emission& emission, int i) {
  const ir::Function& function = emission.ir.functions[size_t(i)];
  llvm::Function* code = llvm::Function::Create(emission.functions[size_t(i)]->getFunctionType(),
                                                llvm::Function::PrivateLinkage, "loop", emission.llvm);
  Frame frame{emission, function, code, llvm::IRBuilder<>(emission.llvm.getContext())};
  frame.values.resize(function.insts.size());
  frame.build.SetInsertPoint(new_block(frame, "entry"));
  emit_loop_form(frame, i);
  for (llvm::Function* made : {code, body_function(emission, i)}) made->addFnAttr(kExplicitVectors);
  return code;
}

void emit_vector_form(Frame& frame, const StencilBody& body, int i) {
  frame.code->addFnAttr(kExplicitVectors);
  llvm::IRBuilder<>& build = frame.build;
  Tile tile = emit_tile(frame.emission, frame.function, body);
  llvm::Constant* words = llvm::ConstantDataArray::get(build.getContext(), llvm::ArrayRef<uint64_t>(tile.plan));
  // They have names: chains of stencils run the tile in loops of their own, unless it may raise.
  if (body.raises.empty()) tile.code->setName("nf_tile_" + std::to_string(i));
  auto* plan = new llvm::GlobalVariable(frame.emission.llvm, words->getType(), true, llvm::GlobalValue::ExternalLinkage,
                                        words, "nf_plan_" + std::to_string(i));
  llvm::Type* pointer = build.getPtrTy();
  llvm::FunctionCallee run = runtime_function(frame, "nf_run_stencil", build.getInt32Ty(),
                                              {pointer, pointer, pointer, pointer, pointer, pointer});
  Value *context = frame.code->getArg(0), *call = frame.code->getArg(1);
  auto numbered = [&](llvm::Function* code) -> llvm::Value* {
    if (!code) return llvm::ConstantPointerNull::get(llvm::cast<llvm::PointerType>(pointer));
    code->setName(code->getName() + std::to_string(i));
    return code;
  };
  Value* status =
      build.CreateCall(run, {context, call, plan, tile.code, numbered(tile.strips), numbered(tile.by_rows)});
  if (!body.raises.empty()) {
    // Note [Checks in vectors].
    BasicBlock *again = new_block(frame, "again"), *done = new_block(frame, "done");
    build.CreateCondBr(build.CreateICmpEQ(status, int32(frame, abi::kRaisesSomewhere)), again, done);
    build.SetInsertPoint(again);
    build.CreateRet(build.CreateCall(loop_form(frame.emission, i), {context, call}));
    build.SetInsertPoint(done);
  }
  build.CreateRet(status);
}

}  // namespace

bool has_fast_form(const ir::Module& module) {
  const ir::Function& function = module.functions.at(0);
  return module.functions.size() == 1 && function.kind == ir::FunctionKind::Stencil && !function.fastmath &&
         straight_line(function).has_value();
}

void emit_stencil_function(Emission& emission, int i) {
  const ir::Function& function = emission.ir.functions[size_t(i)];
  Frame frame{emission, function, emission.functions[size_t(i)], llvm::IRBuilder<>(emission.llvm.getContext())};
  frame.values.resize(function.insts.size());
  frame.build.SetInsertPoint(new_block(frame, "entry"));
  if (function.fastmath) frame.build.setFastMathFlags(llvm::FastMathFlags::getFast());
  auto body = straight_line(function);
  if (body && !is_too_long(*body, step_of(emission, *body)))
    emit_vector_form(frame, *body, i);
  else
    emit_loop_form(frame, i);
}

}  // namespace nf::codegen
