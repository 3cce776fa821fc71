// Statements but for loops: assignments, branches, returns and raises.
#include "base/assert.h"
#include "lower/lowering.h"
#include "types/rules.h"

namespace nf::lower {
namespace {
using namespace syntax;

void lower_augmented(Lowering& l, const AugAssign& n) {
  const auto& target = l.tree()[n.target].node;
  DType result{};
  auto combine = [&](InstId old) {
    InstId value = lower_scalar(l, n.value);
    auto dtype = types::binary_result(n.op, l.dtype_of(old), l.dtype_of(value));
    nf_assert(dtype, "an operator that was not typed");
    result = *dtype;
    return arithmetic(l, n.op, old, value, result);
  };
  if (auto* subscript = std::get_if<Subscript>(&target)) {
    Element element = lower_element(l, *subscript);
    store(l, element, combine(load(l, element)));
    return;
  }
  InstId value = combine(lower_scalar(l, n.target));
  assign(l, n.target, {value, {}}, Type::scalar(result));
}

std::string constant_text(const Lowering& l, ExprId id) {
  if (!id) return "";
  auto* literal = std::get_if<StringLiteral>(&l.tree()[id].node);
  nf_assert(literal, "a message that is no text");
  return literal->value;
}

void lower_raise(Lowering& l, const Raise& n) {
  ExprId type = n.exception, message;
  if (auto* call = std::get_if<Call>(&l.tree()[type].node)) {
    type = call->function;
    if (!call->arguments.empty()) message = call->arguments[0].value;
  }
  std::string name(l.tree().source->text(l.tree()[type].span));
  l.emit(ir::Raise{l.site(name, constant_text(l, message)), {}});
}

bool lower_if(Lowering& l, StmtId id, const If& n) {
  const types::Flow& flow = l.typed.flow(id);
  if (auto* known = std::get_if<types::ConstantTruth>(&l.meaning(n.test))) {
    bool goes_on = lower_body(l, known->value ? n.then : n.otherwise);
    if (goes_on) perform(l, known->value ? flow.then : flow.otherwise);
    return goes_on;
  }
  ir::If branch{lower_truth(l, n.test), l.new_block(), l.new_block()};
  ir::BlockId outer = l.builder.enter(branch.then);
  bool then_goes_on = lower_body(l, n.then);
  if (then_goes_on) perform(l, flow.then);
  l.builder.enter(branch.otherwise);
  bool otherwise_goes_on = lower_body(l, n.otherwise);
  if (otherwise_goes_on) perform(l, flow.otherwise);
  l.builder.enter(outer);
  l.emit(branch);
  return then_goes_on || otherwise_goes_on;
}

/// `break` and `continue`: the moves of the edge, the note that the loop was left, the jump.
void lower_jump(Lowering& l, StmtId id, bool is_break) {
  perform(l, l.typed.flow(id).jump);
  if (is_break && l.loops.back().broke) l.emit(ir::Set{l.loops.back().broke, l.boolean(true)});
  if (is_break)
    l.emit(ir::Break{});
  else
    l.emit(ir::Continue{});
}

bool lower_statement(Lowering& l, StmtId id) {
  At at(l, l.tree()[id].span);
  const auto& node = l.tree()[id].node;
  if (auto* n = std::get_if<Assign>(&node)) {
    Value value = lower_expr(l, n->value);
    for (ExprId target : n->targets) assign(l, target, value, l.type(n->value));
  } else if (auto* n = std::get_if<AugAssign>(&node)) {
    lower_augmented(l, *n);
  } else if (auto* n = std::get_if<AnnAssign>(&node)) {
    if (n->value) assign(l, n->target, lower_expr(l, n->value), l.type(n->value));
  } else if (auto* n = std::get_if<ExprStmt>(&node)) {
    if (!std::holds_alternative<StringLiteral>(l.tree()[n->value].node)) lower_expr(l, n->value);
  } else if (auto* n = std::get_if<Return>(&node)) {
    if (n->value)
      lower_return(l, lower_expr(l, n->value), l.type(n->value));
    else
      l.emit(ir::Return{});
    return false;
  } else if (auto* n = std::get_if<Raise>(&node)) {
    lower_raise(l, *n);
    return false;
  } else if (auto* n = std::get_if<Assert>(&node)) {
    InstId holds = lower_truth(l, n->test);
    raise_if(l, l.emit(ir::Unary{ir::UnaryOp::Not, holds}, l.type_of(holds)),
             l.site("AssertionError", constant_text(l, n->message)));
  } else if (auto* n = std::get_if<If>(&node)) {
    return lower_if(l, id, *n);
  } else if (auto* n = std::get_if<For>(&node)) {
    return lower_for(l, id, *n);
  } else if (auto* n = std::get_if<While>(&node)) {
    return lower_while(l, id, *n);
  } else if (std::holds_alternative<Break>(node) || std::holds_alternative<Continue>(node)) {
    lower_jump(l, id, std::holds_alternative<Break>(node));
    return false;
  }
  return true;
}
}  // namespace

bool lower_body(Lowering& l, const Body& body) {
  for (StmtId id : body)
    if (!lower_statement(l, id)) return false;
  return true;
}

void assign(Lowering& l, ExprId target, const Value& value, Type type) {
  const auto& node = l.tree()[target].node;
  if (std::holds_alternative<Name>(node)) {
    VersionId version = l.typed.written.at(target.index);
    l.values[version] = convert(l, value, type, l.typed.versions[version].type);
  } else if (auto* tuple = std::get_if<TupleExpr>(&node)) {
    for (size_t i = 0; i < tuple->items.size(); ++i) assign(l, tuple->items[i], value.items[i], type.items()[i]);
  } else if (auto* subscript = std::get_if<Subscript>(&node)) {
    lower_store(l, *subscript, value, type);
  } else {
    nf_assert(false, "a target that was not typed");
  }
}

void lower_return(Lowering& l, const Value& value, Type type) {
  ir::Return op;
  each_leaf(convert(l, value, type, l.typed.result), [&](InstId leaf) { op.values.push_back(leaf); });
  l.emit(op);
}

}  // namespace nf::lower
