// Plans of reductions: how few operations known windows take, and that every plan computes what the taps say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "codegen/cpu/reduction_plan.h"
#include "codegen/cpu/reduction_terms.h"

namespace nf::codegen {
namespace {
using Kind = ReductionPlan::Kind;

/// A reduction of one array whose weights stand in a matrix of `columns` columns.
Reduction matrix(const std::vector<double>& weights, int columns, Combine combine = Combine::Sum, bool floats = false) {
  Reduction reduction{combine, floats, {}, {}, 0, 0};
  for (size_t i = 0; i < weights.size(); ++i)
    if (weights[i] != 0) reduction.taps.push_back({{}, {int64_t(i) / columns, int64_t(i) % columns}, weights[i], 1});
  return reduction;
}

Reduction product(const std::vector<double>& down, const std::vector<double>& across) {
  std::vector<double> weights;
  for (double d : down)
    for (double a : across) weights.push_back(d * a);
  return matrix(weights, int(across.size()));
}

Reduction box(int rows, int columns, Combine combine = Combine::Sum) {
  return matrix(std::vector<double>(size_t(rows * columns), 1), columns, combine);
}

/// A value for every place, the same for a place wherever it is asked from.
double sample(const std::vector<int64_t>& at) {
  uint64_t bits = 88172645463325252;
  for (int64_t i : at) bits = (bits ^ uint64_t(i + 77)) * 0x9E3779B97F4A7C15, bits ^= bits >> 31;
  return double(int64_t(bits % 2001) - 1000);
}

double run(const Reduction& reduction, const ReductionPlan& plan, int root) {
  std::vector<double> values;
  for (const ReductionPlan::Node& n : plan.nodes) {
    const double a = n.a >= 0 ? values[size_t(n.a)] : 0, b = n.b >= 0 ? values[size_t(n.b)] : 0;
    switch (n.kind) {
      case Kind::Tap: values.push_back(sample(n.offset)); break;
      case Kind::Add: values.push_back(a + b); break;
      case Kind::Subtract: values.push_back(a - b); break;
      case Kind::Scale: values.push_back(a * n.weight); break;
      case Kind::Min: values.push_back(std::min(a, b)); break;
      case Kind::Max: values.push_back(std::max(a, b)); break;
      case Kind::Pair: {
        std::vector<int64_t> behind = n.offset;
        ++behind.back();
        values.push_back(n.weight * sample(n.offset) + n.right * sample(behind));
        break;
      }
    }
  }
  return values[size_t(root)];
}

double directly(const Reduction& reduction, int row, int column) {
  double all = reduction.combine == Combine::Sum ? 0 : NAN;
  for (const Tap& tap : reduction.taps) {
    std::vector<int64_t> at = tap.offset;
    at[at.size() - 2] += row, at.back() += column;
    const double value = sample(at);
    if (reduction.combine == Combine::Sum)
      all += tap.weight * value;
    else
      all = std::isnan(all) || (reduction.combine == Combine::Min ? value < all : value > all) ? value : all;
  }
  return all;
}

/// The operations of a plan for four rows, for each output; the plan is checked.
double operations(const Reduction& reduction, int columns = 1) {
  const ReductionPlan plan = plan_reduction(reduction, 4, columns);
  for (int row = 0; row < 4; ++row)
    for (int column = 0; column < columns; ++column)
      EXPECT_EQ(run(reduction, plan, plan.roots[size_t(row * columns + column)]), directly(reduction, row, column));
  return double(plan.nodes.size() - size_t(count(plan, Kind::Tap))) / (4 * columns);
}

int multiplications(const Reduction& reduction) { return count(plan_reduction(reduction, 4, 1), Kind::Scale); }

TEST(Plan, SharesBetweenNeighbours) {
  EXPECT_LE(operations(box(3, 3)), 4.5);   // of 8
  EXPECT_LE(operations(box(3, 3), 2), 4);  // with the pairs of two phases
  EXPECT_LE(operations(box(5, 5)), 10.5);  // of 24
  EXPECT_LE(operations(box(7, 7)), 18);    // of 48
  EXPECT_LE(operations(box(15, 15)), 70);  // of 224
  EXPECT_LE(operations(box(7, 7, Combine::Min)), 18);
  EXPECT_LE(operations(box(3, 3, Combine::Max)), 4.5);
}

TEST(Plan, FindsProducts) {
  const Reduction gauss = product({1, 4, 6, 4, 1}, {1, 4, 6, 4, 1}), sobel = product({1, 2, 1}, {-1, 0, 1});
  EXPECT_LE(operations(gauss), 18);  // of 24 additions and 24 multiplications
  EXPECT_LE(operations(sobel), 3.75);
  EXPECT_LE(operations(product({1, 2, 1}, {1, 2, 1})), 6.75);
  EXPECT_LE(multiplications(product({3, 5, 7}, {2, 11, 13})), 6 * 3 + 4 * 3);
  for (const Reduction& reduction : {gauss, sobel})
    EXPECT_EQ(slices(weights_by_source(reduction)[0].second, 1, false).size(), 1u);
}

TEST(Plan, TermsAddUpToTheirRoots) {
  const std::vector<double> own = {3,  7,  11, 5,  2,  9,  14, 19, 13, 6, 12, 21, 25,
                                   18, 10, 8,  15, 16, 11, 4,  1,  6,  9, 7,  4};
  for (const Reduction& reduction : {matrix(own, 5), box(3, 3), product({1, 2, 1}, {-1, 0, 1})})
    for (int columns : {1, 2}) {
      const ReductionPlan plan = plan_reduction(reduction, 4, columns);
      const std::vector<std::vector<int>> terms = terms_of_roots(plan);
      ASSERT_EQ(terms.size(), plan.roots.size());
      for (size_t root = 0; root < terms.size(); ++root) {
        double sum = 0;
        for (int term : terms[root]) sum += run(reduction, plan, term);
        EXPECT_EQ(sum, run(reduction, plan, plan.roots[root]));
      }
    }
  // The same weight stands at the same place of every output's list.
  const ReductionPlan plan = plan_reduction(matrix(own, 5), 4, 1);
  const std::vector<std::vector<int>> terms = terms_of_roots(plan);
  EXPECT_GE(terms[0].size(), 20u);
  for (size_t row = 1; row < 4; ++row) {
    ASSERT_EQ(terms[row].size(), terms[0].size());
    for (size_t i = 0; i < terms[0].size(); ++i)
      EXPECT_EQ(plan.nodes[size_t(terms[row][i])].weight, plan.nodes[size_t(terms[0][i])].weight) << row << ' ' << i;
  }
}

TEST(Plan, RowsBesideEachOtherShareAnOperand) {
  const ReductionPlan plan = plan_reduction(box(3, 3), 4, 1);
  std::vector<int> operands;
  for (int root : plan.roots) operands.push_back(shared_operand(plan, root));
  EXPECT_GE(operands[0], 0);
  EXPECT_EQ(operands[0], operands[1]);
  EXPECT_EQ(operands[2], operands[3]);
  EXPECT_NE(operands[1], operands[2]);
  const ReductionPlan alone = plan_reduction(matrix({1, 2, 3, 4, 5, 6, 7, 8, 9}, 3), 4, 1);
  EXPECT_EQ(shared_operand(alone, alone.roots[0]), -1);
}

TEST(Plan, FindsSumsOfProducts) {
  EXPECT_LE(operations(matrix({-1, -1, -1, -1, 8, -1, -1, -1, -1}, 3)), 7);  // nine times the middle, less the box
  EXPECT_LE(operations(matrix({0, 1, 0, 1, -4, 1, 0, 1, 0}, 3)), 5);
}

TEST(Plan, SharesPlanes) {
  Reduction cube{Combine::Sum, false, {}, {}, 0, 0};
  for (int64_t i = 0; i < 27; ++i) cube.taps.push_back({{}, {i / 9 - 1, i / 3 % 3 - 1, i % 3 - 1}, 1, 1});
  EXPECT_LE(operations(cube), 14);  // of 26
}

TEST(Plan, OfFloatsTakesEqualForEqual) {
  std::vector<double> row, weights;
  for (int i = -3; i <= 3; ++i) row.push_back(std::exp(-i * i / 5.0));
  for (double a : row)
    for (double b : row) weights.push_back(a * b);
  EXPECT_EQ(slices(weights_by_source(matrix(weights, 7, Combine::Sum, true))[0].second, 1, true).size(), 1u);
  EXPECT_GT(slices(weights_by_source(matrix({1, 2, 3, 1, 2, 3.001}, 3, Combine::Sum, true))[0].second, 0, true).size(),
            1u);
}

/// The plan for two phases where bytes can be weighted and added in pairs; it is checked.
ReductionPlan plan_in_pairs(Reduction reduction, DType element) {
  Pairs pairs{INT64_MAX, INT64_MIN};
  for (Tap& tap : reduction.taps) {
    tap.element = element;
    pairs.first = std::min(pairs.first, tap.column()), pairs.last = std::max(pairs.last, tap.column());
  }
  ReductionPlan plan = plan_reduction(reduction, 4, 2, 32, pairs);
  for (int row = 0; row < 4; ++row)
    for (int phase = 0; phase < 2; ++phase)
      EXPECT_EQ(run(reduction, plan, plan.roots[size_t(row * 2 + phase)]), directly(reduction, row, phase));
  for (const ReductionPlan::Node& node : plan.nodes) {
    if (node.kind != Kind::Pair) continue;
    const int64_t left = node.offset.back();
    EXPECT_TRUE(left >= pairs.first && ((left - pairs.first) % 2 == 0 ? left <= pairs.last : left == pairs.last));
    // The lowest and the highest sum must fit 16 bits.
    const double low = element == DType::Int8 ? -128 : 0, high = element == DType::Int8 ? 127 : 255;
    EXPECT_GE(std::min(node.weight * low, node.weight * high) + std::min(node.right * low, node.right * high), -32768);
    EXPECT_LE(std::max(node.weight * low, node.weight * high) + std::max(node.right * low, node.right * high), 32767);
    // The factor without a sign, and the other one.
    for (double weight : {node.weight, node.right}) {
      EXPECT_GE(weight, element == DType::Int8 ? 0 : -128);
      EXPECT_LE(weight, element == DType::Int8 ? 255 : 127);
    }
  }
  return plan;
}

TEST(Plan, AddsBytesInPairs) {
  const Reduction weights = matrix({3, 7, 11, 5, 2, 9, 14, 19, 13, 6, 12, 21, 25, 18, 10}, 5);
  for (DType element : {DType::UInt8, DType::Int8}) {
    EXPECT_GT(count(plan_in_pairs(weights, element), Kind::Pair), 0);
    EXPECT_GT(count(plan_in_pairs(box(3, 3), element), Kind::Pair), 0);
    EXPECT_EQ(count(plan_in_pairs(box(3, 3, Combine::Max), element), Kind::Pair), 0);
  }
  EXPECT_EQ(count(plan_in_pairs(weights, DType::Int16), Kind::Pair), 0);
  // One row each, so that nothing can be taken out: too large for 16 bits, or for the operand.
  EXPECT_EQ(count(plan_in_pairs(matrix({1, 100, 100}, 3), DType::UInt8), Kind::Pair), 0);
  EXPECT_EQ(count(plan_in_pairs(matrix({1, 200, 3}, 3), DType::UInt8), Kind::Pair), 0);
  EXPECT_EQ(count(plan_in_pairs(matrix({1, 200, 100}, 3), DType::Int8), Kind::Pair), 0);
  EXPECT_EQ(count(plan_in_pairs(matrix({1, -3, 5}, 3), DType::Int8), Kind::Pair), 0);
  std::mt19937_64 random(11);
  for (int round = 0; round < 300 && !HasFailure(); ++round) {
    const int columns = 1 + int(random() % 6), greatest = random() % 2 ? 10 : 300;
    std::vector<double> random_weights(size_t(columns) * (1 + random() % 4));
    for (double& weight : random_weights) weight = double(random() % uint64_t(greatest)) - greatest / (1 + round % 3);
    Reduction reduction = matrix(random_weights, columns);
    if (!reduction.taps.empty()) plan_in_pairs(reduction, round % 2 ? DType::UInt8 : DType::Int8);
  }
}

TEST(Plan, OfRandomWeightsIsRight) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const int rows = 1 + int(random() % 6), columns = 1 + int(random() % 6), kind = int(random() % 3);
    std::vector<double> weights(static_cast<size_t>(rows * columns));
    for (double& weight : weights) weight = double(random() % 7) - 3;
    Reduction reduction = matrix(weights, columns, Combine(kind));
    if (kind != 0)
      for (Tap& tap : reduction.taps) tap.weight = 1;
    if (reduction.taps.empty()) continue;
    operations(reduction, 1 << random() % 3);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace nf::codegen
