// Intervals of integers. Each operation is as tight as an interval can be, but for Mod and Pow of wide operands.
#include "ir/interval.h"

#include <algorithm>

namespace nf::ir {
namespace {

using Wide = __int128;
using Bits = unsigned __int128;

Range only(Wide value) { return {value, value}; }

std::optional<Wide> multiply(Wide a, Wide b) {
  Wide product;
  if (__builtin_mul_overflow(a, b, &product)) return {};
  return product;
}
std::optional<Range> multiply(Range a, Range b, bool same) {
  std::optional<Range> result;
  for (Wide x : {a.lo, a.hi})
    for (Wide y : {b.lo, b.hi}) {
      if (same && (x == a.lo) != (y == b.lo)) continue;
      std::optional<Wide> product = multiply(x, y);
      if (!product) return {};
      result = result ? join(*result, only(*product)) : only(*product);
    }
  if (same && a.lo < 0 && a.hi > 0) result->lo = 0;
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
  if (b.lo == b.hi && b.lo != 0 && floor_divide(a.lo, b.lo) == floor_divide(a.hi, b.lo)) {
    Wide below = floor_divide(a.lo, b.lo) * b.lo;  // one period: nothing wraps around
    return {a.lo - below, a.hi - below};
  }
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

// ---- and, or, xor

// Intervals of unsigned numbers. Going down the bits, a bound is moved to where a bit of the result becomes free to be
// what is wanted (H. S. Warren, Hacker's Delight, 4-3).
struct Span {
  Bits lo, hi;
};
constexpr Bits kTop = Bits(1) << 65;  // every int64 and uint64, with their sign as one bit more
constexpr Bits kMask = (kTop << 1) - 1;

Bits least_or(Span a, Span b) {
  for (Bits bit = kTop; bit != 0; bit >>= 1) {
    Bits& low = a.lo & bit ? b.lo : a.lo;
    Bits high = a.lo & bit ? b.hi : a.hi;
    if (((a.lo ^ b.lo) & bit) == 0) continue;
    Bits raised = (low | bit) & ~(bit - 1);  // to have the bit that the other one has anyway
    if (raised > high) continue;
    low = raised;
    break;
  }
  return a.lo | b.lo;
}
Bits greatest_or(Span a, Span b) {
  for (Bits bit = kTop; bit != 0; bit >>= 1) {
    if (!(a.hi & b.hi & bit)) continue;  // only one of them needs the bit
    Bits lowered = (a.hi - bit) | (bit - 1);
    if (lowered >= a.lo) {
      a.hi = lowered;
      break;
    }
    lowered = (b.hi - bit) | (bit - 1);
    if (lowered >= b.lo) {
      b.hi = lowered;
      break;
    }
  }
  return a.hi | b.hi;
}
Bits least_xor(Span a, Span b) {
  for (Bits bit = kTop; bit != 0; bit >>= 1) {
    if (((a.lo ^ b.lo) & bit) == 0) continue;
    Bits& low = a.lo & bit ? b.lo : a.lo;
    Bits high = a.lo & bit ? b.hi : a.hi;
    Bits raised = (low | bit) & ~(bit - 1);
    if (raised <= high) low = raised;
  }
  return a.lo ^ b.lo;
}
Bits greatest_xor(Span a, Span b) {
  for (Bits bit = kTop; bit != 0; bit >>= 1) {
    if (!(a.hi & b.hi & bit)) continue;
    Bits lowered = (a.hi - bit) | (bit - 1);
    if (lowered >= a.lo) {
      a.hi = lowered;
      continue;
    }
    lowered = (b.hi - bit) | (bit - 1);
    if (lowered >= b.lo) b.hi = lowered;
  }
  return a.hi ^ b.hi;
}
Span complement(Span a) { return {~a.hi & kMask, ~a.lo & kMask}; }

Span bitwise(BinaryOp op, Span a, Span b) {
  if (op == BinaryOp::Or) return {least_or(a, b), greatest_or(a, b)};
  if (op == BinaryOp::Xor) return {least_xor(a, b), greatest_xor(a, b)};
  return complement({least_or(complement(a), complement(b)), greatest_or(complement(a), complement(b))});
}

// The negative and the other numbers of a range, each in the order of their bits.
std::vector<Span> spans_of(Range a) {
  std::vector<Span> spans;
  auto add = [&](Wide lo, Wide hi) {
    if (lo <= hi) spans.push_back({Bits(lo) & kMask, Bits(hi) & kMask});
  };
  add(a.lo, std::min<Wide>(a.hi, -1));
  add(std::max<Wide>(a.lo, 0), a.hi);
  return spans;
}
Wide number(Bits bits) { return bits & kTop ? Wide(bits | ~kMask) : Wide(bits); }

Range bitwise(BinaryOp op, Range a, Range b) {
  std::optional<Range> result;
  for (Span x : spans_of(a))
    for (Span y : spans_of(b)) {
      Span bits = bitwise(op, x, y);
      Range range{number(bits.lo), number(bits.hi)};
      result = result ? join(*result, range) : range;
    }
  return *result;
}

// ---- shifts

std::optional<Range> shift_left(Range a, Range b, int width) {
  if (b.lo < 0 || b.hi >= width) return {};
  return multiply(a, Range{Wide(1) << int(b.lo), Wide(1) << int(b.hi)}, false);
}

Range shift_right(Range a, Range b, int width) {
  bool known = b.lo >= 0 && b.hi < width;
  int least = known ? int(b.lo) : 0, most = known ? int(b.hi) : width - 1;
  return {std::min(a.lo >> least, a.lo >> most), std::max(a.hi >> least, a.hi >> most)};
}

}  // namespace

Range join(Range a, Range b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }

std::optional<Range> intersect(Range a, Range b) {
  Range both{std::max(a.lo, b.lo), std::min(a.hi, b.hi)};
  return both.lo <= both.hi ? std::optional(both) : std::nullopt;
}

std::optional<Range> interval_of(BinaryOp op, DType dtype, Range a, Range b, bool same) {
  switch (op) {
    case BinaryOp::Add: return Range{a.lo + b.lo, a.hi + b.hi};
    case BinaryOp::Sub: return same ? only(0) : Range{a.lo - b.hi, a.hi - b.lo};
    case BinaryOp::Mul: return multiply(a, b, same);
    case BinaryOp::FloorDiv: return floor_divide(a, b);
    case BinaryOp::Mod: return modulo(a, b);
    case BinaryOp::Pow: return power(a, b);
    case BinaryOp::And:
    case BinaryOp::Or: return same ? a : bitwise(op, a, b);
    case BinaryOp::Xor: return same ? only(0) : bitwise(op, a, b);
    case BinaryOp::Shl: return shift_left(a, b, bits_of(dtype));
    case BinaryOp::Shr: return shift_right(a, b, bits_of(dtype));
    case BinaryOp::Min: return Range{std::min(a.lo, b.lo), std::min(a.hi, b.hi)};
    case BinaryOp::Max: return Range{std::max(a.lo, b.lo), std::max(a.hi, b.hi)};
    case BinaryOp::Div: break;
  }
  return {};
}

Range interval_of(UnaryOp op, DType dtype, Range a) {
  switch (op) {
    case UnaryOp::Neg: return {-a.hi, -a.lo};
    case UnaryOp::Abs:
      if (a.lo >= 0) return a;
      return {a.hi < 0 ? -a.hi : 0, std::max(-a.lo, a.hi)};
    case UnaryOp::Not:
      if (a.lo > 0 || a.hi < 0) return only(0);
      return {a == only(0), 1};
    case UnaryOp::Invert: {
      Wide mirror = is_signed(dtype) ? -1 : Range::of(dtype).hi;  // ~x is mirror - x
      return {mirror - a.hi, mirror - a.lo};
    }
  }
  return Range::of(dtype);
}

Range interval_of(CompareOp op, Range a, Range b) { return {!where(negated(op), a, b), where(op, a, b).has_value()}; }

std::optional<Range> where(CompareOp op, Range a, Range b) {
  switch (op) {
    case CompareOp::Eq: return intersect(a, b);
    case CompareOp::Ne:
      if (b.lo != b.hi) return a;
      if (a.lo == b.lo) ++a.lo;
      if (a.hi == b.lo) --a.hi;
      return a.lo <= a.hi ? std::optional(a) : std::nullopt;
    case CompareOp::Lt: return intersect(a, {a.lo, b.hi - 1});
    case CompareOp::Le: return intersect(a, {a.lo, b.hi});
    case CompareOp::Gt: return intersect(a, {b.lo + 1, a.hi});
    case CompareOp::Ge: return intersect(a, {b.lo, a.hi});
  }
  return a;
}

CompareOp negated(CompareOp op) {
  switch (op) {
    case CompareOp::Eq: return CompareOp::Ne;
    case CompareOp::Ne: return CompareOp::Eq;
    case CompareOp::Lt: return CompareOp::Ge;
    case CompareOp::Le: return CompareOp::Gt;
    case CompareOp::Gt: return CompareOp::Le;
    case CompareOp::Ge: return CompareOp::Lt;
  }
  return op;
}

CompareOp mirrored(CompareOp op) {
  switch (op) {
    case CompareOp::Lt: return CompareOp::Gt;
    case CompareOp::Le: return CompareOp::Ge;
    case CompareOp::Gt: return CompareOp::Lt;
    case CompareOp::Ge: return CompareOp::Le;
    default: return op;
  }
}

Range wrapped(DType dtype, Range exact) {
  const Range all = Range::of(dtype);
  if (all.contains(exact) || is_bool(dtype)) return all.contains(exact) ? exact : all;
  const Wide modulus = all.hi - all.lo + 1;
  const Wide moved = floor_divide(exact.lo - all.lo, modulus) * modulus;
  const Range back{exact.lo - moved, exact.hi - moved};
  return all.contains(back) ? back : all;
}

}  // namespace nf::ir
