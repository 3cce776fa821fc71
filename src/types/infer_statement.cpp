// Types of statements: assignments, branches, returns and raises, and what comes together where control flow meets.
#include "base/assert.h"
#include "types/builtins.h"
#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

/// Where a version comes from for a reader: its own place, or that of the first assignment that reaches it.
Span origin(const Typed& typed, VersionId id) {
  std::set<VersionId> seen{id};
  std::vector<VersionId> work{id};
  while (!work.empty()) {
    const Version& version = typed.versions[work.back()];
    work.pop_back();
    if (version.kind != Version::Kind::Merged) return version.span;
    for (VersionId from : version.incoming)
      if (from && seen.insert(from).second) work.push_back(from);
  }
  return typed.versions[id].span;
}

void report_conflict(Inference& in, VersionId to, VersionId from, Type before, Type now) {
  const Version& merged = in.typed.versions[to];
  Diagnostic& error = in.report(Code::cannot_unify, origin(in.typed, from), "`{}` is {} here and {} on another path",
                                in.typed.variables[merged.variable], describe(now), describe(before));
  for (VersionId other : merged.incoming) {
    if (!other || other == from || in.typed.versions[other].type != before) continue;
    error.label(in.source(), origin(in.typed, other), "{} here", describe(before));
    break;
  }
  error.hint("use another name for one of them");
}

void set_type(Inference& in, VersionId id, Type type) {
  Version& version = in.typed.versions[id];
  if (version.type == type) return;
  version.type = type;
  in.changed = true;
}

void assign_name(Inference& in, ExprId target, Type type) { set_type(in, in.typed.written.at(target.index), type); }

void unpack(Inference& in, ExprId target, const TupleExpr& tuple, Type type, Span value_span) {
  auto fill_unknown = [&] {
    for (ExprId item : tuple.items) assign(in, item, Type::unknown(), value_span);
  };
  if (type.is_unknown()) return fill_unknown();
  if (!type.is_tuple()) {
    Diagnostic& error = in.report(Code::bad_unpack, value_span, "{} cannot be unpacked into {} names", describe(type),
                                  tuple.items.size());
    if (type.is_array()) error.hint("read its elements one by one");
    return fill_unknown();
  }
  if (type.items().size() != tuple.items.size()) {
    in.report(Code::bad_unpack, in.span(target), "{} value{} cannot be unpacked into {} name{}", type.items().size(),
              type.items().size() == 1 ? "" : "s", tuple.items.size(), tuple.items.size() == 1 ? "" : "s");
    return fill_unknown();
  }
  for (size_t i = 0; i < tuple.items.size(); ++i) assign(in, tuple.items[i], type.items()[i], value_span);
}

void infer_augmented(Inference& in, const AugAssign& n, Span span) {
  const auto& target = in.tree[n.target].node;
  Type old = infer(in, n.target), value = infer(in, n.value);
  Type result = Type::unknown();
  if (!old.is_unknown() && !value.is_unknown()) {
    std::optional<DType> dtype;
    if (old.is_scalar() && value.is_scalar()) dtype = binary_result(n.op, old.dtype(), value.dtype());
    if (dtype) {
      result = Type::scalar(*dtype);
    } else {
      Diagnostic& error =
          in.report(Code::bad_operands, span, "this is not defined for {} and {}", describe(old), describe(value));
      if (old.is_array() || value.is_array())
        error.hint("write `x = x + y` for a new array, or `x[:] = x + y` to store into the old one");
    }
  }
  if (std::holds_alternative<Name>(target))
    assign_name(in, n.target, result);
  else if (auto* subscript = std::get_if<Subscript>(&target))
    check_store(in, n.target, *subscript, result, span);
}

/// `raise ValueError("text")`: the class must be Python's and the text a constant.
void infer_raise(Inference& in, const Raise& n, Span span) {
  if (!n.exception) {
    in.report_unsupported(span, "a bare `raise` is").hint("name the exception: `raise ValueError(\"...\")`");
    return;
  }
  if (n.cause) in.report_unsupported(in.span(n.cause), "`raise ... from` is");
  ExprId type = n.exception;
  if (auto* call = std::get_if<Call>(&in.tree[type].node)) {
    type = call->function;
    bool is_text = call->arguments.empty() ||
                   (call->arguments.size() == 1 && call->arguments[0].name.empty() && !call->arguments[0].star &&
                    std::holds_alternative<StringLiteral>(in.tree[call->arguments[0].value].node));
    if (!is_text)
      in.report_unsupported(in.span(n.exception), "an exception with anything but one constant text is")
          .hint("write the message as one string, without values");
  }
  auto* name = std::get_if<Name>(&in.tree[type].node);
  if (name) {
    for (const std::string& known : exception_names())
      if (known == name->text) return;
    if (resolve(in, type)) {
      infer(in, type);
      return;
    }
  }
  Diagnostic& error = in.report(Code::unknown_name, in.span(type), "`{}` is no exception of Python", in.text(type));
  if (auto near = closest(in.text(type), exception_names())) error.hint("did you mean `{}`?", *near);
}

bool infer_if(Inference& in, StmtId id, const If& n) {
  Type test = infer(in, n.test);
  check_truth(in, n.test, test);
  auto* known = std::get_if<ConstantTruth>(&in.typed.meanings[n.test]);
  const Flow& flow = in.typed.flow(id);
  bool then_goes_on = false, otherwise_goes_on = false;
  if (!known || known->value) then_goes_on = infer_body(in, n.then);
  if (then_goes_on) arrive(in, flow.then);
  if (!known || !known->value) otherwise_goes_on = infer_body(in, n.otherwise);
  if (otherwise_goes_on) arrive(in, flow.otherwise);
  settle(in, flow.then), settle(in, flow.otherwise);
  return then_goes_on || otherwise_goes_on;
}

/// A merged version at a loop's head has the type of the pass before until the pass is over; in the first pass what
/// enters the loop.
void enter_loop(Inference& in, const Flow& flow) {
  arrive(in, flow.enter);
  for (Move move : flow.enter)
    if (in.typed.versions[move.to].type.is_unknown()) in.typed.versions[move.to].type = in.arriving[move.to];
}

bool leave_loop(Inference& in, const Flow& flow, bool ends_by_itself, const Body& otherwise) {
  settle(in, flow.enter), settle(in, flow.again);
  bool goes_on = ends_by_itself && infer_body(in, otherwise);
  if (goes_on) arrive(in, flow.done);
  return goes_on || flow.has_break;
}

bool infer_for(Inference& in, StmtId id, const For& n) {
  Type item = infer_iterable(in, n.iterable);
  const Flow& flow = in.typed.flow(id);
  enter_loop(in, flow);
  assign(in, n.target, item, in.span(n.iterable));
  in.loops.push_back(id), ++in.loop_depth;
  if (infer_body(in, n.body)) arrive(in, flow.again);
  in.loops.pop_back(), --in.loop_depth;
  return leave_loop(in, flow, true, n.otherwise);
}

bool infer_while(Inference& in, StmtId id, const While& n) {
  const Flow& flow = in.typed.flow(id);
  enter_loop(in, flow);
  Type test = infer(in, n.test);
  check_truth(in, n.test, test);
  ++in.loop_depth;
  if (infer_body(in, n.body)) arrive(in, flow.again);
  --in.loop_depth;
  return leave_loop(in, flow, !is_always_true(in.tree, n.test), n.otherwise);
}

bool infer_statement(Inference& in, StmtId id) {
  in.typed.reached[id] = 1;
  const auto& node = in.tree[id].node;
  Span span = in.tree[id].span;
  if (auto* n = std::get_if<Assign>(&node)) {
    Type value = infer(in, n->value);
    for (ExprId target : n->targets) assign(in, target, value, in.span(n->value));
  } else if (auto* n = std::get_if<AugAssign>(&node)) {
    infer_augmented(in, *n, span);
  } else if (auto* n = std::get_if<AnnAssign>(&node)) {
    if (n->value) assign(in, n->target, infer(in, n->value), in.span(n->value));
  } else if (auto* n = std::get_if<ExprStmt>(&node)) {
    if (!std::holds_alternative<StringLiteral>(in.tree[n->value].node)) infer(in, n->value);
  } else if (auto* n = std::get_if<Return>(&node)) {
    infer_return(in, n->value ? infer(in, n->value) : Type::none(), n->value ? in.span(n->value) : span);
    return false;
  } else if (auto* n = std::get_if<Raise>(&node)) {
    infer_raise(in, *n, span);
    return false;
  } else if (auto* n = std::get_if<Assert>(&node)) {
    Type test = infer(in, n->test);
    check_truth(in, n->test, test);
    if (n->message && !std::holds_alternative<StringLiteral>(in.tree[n->message].node))
      in.report_unsupported(in.span(n->message), "a message that is no constant text is")
          .hint("write the message as one string, without values");
  } else if (auto* n = std::get_if<If>(&node)) {
    return infer_if(in, id, *n);
  } else if (auto* n = std::get_if<For>(&node)) {
    return infer_for(in, id, *n);
  } else if (auto* n = std::get_if<While>(&node)) {
    return infer_while(in, id, *n);
  } else if (std::holds_alternative<Break>(node) || std::holds_alternative<Continue>(node)) {
    if (in.loop_depth == 0) in.report(Code::unexpected_token, span, "`{}` stands in no loop", in.source()->text(span));
    arrive(in, in.typed.flow(id).jump);
    return false;
  } else if (auto* n = std::get_if<FunctionDef>(&node)) {
    in.refused.insert(n->name);
    in.report_unsupported(n->name_span, "the nested function `" + n->name + "` is")
        .hint("move it out, decorate it with `@nf.jit`, and call it");
  } else if (std::holds_alternative<ClassDef>(node)) {
    in.report_unsupported(span, "a nested class is");
  } else if (std::holds_alternative<Import>(node)) {
    in.report_unsupported(span, "an import here is").hint("import at the top of the file");
  } else if (auto* n = std::get_if<UnsupportedStmt>(&node)) {
    in.report_unsupported(span, n->what + " is");
  }
  return true;
}
}  // namespace

bool infer_body(Inference& in, const Body& body) {
  for (StmtId id : body)
    if (!infer_statement(in, id)) return false;
  return true;
}

void assign(Inference& in, ExprId target, Type type, Span value_span) {
  const auto& node = in.tree[target].node;
  if (std::holds_alternative<Name>(node)) {
    assign_name(in, target, type);
  } else if (auto* tuple = std::get_if<TupleExpr>(&node)) {
    unpack(in, target, *tuple, type, value_span);
  } else if (auto* subscript = std::get_if<Subscript>(&node)) {
    check_store(in, target, *subscript, type, value_span);
  } else if (std::holds_alternative<Attribute>(node)) {
    in.report_unsupported(in.span(target), "setting an attribute is");
  } else {
    for (ExprId leaf : leaves(in.tree, target)) assign_name(in, leaf, Type::unknown());
    in.report_unsupported(in.span(target), "this target of an assignment is");
  }
}

void arrive(Inference& in, const Moves& moves) {
  for (Move move : moves) {
    if (!move.from) continue;
    Type now = in.typed.versions[move.from].type, before = in.arriving[move.to];
    if (auto both = unify_types(before, now))
      in.arriving[move.to] = *both;
    else
      report_conflict(in, move.to, move.from, before, now);
  }
}

void settle(Inference& in, const Moves& moves) {
  for (Move move : moves) {
    Type type = in.arriving[move.to], old = in.typed.versions[move.to].type;
    if (in.keep_old_types) type = unify_types(old, type).value_or(type);
    set_type(in, move.to, type);
  }
}

void infer_return(Inference& in, Type type, Span span) {
  if (type.is_unknown()) {
    if (!in.returned) in.returned = type, in.first_return = span;
    return;
  }
  if (type.is_tuple()) {
    bool flat = type.items().size() > 1;
    for (Type item : type.items()) flat &= item.is_scalar() || item.is_array();
    if (!flat) {
      in.report(Code::bad_return, span, "{} cannot be returned", describe(type))
          .hint("several values come back as one flat tuple of numbers and arrays");
      return;
    }
  }
  if (!in.returned || in.returned->is_unknown()) {
    in.returned = type, in.first_return = span;
    return;
  }
  if (auto both = unify_types(*in.returned, type)) {
    in.returned = *both;
    return;
  }
  in.report(Code::bad_return, span, "this returns {}, and another `return` of the function {}", describe(type),
            describe(*in.returned))
      .label(in.source(), in.first_return, "{}", describe(*in.returned));
}

}  // namespace nf::types
