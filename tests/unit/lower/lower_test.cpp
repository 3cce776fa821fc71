// What lowered programs compute, run by the interpreter: the meaning of Python's constructs, not the shape of the IR.
#include "lower/lower.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ir/interpret.h"

namespace nf {
namespace {

Type type_of(const Argument& argument) {
  if (auto* scalar = std::get_if<Scalar>(&argument)) return Type::scalar(scalar->dtype);
  const View& view = std::get<View>(argument);
  return Type::array(view.dtype, view.rank, view.c_contiguous() ? Layout::C : Layout::Any, view.readonly);
}

struct Ran {
  ir::Outcome outcome;
  ir::Module module;
  std::string raised() const {
    return outcome.raised ? module.sites[outcome.raised].exception + ": " + module.sites[outcome.raised].message : "";
  }
  Scalar result(size_t i = 0) const { return std::get<Scalar>(outcome.results.at(i).data); }
  int64_t whole(size_t i = 0) const { return result(i).to_int(); }
  double number(size_t i = 0) const { return result(i).to_double(); }
};

/// What a pass does later: how far the neighbours of a stencil lie.
void set_footprint(ir::Function& function) {
  if (function.kind != ir::FunctionKind::Stencil || !function.footprint.axes.empty()) return;
  function.footprint.axes.resize(size_t(function.rank));
  for (const ir::Inst& inst : function.insts)
    if (auto* neighbor = std::get_if<ir::Neighbor>(&inst.op))
      for (size_t axis = 0; axis < neighbor->offset.size(); ++axis) {
        auto& [lo, hi] = function.footprint.axes[axis];
        lo = std::min(lo, neighbor->offset[axis]), hi = std::max(hi, neighbor->offset[axis]);
      }
}

/// Runs the last kernel of a text.
Ran run(const std::string& text, const std::vector<Argument>& args) {
  const std::string head = "import math\nimport numpy as np\nimport nearfield as nf\n";
  auto module = syntax::parse(std::make_shared<Source>("kernel.py", head + text));
  types::FileDefinitions file = types::read_definitions(module);
  std::vector<Type> types;
  for (const Argument& argument : args) types.push_back(type_of(argument));
  Ran result;
  result.module = lower::lower(*types::infer_types(file.kernels.back(), types));
  for (ir::Function& function : result.module.functions) set_footprint(function);
  ir::verify(result.module);
  result.outcome = ir::interpret(result.module, args);
  return result;
}
/// A function of these parameters whose body is one return.
Ran evaluate(const std::string& params, const std::string& expr, const std::vector<Argument>& args) {
  return run("@nf.jit\ndef f(" + params + "):\n    return " + expr + "\n", args);
}

Scalar i8(int64_t v) { return Scalar::of(DType::Int64, v); }
Scalar u8(uint64_t v) { return Scalar::of(DType::UInt64, v); }
Scalar f8(double v) { return Scalar::of(DType::Float64, v); }
Scalar small(int v, DType d) { return ir::cast_scalar(i8(v), d); }
template <class T>
View view(std::vector<T>& data, DType dtype) {
  int64_t size = int64_t(data.size());
  return View::contiguous(data.data(), dtype, &size, 1);
}

TEST(Arithmetic, FollowsPythonsSigns) {
  EXPECT_EQ(evaluate("a, b", "a // b", {i8(-7), i8(2)}).whole(), -4);
  EXPECT_EQ(evaluate("a, b", "a % b", {i8(-7), i8(3)}).whole(), 2);
  EXPECT_EQ(evaluate("a, b", "a % b", {f8(7.5), f8(-2)}).number(), -0.5);
  EXPECT_EQ(evaluate("a, b", "divmod(a, b)", {i8(-7), i8(2)}).whole(1), 1);
}

TEST(Arithmetic, NegatesUnsignedAtTheirOwnWidth) {
  EXPECT_EQ(evaluate("a", "-a", {small(1, DType::UInt8)}).whole(), 255);
  EXPECT_EQ(evaluate("a", "~a", {small(1, DType::UInt16)}).whole(), 65534);
  EXPECT_EQ(evaluate("a", "-a", {small(-128, DType::Int8)}).whole(), 128);
  EXPECT_EQ(evaluate("a", "~a", {small(1, DType::Bool)}).whole(), 0);
}

TEST(Arithmetic, ComparesByValue) {
  EXPECT_EQ(evaluate("a, b", "a < b", {i8(-1), u8(8)}).whole(), 1);
  EXPECT_EQ(evaluate("a, b", "a >= b", {u8(UINT64_MAX), i8(-1)}).whole(), 1);
  EXPECT_EQ(evaluate("a, b", "a == b", {u8(UINT64_MAX), i8(-1)}).whole(), 0);
  EXPECT_EQ(evaluate("a, b", "a != b", {u8(UINT64_MAX), i8(-1)}).whole(), 1);
  EXPECT_EQ(evaluate("a, b", "a > b", {i8(-1), u8(0)}).whole(), 0);
}

TEST(Arithmetic, RaisesToPowers) {
  EXPECT_EQ(evaluate("a", "a ** 3", {i8(-3)}).whole(), -27);
  EXPECT_EQ(evaluate("a", "a ** -2", {f8(2)}).number(), 0.25);
  EXPECT_EQ(evaluate("a", "a ** 0", {f8(2)}).number(), 1);
  EXPECT_EQ(evaluate("a, n", "a ** n", {i8(2), i8(-1)}).whole(), 0);
  EXPECT_EQ(evaluate("a, n", "a ** n", {i8(0), i8(-1)}).raised(),
            "ZeroDivisionError: 0 cannot be raised to a negative power");
}

TEST(Arithmetic, RoundsLikePython) {
  EXPECT_EQ(evaluate("x", "round(x, 2)", {f8(2.675)}).number(), 2.67);
  EXPECT_EQ(evaluate("x", "round(x, 1)", {f8(0.25)}).number(), 0.2);
  EXPECT_EQ(evaluate("x", "round(x, 1)", {f8(-0.35)}).number(), -0.3);  // -0.35 lies above its text
  EXPECT_EQ(evaluate("x", "round(x)", {f8(2.5)}).whole(), 2);
  EXPECT_TRUE(std::isinf(evaluate("x", "round(x, 3)", {f8(INFINITY)}).number()));
}

TEST(Arithmetic, TakesNanAsPythonAndNumpyDo) {
  EXPECT_EQ(evaluate("x", "max(1.0, x)", {f8(NAN)}).number(), 1);
  EXPECT_TRUE(std::isnan(evaluate("x", "max(x, 1.0)", {f8(NAN)}).number()));
  EXPECT_TRUE(std::isnan(evaluate("x", "np.maximum(1.0, x)", {f8(NAN)}).number()));
  EXPECT_TRUE(std::isnan(evaluate("x", "np.minimum(x, 1.0)", {f8(NAN)}).number()));
  EXPECT_TRUE(std::isnan(evaluate("x", "np.sign(x)", {f8(NAN)}).number()));
}

TEST(Division, RaisesOnlyInPythonsModel) {
  EXPECT_EQ(evaluate("a, b", "a / b", {i8(1), i8(0)}).raised(), "ZeroDivisionError: division by zero");
  EXPECT_EQ(evaluate("a, b", "a // b", {i8(1), i8(0)}).raised(), "ZeroDivisionError: integer division by zero");
  EXPECT_EQ(evaluate("a, b", "a % b", {f8(1), f8(0)}).raised(), "ZeroDivisionError: modulo by zero");
  const std::string numpy = "@nf.jit(error_model='numpy')\ndef f(a, b):\n    return a / b, a // b\n";
  EXPECT_TRUE(std::isinf(run(numpy, {i8(1), i8(0)}).number(0)));
  EXPECT_EQ(run(numpy, {i8(1), i8(0)}).whole(1), 0);
}

TEST(Conditions, ComputeOnlyWhatTheyNeed) {
  EXPECT_EQ(evaluate("a, b", "b != 0 and a // b > 1", {i8(4), i8(0)}).whole(), 0);
  EXPECT_EQ(evaluate("a, b", "a // b if b else -1", {i8(4), i8(0)}).whole(), -1);
  EXPECT_EQ(evaluate("a, b", "1 < a < 10 // b", {i8(0), i8(0)}).whole(), 0);
  EXPECT_EQ(evaluate("a, x", "a or x", {i8(0), f8(2.5)}).number(), 2.5);
  EXPECT_EQ(evaluate("a, x", "a and x", {i8(0), f8(2.5)}).number(), 0);
}

TEST(Loops, EndTheWayPythonsDo) {
  const std::string find = R"(
@nf.jit
def f(a, wanted):
    at = -1.5
    for i in range(len(a)):
        if a[i] == wanted:
            at = i
            break
    else:
        at = -2
    return at
)";
  std::vector<int64_t> data{5, 6, 7};
  EXPECT_EQ(run(find, {view(data, DType::Int64), i8(7)}).number(), 2);
  EXPECT_EQ(run(find, {view(data, DType::Int64), i8(8)}).number(), -2);
  const std::string last = "@nf.jit\ndef f(n):\n    for i in range(n, 0, -2):\n        last = i\n    return last, i\n";
  EXPECT_EQ(run(last, {i8(5)}).whole(), 1);
  EXPECT_EQ(run(last, {i8(0)}).raised(), "UnboundLocalError: local variable 'last' referenced before assignment");
  const std::string swap = "@nf.jit\ndef f(a, b):\n    while b:\n        a, b = b, a % b\n    return a\n";
  EXPECT_EQ(run(swap, {i8(48), i8(36)}).whole(), 12);
}

TEST(Loops, RunOverTuplesAndPairs) {
  const std::string text = R"(
@nf.jit
def f(a):
    total = 0
    for k, (x, y) in enumerate(((1, 10), (2, 20)), 5):
        total += k * x + y
    for v, w in zip(a, range(100, 0, -10)):
        total += v * w
    return total
)";
  std::vector<int64_t> data{1, 2, 3};
  EXPECT_EQ(run(text, {view(data, DType::Int64)}).whole(), 5 + 12 + 30 + 100 + 180 + 240);
}

TEST(Elements, WrapOnceAndAreChecked) {
  std::vector<int64_t> data{5, 6, 7};
  EXPECT_EQ(evaluate("a, i", "a[i]", {view(data, DType::Int64), i8(-1)}).whole(), 7);
  EXPECT_EQ(evaluate("a, i", "a[i]", {view(data, DType::Int64), i8(-4)}).raised(),
            "IndexError: index {0} is out of bounds for axis {1} with size {2}");
  EXPECT_NE(evaluate("a, i", "a[i]", {view(data, DType::Int64), u8(UINT64_MAX)}).raised(), "");
}

TEST(Elements, AreStoredWithACast) {
  std::vector<uint8_t> data{0, 0, 0};
  run("@nf.jit\ndef f(a):\n    a[0] = 300\n    a[1] = -1.5\n    a[2] += 7\n", {view(data, DType::UInt8)});
  EXPECT_EQ(data, (std::vector<uint8_t>{44, 255, 7}));
}

TEST(Stencils, RepeatLoopsOverConstants) {
  const std::string text = R"(
offsets = (-1, 0, 1)

@nf.stencil
def mean(x):
    total = 0
    for i in offsets:
        j = i * 2
        total += x[j // 2]
    return total / 3

@nf.jit
def f(x):
    return mean(x)
)";
  std::vector<int64_t> data{3, 6, 9, 12};
  Ran result = run(text, {view(data, DType::Int64)});
  const auto& array = std::get<ir::OwnedArray>(result.outcome.results.at(0).data).view;
  EXPECT_EQ(std::vector<double>((double*)array.data, (double*)array.data + 4), (std::vector<double>{0, 6, 9, 0}));
}

TEST(Calls, TakeDefaultsAndKeywords) {
  const std::string text = R"(
@nf.jit
def scaled(v, by=2, shift=None):
    if shift is None:
        return v * by
    return v * by + shift

@nf.jit
def f(a):
    return scaled(a), scaled(a, by=10), scaled(a, shift=1)
)";
  Ran result = run(text, {i8(3)});
  EXPECT_EQ(result.whole(0), 6);
  EXPECT_EQ(result.whole(1), 30);
  EXPECT_EQ(result.whole(2), 7);
}

}  // namespace
}  // namespace nf
