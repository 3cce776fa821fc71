// Kernels over lazy arrays, through the public API: what streaming writes into used buffers is what the kernel makes of
// the whole array.
#include <gtest/gtest.h>

#include "nearfield/nearfield.h"

namespace nf {
namespace {

constexpr const char* kText = R"(
import nearfield as nf

@nf.stencil
def mean(x):
    return (x[-1, 0] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, 0]) // 5

@nf.stencil
def across(x):
    return (x[-1, 0, 0] + x[0, 0, 0] + x[1, 0, 0]) // 3

@nf.stencil
def blend(x, y, amount):
    return x[-1, 0] * amount + y[0, 1]

@nf.guvectorize('(n, m) -> (n, m)')
@nf.stencil
def over_stencil(x):
    return (x[-1, 0] + x[0, 0] + x[1, 0]) // 3

@nf.guvectorize([(nf.uint8[:, :], nf.int16[:, :])], '(n, m) -> (n, m)')
def loop(x, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] - 100
)";

Kernel kernel(std::string_view name) {
  for (Kernel& kernel : kernels({"kernels.py", kText}))
    if (kernel.name() == name) return kernel;
  throw Error(ErrorKind::Value, "no such kernel");
}

struct Stack {
  std::vector<uint8_t> data = std::vector<uint8_t>(40 * 30 * 20);
  Array array;
  Stack() {
    for (size_t i = 0; i < data.size(); ++i) data[i] = uint8_t(i * i * 7 + i / 13);
    int64_t shape[] = {40, 30, 20};
    array = Array::from_memory(View::contiguous(data.data(), DType::UInt8, shape, 3), nullptr);
  }
  int64_t at(int64_t z, int64_t y, int64_t x) const { return data[size_t((z * 30 + y) * 20 + x)]; }
};

/// Computes into memory that was used before, and compares each element.
template <class Expected>
void expect_elements(const Array& array, Expected expected) {
  std::vector<int64_t> out(40 * 30 * 20, 77);
  int64_t shape[] = {40, 30, 20};
  array.astype(DType::Int64).compute_into(View::contiguous(out.data(), DType::Int64, shape, 3));
  for (int64_t z = 0; z < 40; ++z)
    for (int64_t y = 0; y < 30; ++y)
      for (int64_t x = 0; x < 20; ++x)
        ASSERT_EQ(out[size_t((z * 30 + y) * 20 + x)], expected(z, y, x)) << z << " " << y << " " << x;
}

TEST(LazyArray, StencilsOfSeveralArraysAndOperators) {
  Stack stack;
  Array shifted = stack.array.astype(DType::Int64) * 3;
  expect_elements(apply(kernel("blend"), {stack.array, shifted - 1, 2}),
                  [&](int64_t z, int64_t y, int64_t x) -> int64_t {
                    if (y == 0 || x == 19) return 0;
                    return stack.at(z, y - 1, x) * 2 + stack.at(z, y, x + 1) * 3 - 1;
                  });
}

TEST(LazyArray, StencilRunsOverEachFrameAndItsBorderIsZero) {
  Stack s;
  expect_elements(s.array.apply(kernel("mean")), [&](int64_t z, int64_t y, int64_t x) -> int64_t {
    if (y == 0 || y == 29 || x == 0 || x == 19) return 0;
    return (s.at(z, y - 1, x) + s.at(z, y, x - 1) + s.at(z, y, x) + s.at(z, y, x + 1) + s.at(z, y + 1, x)) / 5;
  });
}

TEST(LazyArray, StencilOfRankThreeReadsNeighbouringFrames) {
  Stack s;
  expect_elements(s.array.apply(kernel("across")), [&](int64_t z, int64_t y, int64_t x) -> int64_t {
    if (z == 0 || z == 39) return 0;
    return (s.at(z - 1, y, x) + s.at(z, y, x) + s.at(z + 1, y, x)) / 3;
  });
}

TEST(LazyArray, GufuncsRunOverEachFrame) {
  Stack s;
  expect_elements(s.array.apply(kernel("over_stencil")), [&](int64_t z, int64_t y, int64_t x) -> int64_t {
    return y == 0 || y == 29 ? 0 : (s.at(z, y - 1, x) + s.at(z, y, x) + s.at(z, y + 1, x)) / 3;
  });
  Array shifted = s.array.apply(kernel("loop"));
  EXPECT_EQ(shifted.dtype(), DType::Int16);
  expect_elements(shifted, [&](int64_t z, int64_t y, int64_t x) { return s.at(z, y, x) - 100; });
}

TEST(LazyArray, MeanOfBytesIsKnownToFitAByte) {
  Stack s;
  EXPECT_EQ(s.array.apply(kernel("mean")).range(), (std::pair<double, double>(0, 255)));
}

}  // namespace
}  // namespace nf
