// The elementary functions on single numbers. Compiled without contraction of a * b + c (src/ir/CMakeLists.txt).
#include "ir/elementary/elementary.h"

#include <cmath>

#include "ir/elementary/definitions.h"
#include "ir/elementary/large_angle.h"

namespace nf::ir {
namespace {
using namespace elementary;

struct ScalarAnswer {
  explicit ScalarAnswer(double value) : value(value) {}
  explicit ScalarAnswer(Answer<double, bool> answer) : value(answer.value), rare(answer.rare) {}
  double value;
  bool rare = false;
};

/// Where the definition does not hold.
double rare_value(MathFn fn, double x) {
  if (!std::isfinite(x)) return x - x;
  const Turned<double> turned = turn_large(x);
  if (fn == MathFn::Tan) return tan_of_turned(turned);
  return sin_of_turned(turned, fn == MathFn::Cos);
}

template <MathFn fn>
double unary64(double x) {
  const ScalarAnswer answer = *define64<ScalarAnswer>(fn, x);
  return answer.rare ? rare_value(fn, x) : answer.value;
}

template <MathFn fn>
float unary32(float x) {
  const ScalarAnswer answer = *define32<ScalarAnswer>(fn, double(x));
  return float(answer.rare ? rare_value(fn, x) : answer.value);
}

template <MathFn fn>
ScalarFunction unary() {
  return {unary64<fn>, unary32<fn>};
}

// What Python's float_divmod does, but for a divisor of zero: the definition of `%` and `//`.
template <class F>
F modulo(F a, F b) {
  F mod = std::fmod(a, b);  // NaN when b is 0 or a is infinite
  if (mod == 0) return std::copysign(F(0), b);
  return (b < 0) != (mod < 0) ? mod + b : mod;
}
template <class F>
F floor_divide(F a, F b) {
  if (b == 0) return a / b;
  F mod = std::fmod(a, b), quotient = (a - mod) / b;
  if (mod != 0 && (b < 0) != (mod < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(F(0), a / b);
  F floored = std::floor(quotient);
  return quotient - floored > F(0.5) ? floored + 1 : floored;
}

template <BinaryOp op, class F>
F divide(F a, F b) {
  const ScalarAnswer answer = *(sizeof(F) == 8 ? define64<ScalarAnswer>(op, double(a), double(b))
                                               : define32<ScalarAnswer>(op, double(a), double(b)));
  if (!answer.rare) return F(answer.value);
  return op == BinaryOp::Mod ? modulo(a, b) : floor_divide(a, b);
}

/// A function of the C library.
ScalarFunction library(double (*f)(double, double), float (*g)(float, float)) { return {nullptr, nullptr, f, g}; }
ScalarFunction library(double (*f)(double), float (*g)(float)) { return {f, g}; }

}  // namespace

ScalarFunction scalar_function(MathFn fn) {
  switch (fn) {
    case MathFn::Exp: return unary<MathFn::Exp>();
    case MathFn::Exp2: return unary<MathFn::Exp2>();
    case MathFn::Expm1: return unary<MathFn::Expm1>();
    case MathFn::Log: return unary<MathFn::Log>();
    case MathFn::Log2: return unary<MathFn::Log2>();
    case MathFn::Log10: return unary<MathFn::Log10>();
    case MathFn::Log1p: return unary<MathFn::Log1p>();
    case MathFn::Sin: return unary<MathFn::Sin>();
    case MathFn::Cos: return unary<MathFn::Cos>();
    case MathFn::Tan: return unary<MathFn::Tan>();
    case MathFn::Sinh: return unary<MathFn::Sinh>();
    case MathFn::Cosh: return unary<MathFn::Cosh>();
    case MathFn::Tanh: return unary<MathFn::Tanh>();
    case MathFn::Asin: return library(std::asin, std::asin);
    case MathFn::Acos: return library(std::acos, std::acos);
    case MathFn::Atan: return library(std::atan, std::atan);
    case MathFn::Atan2: return library(std::atan2, std::atan2);
    case MathFn::Hypot: return library(std::hypot, std::hypot);
    case MathFn::Fmod: return library(std::fmod, std::fmod);
    default: return {};
  }
}

ScalarFunction scalar_function(BinaryOp op) {
  switch (op) {
    case BinaryOp::FloorDiv: return {{}, {}, divide<BinaryOp::FloorDiv, double>, divide<BinaryOp::FloorDiv, float>};
    case BinaryOp::Mod: return {{}, {}, divide<BinaryOp::Mod, double>, divide<BinaryOp::Mod, float>};
    case BinaryOp::Pow: return library(std::pow, std::pow);
    default: return {};
  }
}

}  // namespace nf::ir
