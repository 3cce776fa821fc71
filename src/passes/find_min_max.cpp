// Finds the smaller or larger of two values where a program chooses it by hand.
//
//     %3 = lt %v, %m : bool
//     %4 = select %3, %v, %m : uint8          becomes   %4 = min %m, %v : uint8
//
// `if v < m: m = v`, `a if a > b else b` and their like: `min` and `max` are one instruction, and code generation may
// regroup them. Exact: of two floats `min %a, %b` is `b if b < a else a`, so `<` and `>` fit as they stand, and `<=`
// and `>=` do not (they treat NaN and zeros of two signs in another way) unless the function has fastmath.
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

// `select(a op b, a, b)` and the other ways round, read as: the second of (kept, taken) is chosen when it wins.
struct Choice {
  BinaryOp op;
  InstId kept, taken;  // `op %kept, %taken`
};

// The comparison behind a condition, looked through `not`.
struct Condition {
  const Compare* compare;
  bool negated = false;
};
Condition condition_of(const Function& f, InstId id) {
  Condition found{nullptr};
  while (const Unary* n = std::get_if<Unary>(&f[id].op)) {
    if (n->op != UnaryOp::Not || !is_bool(f[n->a].type.dtype())) return found;
    id = n->a, found.negated = !found.negated;
  }
  found.compare = std::get_if<Compare>(&f[id].op);
  return found;
}

// What `select` chooses, when it chooses one of the two values that are compared.
std::optional<Choice> choice_of(const Function& f, const Select& select, DType dtype) {
  auto [compare, negated] = condition_of(f, select.condition);
  if (!compare || compare->op < CompareOp::Lt) return {};
  InstId chosen = negated ? select.b : select.a, other = negated ? select.a : select.b;
  const bool straight = compare->a == chosen && compare->b == other;
  if (!straight && !(compare->b == chosen && compare->a == other)) return {};
  const bool or_equal = compare->op == CompareOp::Le || compare->op == CompareOp::Ge;
  if (is_float(dtype) && or_equal && !f.fastmath) return {};
  const bool is_less = compare->op == CompareOp::Lt || compare->op == CompareOp::Le;
  return Choice{is_less == straight ? BinaryOp::Min : BinaryOp::Max, other, chosen};
}

// True when a select of floats was left alone for `<=` or `>=`.
bool is_declined(const Function& f, const Select& select, DType dtype) {
  if (!is_float(dtype) || f.fastmath) return false;
  auto [compare, negated] = condition_of(f, select.condition);
  if (!compare || (compare->op != CompareOp::Le && compare->op != CompareOp::Ge)) return false;
  return (compare->a == select.a && compare->b == select.b) || (compare->a == select.b && compare->b == select.a);
}

}  // namespace

Function find_min_max(const Function& in, const Module&) {
  int found = 0, declined = 0;
  Span first_found, first_declined;
  Function out = rewrite(in, [&](Rewriter& copy, InstId, const Inst& inst) -> std::optional<InstId> {
    const Select* old = std::get_if<Select>(&inst.op);
    if (!old || !inst.type.is_scalar() || is_bool(inst.type.dtype())) return {};
    const Select now = std::get<Select>(copy.copy_op(*old));
    const Function& f = copy.out().function();
    if (std::optional<Choice> choice = choice_of(f, now, inst.type.dtype())) {
      if (found++ == 0) first_found = inst.span;
      return copy.out().emit(Binary{choice->op, choice->kept, choice->taken}, inst.type, inst.span);
    }
    if (is_declined(f, now, inst.type.dtype()) && declined++ == 0) first_declined = inst.span;
    return {};
  });
  if (found)
    out.notes.push_back({"find-min-max", true,
                         std::to_string(found) +
                             (found == 1 ? " choice by comparison is" : " choices by comparison are") +
                             " a minimum or maximum",
                         first_found});
  if (declined)
    out.notes.push_back({"find-min-max", false,
                         "a choice of floats by `<=` or `>=` is no minimum for NaN and zeros; write `<` or `>`",
                         first_declined});
  return out;
}

}  // namespace nf::passes
