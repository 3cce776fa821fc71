// Intervals against all numbers in them: sound for every pair of small intervals, and as tight as promised.
#include "ir/interval.h"

#include <gtest/gtest.h>

#include <functional>

namespace nf::ir {
namespace {

using Wide = __int128;

// The smallest interval that holds what the operation does on two intervals, by trying all.
std::optional<Range> tried(Range a, Range b, const std::function<std::optional<Wide>(Wide, Wide)>& f) {
  std::optional<Range> result;
  for (Wide x = a.lo; x <= a.hi; ++x)
    for (Wide y = b.lo; y <= b.hi; ++y)
      if (std::optional<Wide> value = f(x, y))
        result = result ? join(*result, {*value, *value}) : Range{*value, *value};
  return result;
}

// Calls `f` with every pair of intervals of numbers from `lo` to `hi`.
template <class F>
void each_pair(int lo, int hi, F f) {
  for (int a = lo; a <= hi; ++a)
    for (int b = a; b <= hi; ++b)
      for (int c = lo; c <= hi; ++c)
        for (int d = c; d <= hi; ++d) f(Range{a, b}, Range{c, d});
}

std::string text(Range a, Range b) {
  return testing::PrintToString(std::vector<int64_t>{int64_t(a.lo), int64_t(a.hi), int64_t(b.lo), int64_t(b.hi)});
}

Scalar int64_of(Wide value) { return integer_scalar(DType::Int64, value); }

TEST(Interval, OfEveryOperationHoldsEveryResultAndNoMore) {
  for (BinaryOp op : {BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::FloorDiv, BinaryOp::Mod, BinaryOp::And,
                      BinaryOp::Or, BinaryOp::Xor, BinaryOp::Min, BinaryOp::Max, BinaryOp::Shr, BinaryOp::Shl}) {
    bool shift = op == BinaryOp::Shr || op == BinaryOp::Shl;
    each_pair(-7, 8, [&](Range a, Range b) {
      if (shift && b.lo < 0) return;
      std::optional<Range> known = interval_of(op, DType::Int64, a, b);
      std::optional<Range> exact =
          tried(a, b, [&](Wide x, Wide y) { return integer_value(evaluate(op, int64_of(x), int64_of(y))); });
      ASSERT_TRUE(known && known->contains(*exact)) << int(op) << text(a, b);
      ASSERT_TRUE(op == BinaryOp::Mod || *known == *exact) << int(op) << text(a, b);
    });
  }
}

TEST(Interval, OfBitsIsTightOnWiderNumbersToo) {
  for (BinaryOp op : {BinaryOp::And, BinaryOp::Or, BinaryOp::Xor})
    for (uint64_t seed = 1; seed < 400; ++seed) {
      uint64_t state = seed * 0x9E3779B97F4A7C15;
      auto draw = [&] {
        return state ^= state << 13, state ^= state >> 7, state ^= state << 17, int(state % 700) - 300;
      };
      int a = draw(), b = a + (draw() & 31), c = draw(), d = c + (draw() & 63);
      Range exact =
          *tried({a, b}, {c, d}, [&](Wide x, Wide y) { return integer_value(evaluate(op, int64_of(x), int64_of(y))); });
      ASSERT_EQ(*interval_of(op, DType::Int64, {a, b}, {c, d}), exact) << int(op) << text({a, b}, {c, d});
    }
  const Range all = Range::of(DType::Int64), natural = Range::of(DType::UInt64);
  EXPECT_EQ(*interval_of(BinaryOp::And, DType::Int64, all, {0, 7}), (Range{0, 7}));
  EXPECT_EQ(*interval_of(BinaryOp::Or, DType::UInt64, natural, {4, 4}), (Range{4, natural.hi}));
  EXPECT_EQ(*interval_of(BinaryOp::Xor, DType::Int64, all, {-1, -1}), all);
}

TEST(Interval, OfAValueWithItselfKnowsMore) {
  EXPECT_EQ(*interval_of(BinaryOp::Mul, DType::Int64, {-3, 2}, {-3, 2}, true), (Range{0, 9}));
  EXPECT_EQ(*interval_of(BinaryOp::Mul, DType::Int64, {-5, -2}, {-5, -2}, true), (Range{4, 25}));
  EXPECT_EQ(*interval_of(BinaryOp::Sub, DType::Int64, {-3, 2}, {-3, 2}, true), (Range{0, 0}));
  EXPECT_EQ(*interval_of(BinaryOp::Xor, DType::Int64, {-3, 2}, {-3, 2}, true), (Range{0, 0}));
}

TEST(Interval, OfComparisonsAndWhereTheyHold) {
  for (CompareOp op : {CompareOp::Eq, CompareOp::Ne, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge})
    each_pair(-3, 4, [&](Range a, Range b) {
      auto holds = [&](Wide x, Wide y) { return integer_value(evaluate(op, int64_of(x), int64_of(y))) != 0; };
      Range exact = *tried(a, b, [&](Wide x, Wide y) { return Wide(holds(x, y)); });
      ASSERT_EQ(interval_of(op, a, b), exact) << int(op) << text(a, b);
      auto left = tried(a, b, [&](Wide x, Wide y) { return holds(x, y) ? std::optional(x) : std::nullopt; });
      ASSERT_EQ(where(op, a, b), left) << int(op) << text(a, b);
      auto mirror = tried(b, a, [&](Wide y, Wide x) { return holds(x, y) ? std::optional(y) : std::nullopt; });
      ASSERT_EQ(where(mirrored(op), b, a), mirror) << int(op) << text(a, b);
    });
}

TEST(Interval, WrapsAsAWholeOrNotAtAll) {
  EXPECT_EQ(wrapped(DType::UInt8, {300, 320}), (Range{44, 64}));
  EXPECT_EQ(wrapped(DType::UInt8, {-5, -1}), (Range{251, 255}));
  EXPECT_EQ(wrapped(DType::UInt8, {-5, 0}), (Range{0, 255}));
  EXPECT_EQ(wrapped(DType::Int8, {128, 130}), (Range{-128, -126}));
  EXPECT_EQ(wrapped(DType::Int8, {127, 128}), (Range{-128, 127}));
  EXPECT_EQ(wrapped(DType::Bool, {0, 2}), (Range{0, 1}));
}

}  // namespace
}  // namespace nf::ir
