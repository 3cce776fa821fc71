// GPU code against the interpreter, run on a machine for PTX: every operation, dtype, rank and edge of a block.
#include <gtest/gtest.h>

#include "gpu/support.h"
#include "ir/text.h"
#include "nearfield/error.h"

namespace nf::gpu::testing {
namespace {
using codegen::testing::mean;
using codegen::testing::StencilWriter;
using ir::BinaryOp;
using ir::InstId;
using ir::MathFn;
using ir::UnaryOp;

constexpr DType kAll[] = {DType::Bool,   DType::Int8,  DType::UInt8,  DType::Int16,   DType::UInt16, DType::Int32,
                          DType::UInt32, DType::Int64, DType::UInt64, DType::Float32, DType::Float64};

void check(const ir::Module& module, const std::vector<std::vector<int64_t>>& shapes) {
  uint64_t seed = 0;
  for (const auto& shape : shapes) {
    std::string text;
    for (int64_t n : shape) text += std::to_string(n) + " ";
    SCOPED_TRACE("shape " + text);
    const int64_t size = size_of(module.functions[0].params[0].type.dtype());
    // Rows are longer than they need to be, by a size that keeps elements aligned.
    const int64_t widest = 8;
    expect_like_interpreter(module, shape, ++seed, shape.size() > 1 ? widest * (size == 1 ? 3 : 1) : 0);
    if (::testing::Test::HasFailure()) return;
  }
}

/// `build` makes results from one element of each of the arrays.
void check_elementwise(const std::vector<DType>& dtypes, const std::string& what,
                       const std::function<std::vector<InstId>(StencilWriter&, const std::vector<InstId>&)>& build) {
  StencilWriter w(1);
  std::vector<InstId> elements;
  std::string name = what;
  for (DType dtype : dtypes) elements.push_back(w.at(w.array(dtype), {0})), name += " " + std::string(name_of(dtype));
  std::vector<InstId> results = build(w, elements);
  SCOPED_TRACE(name);
  check(w.finish(results), {{600}});
}

TEST(GpuKernel, BlocksEndAnywhere) {
  // Around multiples of the 32 columns and 32 rows of a block, and less than the four rows of a thread.
  std::vector<std::vector<int64_t>> shapes;
  for (int64_t rows : {3, 4, 5, 6, 7, 34, 35})
    for (int64_t columns : {3, 4, 33, 34, 35, 67}) shapes.push_back({rows, columns});
  check(mean(DType::UInt8, DType::Int16, DType::UInt8, {3, 3}), shapes);
  check(mean(DType::Float32, DType::Float32, DType::Float32, {3, 1}), {{3, 1}, {4, 40}, {40, 2}, {2, 5}, {1, 1}});
}

TEST(GpuKernel, EveryRank) {
  for (DType dtype : {DType::UInt8, DType::Float64}) {
    const DType sum = dtype == DType::UInt8 ? DType::Int16 : dtype;
    check(mean(dtype, sum, dtype, {3}), {{1}, {3}, {257}, {258}, {259}, {600}});
    check(mean(dtype, sum, dtype, {3, 3, 3}), {{3, 3, 3}, {4, 9, 35}, {5, 5, 40}, {2, 9, 7}});
    check(mean(dtype, sum, dtype, {3, 1, 3, 3}), {{3, 4, 3, 40}, {5, 3, 7, 5}, {3, 1, 3, 3}});
  }
}

TEST(GpuKernel, WindowsThatDoNotSurroundThePoint) {
  StencilWriter w(2);
  InstId x = w.array(DType::UInt8), y = w.array(DType::Int32);
  auto far = [&](int64_t row, int64_t column) { return w.cast(w.at(x, {row, column}), DType::Int32); };
  InstId sum = w.add(far(-5, 6), w.add(far(-3, 5), w.at(y, {-1, -2})));
  check(w.finish({w.add(sum, far(-2, 0)), w.compare(ir::CompareOp::Lt, far(-4, 1), w.at(y, {-1, 3}))}),
        {{9, 40}, {6, 9}, {38, 12}});
}

TEST(GpuKernel, OperationsAreAsDefined) {
  for (DType dtype : kAll) {
    check_elementwise({dtype, dtype}, "operations", [&](StencilWriter& w, const auto& x) {
      std::vector<InstId> results;
      for (UnaryOp op : {UnaryOp::Neg, UnaryOp::Invert, UnaryOp::Not, UnaryOp::Abs})
        if (ir::has_op(op, dtype)) results.push_back(w.emit(ir::Unary{op, x[0]}, Type::scalar(dtype)));
      for (int op = 0; op <= int(BinaryOp::Max); ++op)
        if (ir::has_op(BinaryOp(op), dtype) && !(is_float(dtype) && BinaryOp(op) == BinaryOp::Pow))
          results.push_back(w.binary(BinaryOp(op), x[0], x[1]));
      for (int op = 0; op <= int(ir::CompareOp::Ge); ++op) {
        results.push_back(w.compare(ir::CompareOp(op), x[0], x[1]));
        results.push_back(w.emit(ir::Select{results.back(), x[0], x[1]}, Type::scalar(dtype)));
      }
      return results;
    });
  }
}

TEST(GpuKernel, ConstantsOnTheRightAreAsDefined) {
  for (DType dtype : kAll) {
    if (!is_integer(dtype)) continue;
    check_elementwise({dtype}, "constants", [&](StencilWriter& w, const auto& x) {
      std::vector<InstId> results;
      for (BinaryOp op : {BinaryOp::FloorDiv, BinaryOp::Mod, BinaryOp::Pow, BinaryOp::Shl, BinaryOp::Shr})
        for (double constant : {0.0, 1.0, -1.0, 2.0, 3.0, -3.0, 7.0, 9.0, 64.0, 100.0, -128.0})
          if (constant >= 0 || is_signed(dtype)) results.push_back(w.binary(op, x[0], w.constant(dtype, constant)));
      return results;
    });
  }
}

TEST(GpuKernel, CastsAreAsDefined) {
  for (DType from : kAll)
    check_elementwise({from}, "casts", [&](StencilWriter& w, const auto& x) {
      std::vector<InstId> results;
      for (DType to : kAll) {
        results.push_back(w.cast(x[0], to));
        if (!is_float(from) || is_float(to)) continue;
        for (double scale : {0x1p-12, 0x1p8, 0x1p24, 0x1p40, 0x1p41, 0x1p50})
          results.push_back(w.cast(w.binary(BinaryOp::Mul, x[0], w.constant(from, scale)), to));
      }
      return results;
    });
}

TEST(GpuKernel, FunctionsAreAsDefined) {
  for (DType dtype : {DType::Float32, DType::Float64})
    check_elementwise({dtype, dtype}, "functions", [&](StencilWriter& w, const auto& x) {
      std::vector<InstId> results;
      for (MathFn fn : {MathFn::Sqrt, MathFn::Floor, MathFn::Ceil, MathFn::Trunc, MathFn::Round, MathFn::Fmod,
                        MathFn::Copysign, MathFn::IsNan, MathFn::IsInf, MathFn::IsFinite}) {
        std::vector<InstId> args(x.begin(), x.begin() + ir::arity(fn));
        results.push_back(w.emit(ir::Math{fn, args}, Type::scalar(fn >= MathFn::IsNan ? DType::Bool : dtype)));
      }
      return results;
    });
}

TEST(GpuKernel, RemaindersAreExactAtTheEndsOfTheRange) {
  // Quotients of up to 2^277, and numbers so small that their halves are rounded.
  for (double scale : {0x1p-149, 0x1p-140, 0x1p-20, 0x1p100})
    check_elementwise({DType::Int16, DType::Float32}, "remainder", [&](StencilWriter& w, const auto& x) {
      InstId small = w.binary(BinaryOp::Mul, w.cast(x[0], DType::Float32), w.constant(DType::Float32, scale));
      InstId tiny = w.binary(BinaryOp::Mul, w.constant(DType::Float32, 3), w.constant(DType::Float32, 0x1p-149));
      return std::vector<InstId>{w.binary(BinaryOp::Mod, x[1], small), w.binary(BinaryOp::Mod, small, tiny),
                                 w.binary(BinaryOp::FloorDiv, small, tiny)};
    });
}

TEST(GpuKernel, SumsAreRegroupedExactly) {
  for (DType in : {DType::UInt8, DType::Int16})
    for (DType sum : {DType::Int16, DType::Int32, DType::UInt64}) {
      StencilWriter w(2);
      InstId x = w.array(in), total = w.constant(sum, 5);
      const int weights[] = {-1, 2, 1, 7, 0, 2, -1, 3, 1};
      for (int k = 0; k < 9; ++k) {
        InstId term = w.cast(w.at(x, {k / 3 - 1, k % 3 - 1}), sum);
        const int weight = is_signed(sum) ? weights[k] : k;
        total = w.add(total, w.binary(BinaryOp::Mul, term, w.constant(sum, weight)));
      }
      check(w.finish({total}), {{9, 40}, {4, 5}, {5, 33}});
    }
}

TEST(GpuKernel, ScalarsAndWeightsAreRead) {
  StencilWriter w(2);
  InstId x = w.array(DType::Float32), flag = w.scalar(DType::Bool), scale = w.scalar(DType::Int16);
  InstId weights = w.weights(DType::Float32, 2);
  auto index = [&](int64_t i) { return w.constant(DType::Int64, double(i)); };
  InstId weight = w.emit(ir::Load{weights, {index(-2), index(3)}, true, true, w.site()}, Type::scalar(DType::Float32));
  InstId extent = w.emit(ir::Dim{weights, 1}, Type::scalar(DType::Int64));
  InstId left = w.binary(BinaryOp::Mul, w.at(x, {0, -1}), weight);
  InstId right = w.binary(BinaryOp::Mul, w.at(x, {1, 1}), w.cast(scale, DType::Float32));
  check(w.finish({w.add(left, right), w.emit(ir::Select{flag, left, right}, Type::scalar(DType::Float32)), extent}),
        {{6, 50}, {3, 3}});
}

TEST(GpuKernel, CapturedArraysArePartOfTheCode) {
  ir::Module module = ir::parse_ir(
      "site 1 IndexError \"index {0} is out of bounds\"\nconstant 0 int16[2, 3] = 1, -2, 3, -4, 500, -6\n"
      "func @f(x: int16[:] relative) -> int16 stencil rank 1 mode constant footprint [0..1] {\n"
      "  %0 = param 0 : int16[:]\n  %1 = global 0 : readonly int16[:, ::1]\n  %2 = const 1 : int64\n"
      "  %3 = const -2 : int64\n  %4 = load %1[%2, %3] wrap check site 1 : int16\n  %5 = neighbor %0[1] : int16\n"
      "  %6 = mul %4, %5 : int16\n  return %6\n}\n");
  ir::verify(module);
  expect_like_interpreter(module, {300}, 1);
}

TEST(GpuKernel, WhatRaisesFillsTheFaultAndWritesNothing) {
  StencilWriter w(1);
  InstId x = w.array(DType::Float32), weights = w.weights(DType::Float32, 1);
  InstId weight =
      w.emit(ir::Load{weights, {w.constant(DType::Int64, 5)}, true, true, w.site()}, Type::scalar(DType::Float32));
  ir::Module module = w.finish({w.binary(BinaryOp::Mul, w.at(x, {0}), weight)});
  float in[4] = {1, 2, 3, 4}, out[4] = {-1, -1, -1, -1}, five[5] = {};
  abi::Array arrays[2] = {{in, {4}, {4}}, {five, {5}, {4}}}, result{out, {4}, {4}};
  abi::Value values[2];
  values[0].array = &arrays[0], values[1].array = &arrays[1];
  abi::Context context{nullptr, nullptr, {}};
  abi::StencilCall call{values, &result, {0}, {4}, 0};
  auto run = on_gpu(fake_gpu(), codegen::compile_ptx(module));
  EXPECT_EQ(run(&context, &call), 1);
  EXPECT_EQ(context.fault.count, 3u);
  EXPECT_EQ(context.fault.values[0], 5u);
  EXPECT_EQ(context.fault.values[1], 0u);
  EXPECT_EQ(context.fault.values[2], 5u);
  for (float value : out) EXPECT_EQ(value, -1);
  call.hi[0] = 0;  // nothing to compute, nothing to raise
  EXPECT_EQ(run(&context, &call), 0);
}

TEST(GpuKernel, TooManyArgumentsAreRefused) {
  StencilWriter w(4);
  InstId sum = InstId::none();
  for (int i = 0; i < 60; ++i) {
    InstId x = w.at(w.array(DType::Float32), {0, 0, 0, 0});
    sum = sum ? w.add(sum, x) : x;
  }
  try {
    codegen::compile_ptx(w.finish({sum}));
    FAIL() << "it was compiled";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Unsupported);
    EXPECT_EQ(error.message, "`stencil` cannot be compiled for a GPU: its arguments take 4464 bytes");
  }
}

TEST(GpuKernel, ArchitecturesAreChosenByCapability) {
  EXPECT_FALSE(codegen::gpu_target_of(7, 0));
  EXPECT_EQ(codegen::gpu_target_of(7, 5)->name, "sm_75");
  EXPECT_EQ(codegen::gpu_target_of(8, 4)->name, "sm_80");
  EXPECT_EQ(codegen::gpu_target_of(9, 9)->name, "sm_90");
  EXPECT_EQ(codegen::gpu_target_of(12, 7)->name, "sm_121");
  EXPECT_THROW(codegen::gpu_target("sm_81"), Error);
}

}  // namespace
}  // namespace nf::gpu::testing
