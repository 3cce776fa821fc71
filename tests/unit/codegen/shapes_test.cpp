// Reductions over windows of every kind against the interpreter: however a plan regroups them, no bit may change.
#include <gtest/gtest.h>

#include <random>

#include "unit/codegen/stencil_support.h"

namespace nf::codegen::testing {
namespace {
using Guard = GuardedArray::Guard;
using ir::BinaryOp;
using ir::InstId;

std::vector<int> register_sizes() {
  std::vector<int> sizes;
  for (int bytes : {16, 32, 64})
    if (bytes <= host_target().vector_bytes) sizes.push_back(bytes);
  return sizes;
}

void check(const ir::Module& module, const std::vector<std::vector<int64_t>>& shapes, uint64_t seed) {
  for (int bytes : register_sizes()) {
    SCOPED_TRACE("registers of " + std::to_string(bytes) + " bytes\n" + ir::print(module));
    auto code = compiled(module, bytes);
    for (const auto& shape : shapes) {
      std::string text;
      for (int64_t n : shape) text += std::to_string(n) + " ";
      SCOPED_TRACE("shape " + text);
      expect_like_interpreter(module, *code, shape, ++seed, 0, Guard::Behind);
      expect_like_interpreter(module, *code, shape, ++seed, 8, Guard::Before);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

/// Weights of all the shapes that plans know: products, sums of products, windows, random ones.
std::vector<double> random_weights(std::mt19937_64& random, int rows, int columns, bool positive) {
  auto pick = [&](int n) { return int(random() % uint64_t(n)); };
  auto number = [&] { return double(pick(9) - (positive ? 0 : 4)); };
  std::vector<double> weights(size_t(rows * columns));
  auto add_product = [&] {
    std::vector<double> down, across;
    for (int r = 0; r < rows; ++r) down.push_back(number());
    for (int c = 0; c < columns; ++c) across.push_back(number());
    for (size_t i = 0; i < weights.size(); ++i) weights[i] += down[i / size_t(columns)] * across[i % size_t(columns)];
  };
  switch (pick(5)) {
    case 0: std::fill(weights.begin(), weights.end(), 1 + pick(3)); break;
    case 1: add_product(); break;
    case 2: add_product(), add_product(); break;
    case 3:
      std::fill(weights.begin(), weights.end(), -1);
      weights[weights.size() / 2] = double(weights.size());
      break;
    default:
      for (double& weight : weights) weight = number();
  }
  return weights;
}

struct Window {
  int rows, columns;
};
constexpr Window kWindows[] = {{3, 3},   {5, 5},  {1, 9},  {9, 1},  {2, 6}, {7, 7},
                               {15, 15}, {1, 31}, {4, 20}, {11, 3}, {25, 2}};

/// A sum of weighted neighbours in `sum`, of an array of `in`, divided by a constant and stored as `out`.
ir::Module weighted_sum(std::mt19937_64& random, Window window, DType in, DType sum, DType out, bool fastmath) {
  StencilWriter w(2);
  InstId x = w.array(in), total = w.constant(sum, 3);
  const auto weights = random_weights(random, window.rows, window.columns, !is_signed(sum) && !is_float(sum));
  const auto up = int64_t(random() % uint64_t(window.rows)), left = int64_t(random() % uint64_t(window.columns));
  for (int r = 0; r < window.rows; ++r)
    for (int c = 0; c < window.columns; ++c) {
      const double weight = weights[size_t(r * window.columns + c)];
      InstId value = w.cast(w.at(x, {r - up, c - left}), sum);
      total = w.add(total, weight == 1 ? value : w.binary(BinaryOp::Mul, value, w.constant(sum, weight)));
    }
  if (random() % 2 && !is_float(sum)) total = w.binary(BinaryOp::FloorDiv, total, w.constant(sum, 7));
  ir::Module module = w.finish({w.cast(total, out)});
  module.functions[0].fastmath = fastmath;
  return module;
}

TEST(Shapes, SumsOfIntegersKeepEveryBit) {
  std::mt19937_64 random(1);
  const DType types[][3] = {{DType::UInt8, DType::Int16, DType::UInt8},   {DType::UInt8, DType::UInt16, DType::UInt8},
                            {DType::UInt8, DType::Int32, DType::UInt8},   {DType::Int8, DType::Int16, DType::Int16},
                            {DType::Int16, DType::Int32, DType::Int16},   {DType::UInt8, DType::UInt8, DType::UInt8},
                            {DType::UInt16, DType::UInt32, DType::Int64}, {DType::Int32, DType::Int64, DType::Int64},
                            {DType::UInt8, DType::Int64, DType::Float32}};
  for (Window window : kWindows)
    for (int round = 0; round < 3; ++round) {
      const auto& t = types[random() % std::size(types)];
      const ir::Module module = weighted_sum(random, window, t[0], t[1], t[2], false);
      const int64_t rows = window.rows, columns = window.columns;
      check(module, {{rows, columns}, {rows + 6, columns + 70}, {rows + 2, columns + 9}, {rows + 4, columns + 300}},
            random());
      if (HasFailure()) return;
    }
}

TEST(Shapes, FastFloatSumsOfWholeNumbersAreExact) {
  std::mt19937_64 random(2);
  for (Window window : kWindows)
    for (auto [sum, out] : {std::pair(DType::Float32, DType::Float32), {DType::Float64, DType::Float32}}) {
      const ir::Module module = weighted_sum(random, window, DType::UInt8, sum, out, true);
      check(module, {{window.rows + 5, window.columns + 70}, {window.rows + 1, window.columns + 3}}, random());
      if (HasFailure()) return;
    }
}

TEST(Shapes, MinimaAndMaximaOfAnyWindow) {
  std::mt19937_64 random(3);
  const DType types[] = {DType::UInt8, DType::Int8, DType::UInt16, DType::Int32, DType::Int64, DType::Bool};
  for (Window window : kWindows)
    for (int round = 0; round < 3; ++round) {
      const DType dtype = types[random() % std::size(types)];
      const BinaryOp op = random() % 2 ? BinaryOp::Min : BinaryOp::Max;
      const bool has_holes = round == 2;
      StencilWriter w(2);
      InstId x = w.array(dtype), all = w.at(x, {0, 0});
      for (int r = 0; r < window.rows; ++r)
        for (int c = 0; c < window.columns; ++c)
          if (!has_holes || random() % 3)
            all = w.binary(op, all, w.at(x, {r - window.rows / 2, c - window.columns / 3}));
      check(w.finish({all}),
            {{window.rows + 6, window.columns + 140},
             {window.rows, window.columns},
             {window.rows + 3, window.columns + 20}},
            random());
      if (HasFailure()) return;
    }
}

TEST(Shapes, MinimaOfFloatsKeepTheirOrder) {
  // NaNs and zeros of two signs: a regrouped minimum would let others through.
  std::mt19937_64 random(4);
  for (DType dtype : {DType::Float32, DType::Float64})
    for (BinaryOp op : {BinaryOp::Min, BinaryOp::Max}) {
      StencilWriter w(2);
      InstId x = w.array(dtype), all = w.at(x, {0, 0});
      for (int i = 0; i < 9; ++i) all = w.binary(op, all, w.at(x, {i / 3 - 1, i % 3 - 1}));
      check(w.finish({all}), {{12, 140}}, random());
      StencilWriter mixed(2);  // of converted integers any order will do
      InstId y = mixed.array(DType::Int16), best = mixed.cast(mixed.at(y, {0, 0}), dtype);
      for (int i = 0; i < 49; ++i)
        best = mixed.binary(op, best, mixed.cast(mixed.at(y, {i / 7 - 3, i % 7 - 3}), dtype));
      check(mixed.finish({best}), {{12, 140}}, random());
    }
}

TEST(Shapes, SeveralReductionsAndOtherValues) {
  std::mt19937_64 random(5);
  StencilWriter w(2);
  InstId x = w.array(DType::UInt8), y = w.array(DType::UInt8), scale = w.scalar(DType::Int32);
  InstId box = w.constant(DType::Int32, 0), low = w.at(y, {0, 0});
  for (int i = 0; i < 121; ++i) {
    box = w.add(box, w.cast(w.at(x, {i / 11 - 5, i % 11 - 5}), DType::Int32));
    low = w.binary(BinaryOp::Min, low, w.at(y, {i / 11 - 2, i % 11 + 3}));
  }
  InstId wide = w.cast(low, DType::Int32);
  InstId sum = w.add(box, w.binary(BinaryOp::Mul, wide, scale));
  check(w.finish({sum, w.compare(ir::CompareOp::Lt, w.cast(w.at(x, {0, 0}), DType::Int32), box)}),
        {{15, 90}, {12, 30}, {17, 400}}, random());
}

TEST(Shapes, BoxesOfEveryRank) {
  std::mt19937_64 random(6);
  check(mean(DType::UInt8, DType::Int16, DType::UInt8, {31}), {{31}, {64}, {500}}, 1);
  check(mean(DType::UInt8, DType::UInt16, DType::UInt8, {3, 3, 3}), {{4, 7, 90}, {3, 3, 3}}, 2);
  check(mean(DType::Int8, DType::Int32, DType::Int32, {5, 5, 5}), {{6, 9, 90}}, 3);
  check(mean(DType::UInt8, DType::Int32, DType::Int32, {3, 2, 3, 3}), {{3, 3, 6, 40}}, 4);
}

bool is_staged(const ir::Module& module, int bytes) {
  for (const ir::Note& note : shape_notes(module.functions[0], bytes))
    if (note.done && note.text.find("stages") != std::string::npos) return true;
  return false;
}

TEST(Shapes, LargeWindowsAreStagedAndSmallOnesAreNot) {
  for (int bytes : {16, 32, 64}) {
    EXPECT_TRUE(is_staged(mean(DType::UInt8, DType::UInt16, DType::UInt8, {15, 15}), bytes));
    EXPECT_TRUE(is_staged(mean(DType::UInt8, DType::Int32, DType::UInt8, {31, 31}), bytes));
    EXPECT_FALSE(is_staged(mean(DType::UInt8, DType::Int16, DType::UInt8, {3, 3}), bytes));
    EXPECT_FALSE(is_staged(mean(DType::Float32, DType::Float32, DType::Float32, {15, 15}), bytes));  // no fastmath
  }
}

TEST(Shapes, StagesStreamToo) {
  const ir::Module module = mean(DType::UInt8, DType::UInt16, DType::UInt8, {15, 15});
  for (int bytes : register_sizes()) {
    auto code = compiled(module, bytes);
    for (int64_t width : {80, 700, 2500})
      expect_like_interpreter(module, *code, {19, width}, 5, 4, Guard::Before, abi::kStreaming);
  }
}

}  // namespace
}  // namespace nf::codegen::testing
