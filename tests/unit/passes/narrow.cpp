// Narrowing does not change one pixel: every operation by a number, on every 8-bit value and on sums at the extremes.
#include <gtest/gtest.h>

#include "passes/passes.h"
#include "unit/ir/generate.h"

namespace nf::passes {
namespace {

using namespace ir;

// `(x[0] + x[1]) op number` (or of x[0] alone) in int64, stored as `result`.
Module kernel(DType input, bool sum, BinaryOp op, int64_t number, DType result) {
  Module module;
  module.sites.emplace_back();
  Function& f = module.functions.emplace_back();
  f.name = "f";
  f.kind = FunctionKind::Stencil;
  f.rank = 1;
  f.mode = BorderMode::Wrap;
  f.params = {{"x", Type::array(input, 1, Layout::Any, true), true, {}}};
  f.footprint.axes = {{0, 1}};
  f.results = {Type::scalar(result)};
  f.body = f.blocks.add({});
  Builder build(f, f.body);
  const Type wide = Type::scalar(DType::Int64);
  InstId array = build.emit(Param{0}, f.params[0].type);
  InstId value = build.cast(build.emit(Neighbor{array, {0}}, Type::scalar(input)), DType::Int64);
  if (sum) {
    InstId next = build.cast(build.emit(Neighbor{array, {1}}, Type::scalar(input)), DType::Int64);
    value = build.emit(Binary{BinaryOp::Add, value, next}, wide);
  }
  value = build.emit(Binary{op, value, build.constant(number)}, wide);
  build.emit(Return{{build.cast(value, result)}}, Type::none());
  return module;
}

std::string results(const Module& module, DType input) {
  std::vector<uint8_t> values;
  for (int v = 0; v < 256; ++v) values.push_back(uint8_t(v));
  for (int v : {0, 0, 127, 127, 128, 128, 255, 255}) values.push_back(uint8_t(v));  // neighbours at both extremes
  int64_t shape[] = {int64_t(values.size())};
  return test::show(interpret(module, {View::contiguous(values.data(), input, shape, 1)}).results[0]);
}

class NarrowRanges : public testing::TestWithParam<BinaryOp> {};

TEST_P(NarrowRanges, KeepsEveryValue) {
  for (DType input : {DType::Int8, DType::UInt8})
    for (bool sum : {false, true})
      for (int64_t number :
           {1, 2, 3, 5, 7, 8, 9, 16, 31, 63, 100, 127, 128, 255, 256, 1000, 70000, 0, -1, -3, -128, -1000})
        for (DType result : {DType::Int64, DType::Int8, DType::UInt16, DType::Float32}) {
          Module module = kernel(input, sum, GetParam(), number, result);
          Module narrow = run(module, {}, true);
          ASSERT_EQ(results(narrow, input), results(module, input)) << print(module) << print(narrow);
        }
}

INSTANTIATE_TEST_SUITE_P(Operations, NarrowRanges,
                         testing::Values(BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::FloorDiv, BinaryOp::Mod,
                                         BinaryOp::And, BinaryOp::Or, BinaryOp::Xor, BinaryOp::Shl, BinaryOp::Shr,
                                         BinaryOp::Min, BinaryOp::Max, BinaryOp::Pow));

TEST(FitDtype, IsTheSmallestThatHoldsRangeAndInputs) {
  auto fit = [](Range range, std::vector<DType> inputs) { return fit_dtype(DType::Int64, range, inputs); };
  EXPECT_EQ(fit({0, 255}, {DType::UInt8}), DType::UInt8);
  EXPECT_EQ(fit({0, 2295}, {DType::UInt8}), DType::UInt16);
  EXPECT_EQ(fit({0, 1}, {DType::UInt16}), DType::UInt16);
  EXPECT_EQ(fit({0, 255}, {DType::Int8}), DType::Int16);  // a signed input wants a signed result
  EXPECT_EQ(fit({-1, 100}, {DType::UInt8}), DType::Int8);
  EXPECT_EQ(fit({0, 1}, {DType::Float32}), DType::UInt8);
  EXPECT_EQ(fit_dtype(DType::Float32, {}, {DType::UInt8}), DType::Float32);
  EXPECT_EQ(fit_dtype(DType::UInt64, Range::of(DType::UInt64), {DType::Int8}), DType::UInt64);
}

}  // namespace
}  // namespace nf::passes
