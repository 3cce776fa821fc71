// Types of operators, literals, comparisons and conditions.
#include <algorithm>

#include "base/match.h"
#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

std::string_view symbol(BinaryOp op) {
  constexpr std::string_view symbols[] = {"+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^"};
  return symbols[int(op)];
}
std::string_view symbol(UnaryOp op) {
  constexpr std::string_view symbols[] = {"+", "-", "~", "not"};
  return symbols[int(op)];
}

Type constant(Inference& in, ExprId id, Scalar value) {
  in.typed.meanings[id] = ConstantNumber{value};
  return Type::scalar(value.dtype);
}

/// Arithmetic on integer literals as Python has it, wide enough to see what leaves 64 bits.
struct Literal {
  __int128 value = 0;
  bool overflows = false;  ///< even these bits
};

Literal literal_power(Literal a, Literal b) {
  Literal result{1};
  if (a.value == 0 || a.value == 1 || a.value == -1) b.value = b.value > 2 ? 2 + b.value % 2 : b.value;
  for (__int128 i = 0; i < b.value && !result.overflows; ++i)
    result.overflows = __builtin_mul_overflow(result.value, a.value, &result.value);
  return result;
}

/// Nothing when the expression is anything but such arithmetic.
std::optional<Literal> literal_arithmetic(const Inference& in, ExprId id) {
  const auto& node = in.tree[id].node;
  if (auto* n = std::get_if<IntegerLiteral>(&node)) return Literal{__int128(n->value), !n->fits};
  if (auto* n = std::get_if<Unary>(&node)) {
    auto a = literal_arithmetic(in, n->operand);
    if (!a || n->op == UnaryOp::Not || a->overflows) return n->op == UnaryOp::Not ? std::nullopt : a;
    if (n->op == UnaryOp::Minus) return Literal{-a->value};
    return n->op == UnaryOp::Plus ? a : Literal{~a->value};
  }
  auto* n = std::get_if<Binary>(&node);
  if (!n) return {};
  auto a = literal_arithmetic(in, n->left), b = literal_arithmetic(in, n->right);
  if (!a || !b) return {};
  if (a->overflows || b->overflows) return Literal{0, true};
  Literal result;
  switch (n->op) {
    case BinaryOp::Add: result.overflows = __builtin_add_overflow(a->value, b->value, &result.value); return result;
    case BinaryOp::Sub: result.overflows = __builtin_sub_overflow(a->value, b->value, &result.value); return result;
    case BinaryOp::Mul: result.overflows = __builtin_mul_overflow(a->value, b->value, &result.value); return result;
    case BinaryOp::LeftShift:
      if (b->value < 0) return {};
      if (b->value > 120) return Literal{0, a->value != 0};
      result.overflows = __builtin_mul_overflow(a->value, __int128(1) << int(b->value), &result.value);
      return result;
    case BinaryOp::RightShift:
      if (b->value < 0) return {};
      return Literal{a->value >> int(std::min<__int128>(b->value, 127))};
    case BinaryOp::FloorDiv:
    case BinaryOp::Mod: {
      if (b->value == 0) return {};  // found when it runs
      __int128 quotient = a->value / b->value, rest = a->value % b->value;
      bool is_below = rest != 0 && (rest < 0) != (b->value < 0);
      return Literal{n->op == BinaryOp::FloorDiv ? quotient - is_below : rest + (is_below ? b->value : 0)};
    }
    case BinaryOp::And: return Literal{a->value & b->value};
    case BinaryOp::Or: return Literal{a->value | b->value};
    case BinaryOp::Xor: return Literal{a->value ^ b->value};
    case BinaryOp::Pow: return b->value < 0 ? std::nullopt : std::optional(literal_power(*a, *b));
    default: return {};
  }
}

constexpr __int128 lowest_int64 = INT64_MIN, highest_int64 = INT64_MAX, highest_uint64 = UINT64_MAX;

/// What fits int64 is int64, what fits uint64 is that, the rest is refused. Returns nothing when `id` is no arithmetic
/// on integer literals.
std::optional<Type> infer_literal_arithmetic(Inference& in, ExprId id) {
  auto literal = literal_arithmetic(in, id);
  if (!literal) return {};
  if (!literal->overflows && literal->value >= lowest_int64 && literal->value <= highest_int64)
    return constant(in, id, Scalar::of(DType::Int64, int64_t(literal->value)));
  if (!literal->overflows && literal->value >= 0 && literal->value <= highest_uint64)
    return constant(in, id, Scalar::of(DType::UInt64, uint64_t(literal->value)));
  in.report(Code::integer_too_large, in.span(id), "`{}` does not fit 64 bits", in.text(id))
      .hint("a float (`2.0**70`) holds an approximate value");
  return Type::unknown();
}

/// Reports an operand that is no number. Arrays get their own sentence: whole-array arithmetic is what people expect.
Type bad_operands(Inference& in, Span span, std::string_view op, Type a, Type b) {
  Diagnostic& error =
      in.report(Code::bad_operands, span, "`{}` is not defined for {} and {}", op, describe(a), describe(b));
  if (in.is_stencil() && (a.is_array() || b.is_array()))
    error.hint("a stencil computes one point: read elements, or compute with whole arrays in a jitted function");
  return Type::unknown();
}

Type infer_unary(Inference& in, ExprId id, const Unary& n) {
  if (auto type = infer_literal_arithmetic(in, id)) return *type;
  Type a = infer(in, n.operand);
  if (a.is_unknown()) return a;
  if (n.op == UnaryOp::Not) {
    check_truth(in, n.operand, a);
    return Type::scalar(DType::Bool);
  }
  if (a.is_scalar())
    if (auto result = unary_result(n.op, a.dtype())) return Type::scalar(*result);
  if (a.is_array() && !in.is_stencil())
    if (auto result = array_unary_result(n.op, a.dtype())) return Type::array(*result, a.rank());
  Diagnostic& error =
      in.report(Code::bad_operands, in.span(id), "`{}` is not defined for {}", symbol(n.op), describe(a));
  if (in.is_stencil() && a.is_array())
    error.hint("a stencil computes one point: read elements, or compute with whole arrays in a jitted function");
  return Type::unknown();
}

Type infer_binary(Inference& in, ExprId id, const Binary& n) {
  if (auto type = infer_literal_arithmetic(in, id)) return *type;
  Type a = infer(in, n.left), b = infer(in, n.right);
  if (a.is_unknown() || b.is_unknown()) return Type::unknown();
  if (a.is_scalar() && b.is_scalar())
    if (auto result = binary_result(n.op, a.dtype(), b.dtype())) return Type::scalar(*result);
  if (a.is_array() || b.is_array()) {
    const int rank = elementwise_rank(in, {a, b});
    if (rank >= 0)
      if (auto result = array_binary_result(n.op, a.dtype(), b.dtype())) return Type::array(*result, rank);
  }
  return bad_operands(in, in.span(id), symbol(n.op), a, b);
}

Type infer_choice(Inference& in, Span span, Type a, Type b) {
  if (a.is_unknown() || b.is_unknown()) return Type::unknown();
  if (auto both = unify_types(a, b)) return *both;
  in.report(Code::cannot_unify, span, "this is {} or {}, which have no type in common", describe(a), describe(b));
  return Type::unknown();
}

Type infer_bool(Inference& in, ExprId id, const BoolExpr& n) {
  Type result = infer(in, n.operands[0]);
  check_truth(in, n.operands[0], result);
  if (auto* known = std::get_if<ConstantTruth>(&in.typed.meanings[n.operands[0]]);
      known && known->value == (n.op == BoolOp::Or)) {
    // `out is None or ...` is decided: what follows is never computed and may have types that do not fit.
    in.typed.meanings[id] = ConstantTruth{known->value};
    return result;
  }
  for (size_t i = 1; i < n.operands.size(); ++i) {
    Type next = infer(in, n.operands[i]);
    if (i + 1 < n.operands.size()) check_truth(in, n.operands[i], next);
    result = infer_choice(in, in.span(id), result, next);
  }
  return result;
}

bool is_identity(CompareOp op) { return op == CompareOp::Is || op == CompareOp::IsNot; }

Type infer_compare(Inference& in, ExprId id, const Compare& n) {
  std::vector<Type> types;
  bool failed = false;
  for (ExprId operand : n.operands) types.push_back(infer(in, operand)), failed |= types.back().is_unknown();
  if (failed) return Type::unknown();
  constexpr std::string_view symbols[] = {"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"};
  for (size_t i = 0; i < n.ops.size(); ++i) {
    Type a = types[i], b = types[i + 1];
    Span both{in.span(n.operands[i]).begin, in.span(n.operands[i + 1]).end};
    if (is_identity(n.ops[i]) && (a.is_none() || b.is_none())) {
      bool same = a.is_none() && b.is_none();
      if (n.ops.size() == 1)
        in.typed.meanings[id] = ConstantTruth{same == (n.ops[i] == CompareOp::Is)};
      else
        in.report_unsupported(both, "a chain of comparisons with `None` is");
    } else if (is_identity(n.ops[i])) {
      in.report(Code::bad_operands, both, "`{}` compares only with `None`", symbols[int(n.ops[i])])
          .hint("write `{}`", n.ops[i] == CompareOp::Is ? "==" : "!=");
      return Type::unknown();
    } else if (n.ops[i] == CompareOp::In || n.ops[i] == CompareOp::NotIn) {
      in.report_unsupported(both, n.ops[i] == CompareOp::In ? "`in` is" : "`not in` is")
          .hint("compare with each item in a loop");
      return Type::unknown();
    } else if (!a.is_scalar() || !b.is_scalar()) {
      const int rank = elementwise_rank(in, {a, b});
      if (rank < 0) return bad_operands(in, both, symbols[int(n.ops[i])], a, b);
      if (n.ops.size() == 1) return Type::array(DType::Bool, rank);
      in.report_unsupported(in.span(id), "a chain of comparisons of arrays is").hint("write `(a < b) & (b < c)`");
      return Type::unknown();
    }
  }
  return Type::scalar(DType::Bool);
}

Type infer_conditional(Inference& in, ExprId id, const Conditional& n) {
  Type test = infer(in, n.test);
  check_truth(in, n.test, test);
  if (auto* known = std::get_if<ConstantTruth>(&in.typed.meanings[n.test]))
    return infer(in, known->value ? n.then : n.otherwise);
  Type then = infer(in, n.then), otherwise = infer(in, n.otherwise);
  return infer_choice(in, in.span(id), then, otherwise);
}

Type infer_tuple(Inference& in, const TupleExpr& n) {
  std::vector<Type> items;
  for (ExprId item : n.items) {
    if (std::holds_alternative<Starred>(in.tree[item].node)) {
      in.report_unsupported(in.span(item), "unpacking with `*` is");
      return Type::unknown();
    }
    items.push_back(infer(in, item));
    if (items.back().is_unknown()) return Type::unknown();
  }
  return Type::tuple(items);
}

Type unsupported(Inference& in, ExprId id, std::string_view what, std::string_view hint = {}) {
  Diagnostic& error = in.report_unsupported(in.span(id), what);
  if (!hint.empty()) error.hint("{}", hint);
  return Type::unknown();
}

Type infer_node(Inference& in, ExprId id) {
  return match(
      in.tree[id].node, [&](const Name& n) { return infer_name(in, id, n); },
      [&](const IntegerLiteral&) { return *infer_literal_arithmetic(in, id); },
      [&](const FloatLiteral& n) { return constant(in, id, Scalar::of(DType::Float64, n.value)); },
      [&](const ImaginaryLiteral&) { return unsupported(in, id, "a complex number is"); },
      [&](const BoolLiteral& n) { return constant(in, id, Scalar::of(DType::Bool, n.value)); },
      [&](const StringLiteral&) { return unsupported(in, id, "a text as a value is"); },
      [&](const NoneLiteral&) { return Type::none(); },
      [&](const EllipsisLiteral&) { return unsupported(in, id, "`...` as a value is"); },
      [&](const TupleExpr& n) { return infer_tuple(in, n); },
      [&](const ListExpr&) {
        return unsupported(in, id, "a list is", "write a tuple, or make an array with `np.zeros`");
      },
      [&](const Unary& n) { return infer_unary(in, id, n); }, [&](const Binary& n) { return infer_binary(in, id, n); },
      [&](const BoolExpr& n) { return infer_bool(in, id, n); },
      [&](const Compare& n) { return infer_compare(in, id, n); },
      [&](const Conditional& n) { return infer_conditional(in, id, n); },
      [&](const Call& n) { return infer_call(in, id, n); },
      [&](const Attribute& n) { return infer_attribute(in, id, n); },
      [&](const Subscript& n) { return infer_subscript(in, id, n); },
      [&](const Slice&) { return unsupported(in, id, "a slice here is"); },
      [&](const Starred&) { return unsupported(in, id, "`*` here is"); },
      [&](const Lambda&) { return unsupported(in, id, "a `lambda` here is"); },
      [&](const UnsupportedExpr& n) { return unsupported(in, id, n.what + " is"); });
}
}  // namespace

Type infer(Inference& in, ExprId id) {
  in.typed.meanings[id] = std::monostate{};
  return in.typed.types[id] = infer_node(in, id);
}

void check_truth(Inference& in, ExprId id, Type type) {
  if (type.is_unknown() || type.is_scalar() || type.is_none()) return;
  Diagnostic& error = in.report(Code::bad_operands, in.span(id), "the truth of {} is not defined", describe(type));
  if (type.is_array()) error.hint("ask for `.size`, or compare elements");
}

int elementwise_rank(const Inference& in, const std::vector<Type>& operands) {
  int rank = -1;
  for (Type type : operands) {
    if (type.is_scalar()) continue;
    if (!type.is_array() || in.is_stencil()) return -1;  // the caller has its own words for them
    rank = std::max(rank, type.rank());
  }
  return rank;
}

Type elements_of(DType dtype, int rank) { return rank < 0 ? Type::scalar(dtype) : Type::array(dtype, rank); }

std::optional<Type> unify_types(Type a, Type b) {
  if (a == b || b.is_unknown()) return a;
  if (a.is_unknown()) return b;
  if (a.kind() != b.kind()) return {};
  if (a.is_scalar()) return Type::scalar(unify(a.dtype(), b.dtype()));
  if (a.is_array()) {
    if (a.dtype() != b.dtype() || a.rank() != b.rank()) return {};
    Layout layout = a.layout() == b.layout() ? a.layout() : Layout::Any;
    return Type::array(a.dtype(), a.rank(), layout, a.readonly() || b.readonly());
  }
  auto left = a.items(), right = b.items();
  if (left.size() != right.size()) return {};
  std::vector<Type> items;
  for (size_t i = 0; i < left.size(); ++i) {
    auto item = unify_types(left[i], right[i]);
    if (!item) return {};
    items.push_back(*item);
  }
  return Type::tuple(items);
}

std::string describe(Type type) {
  if (type.is_none()) return "`None`";
  return "`" + to_string(type) + "`";
}

}  // namespace nf::types
