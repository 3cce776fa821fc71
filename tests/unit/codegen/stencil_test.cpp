// Region kernels against the interpreter: every dtype, rank, width and register size, between guard pages.
#include <gtest/gtest.h>

#include "codegen/crowded_rows.h"
#include "codegen/describe.h"
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

/// Compiles for every register size, fast and in full, and compares on shapes whose last extents are `widths`.
void check(const ir::Module& module, const std::vector<std::vector<int64_t>>& shapes) {
  for (int way = 0; way < 2 * int(register_sizes().size()); ++way) {
    const int bytes = register_sizes()[size_t(way / 2)];
    CompileOptions options;
    options.fast = way % 2;
    SCOPED_TRACE("registers of " + std::to_string(bytes) + " bytes" + (options.fast ? ", fast" : ""));
    auto code = compiled(module, bytes, options);
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

TEST(Stencil, BodiesWithControlFlowTakeTheLoopForm) {
  StencilWriter w(2);
  InstId x = w.array(DType::Int16), scale = w.scalar(DType::Int32);
  InstId total = w.emit(ir::Slot{}, Type::scalar(DType::Int32));
  auto add = [&](std::vector<int64_t> offset) {
    InstId term = w.binary(ir::BinaryOp::Mul, w.cast(w.at(x, std::move(offset)), DType::Int32), scale);
    w.emit(ir::Set{total, w.add(w.emit(ir::Get{total}, Type::scalar(DType::Int32)), term)}, Type::none());
  };
  add({-1, 0}), add({1, 2});
  check(w.finish({w.emit(ir::Get{total}, Type::scalar(DType::Int32))}), images(5, 30));
}

TEST(Stencil, RowsAtTheSamePlacesOfAPageCrowd) {
  for (int64_t pitch : {512, 1024, 2048, 4096, 8192, 3072, 4096 * 5 + 1024, 1026, 2052, 4104, 4088})
    for (int64_t sign : {1, -1}) EXPECT_TRUE(rows_crowd(sign * pitch, 64)) << pitch;
  for (int64_t pitch : {0, 1, 64, 100, 128, 500, 640, 1000, 1040, 1920, 2000, 3000, 4000, 4160, 8000})
    EXPECT_FALSE(rows_crowd(pitch, 64)) << pitch;
  EXPECT_FALSE(rows_crowd(512, 56)) << "seven at each place";
  EXPECT_FALSE(rows_crowd(4096, 7));
  EXPECT_TRUE(rows_crowd(4096, 8));
}

TEST(Stencil, TwoProductsOfNarrowFactorsAreAddedAtOnce) {
  auto sum_of_products = [](DType left, DType right, bool least, const std::vector<DType>& results) {
    StencilWriter w(2);
    const InstId x = w.array(left), y = w.array(right);
    auto factor = [&](InstId array, int64_t row, int64_t column) {
      InstId value = w.at(array, {row, column});
      if (least) value = w.binary(ir::BinaryOp::Shl, value, w.constant(w.dtype(value), 15));  // 0 or -32768
      return w.cast(value, DType::Int32);
    };
    const InstId sum = w.add(w.binary(ir::BinaryOp::Mul, factor(x, 0, 1), factor(y, -1, 0)),
                             w.binary(ir::BinaryOp::Mul, factor(x, 0, -1), factor(x, 1, 0)));
    std::vector<InstId> all;
    for (DType dtype : results) all.push_back(w.cast(dtype == left ? w.at(x, {0, 0}) : sum, dtype));
    return w.finish(all);
  };
  auto is_paired = [](const ir::Module& module) {
    return compile(module, target_of(16), {.want_assembly = true}).assembly.find("pmaddwd") != std::string::npos;
  };
  for (DType left : {DType::Int8, DType::UInt8, DType::Int16, DType::UInt16})
    for (DType right : {DType::UInt8, DType::Int16}) {
      SCOPED_TRACE(std::string(name_of(left)) + " " + std::string(name_of(right)));
      // A second result of the narrow type makes more lanes than one register of products has.
      for (const std::vector<DType>& results : {std::vector{DType::Int32}, {left, DType::Int32}, {DType::Float64}}) {
        const ir::Module module = sum_of_products(left, right, false, results);
        EXPECT_EQ(is_paired(module), left != DType::UInt16);
        check(module, images(5, 70));
      }
    }
  const ir::Module least = sum_of_products(DType::Int16, DType::Int16, true, {DType::Int32});  // 2^31, wrapped
  EXPECT_TRUE(is_paired(least));
  check(least, images(3, 40));
}

TEST(Stencil, ScalarsAndWeightsAreReadOnce) {
  StencilWriter w(2);
  InstId x = w.array(DType::Float32), y = w.array(DType::UInt8), scale = w.scalar(DType::Float32);
  InstId weights = w.weights(DType::Float32, 1);
  InstId weight =
      w.emit(ir::Load{weights, {w.constant(DType::Int64, -2)}, true, true, w.site()}, Type::scalar(DType::Float32));
  InstId left = w.binary(ir::BinaryOp::Mul, w.at(x, {0, -1}), weight);
  InstId right = w.binary(ir::BinaryOp::Mul, w.cast(w.at(y, {1, 1}), DType::Float32), scale);
  check(w.finish({w.add(left, right), w.compare(ir::CompareOp::Lt, left, right), scale}), images(6, 50));
}

TEST(Stencil, ReadOutsideTheWeightsRaisesBeforeAnythingIsWritten) {
  StencilWriter w(1);
  InstId x = w.array(DType::Float32), weights = w.weights(DType::Float32, 1);
  InstId weight =
      w.emit(ir::Load{weights, {w.constant(DType::Int64, 5)}, true, true, w.site()}, Type::scalar(DType::Float32));
  ir::Module module = w.finish({w.binary(ir::BinaryOp::Mul, w.at(x, {0}), weight)});
  auto code = compiled(module, 16);
  float in[4] = {1, 2, 3, 4}, out[4] = {-1, -1, -1, -1}, five[5] = {};
  abi::Array arrays[2] = {{in, {4}, {4}}, {five, {5}, {4}}}, result{out, {4}, {4}};
  abi::Value values[2];
  values[0].array = &arrays[0], values[1].array = &arrays[1];
  int32_t cancelled = 0;
  abi::Context context{nullptr, &cancelled, {}};
  abi::StencilCall call{values, &result, {0}, {4}, 0};
  auto kernel = reinterpret_cast<abi::StencilFunction>(code->symbol(0));
  EXPECT_EQ(kernel(&context, &call), 1);
  EXPECT_EQ(context.fault.site, 1u);
  EXPECT_EQ(context.fault.values[0], 5u);
  EXPECT_EQ(out[0], -1);
  call.hi[0] = 0;  // nothing to compute, nothing to raise
  EXPECT_EQ(kernel(&context, &call), 0);
}

TEST(Stencil, SeparableAndSignedWeights) {
  // Gauss, Sobel and Laplace in 16 and 32 bits: sums are regrouped, and wrap as the interpreter's do.
  const std::vector<std::vector<double>> kernels = {{1, 2, 1, 2, 4, 2, 1, 2, 1},
                                                    {-1, 0, 1, -2, 0, 2, -1, 0, 1},
                                                    {0, -1, 0, -1, 4, -1, 0, -1, 0},
                                                    {900, -7, 31, 5, 0, 3, 2, 11, 13}};
  for (DType in : {DType::UInt8, DType::Int8, DType::UInt16})
    for (DType sum : {DType::Int16, DType::Int32, DType::UInt64})
      for (size_t k = 0; k < kernels.size(); ++k) {
        const auto& kernel = kernels[k];
        const DType out = k % 2 ? DType::Int32 : DType::UInt8;
        StencilWriter w(2);
        InstId x = w.array(in), total = w.constant(sum, 5);
        for (int k = 0; k < 9; ++k) {
          InstId term = w.cast(w.at(x, {k / 3 - 1, k % 3 - 1}), sum);
          total =
              w.add(total, w.binary(ir::BinaryOp::Mul, term, w.constant(sum, is_signed(sum) ? kernel[size_t(k)] : k)));
        }
        check(w.finish({w.cast(total, out)}), {{9, 80}, {4, 21}});
      }
}

bool has_code(const ir::Module& module, const char* name) {
  const Binary binary = compile(module, named_target("x86-64-v4"), {.want_assembly = true});
  return binary.assembly.find(name) != std::string::npos;
}
bool has_strips(const ir::Module& module) { return has_code(module, "nf_strips_0:"); }

TEST(Stencil, StripsComputeTheSame) {
  // What a block leaves to the one below it: sums, loads, and over four rows what that one leaves on.
  const auto window = [](DType dtype, int rows, ir::BinaryOp op) {
    StencilWriter w(2);
    InstId x = w.array(dtype), y = w.array(DType::Int16), all = w.at(x, {-rows / 2, 0});
    for (int row = 1; row < rows; ++row) all = w.binary(op, all, w.at(x, {row - rows / 2, row % 2}));
    return w.finish({w.binary(ir::BinaryOp::Max, w.cast(all, DType::Int32), w.cast(w.at(y, {0, 1}), DType::Int32))});
  };
  const auto u8 = DType::UInt8, i8 = DType::Int8, i16 = DType::Int16, f32 = DType::Float32;
  for (const ir::Module& module :
       {mean(u8, i16, u8, {3, 3}), mean(i8, i16, i8, {3, 5}), mean(f32, f32, f32, {3, 3}), mean(f32, f32, f32, {2, 2}),
        window(u8, 3, ir::BinaryOp::Min), window(i16, 9, ir::BinaryOp::Max), window(f32, 10, ir::BinaryOp::Sub)})
    for (int bytes : register_sizes()) {
      auto code = compiled(module, bytes);
      expect_like_interpreter(module, *code, {150, 20}, 6, 4, Guard::Behind, abi::kStrips);  // several groups of copies
      for (int64_t rows : {7, 10, 11, 12, 13, 14, 17, 18, 22, 25, 30})
        for (int64_t width : {3, 17, 66, 80, 140})
          for (Guard guard : {Guard::Before, Guard::Behind})
            expect_like_interpreter(module, *code, {rows, width}, 6, guard == Guard::Before ? 20 : 0, guard,
                                    abi::kStrips);
    }
  EXPECT_TRUE(has_strips(mean(u8, i16, u8, {3, 3})));
}

TEST(Stencil, BandsComputeTheSame) {
  // Rows of two bands and a rest; what saves little goes down strips in small images only.
  const auto u8 = DType::UInt8, i16 = DType::Int16, f32 = DType::Float32;
  for (const ir::Module& module : {mean(u8, i16, u8, {3, 3}), mean(f32, f32, f32, {3, 3})}) {
    EXPECT_EQ(describe(module, named_target("x86-64-v4")).bands, module.functions[0].params[0].type.dtype() == u8);
    for (int bytes : register_sizes()) {
      auto code = compiled(module, bytes);
      for (int64_t rows : {129, 130, 131, 132, 133, 135, 200})
        for (uint64_t form : {uint64_t(0), abi::kStrips, abi::kPrefetch, abi::kStreaming})
          expect_like_interpreter(module, *code, {rows, 75}, 6, 0, Guard::Behind, form);
    }
  }
}

TEST(Stencil, StripsOfPlanesComputeTheSame) {
  // Of floats a strip takes two rows at a time, of a tile's four or two: three planes need too many addresses for more.
  const auto f32 = DType::Float32;
  for (const ir::Module& module : {mean(DType::Int16, DType::Int32, DType::Int16, {3, 3, 3}),
                                   mean(f32, f32, f32, {3, 3, 3}), mean(f32, f32, f32, {2, 1, 3, 3})}) {
    EXPECT_TRUE(has_strips(module));
    for (int bytes : register_sizes()) {
      auto code = compiled(module, bytes);
      for (int64_t rows : {5, 7, 10, 11, 12, 13, 18})
        for (int64_t width : {5, 17, 40, 66})
          for (Guard guard : {Guard::Before, Guard::Behind}) {
            std::vector<int64_t> shape = {4, rows, width};
            if (module.functions[0].rank == 4) shape.insert(shape.begin(), 2);
            expect_like_interpreter(module, *code, shape, 6, guard == Guard::Before ? 20 : 0, guard, abi::kStrips);
          }
    }
  }
  EXPECT_FALSE(has_strips(mean(f32, f32, f32, {3, 2, 2})));  // too little to compute
}

TEST(Stencil, LongSumsOfVolumesHaveSeveralRowsUnderWay) {
  const auto f32 = DType::Float32;
  const ir::Module module = mean(f32, f32, f32, {3, 3, 3});
  const Description here = describe(module, named_target("emeraldrapids")),
                    zen = describe(module, named_target("znver5"));
  EXPECT_EQ(here.rows, 4);
  EXPECT_EQ(here.work.count(Work::Shuffle), 0u) << "each column is loaded";
  EXPECT_EQ(here.spills, 0) << "plane by plane few loads are alive at a time";
  EXPECT_EQ(zen.rows, 2);
  EXPECT_EQ(describe(mean(f32, f32, f32, {3, 1, 3}), named_target("emeraldrapids")).rows, 2) << "a short one";
}

TEST(Stencil, PanelsAreAsHighAsTheCacheAllows) {
  const PanelUse use{16, 2, 4};  // three planes of float32 and the result
  EXPECT_EQ(panel_height(use, 512 << 10, 510, 510), 64) << "eight panels";
  EXPECT_EQ(panel_height(use, 512 << 10, 98, 98), 98) << "whole planes stay";
  EXPECT_EQ(panel_height(use, 512 << 10, 510, 5000), 510) << "not even a few rows stay";
  EXPECT_EQ(panel_height({16, 20, 4}, 512 << 10, 510, 510), 510) << "too much would be read twice";
  EXPECT_EQ(panel_height({0, 2, 4}, 512 << 10, 510, 510), 510) << "planes are not shared";
  EXPECT_EQ(panel_height(use, 0, 510, 510), 510);
}

TEST(Stencil, VolumesComputeTheSameInPanels) {
  const auto f32 = DType::Float32;
  for (const ir::Module& module : {mean(f32, f32, f32, {3, 3, 3}), mean(f32, f32, f32, {3, 1, 1}),
                                   mean(DType::Int16, DType::Int32, DType::Int16, {2, 1, 3, 3})})
    for (int bytes : register_sizes()) {
      const auto code = compiled(module, bytes);
      const auto run = reinterpret_cast<abi::StencilFunction>(code->symbol(0));
      const int64_t width = 70, a_row = 16 * width;  // of three planes of 4 bytes and the result; of two and 2 less
      auto in_panels = [&](abi::Context* context, const abi::StencilCall* call) {
        abi::StencilCall with_panels = *call;
        with_panels.panel_bytes = 17 * a_row;
        return run(context, &with_panels);
      };
      for (int64_t rows : {17, 35, 36, 37, 38, 39, 40, 55, 80, 99, 200})
        for (uint64_t form : {uint64_t(0), abi::kStrips, abi::kCached, abi::kPrefetch, abi::kStreaming}) {
          std::vector<int64_t> shape = {4, rows, width};
          if (module.functions[0].rank == 4) shape.insert(shape.begin(), 2);
          expect_like_interpreter(module, in_panels, shape, 6, 0, Guard::Behind, form);
        }
    }
}

TEST(Stencil, VolumesComputeTheSameRowByRow) {
  // Two arrays and little to compute; blocks of four rows where split loads are slow, else of two.
  StencilWriter w(3);
  InstId x = w.array(DType::Float32), y = w.array(DType::Float32);
  InstId sum = w.add(w.add(w.at(x, {-1, 0, 0}), w.at(x, {1, 0, 0})), w.add(w.at(x, {0, -1, 0}), w.at(x, {0, 1, 0})));
  sum = w.add(sum, w.add(w.at(x, {0, 0, -1}), w.at(x, {0, 0, 1})));
  const ir::Module module = w.finish({w.add(w.binary(ir::BinaryOp::Mul, sum, sum), w.at(y, {0, 0, 0}))});
  EXPECT_TRUE(has_code(module, "nf_rows_0:"));
  const Description description = describe(module, named_target("x86-64-v4"));
  EXPECT_TRUE(description.by_rows && !description.bands && description.carried == 0);
  for (bool slow_split_loads : {false, true}) {
    Target target = host_target();
    target.slow_split_loads = slow_split_loads;
    auto code = compiled(module, target);
    for (int64_t rows : {3, 4, 6, 7, 10, 11, 12, 140})
      for (int64_t width : {5, 18, 40, 66})
        for (Guard guard : {Guard::Before, Guard::Behind})
          for (uint64_t form : {uint64_t(0), abi::kCached, abi::kPrefetch, abi::kStreaming})
            expect_like_interpreter(module, *code, {4, rows, width}, 5, guard == Guard::Before ? 20 : 0, guard, form);
  }
}

TEST(Stencil, ImagesComputeTheSameRowByRow) {
  // In blocks of four rows where loads are dear, and from a cache row by row where there are few.
  for (DType dtype : {DType::Float32, DType::Float64}) {
    StencilWriter w(2);
    InstId x = w.array(dtype);
    const ir::Module cross =
        w.finish({w.add(w.add(w.at(x, {-1, 0}), w.at(x, {1, 0})), w.add(w.at(x, {0, -1}), w.at(x, {0, 1})))});
    const Description lines = describe(cross, named_target("x86-64-v4")),
                      halves = describe(cross, named_target("x86-64-v3")),
                      zen = describe(cross, named_target("znver5"));
    EXPECT_TRUE(lines.by_rows && lines.rows == 4 && !lines.bands);
    EXPECT_TRUE(!halves.by_rows && halves.rows == 1) << "two loads of three stay in a line";
    EXPECT_TRUE(!zen.by_rows && zen.rows == 4);
    EXPECT_EQ(lines.by_rows_from, 0);
    for (int bytes : register_sizes()) {
      Target target = target_of(bytes);
      target.slow_split_loads = false;
      auto code = compiled(cross, target);
      for (int64_t rows : {3, 5, 6, 7, 10, 13, 140})
        for (int64_t width : {5, 18, 40, 66})
          for (Guard guard : {Guard::Before, Guard::Behind})
            for (uint64_t form : {uint64_t(0), abi::kCached, abi::kCached | abi::kPrefetch, abi::kStreaming})
              expect_like_interpreter(cross, *code, {rows, width}, 4, guard == Guard::Before ? 20 : 0, guard, form);
    }
  }
}

TEST(Stencil, LongRowsComputeTheSameRowByRow) {
  // Of what takes longer to move than to compute, once a block of rows leaves the first cache level.
  const auto u8 = DType::UInt8, i16 = DType::Int16, f32 = DType::Float32;
  StencilWriter w(2);
  InstId x = w.array(i16), all = w.at(x, {-1, 0});
  for (int row : {0, 1}) all = w.binary(ir::BinaryOp::Min, all, w.at(x, {row, row}));
  const Target lines = named_target("x86-64-v4");
  EXPECT_FALSE(describe(mean(u8, i16, u8, {3, 3}), lines).by_rows);
  EXPECT_FALSE(describe(mean(f32, f32, f32, {5, 5}), lines).by_rows) << "much to compute";
  EXPECT_FALSE(describe(mean(f32, f32, f32, {3, 3}), named_target("znver5")).by_rows);
  EXPECT_FALSE(describe(mean(f32, f32, f32, {3, 3}), named_target("x86-64-v3")).by_rows) << "nothing is shared";
  for (const ir::Module& module : {mean(f32, f32, f32, {3, 3}), w.finish({all})}) {
    const Description window = describe(module, lines);
    ASSERT_TRUE(window.by_rows && window.rows == 4);
    const int64_t from = window.by_rows_from, bytes = size_of(module.functions[0].params[0].type.dtype());
    EXPECT_EQ(from, (36 << 10) / (10 * bytes)) << "six rows are read and four written";
    Target target = host_target();
    target.slow_split_loads = false;
    auto code = compiled(module, target);
    for (int64_t rows : {3, 4, 5, 6, 7, 10, 13})
      for (int64_t width : {from + 1, from + 2, from + 35})  // the interior is two columns narrower
        for (uint64_t form : {abi::kCached, abi::kCached | abi::kPrefetch, uint64_t(0)})
          expect_like_interpreter(module, *code, {rows, width}, 4, 0, Guard::Behind, form);
  }
}

TEST(Stencil, RowsOfPointwiseOnesAreJoinedWhereTheyFollowEachOther) {
  for (int rank : {2, 3})
    for (auto [from, to] : {std::pair(DType::UInt8, DType::UInt8), {DType::Float32, DType::Float64}}) {
      StencilWriter w(rank);
      InstId x = w.array(from), y = w.array(to);
      const std::vector<int64_t> here(size_t(rank), 0);
      const ir::Module module = w.finish({w.add(w.cast(w.at(x, here), to), w.at(y, here))});
      for (bool loads_halves : {false, true}) {
        Target target = host_target();
        target.slow_split_loads = loads_halves;
        auto code = compiled(module, target);
        for (std::vector<int64_t> shape : {std::vector<int64_t>{5, 64}, {7, 100}, {3, 1}, {1, 300}, {40, 3}}) {
          if (rank == 3) shape.insert(shape.begin(), 3);
          for (int64_t padding : {0, 8})
            for (uint64_t form : {uint64_t(0), abi::kStreaming, abi::kStreaming | abi::kPrefetch})
              expect_like_interpreter(module, *code, shape, 7, padding, padding ? Guard::Before : Guard::Behind, form);
        }
      }
    }
}

TEST(Stencil, StreamingStoresTheSame) {
  // Rows that begin anywhere in a line of the cache, and end there.
  for (auto [dtype, sum] : {std::pair(DType::UInt8, DType::Int16), {DType::Float32, DType::Float32}})
    for (int bytes : register_sizes()) {
      auto code = compiled(mean(dtype, sum, dtype, {3, 3}), bytes);
      for (int64_t width : {20, 70, 130, 192, 200, 640, 700, 1021, 1024, 1200, 2500})
        for (int64_t padding : {0, 4, 20}) {
          SCOPED_TRACE("width " + std::to_string(width) + ", padding " + std::to_string(padding));
          const Guard guard = padding ? Guard::Before : Guard::Behind;
          expect_like_interpreter(mean(dtype, sum, dtype, {3, 3}), *code, {11, width}, 5, padding, guard,
                                  abi::kStreaming);
        }
      // More blocks than have their ends computed together.
      expect_like_interpreter(mean(dtype, sum, dtype, {3, 3}), *code, {77, 704}, 5, 0, Guard::Behind, abi::kStreaming);
    }
}

}  // namespace
}  // namespace nf::codegen::testing
