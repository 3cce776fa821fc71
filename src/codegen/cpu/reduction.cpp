// Takes sums, minima and maxima apart into neighbours and the rest.
#include "codegen/cpu/reduction.h"

#include <cmath>

namespace nf::codegen {
namespace {
using ir::Binary;
using ir::BinaryOp;
using ir::InstId;

constexpr size_t kFewTaps = 3;                      // fewer are left as they stand
constexpr double kExactWeights = int64_t(1) << 52;  // up to which a double holds every integer

/// The value of a constant, signed integers with their sign.
std::optional<double> constant_of(const ir::Function& function, InstId id) {
  auto* constant = std::get_if<ir::Const>(&function[id].op);
  if (!constant) return {};
  if (is_float(constant->value.dtype)) return ir::float_value(constant->value);
  return double(ir::integer_value(constant->value));
}

std::optional<Tap> tap_of(const ir::Function& function, InstId leaf) {
  InstId read = leaf;
  if (auto* cast = std::get_if<ir::Cast>(&function[leaf].op)) read = cast->a;
  auto* neighbor = std::get_if<ir::Neighbor>(&function[read].op);
  if (!neighbor) return {};
  Tap tap{leaf, neighbor->offset};
  tap.element = function[read].type.dtype();
  tap.source =
      uint64_t(neighbor->array.index) << 32 | uint64_t(read != leaf) << 31 | function[leaf].type.bits() % (1u << 28);
  return tap;
}

bool is_same_width(DType a, DType b) { return is_integer(a) && is_integer(b) && bits_of(a) == bits_of(b); }

struct Finder {
  const ir::Function& function;
  const std::vector<int>& uses;
  InstId root;
  Reduction found;

  /// Weights that no double holds stay with the value that they belong to.
  bool fits(double weight) const { return found.floats ? std::isfinite(weight) : std::abs(weight) <= kExactWeights; }

  void add(InstId id, double weight) {
    if (id == root || uses[id.index] == 1)
      if (take_apart(id, weight)) return;
    if (auto value = constant_of(function, id); value && found.combine == Combine::Sum && fits(*value * weight)) {
      if (found.floats)
        found.float_constant += weight * *value;
      else
        found.constant += uint64_t(int64_t(weight)) * uint64_t(int64_t(*value));
    } else if (auto tap = tap_of(function, id)) {
      tap->weight = weight;
      found.taps.push_back(std::move(*tap));
    } else {
      found.others.emplace_back(id, weight);
    }
  }

  bool take_apart(InstId id, double weight) {
    const ir::Op& op = function[id].op;
    auto* binary = std::get_if<Binary>(&op);
    if (found.combine != Combine::Sum) {
      if (!binary || binary->op != (found.combine == Combine::Min ? BinaryOp::Min : BinaryOp::Max)) return false;
      return add(binary->a, 1), add(binary->b, 1), true;
    }
    if (auto* unary = std::get_if<ir::Unary>(&op); unary && unary->op == ir::UnaryOp::Neg)
      return add(unary->a, -weight), true;
    // Between signed and unsigned no bit of a sum changes.
    if (auto* cast = std::get_if<ir::Cast>(&op))
      return uses[cast->a.index] == 1 && is_same_width(function[cast->a].type.dtype(), function[id].type.dtype()) &&
             take_apart(cast->a, weight);
    if (!binary) return false;
    auto scaled = [&](InstId value, InstId by, bool divides) {
      auto factor = constant_of(function, by);
      if (!factor || (divides && *factor == 0)) return false;
      const double product = divides ? weight / *factor : weight * *factor;
      return fits(*factor) && fits(product) ? (add(value, product), true) : false;
    };
    switch (binary->op) {
      case BinaryOp::Add: return add(binary->a, weight), add(binary->b, weight), true;
      case BinaryOp::Sub: return add(binary->a, weight), add(binary->b, -weight), true;
      case BinaryOp::Mul: return scaled(binary->a, binary->b, false) || scaled(binary->b, binary->a, false);
      case BinaryOp::Div: return found.floats && scaled(binary->a, binary->b, true);
      case BinaryOp::Shl: {
        auto count = constant_of(function, binary->b);
        if (!count) return false;
        const uint64_t bits = uint64_t(bits_of(function[id].type.dtype()));
        const double product = std::ldexp(weight, int(uint64_t(int64_t(*count)) & (bits - 1)));
        return fits(product) ? (add(binary->a, product), true) : false;
      }
      default: return false;
    }
  }
};

/// The weight of least size among those that are equal modulo 2^bits: -1 for 65535 in 16 bits.
double wrapped(double weight, DType dtype) {
  const int unused = 64 - bits_of(dtype);
  return double(int64_t(uint64_t(int64_t(weight)) << unused) >> unused);
}

/// Minima of converted integers can be taken in any order: there are neither NaNs nor zeros of two signs.
bool all_from_integers(const ir::Function& function, const Reduction& found) {
  auto from_integer = [&](InstId id) {
    auto* cast = std::get_if<ir::Cast>(&function[id].op);
    return cast && !is_float(function[cast->a].type.dtype());
  };
  for (const Tap& tap : found.taps)
    if (!from_integer(tap.leaf)) return false;
  for (auto& [other, weight] : found.others)
    if (!from_integer(other)) return false;
  return true;
}

std::optional<Reduction> take_apart(const ir::Function& function, InstId root, const std::vector<int>& uses) {
  const ir::Inst& inst = function[root];
  if (!inst.type.is_scalar()) return {};
  auto* binary = std::get_if<Binary>(&inst.op);
  Finder finder{function, uses, root, {}};
  finder.found.floats = is_float(inst.type.dtype());
  if (binary && binary->op == BinaryOp::Min) finder.found.combine = Combine::Min;
  if (binary && binary->op == BinaryOp::Max) finder.found.combine = Combine::Max;
  if (is_bool(inst.type.dtype()) && finder.found.combine == Combine::Sum) return {};
  if (!finder.take_apart(root, 1) || finder.found.taps.size() < kFewTaps) return {};
  if (!finder.found.floats && finder.found.combine == Combine::Sum)
    for (Tap& tap : finder.found.taps) tap.weight = wrapped(tap.weight, inst.type.dtype());
  return std::move(finder.found);
}

bool is_free(const ir::Function& function, const Reduction& found) {
  return !found.floats || function.fastmath || (found.combine != Combine::Sum && all_from_integers(function, found));
}

}  // namespace

std::optional<Reduction> reduction(const ir::Function& function, InstId root, const std::vector<int>& uses) {
  std::optional<Reduction> found = take_apart(function, root, uses);
  if (!found || !is_free(function, *found)) return {};
  return found;
}

bool order_is_bound(const ir::Function& function, InstId root, const std::vector<int>& uses) {
  std::optional<Reduction> found = take_apart(function, root, uses);
  return found && !is_free(function, *found);
}

}  // namespace nf::codegen
