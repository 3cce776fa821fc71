// What may stand on the left of `=`.
#include "base/match.h"
#include "syntax/parser.h"

namespace nf::syntax {
namespace {

std::string with_article(const std::string& what) {
  if (what.starts_with('`') || what == "bytes") return what;
  return (what.starts_with("f-") ? "an " : "a ") + what;
}

std::string what_is(const Expr& expr) {
  return match(
      expr.node, [](const Name&) { return std::string("a name"); },
      [](const Attribute&) { return std::string("an attribute"); },
      [](const Subscript&) { return std::string("an element"); },
      [](const TupleExpr&) { return std::string("a tuple"); }, [](const ListExpr&) { return std::string("a list"); },
      [](const Starred&) { return std::string("a starred expression"); },
      [](const Call&) { return std::string("a call"); }, [](const Unary&) { return std::string("an operation"); },
      [](const Binary&) { return std::string("an operation"); },
      [](const BoolExpr&) { return std::string("an operation"); },
      [](const Compare&) { return std::string("a comparison"); },
      [](const Conditional&) { return std::string("a conditional expression"); },
      [](const Lambda&) { return std::string("a lambda"); }, [](const NoneLiteral&) { return std::string("`None`"); },
      [](const EllipsisLiteral&) { return std::string("`...`"); },
      [](const UnsupportedExpr& n) { return with_article(n.what); },
      [](const Slice&) { return std::string("a slice"); }, [](const auto&) { return std::string("a literal"); });
}

}  // namespace

ExprId Parser::loop_target() {
  uint32_t from = begin();
  auto one = [&] {
    uint32_t begin_of_one = begin();
    if (!accept("*")) return operand();
    ExprId value = operand();
    return add(Starred{value}, begin_of_one);
  };
  ExprId target = one();
  if (at(",")) {
    TupleExpr tuple{{target}};
    while (accept(",") && !at("in") && !at("=")) tuple.items.push_back(one());
    target = add(std::move(tuple), from);
  }
  check_target(target, TargetOf::Assignment);
  return target;
}

void Parser::check_target(ExprId id, TargetOf what) {
  const Expr& expr = module_[id];
  if (std::holds_alternative<Name>(expr.node)) return;
  bool is_place = std::holds_alternative<Attribute>(expr.node) || std::holds_alternative<Subscript>(expr.node);
  if (is_place && what != TargetOf::Walrus) return;
  bool may_unpack = what == TargetOf::Assignment || what == TargetOf::Deletion;
  const std::vector<ExprId>* items = nullptr;
  if (const auto* tuple = std::get_if<TupleExpr>(&expr.node)) items = &tuple->items;
  if (const auto* list = std::get_if<ListExpr>(&expr.node)) items = &list->items;
  if (items && may_unpack) {
    for (ExprId item : *items) {
      const auto* starred = std::get_if<Starred>(&module_[item].node);
      check_target(starred && what == TargetOf::Assignment ? starred->value : item, what);
    }
    return;
  }
  std::string_view verb = what == TargetOf::Deletion     ? "deleted"
                          : what == TargetOf::Annotation ? "annotated"
                                                         : "assigned to";
  Diagnostic& diagnostic = report(Code::bad_target, expr.span, "{} cannot be {}{}", what_is(expr), verb,
                                  what == TargetOf::Walrus ? " with `:=`" : "");
  bool compares = std::holds_alternative<Compare>(expr.node) || std::holds_alternative<Call>(expr.node);
  if (compares && what == TargetOf::Assignment) diagnostic.hint("compare with `==`");
}

}  // namespace nf::syntax
