// Region kernels against the interpreter: every dtype, rank, width and register size, between guard pages.
#include <gtest/gtest.h>

#include "unit/codegen/stencil_support.h"

namespace nf::codegen::testing {
namespace {
using Guard = GuardedArray::Guard;
using ir::InstId;

/// The register sizes that this machine can be asked for.
std::vector<int> register_sizes() {
  std::vector<int> sizes;
  for (int bytes : {16, 32, 64})
    if (bytes <= host_target().vector_bytes) sizes.push_back(bytes);
  return sizes;
}

/// Compiles for every register size and compares on shapes whose last extents are `widths`.
void check(const ir::Module& module, const std::vector<std::vector<int64_t>>& shapes) {
  for (int bytes : register_sizes()) {
    SCOPED_TRACE("registers of " + std::to_string(bytes) + " bytes");
    auto code = compiled(module, bytes);
    uint64_t seed = 1;
    for (const auto& shape : shapes) {
      std::string text;
      for (int64_t n : shape) text += std::to_string(n) + " ";
      SCOPED_TRACE("shape " + text);
      const int64_t size = size_of(module.functions[0].params[0].type.dtype());
      expect_like_interpreter(module, *code, shape, ++seed, 0, Guard::Behind);
      expect_like_interpreter(module, *code, shape, ++seed, 3 * size, Guard::Before);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

std::vector<std::vector<int64_t>> images(int64_t rows, int64_t widest) {
  std::vector<std::vector<int64_t>> shapes;
  for (int64_t width = 1; width <= widest; ++width) shapes.push_back({rows + width % 3, width});
  return shapes;
}

TEST(Stencil, MeanOfEightBitsIsExactAtEveryWidth) {
  check(mean(DType::UInt8, DType::Int16, DType::UInt8, {3, 3}), images(7, 140));
  check(mean(DType::Int8, DType::Int16, DType::Int8, {3, 3}), images(6, 140));
}

TEST(Stencil, MeanOfEveryTypeAtEveryWidth) {
  struct Types {
    DType in, sum, out;
  };
  for (Types t :
       {Types{DType::Int8, DType::Int64, DType::Int64}, Types{DType::UInt8, DType::UInt16, DType::UInt16},
        Types{DType::UInt8, DType::Int32, DType::UInt8}, Types{DType::Int8, DType::Int32, DType::Int8},
        Types{DType::Int16, DType::Int32, DType::Int16}, Types{DType::UInt16, DType::UInt32, DType::UInt16},
        Types{DType::Int32, DType::Int64, DType::Int32}, Types{DType::UInt32, DType::UInt64, DType::Float64},
        Types{DType::UInt64, DType::UInt64, DType::UInt64}, Types{DType::Int64, DType::Int64, DType::Float32},
        Types{DType::Float32, DType::Float32, DType::Float32}, Types{DType::Float64, DType::Float64, DType::Float64},
        Types{DType::UInt8, DType::Float32, DType::UInt8}, Types{DType::Float32, DType::Float64, DType::Int16},
        Types{DType::Bool, DType::Int16, DType::UInt8}, Types{DType::Float64, DType::Float64, DType::Bool}}) {
    SCOPED_TRACE(std::string(name_of(t.in)) + " " + std::string(name_of(t.sum)) + " " + std::string(name_of(t.out)));
    check(mean(t.in, t.sum, t.out, {3, 3}), images(6, 70));
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Stencil, EveryRank) {
  for (DType dtype : {DType::UInt8, DType::Float32}) {
    const DType sum = dtype == DType::UInt8 ? DType::Int16 : dtype;
    check(mean(dtype, sum, dtype, {3}), {{1}, {2}, {3}, {17}, {65}, {66}, {67}, {200}});
    check(mean(dtype, sum, dtype, {3, 3, 3}), {{3, 3, 3}, {4, 9, 70}, {5, 5, 130}, {2, 9, 70}, {4, 6, 20}});
    check(mean(dtype, sum, dtype, {1, 3, 1, 3}), {{2, 3, 2, 70}, {2, 5, 3, 19}, {1, 3, 1, 3}});
  }
}

TEST(Stencil, WindowsThatDoNotSurroundThePoint) {
  // Even sides and gaps: the phases of narrow data end at odd distances.
  for (std::vector<int64_t> sides : {std::vector<int64_t>{2, 2}, {1, 4}, {4, 1}, {5, 5}, {2, 7}}) {
    check(mean(DType::UInt8, DType::Int16, DType::UInt8, sides), images(9, 70));
    check(mean(DType::UInt8, DType::Int32, DType::UInt8, sides), images(9, 70));
  }
  StencilWriter w(2);
  InstId x = w.array(DType::UInt8);
  auto far = [&](int64_t row, int64_t column) { return w.cast(w.at(x, {row, column}), DType::UInt16); };
  check(w.finish({w.cast(w.add(far(0, -6), w.add(far(-3, 5), far(2, 0))), DType::UInt8)}), images(9, 90));
}

TEST(Stencil, StreamingStoresTheSame) {
  // Rows that begin anywhere in a line of the cache, and end there.
  for (auto [dtype, sum] : {std::pair(DType::UInt8, DType::Int16), {DType::Float32, DType::Float32}})
    for (int bytes : register_sizes()) {
      auto code = compiled(mean(dtype, sum, dtype, {3, 3}), bytes);
      for (int64_t width : {20, 70, 130, 200, 700, 1021, 1200, 2500})
        for (int64_t padding : {0, 4, 20}) {
          SCOPED_TRACE("width " + std::to_string(width) + ", padding " + std::to_string(padding));
          const Guard guard = padding ? Guard::Before : Guard::Behind;
          expect_like_interpreter(mean(dtype, sum, dtype, {3, 3}), *code, {11, width}, 5, padding, guard,
                                  abi::kStreaming);
        }
    }
}

}  // namespace
}  // namespace nf::codegen::testing
