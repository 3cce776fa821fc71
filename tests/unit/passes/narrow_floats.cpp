// Floats are computed as narrow as was asked for, and no narrower; what is narrowed is close to what it was.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "passes/passes.h"
#include "unit/ir/generate.h"

namespace nf::passes {
namespace {

using namespace ir;

// `return op(x[0], number)` in float64, of an array of this dtype, as float32 (or, with `wide`, as float64).
Module kernel(DType input, BinaryOp op, double number, bool wide = false) {
  Module module;
  module.sites.emplace_back();
  Function& f = module.functions.emplace_back();
  f.name = "f";
  f.kind = FunctionKind::Stencil;
  f.rank = 1;
  f.params = {{"x", Type::array(input, 1, Layout::Any, true), true, {}}};
  f.footprint.axes = {{0, 0}};
  f.results = {Type::scalar(wide ? DType::Float64 : DType::Float32)};
  f.body = f.blocks.add({});
  Builder build(f, f.body);
  InstId x = build.emit(Neighbor{build.emit(Param{0}, f.params[0].type), {0}}, Type::scalar(input));
  InstId y = build.constant(Scalar::of(DType::Float64, number));
  InstId value = build.emit(Binary{op, build.cast(x, DType::Float64), y}, Type::scalar(DType::Float64));
  build.emit(Return{{build.cast(value, f.results[0].dtype())}}, Type::none());
  return module;
}

bool computes_in(DType dtype, const Module& module) {
  for (const Inst& inst : module.functions[0].insts)
    if (std::holds_alternative<Binary>(inst.op) && inst.type == Type::scalar(dtype)) return true;
  return false;
}
Module passed(const Module& module, bool float32) { return run(module, {}, true, float32); }

TEST(NarrowFloats, OnlyWhereItIsAskedFor) {
  Module module = kernel(DType::Float32, BinaryOp::Div, 0.1);
  EXPECT_TRUE(computes_in(DType::Float64, passed(module, false)));
  EXPECT_FALSE(computes_in(DType::Float64, passed(module, true)));
  module.functions[0].fastmath = true;
  EXPECT_FALSE(computes_in(DType::Float64, passed(module, false)));
  // A float64 result keeps its precision, fastmath or not.
  module = kernel(DType::Float32, BinaryOp::Div, 0.1, true);
  module.functions[0].fastmath = true;
  EXPECT_TRUE(computes_in(DType::Float64, passed(module, true)));
}

TEST(NarrowFloats, OnlyOfWhatFloat32Holds) {
  for (DType input : {DType::Float32, DType::Bool, DType::Int8, DType::UInt8, DType::Int16, DType::UInt16})
    EXPECT_TRUE(computes_in(DType::Float32, passed(kernel(input, BinaryOp::Mul, 0.1), true))) << name_of(input);
  for (DType input : {DType::Float64, DType::Int32, DType::UInt32, DType::Int64, DType::UInt64})
    EXPECT_FALSE(computes_in(DType::Float32, passed(kernel(input, BinaryOp::Mul, 0.1), true))) << name_of(input);
  EXPECT_FALSE(computes_in(DType::Float32, passed(kernel(DType::Float32, BinaryOp::Mul, 1e300), true)));
  Module ranged = kernel(DType::Int32, BinaryOp::Mul, 0.1);
  ranged.functions[0].params[0].range = Range{0, 1 << 24};
  EXPECT_TRUE(computes_in(DType::Float32, passed(ranged, true)));
}

TEST(NarrowFloats, ChangesTheLastBitsOnly) {
  std::vector<float> values;
  for (int i = -500; i < 500; ++i) values.push_back(float(i) * 0.37f);
  const int64_t shape[] = {int64_t(values.size())};
  auto results = [&](const Module& module) {
    Outcome outcome = interpret(module, {View::contiguous(values.data(), DType::Float32, shape, 1)});
    return std::get<OwnedArray>(outcome.results[0].data);
  };
  int differ = 0;
  for (BinaryOp op : {BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div, BinaryOp::Min, BinaryOp::Max})
    for (double number : {0.1, 9.0, -3.7}) {
      const Module module = kernel(DType::Float32, op, number);
      OwnedArray wide = results(module), narrow = results(passed(module, true));
      for (int64_t i = 0; i < shape[0]; ++i) {
        const double a = float_value(read_element(wide.view, {i})), b = float_value(read_element(narrow.view, {i}));
        ASSERT_NEAR(a, b, 3e-7 * (std::abs(a) + std::abs(number) + std::abs(double(values[size_t(i)])))) << int(op);
        differ += a != b;
      }
    }
  EXPECT_GT(differ, 0);
}

TEST(NarrowFloats, SaysSo) {
  const Module narrow = passed(kernel(DType::Float32, BinaryOp::Div, 0.1), true);
  ASSERT_EQ(narrow.functions[0].notes.size(), 1u);
  EXPECT_EQ(narrow.functions[0].notes[0].text, "computed in float32, as the kernel allows");
  const Module wide = passed(kernel(DType::Int32, BinaryOp::Mul, 0.1), true);
  ASSERT_EQ(wide.functions[0].notes.size(), 1u);
  EXPECT_EQ(wide.functions[0].notes[0].text, "computed in float64: it is made of a value that float32 does not hold");
}

TEST(NarrowFloats, OneOperationRoundsTheSameInBothWidths) {
  std::mt19937 random(7);
  const float edges[] = {0.0f,      -0.0f,           1.0f, 9.0f,         0x1p-149f, 0x1.fffffep-127f,
                         0x1p-126f, 0x1.fffffep127f, 3.0f, 0x1.000002p0f};
  auto draw = [&](int i) {
    if (i % 7 == 0) return edges[random() % std::size(edges)];
    const uint32_t bits = uint32_t(random());
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  };
  auto same = [](float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0 || (std::isnan(a) && std::isnan(b)); };
  for (int i = 0; i < 2000000; ++i) {
    const volatile float a = draw(i), b = draw(i / 7);  // volatile: computed as written
    const double x = a, y = b;
    ASSERT_TRUE(same(float(x + y), a + b)) << a << " + " << b;
    ASSERT_TRUE(same(float(x - y), a - b)) << a << " - " << b;
    ASSERT_TRUE(same(float(x * y), a * b)) << a << " * " << b;
    ASSERT_TRUE(same(float(x / y), a / b)) << a << " / " << b;
    ASSERT_TRUE(same(float(std::sqrt(x)), std::sqrt(float(a)))) << a;
  }
}

TEST(NarrowFloats, OneRoundedOperationNeedsNoFloat64) {
  for (BinaryOp op : {BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div}) {
    EXPECT_TRUE(computes_in(DType::Float32, passed(kernel(DType::Float32, op, 9), false)));
    EXPECT_TRUE(computes_in(DType::Float32, passed(kernel(DType::UInt16, op, 9), false)));
    // What float32 does not hold: 0.1, large integers.
    EXPECT_FALSE(computes_in(DType::Float32, passed(kernel(DType::Float32, op, 0.1), false)));
    EXPECT_FALSE(computes_in(DType::Float32, passed(kernel(DType::Int32, op, 9), false)));
  }
}

}  // namespace
}  // namespace nf::passes
