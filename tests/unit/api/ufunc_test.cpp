// Functions of numbers through the public API: loops by NumPy's safe casting, broadcasting, outputs, what raises, lazy
// arrays.
#include <gtest/gtest.h>

#include <numeric>

#include "nearfield/nearfield.h"

namespace nf {
namespace {

constexpr const char* kText = R"(
import numba
import nearfield as nf

@numba.vectorize
def fused(a, b, c):
    return a * b + c

@nf.vectorize(['f4(f4, f4)', 'i2(f8, f8)'], target='parallel')
def declared(a, b):
    return a + b

@nf.vectorize(identity=0)
def positive(a):
    if a < 0:
        raise ValueError("negative")
    return a + 1
)";

Kernel kernel(std::string_view name) { return vectorize({"kernels.py", kText}, name); }

template <class T>
struct Data {
  std::vector<T> values;
  View view;
  Data(DType dtype, std::vector<int64_t> shape) {
    view = View::contiguous(nullptr, dtype, shape.data(), int(shape.size()));
    values.resize(size_t(view.size()));
    std::iota(values.begin(), values.end(), T(0));
    view.data = values.data();
  }
};

TEST(Ufunc, BroadcastsArraysAndNumbers) {
  Data<double> a(DType::Float64, {300, 1}), b(DType::Float64, {7});
  const Result made = kernel("fused").call({a.view, b.view, Scalar::of(DType::Int64, int64_t(5))});
  const View& out = made.array.view;
  ASSERT_EQ(out.rank, 2);
  ASSERT_EQ(out.dtype, DType::Float64);
  for (int64_t i = 0; i < 300; ++i)
    for (int64_t j = 0; j < 7; ++j) EXPECT_EQ(static_cast<double*>(out.data)[i * 7 + j], double(i * j + 5));
}

TEST(Ufunc, OfNumbersGivesANumber) {
  const Scalar two = Scalar::of(DType::Int64, int64_t(2));
  const Result made = kernel("fused").call({two, two, two});
  EXPECT_EQ(made.kind, Result::Kind::Scalar);
  EXPECT_EQ(made.scalar.to_int(), 6);
}

TEST(Ufunc, FindsTheDeclaredLoop) {
  const Kernel declared = kernel("declared");
  using Loop = std::vector<DType>;
  EXPECT_EQ(declared.choose_loop({DType::Float32, DType::Int16}).inputs, Loop({DType::Float32, DType::Float32}));
  const UfuncLoop wide = declared.choose_loop({DType::Int32, DType::Int8});
  EXPECT_EQ(wide.inputs, Loop({DType::Float64, DType::Float64}));
  EXPECT_EQ(wide.result, DType::Int16);
  EXPECT_EQ(kernel("fused").choose_loop({DType::Int8, DType::UInt8, DType::Bool}).result, DType::Int64);
}

TEST(Ufunc, RefusesWhatNoDeclaredLoopTakes) {
  const Kernel one = vectorize({"one.py", "import nearfield as nf\n@nf.vectorize(['i4(i4)'])\ndef f(a): return a\n"});
  try {
    one.choose_loop({DType::Float64});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Type);
    EXPECT_NE(error.message.find("ufunc 'f' not supported for the input types"), std::string::npos);
  }
}

TEST(Ufunc, ComputesAllElementsButThoseThatRaise) {
  Data<double> x(DType::Float64, {1000}), out(DType::Float64, {1000});
  for (size_t i : {0ul, 17ul, 500ul, 999ul}) x.values[i] = -1;
  EXPECT_THROW(kernel("positive").call({x.view}, out.view), Error);
  for (size_t i = 0; i < 1000; ++i) EXPECT_EQ(out.values[i], x.values[i] < 0 ? double(i) : x.values[i] + 1) << i;
}

TEST(Ufunc, SaysWhichShapesDoNotGoTogether) {
  Data<double> a(DType::Float64, {3}), b(DType::Float64, {4});
  try {
    kernel("declared").call({a.view, b.view});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message, "operands could not be broadcast together with shapes (3,) (4,)");
  }
}

TEST(Ufunc, RunsOverLazyArrays) {
  Data<uint8_t> stack(DType::UInt8, {10, 20, 30});
  const Array lazy = Array::from_memory(stack.view, nullptr).apply(kernel("positive"));
  EXPECT_EQ(lazy.dtype(), DType::Int64);
  const NewArray made = lazy.compute({});
  for (size_t i = 0; i < stack.values.size(); ++i)
    EXPECT_EQ(static_cast<int64_t*>(made.view.data)[i], int64_t(stack.values[i]) + 1);
}

}  // namespace
}  // namespace nf
