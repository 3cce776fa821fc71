// The edges of scalar arithmetic and casts, where C++, NumPy and Python disagree with each other.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ir/ir.h"

namespace nf::ir {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Scalar i8(int64_t v) { return integer_scalar(DType::Int8, v); }
Scalar i64(int64_t v) { return integer_scalar(DType::Int64, v); }
Scalar f64(double v) { return float_scalar(DType::Float64, v); }
int64_t to(DType dtype, Scalar value) { return int64_t(integer_value(cast_scalar(value, dtype))); }
int64_t ints(BinaryOp op, int64_t a, int64_t b) { return int64_t(integer_value(evaluate(op, i64(a), i64(b)))); }
double floats(BinaryOp op, double a, double b) { return float_value(evaluate(op, f64(a), f64(b))); }

TEST(Cast, WrapsIntegersAndTruncatesFloatsFirst) {
  EXPECT_EQ(to(DType::UInt8, i64(300)), 44);
  EXPECT_EQ(to(DType::Int8, i64(200)), -56);
  EXPECT_EQ(to(DType::UInt8, f64(-1.5)), 255);
  EXPECT_EQ(to(DType::UInt8, f64(300.9)), 44);
  EXPECT_EQ(to(DType::Int64, f64(-2.9)), -2);
  EXPECT_EQ(to(DType::Int64, f64(kNan)), INT64_MIN);
  EXPECT_EQ(to(DType::Int64, f64(1e300)), INT64_MIN);
  EXPECT_EQ(to(DType::Int32, f64(kInf)), 0);
  EXPECT_EQ(cast_scalar(f64(0x1p63), DType::UInt64).bits, uint64_t(1) << 63);
  EXPECT_EQ(cast_scalar(f64(-1.0), DType::UInt64).bits, UINT64_MAX);
  EXPECT_EQ(cast_scalar(f64(0x1p64), DType::UInt64).bits, uint64_t(1) << 63);
  EXPECT_EQ(to(DType::Bool, f64(kNan)), 1);
  EXPECT_EQ(to(DType::Bool, f64(-0.0)), 0);
  EXPECT_EQ(to(DType::Bool, i64(256)), 1);
  // One rounding: through float64 this would round twice, to 2**60 + 2**37.
  EXPECT_EQ(float_value(cast_scalar(i64((int64_t(1) << 60) + (int64_t(1) << 36) + 1), DType::Float32)),
            0x1p60 + 0x1p37);
}

TEST(Integers, DivideAsPythonAndAreDefinedEverywhere) {
  EXPECT_EQ(ints(BinaryOp::FloorDiv, -7, 2), -4);
  EXPECT_EQ(ints(BinaryOp::Mod, -7, 3), 2);
  EXPECT_EQ(ints(BinaryOp::Mod, 7, -3), -2);
  EXPECT_EQ(ints(BinaryOp::FloorDiv, 5, 0), 0);
  EXPECT_EQ(ints(BinaryOp::Mod, 5, 0), 0);
  EXPECT_EQ(ints(BinaryOp::FloorDiv, INT64_MIN, -1), 0);
  EXPECT_EQ(ints(BinaryOp::Mod, INT64_MIN, -1), 0);
  EXPECT_EQ(integer_value(evaluate(BinaryOp::FloorDiv, i8(-128), i8(-1))), 0);
  EXPECT_EQ(ints(BinaryOp::Pow, 3, 40), int64_t(12157665459056928801u));
  EXPECT_EQ(ints(BinaryOp::Pow, 2, 64), 0);
  EXPECT_EQ(ints(BinaryOp::Pow, 2, -1), 0);
  EXPECT_EQ(ints(BinaryOp::Pow, -1, -3), -1);
  EXPECT_EQ(ints(BinaryOp::Pow, 0, -1), 0);
  EXPECT_EQ(ints(BinaryOp::Shl, 1, 65), 2);
  EXPECT_EQ(ints(BinaryOp::Shr, -1, 63), -1);
  EXPECT_EQ(integer_value(evaluate(BinaryOp::Shl, i8(1), i8(9))), 2);
  EXPECT_EQ(integer_value(evaluate(UnaryOp::Abs, i8(-128))), -128);
  EXPECT_EQ(integer_value(evaluate(UnaryOp::Neg, integer_scalar(DType::UInt8, 1))), 255);
}

TEST(Floats, DivideAsPythonButForZero) {
  EXPECT_EQ(floats(BinaryOp::Mod, -7.5, 2), 0.5);
  EXPECT_EQ(floats(BinaryOp::Mod, 7.5, -2), -0.5);
  EXPECT_EQ(floats(BinaryOp::Mod, 5, kInf), 5);
  EXPECT_EQ(floats(BinaryOp::Mod, -5, kInf), kInf);
  EXPECT_TRUE(std::isnan(floats(BinaryOp::FloorDiv, kInf, 2)));
  EXPECT_EQ(floats(BinaryOp::FloorDiv, 5, kInf), 0);
  EXPECT_EQ(floats(BinaryOp::FloorDiv, -5, kInf), -1);
  EXPECT_EQ(floats(BinaryOp::FloorDiv, -7.5, 2), -4);
  EXPECT_EQ(floats(BinaryOp::FloorDiv, 1, 0.0), kInf);
  EXPECT_EQ(floats(BinaryOp::FloorDiv, 1, -0.0), -kInf);
  EXPECT_TRUE(std::isnan(floats(BinaryOp::Mod, 1, 0)));
  EXPECT_TRUE(std::signbit(floats(BinaryOp::Mod, 4, -2)));
  // 0.1 is a little more than a tenth: the quotient is 9, not 10.
  EXPECT_EQ(floats(BinaryOp::FloorDiv, 1, 0.1), 9);
}

TEST(MinAndMax, KeepPythonsOrderForNan) {
  EXPECT_TRUE(std::isnan(floats(BinaryOp::Max, kNan, 1)));
  EXPECT_EQ(floats(BinaryOp::Max, 1, kNan), 1);
  EXPECT_TRUE(std::isnan(floats(BinaryOp::Min, kNan, 1)));
  EXPECT_EQ(floats(BinaryOp::Min, 1, kNan), 1);
  EXPECT_TRUE(std::signbit(floats(BinaryOp::Min, -0.0, 0.0)));
  EXPECT_FALSE(std::signbit(floats(BinaryOp::Min, 0.0, -0.0)));
}

TEST(Comparisons, AreFalseForNanButForNotEqual) {
  for (CompareOp op : {CompareOp::Eq, CompareOp::Lt, CompareOp::Le, CompareOp::Gt, CompareOp::Ge})
    EXPECT_EQ(integer_value(evaluate(op, f64(kNan), f64(1))), 0);
  EXPECT_EQ(integer_value(evaluate(CompareOp::Ne, f64(kNan), f64(kNan))), 1);
}

TEST(Round, IsHalfToEven) {
  for (auto [value, rounded] : {std::pair(0.5, 0.0), {1.5, 2.0}, {2.5, 2.0}, {-0.5, -0.0}, {-1.5, -2.0}})
    EXPECT_EQ(float_value(evaluate(MathFn::Round, {f64(value)}, DType::Float64)), rounded);
}

}  // namespace
}  // namespace nf::ir
