// The body of a function, instruction by instruction.
#include "base/assert.h"
#include "base/match.h"
#include "codegen/cpu/frame.h"
#include "codegen/ops/divide.h"

namespace nf::codegen {
namespace {

llvm::Value* scalar(const Frame& frame, ir::InstId id) { return frame.values[id].scalar; }
DType dtype_of(const Frame& frame, ir::InstId id) { return frame.function[id].type.dtype(); }

void emit_slot(Frame& frame, ir::InstId id, Type type) {
  std::vector<llvm::Type*> leaves;
  leaf_types(frame.build.getContext(), type, leaves);
  std::vector<llvm::AllocaInst*>& variables = frame.slots[id];  // already there in the second version of a loop
  for (size_t i = variables.size(); i < leaves.size(); ++i) variables.push_back(new_variable(frame, leaves[i], "slot"));
  for (size_t i = 0; i < leaves.size(); ++i)
    frame.build.CreateStore(llvm::Constant::getNullValue(leaves[i]), variables[i]);
}

RegisterValue emit_get(Frame& frame, ir::InstId slot, Type type) {
  auto next = [&, variable = frame.slots.at(slot).begin()]() mutable -> llvm::Value* {
    llvm::AllocaInst* from = *variable++;
    return frame.build.CreateLoad(from->getAllocatedType(), from);
  };
  return from_leaves(frame, type, next, Scope::Unknown);
}

void emit_set(Frame& frame, const ir::Set& set) {
  std::vector<llvm::Value*> leaves;
  to_leaves(frame.values[set.value], frame.function[set.slot].type, leaves);
  const std::vector<llvm::AllocaInst*>& variables = frame.slots.at(set.slot);
  for (size_t i = 0; i < leaves.size(); ++i) frame.build.CreateStore(leaves[i], variables[i]);
}

RegisterValue emit_tuple(Frame& frame, const ir::MakeTuple& tuple) {
  RegisterValue value;
  for (ir::InstId item : tuple.items) value.items.push_back(frame.values[item]);
  return value;
}

void emit_raise(Frame& frame, const ir::Raise& n) {
  std::vector<llvm::Value*> values;
  for (ir::InstId id : n.values) values.push_back(fault_value(frame, id));
  leave(frame, raise(frame, n.site, values));
}

RegisterValue of_scalar(llvm::Value* value) { return {value, {}, {}}; }
RegisterValue nothing() { return {}; }

RegisterValue emit_math_call(Frame& frame, const ir::Math& n) {
  std::vector<llvm::Value*> args;
  for (ir::InstId arg : n.args) args.push_back(scalar(frame, arg));
  return of_scalar(emit_math(frame.build, n.fn, dtype_of(frame, n.args[0]), args));
}

RegisterValue emit(Frame& frame, ir::InstId id) {
  const ir::Inst& inst = frame.function[id];
  llvm::IRBuilder<>& build = frame.build;
  return match(
      inst.op,  //
      [&](const ir::Const& n) { return of_scalar(emit_const(build, n.value)); },
      [&](const ir::Param& n) { return frame.params.at(n.position); },
      [&](const ir::Global& n) { return emit_global(frame, n.constant, inst.type); },
      [&](const ir::LoopVar&) { return nothing(); },
      [&](const ir::Unary& n) { return of_scalar(emit_unary(build, n.op, dtype_of(frame, n.a), scalar(frame, n.a))); },
      [&](const ir::Binary& n) {
        return of_scalar(emit_binary_in_range(build, n.op, inst.type.dtype(), scalar(frame, n.a), scalar(frame, n.b),
                                              frame.ranges[n.a]));
      },
      [&](const ir::Compare& n) {
        return of_scalar(emit_compare(build, n.op, dtype_of(frame, n.a), scalar(frame, n.a), scalar(frame, n.b)));
      },
      [&](const ir::Select& n) {
        return of_scalar(build.CreateSelect(scalar(frame, n.condition), scalar(frame, n.a), scalar(frame, n.b)));
      },
      [&](const ir::Cast& n) {
        return of_scalar(emit_cast(build, scalar(frame, n.a), dtype_of(frame, n.a), inst.type.dtype()));
      },
      [&](const ir::Math& n) { return emit_math_call(frame, n); },
      [&](const ir::Neighbor& n) { return emit_neighbor(frame, n); },
      [&](const ir::NeighborAt& n) { return emit_neighbor_at(frame, n); },
      [&](const ir::Dim& n) { return of_scalar(frame.values[n.array].array.shape[n.axis]); },
      [&](const ir::Load& n) { return emit_load(frame, id, n); },
      [&](const ir::Store& n) { return emit_store(frame, id, n), nothing(); },
      [&](const ir::Alloc& n) { return emit_alloc(frame, n, inst.type); },
      [&](const ir::Copy& n) { return emit_copy(frame, n), nothing(); },
      [&](const ir::Ravel& n) { return emit_ravel(frame, n, inst.type); },
      [&](const ir::Row& n) { return emit_row(frame, n, inst.type); },
      [&](const ir::Broadcast& n) { return emit_broadcast(frame, n, inst.type); },
      [&](const ir::Apart& n) { return emit_apart(frame, n, inst.type); },
      [&](const ir::Reduce& n) { return emit_reduce(frame, n, inst.type); },
      [&](const ir::Slot&) { return emit_slot(frame, id, inst.type), nothing(); },
      [&](const ir::Get& n) { return emit_get(frame, n.slot, inst.type); },
      [&](const ir::Set& n) { return emit_set(frame, n), nothing(); },
      [&](const ir::For& n) { return emit_for(frame, n), nothing(); },
      [&](const ir::While& n) { return emit_while(frame, n), nothing(); },
      [&](const ir::If& n) { return emit_if(frame, n), nothing(); },
      [&](const ir::Break&) { return jump(frame, frame.loops.back().on_break), nothing(); },
      [&](const ir::Continue&) { return jump(frame, frame.loops.back().on_continue), nothing(); },
      [&](const ir::Return& n) { return emit_return(frame, n), nothing(); },
      [&](const ir::Raise& n) { return emit_raise(frame, n), nothing(); },
      [&](const ir::Call& n) { return emit_call(frame, n, inst.type); },
      [&](const ir::Item& n) { return frame.values[n.tuple].items.at(n.position); },
      [&](const ir::MakeTuple& n) { return emit_tuple(frame, n); });
}

}  // namespace

void emit_instruction(Frame& frame, ir::InstId id) { frame.values[id] = emit(frame, id); }

void emit_block(Frame& frame, ir::BlockId block) {
  // What LLVM takes for a basic block grows with the square of its length. Looking whether the call is to stop ends it.
  constexpr size_t kLongBlock = 500;
  size_t emitted = 0;
  for (ir::InstId id : frame.function[block].insts) {
    if (++emitted % kLongBlock == 0) poll(frame);
    emit_instruction(frame, id);
  }
}

void emit_body(Emission& emission, int i) {
  const ir::Function& function = emission.ir.functions[size_t(i)];
  llvm::Function* code = body_function(emission, i);
  Frame frame{emission, function, code, llvm::IRBuilder<>(emission.llvm.getContext())};
  frame.values.resize(function.insts.size());
  frame.ranges = ir::analyse_ranges(function);
  llvm::BasicBlock* first = new_block(frame, "entry");
  llvm::BasicBlock* start = new_block(frame, "start");
  frame.build.SetInsertPoint(start);
  if (function.fastmath) frame.build.setFastMathFlags(llvm::FastMathFlags::getFast());

  auto next = [arg = code->arg_begin()]() mutable -> llvm::Value* { return &*arg++; };
  frame.context = next();
  if (is_recursive(emission.ir, i)) limit_depth(frame, frame.depth = next());
  for (const ir::Parameter& param : function.params)
    frame.params.push_back(from_leaves(frame, parameter_form(param), next, Scope::Caller));
  if (function.kind == ir::FunctionKind::Stencil)
    for (int d = 0; d < function.rank; ++d) frame.point.push_back(next());
  std::vector<Type> leaves;
  for (Type result : function.results) leaves_of(result, leaves);
  for (size_t r = 0; r < leaves.size(); ++r) frame.results.push_back(next());
  llvm::Value* flag = field(frame, frame.context, offsetof(abi::Context, cancelled));
  frame.cancelled = frame.build.CreateLoad(frame.build.getPtrTy(), flag);

  emit_block(frame, function.body);
  frame.build.CreateRet(int32(frame, 0));
  attach_scopes(frame);
  // Variables were put into the first block; the body starts behind them.
  llvm::IRBuilder<>(first).CreateBr(start);
}

void emit_jit_function(Emission& emission, int function) {
  emit_body(emission, function);
  emit_entry(emission, function);
}

}  // namespace nf::codegen
