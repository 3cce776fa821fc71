// Where the definitions for many lanes do not hold: single numbers that are very large, very small or not finite.
#pragma once
#include <cmath>

#include "ir/elementary/inverse.h"
#include "ir/elementary/large_angle.h"
#include "ir/elementary/power.h"
#include "ir/ir.h"

namespace nf::ir::elementary {

inline double rare_angle(MathFn fn, double x) {
  if (!std::isfinite(x)) return x - x;
  const Turned<double> turned = turn_large(x);
  return fn == MathFn::Tan ? tan_of_turned(turned) : sin_of_turned(turned, fn == MathFn::Cos);
}

inline double rare_atan2(double y, double x) {
  if (std::isnan(x) || std::isnan(y)) return x + y;
  const bool left = std::signbit(x);
  if (std::isinf(x) && std::isinf(y)) return std::copysign(left ? kPiHi - kQuarterPiHi : kQuarterPiHi, y);
  const double half_pi = std::copysign(kHalfPiHi, y), none = std::copysign(left ? kPiHi : 0.0, y);
  if (std::isinf(x) || y == 0) return none;
  if (std::isinf(y) || x == 0) return half_pi;
  const int steepness = std::ilogb(y) - std::ilogb(x);
  if (steepness > 64) return half_pi;
  if (steepness < -64) return left ? none : y / x;
  const int scale = -std::ilogb(x);
  return atan2_in_range(std::ldexp(y, scale), std::ldexp(x, scale));
}

inline double rare_hypot(double x, double y) {
  if (std::isinf(x) || std::isinf(y)) return kInfinity;
  if (std::isnan(x) || std::isnan(y)) return x + y;
  const double a = std::fmax(std::fabs(x), std::fabs(y)), b = std::fmin(std::fabs(x), std::fabs(y));
  const int scale = a > 1 ? -600 : 600;
  return std::ldexp(hypot_in_range(std::ldexp(a, scale), std::ldexp(b, scale)), -scale);
}

inline double rare_power(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (std::isnan(x) || std::isnan(y)) return x + y;
  const double size = std::fabs(x);
  if (std::isinf(y)) return size == 1 ? 1 : (size > 1) == (y > 0) ? kInfinity : 0;
  const bool whole = std::floor(y) == y, odd = whole && std::fmod(y, 2) != 0;
  if (x < 0 && !whole && !std::isinf(x)) return kNan;
  const double value = size == 0 || std::isinf(size) ? ((size == 0) == (y > 0) ? 0 : kInfinity) : power64(size, y);
  return std::signbit(x) && odd ? -value : value;
}

// What Python's float_divmod does, but for a divisor of zero: the definition of `%` and `//`.
template <class F>
F rare_modulo(F a, F b) {
  F mod = std::fmod(a, b);  // NaN when b is 0 or a is infinite
  if (mod == 0) return std::copysign(F(0), b);
  return (b < 0) != (mod < 0) ? mod + b : mod;
}
template <class F>
F rare_floor_division(F a, F b) {
  if (b == 0) return a / b;
  F mod = std::fmod(a, b), quotient = (a - mod) / b;
  if (mod != 0 && (b < 0) != (mod < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(F(0), a / b);
  F floored = std::floor(quotient);
  return quotient - floored > F(0.5) ? floored + 1 : floored;
}

template <class F>
F rare_value(MathFn fn, F x, F y) {
  switch (fn) {
    case MathFn::Atan2: return F(rare_atan2(x, y));
    case MathFn::Hypot: return F(rare_hypot(x, y));
    case MathFn::Fmod: return std::fmod(x, y);
    default: return F(rare_angle(fn, x));
  }
}
template <class F>
F rare_value(BinaryOp op, F x, F y) {
  switch (op) {
    case BinaryOp::FloorDiv: return rare_floor_division(x, y);
    case BinaryOp::Mod: return rare_modulo(x, y);
    default: return F(rare_power(x, y));
  }
}

}  // namespace nf::ir::elementary
