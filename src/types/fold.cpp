// Integers and tuples of them that are known at compile time: offsets of stencils, indexes of tuples, constant loops.
#include <algorithm>

#include "types/typed.h"
#include "types/versions.h"

namespace nf::types {
namespace {
using namespace syntax;

/// A known integer, or a tuple of known values.
struct Known {
  std::optional<int64_t> number;
  std::vector<Known> items;
};

class Folder {
 public:
  Folder(const Typed& typed, const KnownValues& known) : typed_(typed), tree_(typed.tree()), known_(known) {}

  std::optional<Known> fold(ExprId id) {
    if (!id || ++depth_ > 200) return {};
    auto result = fold_node(id);
    --depth_;
    return result;
  }
  std::optional<int64_t> number(ExprId id) {
    auto value = fold(id);
    return value ? value->number : std::nullopt;
  }

 private:
  static Known of(int64_t value) { return {value, {}}; }
  static std::optional<Known> of(std::optional<int64_t> value) {
    return value ? std::optional(of(*value)) : std::nullopt;
  }

  std::optional<Known> fold_node(ExprId id) {
    const Meaning& meaning = typed_.meanings[id];
    if (auto* constant = std::get_if<ConstantNumber>(&meaning)) return fold_scalar(constant->value);
    if (auto* constants = std::get_if<ConstantNumbers>(&meaning)) {
      Known tuple;
      for (const Scalar& item : constants->items) {
        auto value = fold_scalar(item);
        if (!value) return {};
        tuple.items.push_back(*value);
      }
      return tuple;
    }
    if (auto* read = std::get_if<VariableRead>(&meaning)) return fold_version(read->version);
    if (auto* call = std::get_if<BuiltinCall>(&meaning)) return fold_call(*call);
    const auto& node = tree_[id].node;
    if (auto* n = std::get_if<TupleExpr>(&node)) {
      Known tuple;
      for (ExprId item : n->items) {
        auto value = fold(item);
        if (!value) return {};
        tuple.items.push_back(std::move(*value));
      }
      return tuple;
    }
    if (auto* n = std::get_if<Unary>(&node)) return of(fold_unary(n->op, number(n->operand)));
    if (auto* n = std::get_if<Binary>(&node)) {
      if (!typed_.types[id].is_scalar() || is_float(typed_.types[id].dtype())) return {};
      return of(fold_binary(n->op, number(n->left), number(n->right)));
    }
    if (auto* n = std::get_if<Subscript>(&node)) return fold_item(*n);
    return {};
  }

  std::optional<Known> fold_scalar(const Scalar& value) {
    if (!is_integer(value.dtype)) return {};
    if (value.dtype == DType::UInt64 && value.as<uint64_t>() > uint64_t(INT64_MAX)) return {};
    return of(value.to_int());
  }

  std::optional<Known> fold_version(VersionId id) {
    if (auto found = known_.find(id.index); found != known_.end()) return of(found->second);
    const Version& version = typed_.versions[id];
    if (version.kind != Version::Kind::Assigned || !version.value) return {};
    auto value = fold(version.value);
    if (!value || version.item < 0) return value;
    if (size_t(version.item) >= value->items.size()) return {};
    return value->items[size_t(version.item)];
  }

  std::optional<Known> fold_item(const Subscript& n) {
    if (n.index.size() != 1) return {};
    auto tuple = fold(n.value);
    auto at = number(n.index[0]);
    if (!tuple || !at || tuple->number) return {};
    int64_t size = int64_t(tuple->items.size());
    int64_t position = *at < 0 ? *at + size : *at;
    if (position < 0 || position >= size) return {};
    return tuple->items[size_t(position)];
  }

  std::optional<Known> fold_call(const BuiltinCall& call) {
    std::vector<int64_t> args;
    for (ExprId arg : call.args) {
      auto value = number(arg);
      if (!value) return {};
      args.push_back(*value);
    }
    if (args.empty()) return {};
    switch (call.builtin) {
      case Builtin::Abs:
        return args[0] == INT64_MIN ? std::nullopt : std::optional(of(args[0] < 0 ? -args[0] : args[0]));
      case Builtin::Min: return of(*std::min_element(args.begin(), args.end()));
      case Builtin::Max: return of(*std::max_element(args.begin(), args.end()));
      case Builtin::Cast: return fits(args[0], call.dtype) ? std::optional(of(args[0])) : std::nullopt;
      default: return {};
    }
  }
  static bool fits(int64_t value, DType dtype) {
    if (!is_integer(dtype)) return false;
    if (dtype == DType::UInt64) return value >= 0;
    int bits = bits_of(dtype) - int(is_signed(dtype));
    int64_t highest = bits >= 63 ? INT64_MAX : (int64_t(1) << bits) - 1;
    return value <= highest && value >= (is_signed(dtype) ? -highest - 1 : 0);
  }

  static std::optional<int64_t> fold_unary(UnaryOp op, std::optional<int64_t> a) {
    if (!a) return {};
    switch (op) {
      case UnaryOp::Plus: return a;
      case UnaryOp::Minus: return *a == INT64_MIN ? std::nullopt : std::optional(-*a);
      case UnaryOp::Invert: return ~*a;
      default: return {};
    }
  }

  static std::optional<int64_t> fold_binary(BinaryOp op, std::optional<int64_t> left, std::optional<int64_t> right) {
    if (!left || !right) return {};
    int64_t a = *left, b = *right, result = 0;
    switch (op) {
      case BinaryOp::Add: return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
      case BinaryOp::Sub: return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
      case BinaryOp::Mul: return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
      case BinaryOp::FloorDiv:
        if (b == 0 || b == -1) return b == 0 || a == INT64_MIN ? std::nullopt : std::optional(-a);
        return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
      case BinaryOp::Mod:
        if (b == 0 || b == -1) return b == 0 ? std::nullopt : std::optional(result);
        return a % b + (a % b != 0 && (a % b < 0) != (b < 0) ? b : 0);
      case BinaryOp::Pow:
        if (b < 0 || b > 62) return {};
        result = 1;
        for (int64_t i = 0; i < b; ++i)
          if (__builtin_mul_overflow(result, a, &result)) return {};
        return result;
      case BinaryOp::LeftShift:
        if (a < 0 || b < 0 || b > 62 || a > INT64_MAX >> b) return {};
        return a << b;
      case BinaryOp::RightShift: return b < 0 || b > 63 ? std::nullopt : std::optional(a >> b);
      case BinaryOp::And: return a & b;
      case BinaryOp::Or: return a | b;
      case BinaryOp::Xor: return a ^ b;
      default: return {};
    }
  }

  const Typed& typed_;
  const syntax::Module& tree_;
  const KnownValues& known_;
  int depth_ = 0;
};

/// The values of a target's names for one item; false when they do not fit together.
bool spread(const syntax::Module& tree, ExprId target, const Known& value, std::vector<int64_t>& out) {
  if (std::holds_alternative<Name>(tree[target].node)) {
    if (!value.number) return false;
    out.push_back(*value.number);
    return true;
  }
  auto* tuple = std::get_if<TupleExpr>(&tree[target].node);
  if (!tuple || tuple->items.size() != value.items.size()) return false;
  for (size_t i = 0; i < tuple->items.size(); ++i)
    if (!spread(tree, tuple->items[i], value.items[i], out)) return false;
  return true;
}

/// A `break` or `continue` that belongs to the loop around `body`.
bool jumps(const syntax::Module& tree, const Body& body) {
  for (StmtId id : body) {
    const auto& node = tree[id].node;
    if (std::holds_alternative<Break>(node) || std::holds_alternative<Continue>(node)) return true;
    if (auto* branch = std::get_if<If>(&node))
      if (jumps(tree, branch->then) || jumps(tree, branch->otherwise)) return true;
    if (auto* loop = std::get_if<For>(&node); loop && jumps(tree, loop->otherwise)) return true;
    if (auto* loop = std::get_if<While>(&node); loop && jumps(tree, loop->otherwise)) return true;
  }
  return false;
}
}  // namespace

std::optional<int64_t> fold_integer(const Typed& typed, ExprId expr, const KnownValues& known) {
  return Folder(typed, known).number(expr);
}

std::optional<int64_t> fold_tuple_item(const Typed& typed, ExprId tuple, int item, const KnownValues& known) {
  auto value = Folder(typed, known).fold(tuple);
  if (!value || size_t(item) >= value->items.size()) return {};
  return value->items[size_t(item)].number;
}

std::optional<std::vector<std::vector<int64_t>>> constant_rounds(const Typed& typed, StmtId loop,
                                                                 const KnownValues& known) {
  const syntax::Module& tree = typed.tree();
  const For& n = std::get<For>(tree[loop].node);
  if (jumps(tree, n.body)) return {};
  Folder folder(typed, known);
  std::vector<std::vector<int64_t>> rounds;
  auto* range = std::get_if<BuiltinCall>(&typed.meanings[n.iterable]);
  if (range && (range->builtin == Builtin::Range || range->builtin == Builtin::ParallelRange)) {
    auto bound = [&](ExprId id, int64_t otherwise) { return id ? folder.number(id) : std::optional(otherwise); };
    auto lo = bound(range->args[0], 0), hi = bound(range->args[1], 0), step = bound(range->args[2], 1);
    if (!lo || !hi || !step || *step == 0 || !std::holds_alternative<Name>(tree[n.target].node)) return {};
    for (__int128 i = *lo; *step > 0 ? i < *hi : i > *hi; i += *step) {
      if (int64_t(rounds.size()) == kMaxUnrolled) return {};
      rounds.push_back({int64_t(i)});
    }
    return rounds;
  }
  bool counts = range && range->builtin == Builtin::Enumerate;
  auto tuple = folder.fold(counts ? range->args[0] : n.iterable);
  auto start = counts && range->args[1] ? folder.number(range->args[1]) : std::optional<int64_t>(0);
  if (!tuple || tuple->number || !start || int64_t(tuple->items.size()) > kMaxUnrolled) return {};
  for (const Known& item : tuple->items) {
    Known value = item;
    if (counts) value = {{}, {{*start + int64_t(rounds.size()), {}}, item}};
    rounds.emplace_back();
    if (!spread(tree, n.target, value, rounds.back())) return {};
  }
  return rounds;
}

}  // namespace nf::types
