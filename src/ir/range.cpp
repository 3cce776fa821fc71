// Value ranges of integers: what each instruction can yield at most, from the parameters up.
#include <algorithm>
#include <optional>

#include "base/match.h"
#include "ir/ir.h"

namespace nf::ir {
namespace {

using Wide = __int128;

Range join(Range a, Range b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }
Range only(Wide value) { return {value, value}; }

// The exact interval, or all of the type when that leaves it: then the operation may wrap.
Range fit(DType dtype, std::optional<Range> exact) {
  Range all = Range::of(dtype);
  return exact && all.contains(*exact) ? *exact : all;
}

std::optional<Wide> multiply(Wide a, Wide b) {
  Wide product;
  if (__builtin_mul_overflow(a, b, &product)) return {};
  return product;
}
std::optional<Range> multiply(Range a, Range b) {
  std::optional<Range> result;
  for (Wide x : {a.lo, a.hi})
    for (Wide y : {b.lo, b.hi}) {
      std::optional<Wide> product = multiply(x, y);
      if (!product) return {};
      result = result ? join(*result, only(*product)) : only(*product);
    }
  return result;
}

Wide floor_divide(Wide a, Wide b) {
  Wide quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

// The parts of a divisor's range: below, at and above zero.
struct Parts {
  std::optional<Range> negative, positive;
  bool zero;
};
Parts split(Range b) {
  Parts parts{{}, {}, b.lo <= 0 && b.hi >= 0};
  if (b.lo < 0) parts.negative = Range{b.lo, std::min<Wide>(b.hi, -1)};
  if (b.hi > 0) parts.positive = Range{std::max<Wide>(b.lo, 1), b.hi};
  return parts;
}

Range floor_divide(Range a, Range b) {
  Parts parts = split(b);
  std::optional<Range> result;
  auto add = [&](Range range) { result = result ? join(*result, range) : range; };
  if (parts.zero) add(only(0));
  for (const std::optional<Range>& part : {parts.negative, parts.positive})
    if (part)
      for (Wide x : {a.lo, a.hi})
        for (Wide y : {part->lo, part->hi}) add(only(floor_divide(x, y)));
  return *result;
}

Range modulo(Range a, Range b) {
  Parts parts = split(b);
  std::optional<Range> result;
  auto add = [&](Range range) { result = result ? join(*result, range) : range; };
  if (parts.zero) add(only(0));
  if (parts.positive) {
    if (a.lo >= 0 && a.hi < parts.positive->lo)
      add(a);
    else
      add({0, a.lo >= 0 ? std::min(a.hi, parts.positive->hi - 1) : parts.positive->hi - 1});
  }
  if (parts.negative) {
    if (a.hi <= 0 && a.lo > parts.negative->hi)
      add(a);
    else
      add({a.hi <= 0 ? std::max(a.lo, parts.negative->lo + 1) : parts.negative->lo + 1, 0});
  }
  return *result;
}

std::optional<Wide> power(Wide base, Wide exponent) {
  Wide result = 1;
  for (; exponent > 0; --exponent) {
    std::optional<Wide> next = multiply(result, base);
    if (!next) return {};
    result = *next;
  }
  return result;
}

std::optional<Range> power(Range a, Range b) {
  if (b.lo < 0 || b.hi > 64) return {};
  if (a.lo >= 0) {
    std::optional<Wide> high = power(a.hi, b.hi);
    // 0 ** 0 is 1, and anything to the power 0 is.
    if (!high) return {};
    return Range{a.lo == 0 ? 0 : *power(a.lo, b.lo), std::max<Wide>(*high, 1)};
  }
  Wide magnitude = std::max(-a.lo, a.hi < 0 ? -a.hi : a.hi);
  std::optional<Wide> high = power(magnitude, b.hi);
  if (!high) return {};
  bool even = b.lo == b.hi && b.lo % 2 == 0;
  return Range{even ? 0 : -*high, std::max<Wide>(*high, 1)};
}

// The smallest k such that every value of both lies in [-2**k, 2**k).
int magnitude_bits(Range a, Range b) {
  int k = 0;
  while (!Range{-(Wide(1) << k), (Wide(1) << k) - 1}.contains(join(a, b))) ++k;
  return k;
}

Range bitwise(BinaryOp op, Range a, Range b) {
  Wide limit = Wide(1) << magnitude_bits(a, b);
  bool natural = a.lo >= 0 && b.lo >= 0;
  if (op == BinaryOp::And) {
    if (natural) return {0, std::min(a.hi, b.hi)};
    if (a.lo >= 0) return {0, a.hi};
    if (b.lo >= 0) return {0, b.hi};
  }
  if (op == BinaryOp::Or && natural) return {std::max(a.lo, b.lo), limit - 1};
  return {natural ? 0 : -limit, limit - 1};
}

std::optional<Range> shift_left(Range a, Range b, int width) {
  if (b.lo < 0 || b.hi >= width) return {};
  return multiply(a, Range{Wide(1) << int(b.lo), Wide(1) << int(b.hi)});
}

Range shift_right(Range a, Range b, int width) {
  bool known = b.lo >= 0 && b.hi < width;
  int least = known ? int(b.lo) : 0, most = known ? int(b.hi) : width - 1;
  return {std::min(a.lo >> least, a.lo >> most), std::max(a.hi >> least, a.hi >> most)};
}

std::optional<Range> binary(BinaryOp op, DType dtype, Range a, Range b) {
  switch (op) {
    case BinaryOp::Add: return Range{a.lo + b.lo, a.hi + b.hi};
    case BinaryOp::Sub: return Range{a.lo - b.hi, a.hi - b.lo};
    case BinaryOp::Mul: return multiply(a, b);
    case BinaryOp::FloorDiv: return floor_divide(a, b);
    case BinaryOp::Mod: return modulo(a, b);
    case BinaryOp::Pow: return power(a, b);
    case BinaryOp::And:
    case BinaryOp::Or:
    case BinaryOp::Xor: return bitwise(op, a, b);
    case BinaryOp::Shl: return shift_left(a, b, bits_of(dtype));
    case BinaryOp::Shr: return shift_right(a, b, bits_of(dtype));
    case BinaryOp::Min: return Range{std::min(a.lo, b.lo), std::min(a.hi, b.hi)};
    case BinaryOp::Max: return Range{std::max(a.lo, b.lo), std::max(a.hi, b.hi)};
    case BinaryOp::Div: break;
  }
  return {};
}

Range unary(UnaryOp op, DType dtype, Range a) {
  switch (op) {
    case UnaryOp::Neg: return {-a.hi, -a.lo};
    case UnaryOp::Abs:
      if (a.lo >= 0) return a;
      return {a.hi < 0 ? -a.hi : 0, std::max(-a.lo, a.hi)};
    case UnaryOp::Not: return {1 - a.hi, 1 - a.lo};
    case UnaryOp::Invert: {
      Wide mirror = is_signed(dtype) ? -1 : Range::of(dtype).hi;  // ~x is mirror - x
      return {mirror - a.hi, mirror - a.lo};
    }
  }
  return Range::of(dtype);
}

Range compare(CompareOp op, Range a, Range b) {
  bool always = false, never = false;
  switch (op) {
    case CompareOp::Eq: always = a.lo == a.hi && a == b, never = a.hi < b.lo || b.hi < a.lo; break;
    case CompareOp::Ne: always = a.hi < b.lo || b.hi < a.lo, never = a.lo == a.hi && a == b; break;
    case CompareOp::Lt: always = a.hi < b.lo, never = a.lo >= b.hi; break;
    case CompareOp::Le: always = a.hi <= b.lo, never = a.lo > b.hi; break;
    case CompareOp::Gt: always = a.lo > b.hi, never = a.hi <= b.lo; break;
    case CompareOp::Ge: always = a.lo >= b.hi, never = a.hi < b.lo; break;
  }
  return {always, !never};
}

Range loop_range(Range lo, Range hi, Range step) {
  std::optional<Range> result;
  if (step.hi > 0) result = Range{lo.lo, std::max(lo.lo, hi.hi - 1)};
  if (step.lo < 0) {
    Range down{std::min(lo.hi, hi.lo + 1), lo.hi};
    result = result ? join(*result, down) : down;
  }
  return fit(DType::Int64, result.value_or(lo));
}

class Analysis {
 public:
  explicit Analysis(const Function& function)
      : f_(function), ranges_(function.insts.size()), slots_(function.insts.size()) {
    for (const Inst& inst : f_.insts)
      writes_ = writes_ || std::holds_alternative<Store>(inst.op) || std::holds_alternative<Copy>(inst.op) ||
                std::holds_alternative<Call>(inst.op);
  }

  // Variables start with what straight-line code gives them; loops add to that until nothing changes, and what still
  // grows after a few rounds gets its whole type.
  Table<Inst, Range> run() {
    for (int round = 0;; ++round) {
      changed_ = false;
      widen_ = round >= 4;
      block(f_.body);
      if (!changed_) return std::move(ranges_);
    }
  }

 private:
  bool counts(Type type) const { return type.is_scalar() && !is_float(type.dtype()); }

  void block(BlockId id) {
    for (InstId inst : f_[id].insts) {
      const Op& op = f_[inst].op;
      if (counts(f_[inst].type)) ranges_[inst] = fit(f_[inst].type.dtype(), value(inst));
      if (const Set* set = std::get_if<Set>(&op)) assign(*set);
      if (const For* loop = std::get_if<For>(&op))
        ranges_[loop->var] = loop_range(ranges_[loop->lo], ranges_[loop->hi], ranges_[loop->step]);
      for_blocks(op, [&](BlockId inner) { block(inner); });
    }
  }

  void assign(const Set& set) {
    Type type = f_[set.slot].type;
    if (!counts(type)) return;
    Range& known = slots_[set.slot];
    Range now = join(known, ranges_[set.value]);
    if (now == known) return;
    known = widen_ ? Range::of(type.dtype()) : now;
    changed_ = true;
  }

  // What elements of an array can be: the parameter's range holds only while nothing is written.
  std::optional<Range> element(InstId array) const {
    const Param* param = std::get_if<Param>(&f_[array].op);
    return param && !writes_ ? f_.params[param->position].range : std::nullopt;
  }

  // Numbers that a value equals modulo 2**bits of its type: those that a cast was given. What + - * make of them, they
  // make of the value, as long as it fits the type: uint16(x) + 1152 is x + 1152 for x in -1152..1143.
  Range unwrapped(InstId id) const {
    const Cast* cast = std::get_if<Cast>(&f_[id].op);
    if (!cast || !counts(f_[cast->a].type) || !is_integer(f_[id].type.dtype())) return ranges_[id];
    return ranges_[cast->a];
  }

  // The exact interval, or nothing when all of the type is possible.
  std::optional<Range> value(InstId id) const {
    const Inst& inst = f_[id];
    DType dtype = inst.type.dtype();
    using Known = std::optional<Range>;
    return match(
        inst.op, [&](const Const& n) -> Known { return only(integer_value(n.value)); },
        [&](const Param& n) -> Known { return f_.params[n.position].range; },
        [&](const Unary& n) -> Known { return unary(n.op, dtype, ranges_[n.a]); },
        [&](const Binary& n) -> Known {
          const bool wraps_evenly = n.op == BinaryOp::Add || n.op == BinaryOp::Sub || n.op == BinaryOp::Mul;
          if (wraps_evenly && is_integer(dtype))
            if (Known known = binary(n.op, dtype, unwrapped(n.a), unwrapped(n.b));
                known && Range::of(dtype).contains(*known))
              return known;
          return binary(n.op, dtype, ranges_[n.a], ranges_[n.b]);
        },
        [&](const Compare& n) -> Known {
          return counts(f_[n.a].type) ? compare(n.op, ranges_[n.a], ranges_[n.b]) : Known{};
        },
        [&](const Select& n) -> Known {
          Range condition = ranges_[n.condition];
          if (condition.lo == condition.hi) return ranges_[condition.lo ? n.a : n.b];
          return join(ranges_[n.a], ranges_[n.b]);
        },
        [&](const Cast& n) -> Known {
          if (!counts(f_[n.a].type)) return {};
          Range from = ranges_[n.a];
          if (is_bool(dtype)) return Range{from.lo > 0 || from.hi < 0, from != only(0)};
          return from;
        },
        [&](const Neighbor& n) -> Known { return element(n.array); },
        [&](const NeighborAt& n) -> Known { return element(n.array); },
        [&](const Load& n) -> Known { return element(n.array); },
        [&](const Dim&) -> Known {
          return Range{0, INT64_MAX};
        },
        [&](const Get& n) -> Known { return slots_[n.slot]; }, [&](const auto&) -> Known { return {}; });
  }

  const Function& f_;
  Table<Inst, Range> ranges_, slots_;
  bool writes_ = false, changed_ = false, widen_ = false;
};

}  // namespace

Range Range::of(DType dtype) {
  if (is_bool(dtype)) return {0, 1};
  int bits = bits_of(dtype);
  if (is_signed(dtype)) return {-(Wide(1) << (bits - 1)), (Wide(1) << (bits - 1)) - 1};
  return {0, (Wide(1) << bits) - 1};
}

Table<Inst, Range> analyse_ranges(const Function& function) { return Analysis(function).run(); }

}  // namespace nf::ir
