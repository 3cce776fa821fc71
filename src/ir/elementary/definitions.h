// Which functions are defined here: the one list that the interpreter and generated code share.
#pragma once
#include <optional>

#include "ir/elementary/divide.h"
#include "ir/elementary/exponential.h"
#include "ir/elementary/for_float32.h"
#include "ir/elementary/in_single.h"
#include "ir/elementary/inverse.h"
#include "ir/elementary/inverse_hyperbolic.h"
#include "ir/elementary/log_add_exp.h"
#include "ir/elementary/logarithm.h"
#include "ir/elementary/next_after.h"
#include "ir/elementary/power.h"
#include "ir/elementary/trigonometric.h"
#include "ir/ir.h"

namespace nf::ir::elementary {

/// The value of a float64 function, as an `A` that is made from a value or an `Answer`; nothing for those that are
/// instructions. Functions of one number ignore `y`.
template <class A, class R>
std::optional<A> define64(MathFn fn, R x, R y) {
  switch (fn) {
    case MathFn::Exp: return A(exp64(x));
    case MathFn::Exp2: return A(exp2_64(x));
    case MathFn::Expm1: return A(expm1_64(x));
    case MathFn::Log: return A(log64(x));
    case MathFn::Log2: return A(log2_64(x));
    case MathFn::Log10: return A(log10_64(x));
    case MathFn::Log1p: return A(log1p_64(x));
    case MathFn::Sin: return A(sin64(x));
    case MathFn::Cos: return A(cos64(x));
    case MathFn::Tan: return A(tan64(x));
    case MathFn::Sinh: return A(sinh64(x));
    case MathFn::Cosh: return A(cosh64(x));
    case MathFn::Tanh: return A(tanh64(x));
    case MathFn::Asinh: return A(asinh_of<InDouble>(x));
    case MathFn::Acosh: return A(acosh_of<InDouble>(x));
    case MathFn::Atanh: return A(atanh_of<InDouble>(x));
    case MathFn::Asin: return A(asin64(x));
    case MathFn::Acos: return A(acos64(x));
    case MathFn::Atan: return A(atan64(x));
    case MathFn::Atan2: return A(atan2_64(x, y));
    case MathFn::Hypot: return A(hypot64(x, y));
    case MathFn::Fmod: return A(fmod_of(divide64(x, y), x, y));
    case MathFn::LogAddExp: return A(log_add_exp64(x, y));
    case MathFn::LogAddExp2: return A(log_add_exp2_64(x, y));
    case MathFn::NextAfter: return A(next_after64(x, y));
    default: return {};
  }
}

/// The value of a float32 function that takes it as it is; nothing for the others.
template <class A, class S>
std::optional<A> define_in_single(MathFn fn, S x, S y) {
  switch (fn) {
    case MathFn::Exp: return A(exp_in_single(x));
    case MathFn::Log: return A(log_in_single(x));
    case MathFn::Sin: return A(sin32(x, 0.0));
    case MathFn::Cos: return A(sin32(x, 0.5));
    case MathFn::Tanh: return A(tanh_in_single(x));
    case MathFn::Asinh: return A(asinh_of<InSingle>(x));
    case MathFn::Acosh: return A(acosh_of<InSingle>(x));
    case MathFn::Atanh: return A(atanh_of<InSingle>(x));
    case MathFn::Atan2: return A(atan2_in_single(x, y));
    case MathFn::NextAfter: return A(next_after_in_single(x, y));
    default: return {};
  }
}
template <class A, class S>
std::optional<A> define_in_single(BinaryOp op, S x, S y) {
  if (op == BinaryOp::Pow) return A(pow_in_single(x, y));
  return {};
}

/// The value of a float32 function of what came from float32, to be rounded to float32.
template <class A, class R>
std::optional<A> define32(MathFn fn, R x, R y) {
  switch (fn) {
    case MathFn::Exp2: return A(exp2_32(x));
    case MathFn::Expm1: return A(expm1_32(x));
    case MathFn::Log2: return A(log2_32(x));
    case MathFn::Log10: return A(log10_32(x));
    case MathFn::Log1p: return A(log1p_32(x));
    case MathFn::Tan: return A(tan32(x));
    case MathFn::Sinh: return A(sinh32(x));
    case MathFn::Cosh: return A(cosh32(x));
    case MathFn::Asin: return A(arc32(x, false));
    case MathFn::Acos: return A(arc32(x, true));
    case MathFn::Atan: return A(atan32(x));
    case MathFn::Hypot: return A(hypot32(x, y));
    case MathFn::Fmod: return A(fmod_of(divide32(x, y), x, y));
    case MathFn::LogAddExp: return A(log_add_exp64(x, y));
    case MathFn::LogAddExp2: return A(log_add_exp2_64(x, y));
    default: return {};
  }
}

/// `//`, `%` and `**` of floats.
template <class A, class R>
std::optional<A> define64(BinaryOp op, R a, R b) {
  if (op == BinaryOp::FloorDiv) return A(floor_of(divide64(a, b)));
  if (op == BinaryOp::Mod) return A(modulo_of(divide64(a, b), b));
  if (op == BinaryOp::Pow) return A(pow64(a, b));
  return {};
}
template <class A, class R>
std::optional<A> define32(BinaryOp op, R a, R b) {
  if (op == BinaryOp::FloorDiv) return A(floor_of(divide32(a, b)));
  if (op == BinaryOp::Mod) return A(modulo_of(divide32(a, b), b));
  return {};
}

}  // namespace nf::ir::elementary
