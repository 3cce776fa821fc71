// A choice by comparison that becomes a minimum or maximum chooses the same: every comparison, every way round, every
// pair of special values.
#include <gtest/gtest.h>

#include "passes/passes.h"
#include "passes/rules.h"
#include "unit/ir/generate.h"

namespace nf::passes {
namespace {

using namespace ir;

struct Way {
  CompareOp op;
  bool negated, other_way;
  bool fastmath = false;
};

// `x[0] if x[0] op x[1] else x[1]`, or turned round.
Module choice(DType dtype, Way way) {
  Module module;
  module.sites.emplace_back();
  Function& f = module.functions.emplace_back();
  f.name = "f";
  f.kind = FunctionKind::Stencil;
  f.rank = 1;
  f.mode = BorderMode::Wrap;
  f.fastmath = way.fastmath;
  f.params = {{"x", Type::array(dtype, 1, Layout::Any, true), true, {}}};
  f.footprint.axes = {{0, 1}};
  f.results = {Type::scalar(dtype)};
  f.body = f.blocks.add({});
  Builder build(f, f.body);
  InstId array = build.emit(Param{0}, f.params[0].type);
  InstId a = build.emit(Neighbor{array, {0}}, Type::scalar(dtype));
  InstId b = build.emit(Neighbor{array, {1}}, Type::scalar(dtype));
  InstId condition = build.emit(Compare{way.op, a, b}, Type::scalar(DType::Bool));
  if (way.negated) condition = build.emit(Unary{UnaryOp::Not, condition}, Type::scalar(DType::Bool));
  InstId chosen = way.other_way ? build.emit(Select{condition, b, a}, Type::scalar(dtype))
                                : build.emit(Select{condition, a, b}, Type::scalar(dtype));
  build.emit(Return{{chosen}}, Type::none());
  return module;
}

bool has_select(const Module& module) {
  for (InstId id : module.functions[0][module.functions[0].body].insts)
    if (std::holds_alternative<Select>(module.functions[0][id].op)) return true;
  return false;
}

// Every pair of the values, beside each other somewhere.
std::string results(const Module& module, DType dtype, const std::vector<double>& values) {
  std::vector<std::byte> bytes;
  for (double a : values)
    for (double b : values)
      for (double v : {a, b}) {
        const Scalar scalar = is_float(dtype) ? float_scalar(dtype, v) : integer_scalar(dtype, __int128(v));
        const auto* begin = reinterpret_cast<const std::byte*>(&scalar.bits);
        bytes.insert(bytes.end(), begin, begin + size_of(dtype));
      }
  int64_t shape[] = {int64_t(bytes.size()) / size_of(dtype)};
  return test::show(interpret(module, {View::contiguous(bytes.data(), dtype, shape, 1)}).results[0]);
}

TEST(FindMinMax, ChoosesTheSame) {
  const std::vector<double> floats = {0.0, -0.0, 1, -1, INFINITY, -INFINITY, NAN}, integers = {0, 1, 2, 127, 100, 3};
  for (DType dtype : {DType::UInt8, DType::Int8, DType::Int64, DType::Float32, DType::Float64})
    for (CompareOp op : {CompareOp::Eq, CompareOp::Ne, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge})
      for (int turns = 0; turns < 4; ++turns) {
        const Module module = choice(dtype, {op, turns % 2 == 1, turns / 2 == 1});
        Module found = module;
        found.functions[0] = find_min_max(module.functions[0], module);
        const auto& values = is_float(dtype) ? floats : integers;
        EXPECT_EQ(results(found, dtype, values), results(module, dtype, values)) << print(module) << print(found);
        const bool is_order = op >= CompareOp::Lt, strict = op == CompareOp::Lt || op == CompareOp::Gt;
        EXPECT_EQ(has_select(found), !(is_order && (strict || !is_float(dtype)))) << print(found);
        const std::vector<Note>& notes = found.functions[0].notes;
        ASSERT_EQ(notes.size(), is_order ? 1u : 0u);
        if (is_order) {
          EXPECT_EQ(notes[0].done, !has_select(found));
        }
      }
}

TEST(FindMinMax, TakesMoreWithFastmath) {
  const Module module = choice(DType::Float32, {CompareOp::Le, false, false, true});
  EXPECT_TRUE(has_select(module));
  Module found = module;
  found.functions[0] = find_min_max(module.functions[0], module);
  EXPECT_FALSE(has_select(found));
}

}  // namespace
}  // namespace nf::passes
