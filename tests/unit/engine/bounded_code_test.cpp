// However a kernel is written, its code grows at most with its text: counted in bytes of objects, not in seconds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "passes/passes.h"
#include "unit/codegen/stencil_support.h"

namespace nf::test {
namespace {

using codegen::testing::StencilWriter;
using ir::BinaryOp;
using ir::InstId;

size_t code_size(ir::Module module) {
  module = passes::run(std::move(module), {}, true);
  return codegen::compile(module, codegen::host_target()).object.size();
}

/// `count` different cells, each with what `term` makes of it, added up in `sum`.
template <class Term>
ir::Module cells(int count, DType in, DType sum, Term term) {
  StencilWriter w(2);
  InstId x = w.array(in), total = w.constant(sum, 0);
  const int side = 1 + int(std::sqrt(double(count)));
  for (int i = 0; i < count; ++i) total = w.add(total, term(w, w.cast(w.at(x, {i / side, i % side}), sum), i));
  return w.finish({total});
}

InstId weighted(StencilWriter& w, InstId cell, int i) {
  return w.binary(BinaryOp::Mul, cell, w.constant(w.dtype(cell), i * 37 % 101 + 2));
}
InstId divided(StencilWriter& w, InstId cell, int i) {
  return w.binary(BinaryOp::FloorDiv, cell, w.constant(w.dtype(cell), i * 37 % 101 + 2));
}

TEST(BoundedCode, GrowsWithTheNumberOfCells) {
  for (auto term : {weighted, divided})
    for (auto [in, sum] :
         {std::pair(DType::UInt8, DType::Int64), {DType::Float32, DType::Float32}, {DType::Int64, DType::Int64}}) {
      const size_t small = code_size(cells(40, in, sum, term)), large = code_size(cells(160, in, sum, term));
      EXPECT_LT(large, 5 * small) << name_of(in);
    }
}

TEST(BoundedCode, OfAValueUsedTwiceGrowsWithTheText) {
  for (BinaryOp op : {BinaryOp::Add, BinaryOp::Mul}) {
    auto chain = [&](int length) {
      StencilWriter w(2);
      InstId value = w.cast(w.at(w.array(DType::Int32), {0, 1}), DType::Int64);
      for (int i = 0; i < length; ++i) {  // y = x + x; z = y + y; ...: as one sum it would have 2**length terms
        value = w.binary(op, value, value);
        value = w.binary(BinaryOp::Xor, value, w.constant(DType::Int64, i));
      }
      return w.finish({value});
    };
    EXPECT_LT(code_size(chain(200)), 6 * code_size(chain(50)));
  }
}

/// A sum over a window of `side` by `side`, in loops.
ir::Module window(int64_t side) {
  const std::string text = fmt::format(R"(site 1 IndexError "{{0}} {{1}}"
func @f(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant footprint [0..{0}, 0..{0}] {{
  %0 = param 0 : uint8[:, :]
  %1 = slot : int64
  %2 = const 0 : int64
  %3 = const {1} : int64
  %4 = const 1 : int64
  for %5 = %2 to %3 step %4 {{
    for %6 = %2 to %3 step %4 {{
      %7 = neighbor_at %0[%5, %6] site 1 : uint8
      %8 = cast %7 : int64
      %9 = get %1 : int64
      %10 = add %9, %8 : int64
      set %1, %10
    }}
  }}
  %11 = get %1 : int64
  return %11
}})",
                                       side - 1, side);
  return ir::parse_ir(text);
}

TEST(BoundedCode, OfTenThousandCellsIsPlain) {
  for (auto [in, sum] : {std::pair(DType::UInt8, DType::Int64), {DType::Float32, DType::Float32}})
    EXPECT_LT(code_size(cells(10000, in, sum, weighted)), 100u * 10000) << name_of(in);
}

TEST(BoundedCode, OfFunctionsThatCallTheNextOneTwice) {
  auto text = [](int depth) {
    std::string all =
        "func @f(x: float64[:] relative) -> float64 stencil rank 1 mode constant footprint [0..0] {\n"
        "  %0 = param 0 : float64[:]\n  %1 = neighbor %0[0] : float64\n"
        "  %2 = call 1(%1) : float64\n  return %2\n}\n";
    for (int i = 1; i <= depth; ++i)
      all += fmt::format("func @g{0}(a: float64) -> float64 {{\n  %0 = param 0 : float64\n", i) +
             (i == depth ? std::string("  return %0\n}\n")
                         : fmt::format("  %1 = call {0}(%0) : float64\n  %2 = add %0, %1 : float64\n"
                                       "  %3 = call {0}(%2) : float64\n  %4 = add %1, %3 : float64\n  return %4\n}}\n",
                                       i + 1));
    return ir::parse_ir(all);
  };
  EXPECT_LT(code_size(text(40)), 3 * code_size(text(20)));
}

TEST(BoundedCode, OfLargeWindowsStaysALoop) {
  const ir::Module kept = passes::run(window(101), {}, true), written = passes::run(window(5), {}, true);
  auto loops = [](const ir::Module& module) {
    int count = 0;
    for (const ir::Inst& inst : module.functions[0].insts) count += std::holds_alternative<ir::For>(inst.op);
    return count;
  };
  EXPECT_EQ(loops(kept), 2);
  EXPECT_EQ(loops(written), 0);
  EXPECT_LT(code_size(window(101)), 30000u);
  EXPECT_NEAR(double(code_size(window(201))), double(code_size(window(301))), 64);  // but for the size of immediates
}

}  // namespace
}  // namespace nf::test
