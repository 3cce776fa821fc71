// The result dtypes of stencils, kernel by kernel and dtype by dtype, and the edges of the scalar rules.
#include "types/rules.h"

#include <gtest/gtest.h>

namespace nf::types {
namespace {

constexpr DType all[] = {DType::Bool,   DType::Int8,   DType::UInt8, DType::Int16,   DType::UInt16, DType::Int32,
                         DType::UInt32, DType::UInt64, DType::Int64, DType::Float32, DType::Float64};

std::string short_name(DType d) {
  if (is_bool(d)) return "b1";
  return fmt::format("{}{}", is_float(d) ? "f" : is_signed(d) ? "i" : "u", size_of(d));
}

DefinitionPtr stencil(const std::string& body) {
  auto module = syntax::parse(std::make_shared<Source>("kernel.py",
                                                       "import math\nimport numpy as np\nimport nearfield "
                                                       "as nf\n\n@nf.stencil\ndef f(a):\n    return " +
                                                           body + "\n"));
  return read_definitions(module).kernels.at(0);
}

std::string results(const std::string& body) {
  DefinitionPtr definition = stencil(body);
  std::string text;
  for (DType d : all) {
    Type result = infer_types(definition, {Type::array(d, 1)})->functions[0]->result;
    text += (text.empty() ? "" : " ") + short_name(result.dtype());
  }
  return text;
}

TEST(StencilResult, HasTheDtypeOfItsArithmetic) {
  const std::string same = "b1 i1 u1 i2 u2 i4 u4 u8 i8 f4 f8", truth = "b1 b1 b1 b1 b1 b1 b1 b1 b1 b1 b1";
  EXPECT_EQ(results("(a[-1] + a[0] + a[1]) // 9"), "i8 i8 i8 i8 i8 i8 i8 i8 i8 f8 f8");
  EXPECT_EQ(results("a[0]"), same);
  EXPECT_EQ(results("a[1] - a[-1]"), "i8 i8 u8 i8 u8 i8 u8 u8 i8 f4 f8");
  EXPECT_EQ(results("a[0] * 2"), "i8 i8 i8 i8 i8 i8 i8 i8 i8 f8 f8");
  EXPECT_EQ(results("a[0] + 1"), "i8 i8 i8 i8 i8 i8 i8 i8 i8 f8 f8");
  EXPECT_EQ(results("a[0] * 0.5"), "f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8");
  EXPECT_EQ(results("a[0] / 2"), "f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8");
  EXPECT_EQ(results("a[0] * np.float32(0.5)"), "f4 f4 f4 f4 f8 f8 f8 f8 f8 f4 f8");
  EXPECT_EQ(results("a[0] ** 2"), "i8 i8 i8 i8 i8 i8 i8 i8 i8 f4 f8");
  EXPECT_EQ(results("max(a[0], a[1])"), same);
  EXPECT_EQ(results("a[0] if a[1] > 3 else a[1]"), same);
  EXPECT_EQ(results("abs(a[0])"), "i1 i1 u1 i2 u2 i4 u4 u8 i8 f4 f8");
  EXPECT_EQ(results("-a[0]"), "i8 i8 u8 i8 u8 i8 u8 u8 i8 f4 f8");
  EXPECT_EQ(results("a[0] > a[1]"), truth);
  EXPECT_EQ(results("not a[0]"), truth);
  EXPECT_EQ(results("np.sqrt(a[0])"), "f4 f4 f4 f4 f4 f8 f8 f8 f8 f4 f8");
  EXPECT_EQ(results("math.sqrt(a[0])"), "f8 f8 f8 f8 f8 f8 f8 f8 f8 f4 f8");
}

TEST(Unify, IsCommutativeAndKeepsBoth) {
  for (DType a : all)
    for (DType b : all) {
      EXPECT_EQ(unify(a, b), unify(b, a));
      EXPECT_EQ(unify(a, a), a);
      DType both = unify(a, b);
      EXPECT_EQ(unify(both, a), both) << name_of(a) << " " << name_of(b);
    }
}

TEST(Operators, HaveNoResultWherePythonHasNone) {
  using syntax::BinaryOp;
  EXPECT_FALSE(binary_result(BinaryOp::And, DType::Float64, DType::Int64));
  EXPECT_FALSE(binary_result(BinaryOp::LeftShift, DType::Int64, DType::Float32));
  EXPECT_FALSE(unary_result(syntax::UnaryOp::Invert, DType::Float32));
  EXPECT_FALSE(comparison_dtype(DType::Int8, DType::UInt64));
  EXPECT_FALSE(range_dtype({DType::Float64}));
}

}  // namespace
}  // namespace nf::types
