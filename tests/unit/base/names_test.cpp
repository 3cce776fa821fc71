// Names of dtypes and border modes, scalars read as numbers, and the nearest known name.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/diagnostic.h"
#include "nearfield/environment.h"
#include "nearfield/view.h"

namespace nf {
namespace {

TEST(DTypeNames, ReadWhatTheyPrint) {
  for (int d = 0; d < kDTypeCount; ++d) EXPECT_EQ(dtype_named(name_of(DType(d))), DType(d));
}

TEST(DTypeNames, KnowTheAliases) {
  EXPECT_EQ(dtype_named("u1"), DType::UInt8);
  EXPECT_EQ(dtype_named("i8"), DType::Int64);
  EXPECT_EQ(dtype_named("f4"), DType::Float32);
  EXPECT_EQ(dtype_named("boolean"), DType::Bool);
  EXPECT_EQ(dtype_named("intp"), DType::Int64);
  EXPECT_EQ(dtype_named("float"), DType::Float64);
  EXPECT_EQ(dtype_named("double"), DType::Float64);
  EXPECT_EQ(dtype_named("byte"), DType::Int8);
  EXPECT_EQ(dtype_named("float16"), std::nullopt);
  EXPECT_EQ(dtype_named("float_"), std::nullopt);  // two meanings
  EXPECT_EQ(dtype_named(""), std::nullopt);
}

TEST(BorderModeNames, AreThoseOfSciPy) {
  using enum BorderMode;
  for (BorderMode mode : {Constant, Reflect, Nearest, Mirror, Wrap, Valid}) {
    EXPECT_EQ(border_mode_named(name_of(mode)), mode);
  }
  EXPECT_EQ(border_mode_named("grid-mirror"), Reflect);
  EXPECT_EQ(border_mode_named("grid-wrap"), Wrap);
  EXPECT_EQ(border_mode_named("grid-constant"), Constant);
  EXPECT_EQ(border_mode_named("Reflect"), std::nullopt);
}

TEST(Scalars, AreReadWhateverTheirDType) {
  EXPECT_EQ(Scalar::of(DType::Int8, int8_t(-5)).to_int(), -5);
  EXPECT_EQ(Scalar::of(DType::UInt8, uint8_t(251)).to_double(), 251.0);
  EXPECT_EQ(Scalar::of(DType::Bool, true).to_int(), 1);
  EXPECT_EQ(Scalar::of(DType::UInt64, UINT64_MAX).to_int(), -1);
  EXPECT_EQ(Scalar::of(DType::UInt64, UINT64_MAX).to_double(), 0x1p64);
  EXPECT_EQ(Scalar::of(DType::Float32, -2.75f).to_int(), -2);
  EXPECT_EQ(Scalar::of(DType::Float32, -2.75f).to_double(), -2.75);
}

TEST(Scalars, BeyondIntegersAreDefined) {
  EXPECT_EQ(Scalar::of(DType::Float64, 1e300).to_int(), INT64_MIN);
  EXPECT_EQ(Scalar::of(DType::Float64, std::nan("")).to_int(), INT64_MIN);
  EXPECT_EQ(Scalar::of(DType::Float64, 0x1p63).to_int(), INT64_MIN);
  EXPECT_EQ(Scalar::of(DType::Float64, -0x1p63).to_int(), INT64_MIN);
}

TEST(Closest, FindsSlipsOfThePen) {
  EXPECT_EQ(closest("distence", {"indices", "distance", "data"}), "distance");
  EXPECT_EQ(closest("imgae", {"image", "mage"}), "image");  // swapped neighbours are one slip
  EXPECT_EQ(closest("IMAGE", {"imago", "image"}), "image");
  EXPECT_EQ(closest("sqr", {"sqrt", "exp"}), "sqrt");
}

TEST(Closest, LeavesStrangersAlone) {
  EXPECT_EQ(closest("distance", {"total", "data"}), std::nullopt);
  EXPECT_EQ(closest("i", {"j", "k"}), std::nullopt);
  EXPECT_EQ(closest("x", {}), std::nullopt);
  EXPECT_EQ(closest("x", {"x"}), std::nullopt);  // the name itself is no suggestion
}

}  // namespace
}  // namespace nf
