// The elementary functions on single numbers. Compiled without contraction of a * b + c (src/ir/CMakeLists.txt).
#include "ir/elementary/elementary.h"

#include <cmath>

#include "ir/elementary/definitions.h"
#include "ir/elementary/rare.h"

namespace nf::ir {
namespace {
using namespace elementary;

struct ScalarAnswer {
  explicit ScalarAnswer(Single value) : value(double(value.value)) {}
  explicit ScalarAnswer(double value) : value(value) {}
  explicit ScalarAnswer(Answer<double, bool> answer) : value(answer.value), rare(answer.rare) {}
  explicit ScalarAnswer(Answer<Single, bool> answer) : value(double(answer.value.value)), rare(answer.rare) {}
  double value;
  bool rare = false;
};

template <class F, class Operation>
ScalarAnswer define(Operation op, F x, F y) {
  if constexpr (sizeof(F) == 4)
    if (auto answer = define_in_single<ScalarAnswer>(op, Single{x}, Single{y})) return *answer;
  return *(sizeof(F) == 8 ? define64<ScalarAnswer>(op, double(x), double(y))
                          : define32<ScalarAnswer>(op, double(x), double(y)));
}

template <auto op, class F>
F of_two(F x, F y) {
  const ScalarAnswer answer = define(op, x, y);
  return answer.rare ? rare_value(op, x, y) : F(answer.value);
}
template <auto op, class F>
F of_one(F x) {
  return of_two<op>(x, x);
}

template <MathFn fn>
ScalarFunction unary() {
  return {of_one<fn, double>, of_one<fn, float>};
}
template <auto op>
ScalarFunction binary() {
  return {nullptr, nullptr, of_two<op, double>, of_two<op, float>};
}

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
    case MathFn::Asinh: return unary<MathFn::Asinh>();
    case MathFn::Acosh: return unary<MathFn::Acosh>();
    case MathFn::Atanh: return unary<MathFn::Atanh>();
    case MathFn::Asin: return unary<MathFn::Asin>();
    case MathFn::Acos: return unary<MathFn::Acos>();
    case MathFn::Atan: return unary<MathFn::Atan>();
    case MathFn::Atan2: return binary<MathFn::Atan2>();
    case MathFn::Hypot: return binary<MathFn::Hypot>();
    case MathFn::Fmod: return binary<MathFn::Fmod>();
    case MathFn::LogAddExp: return binary<MathFn::LogAddExp>();
    case MathFn::LogAddExp2: return binary<MathFn::LogAddExp2>();
    case MathFn::NextAfter: return binary<MathFn::NextAfter>();
    default: return {};
  }
}

ScalarFunction scalar_function(BinaryOp op) {
  switch (op) {
    case BinaryOp::FloorDiv: return binary<BinaryOp::FloorDiv>();
    case BinaryOp::Mod: return binary<BinaryOp::Mod>();
    case BinaryOp::Pow: return binary<BinaryOp::Pow>();
    default: return {};
  }
}

}  // namespace nf::ir
