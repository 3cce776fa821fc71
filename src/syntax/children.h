// The parts of an expression, in the order of the text: the one list that walkers of trees share.
#pragma once
#include "base/match.h"
#include "syntax/tree.h"

namespace nf::syntax {

/// Calls `f(ExprId)` on every direct part of an expression; absent parts are left out.
template <class F>
void for_each_child(const Expr& expr, F f) {
  auto one = [&](ExprId id) {
    if (id) f(id);
  };
  auto all = [&](const std::vector<ExprId>& ids) {
    for (ExprId id : ids) one(id);
  };
  match(
      expr.node, [](const Name&) {}, [](const IntegerLiteral&) {}, [](const FloatLiteral&) {},
      [](const ImaginaryLiteral&) {}, [](const BoolLiteral&) {}, [](const StringLiteral&) {}, [](const NoneLiteral&) {},
      [](const EllipsisLiteral&) {}, [](const UnsupportedExpr&) {}, [&](const TupleExpr& n) { all(n.items); },
      [&](const ListExpr& n) { all(n.items); }, [&](const Unary& n) { one(n.operand); },
      [&](const Binary& n) { one(n.left), one(n.right); }, [&](const BoolExpr& n) { all(n.operands); },
      [&](const Compare& n) { all(n.operands); },
      [&](const Conditional& n) { one(n.then), one(n.test), one(n.otherwise); },
      [&](const Call& n) {
        one(n.function);
        for (const CallArgument& argument : n.arguments) one(argument.value);
      },
      [&](const Attribute& n) { one(n.value); }, [&](const Subscript& n) { one(n.value), all(n.index); },
      [&](const Slice& n) { one(n.lo), one(n.hi), one(n.step); }, [&](const Starred& n) { one(n.value); },
      [&](const Lambda& n) {
        for (const Parameter& param : n.params) one(param.annotation), one(param.default_value);
        one(n.body);
      });
}

}  // namespace nf::syntax
