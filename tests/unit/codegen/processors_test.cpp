// Code for older processors than this one: each must compile, and compute the same.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "unit/codegen/machine.h"
#include "unit/codegen/stencil_support.h"

namespace nf::codegen::testing {
namespace {
using Guard = GuardedArray::Guard;

/// Those that this machine can stand in for.
std::vector<Target> processors() {
  std::vector<Target> list;
  for (const char* name : {"x86-64", "x86-64-v2", "haswell", "skylake-avx512"})
    if (Target target = named_target(name); target.vector_bytes <= host_target().vector_bytes) list.push_back(target);
  return list;
}

/// A processor of AVX-512 that has or has not what Zen 5 is good at.
Target with_lane_shifts(bool shifts) {
  Target target = named_target("skylake-avx512");
  target.shifts_lanes = target.slow_split_loads = shifts;
  return target;
}

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

/// `out[i] = (a[i - 1] + a[i] + a[i + 1]) // 3` in a loop that LLVM vectorises.
const char* const kLoop =
    "func @f(a: uint8[::1], out: uint8[::1]) {\n"
    "  %0 = param 0 : uint8[::1]\n  %1 = param 1 : uint8[::1]\n  %2 = const 1 : int64\n  %3 = dim %0, 0 : int64\n"
    "  %4 = sub %3, %2 : int64\n  for %5 = %2 to %4 step %2 {\n    %6 = sub %5, %2 : int64\n"
    "    %7 = add %5, %2 : int64\n    %8 = load %0[%6] : uint8\n    %9 = load %0[%5] : uint8\n"
    "    %10 = load %0[%7] : uint8\n    %11 = cast %8 : int64\n    %12 = cast %9 : int64\n    %13 = cast %10 : int64\n"
    "    %14 = add %11, %12 : int64\n    %15 = add %14, %13 : int64\n    %16 = const 3 : int64\n"
    "    %17 = floordiv %15, %16 : int64\n    %18 = cast %17 : uint8\n    store %18, %1[%5]\n  }\n  return\n}\n";

void expect_right_code_for(const Target& target) {
  SCOPED_TRACE(target.cpu);
  struct Types {
    DType in, sum, out;
  };
  for (Types t :
       {Types{DType::UInt8, DType::Int16, DType::UInt8}, Types{DType::Int8, DType::Int16, DType::Int8},
        Types{DType::UInt8, DType::Int32, DType::UInt8}, Types{DType::Int8, DType::Int64, DType::Int64},
        Types{DType::Float32, DType::Float32, DType::Float32}, Types{DType::Float64, DType::Float64, DType::Int16},
        Types{DType::UInt8, DType::Int16, DType::Float64}, Types{DType::Bool, DType::Int16, DType::Float32}}) {
    SCOPED_TRACE(std::string(name_of(t.in)) + " " + std::string(name_of(t.sum)) + " " + std::string(name_of(t.out)));
    const ir::Module module = mean(t.in, t.sum, t.out, {3, 3});
    auto code = compiled(module, target);
    for (std::vector<int64_t> shape : {std::vector<int64_t>{9, 150}, {3, 20}, {5, 3}})
      expect_like_interpreter(module, *code, shape, 3, 0, Guard::Behind);
    for (int64_t width : {700, 704})
      expect_like_interpreter(module, *code, {7, width}, 4, 12, Guard::Before, abi::kStreaming);
  }
  std::mt19937_64 random(1);
  test::Compiled loop(kLoop, {}, target);
  for (int64_t length : {0, 2, 3, 40, 1000})
    test::expect_same(loop, {test::make_array(DType::UInt8, {length}, test::Order::C, random),
                             test::make_array(DType::UInt8, {length}, test::Order::C, random)});
}

TEST(Processors, OlderOnesComputeTheSame) {
  for (const Target& target : processors()) expect_right_code_for(target);
}

TEST(Processors, LoopsOverFunctionsFillRegistersAndAskAhead) {
  // out[i] = exp(a[i]), or with plain arithmetic.
  auto assembly = [](const char* work, const char* processor) {
    const std::string text = fmt::format(
        "func @f(a: float64[::1], out: float64[::1]) {{\n  %0 = param 0 : float64[::1]\n  %1 = param 1 : float64[::1]\n"
        "  %2 = const 0 : int64\n  %3 = const 1 : int64\n  %4 = dim %0, 0 : int64\n  for %5 = %2 to %4 step %3 {{\n"
        "    %6 = load %0[%5] : float64\n    %7 = {} : float64\n    store %7, %1[%5]\n  }}\n  return\n}}\n",
        work);
    std::mt19937_64 random(1);
    const Target target = named_target(processor);
    if (target.vector_bytes <= host_target().vector_bytes) {
      test::Compiled loop(text, {}, target);
      for (int64_t length : {0, 3, 8, 1000})
        test::expect_same(loop, {test::make_array(DType::Float64, {length}, test::Order::C, random),
                                 test::make_array(DType::Float64, {length}, test::Order::C, random)});
    }
    return compile(ir::parse_ir(text), target, {.want_assembly = true}).assembly;
  };
  const std::string function = assembly("exp %6", "sapphirerapids"), plain = assembly("mul %6, %6", "sapphirerapids");
  EXPECT_GE(count(function, "vmulpd\t%zmm"), 5u) << "LLVM would take halves";
  EXPECT_EQ(count(function, "prefetcht1"), count(function, "prefetchw"));
  EXPECT_GE(count(function, "prefetcht1"), 1u);
  EXPECT_EQ(count(plain, "prefetch"), 0u);
  EXPECT_GE(count(assembly("exp %6", "haswell"), "prefetcht1"), 1u);
}

TEST(Processors, ShiftLanesOfOneLoadOfARow) {
  const ir::Module module = mean(DType::Float32, DType::Float32, DType::Float32, {3, 3});
  auto assembly = [&](bool shifts) {
    return compile(module, with_lane_shifts(shifts), {.want_assembly = true}).assembly;
  };
  // Four rows of outputs read six; each is loaded once in the loop, and its first two columns are shifted out of that.
  EXPECT_GE(count(assembly(true), "valign"), 12u);
  EXPECT_EQ(count(assembly(false), "valign"), 0u);
  if (host_target().vector_bytes < 64) GTEST_SKIP() << "has no AVX-512";
  expect_right_code_for(with_lane_shifts(true));
  auto code = compiled(module, with_lane_shifts(true));
  for (int64_t width = 17; width <= 85; ++width)
    for (auto guard : {Guard::Before, Guard::Behind})
      expect_like_interpreter(module, *code, {6, width}, uint64_t(width), 0, guard);
}

TEST(Processors, HoldAddressesThatRegistersHaveNoRoomFor) {
  // Nine rows and four outputs: more addresses than are kept in general registers.
  const ir::Module module = mean(DType::Float32, DType::Float32, DType::Float32, {6, 1});
  const std::string held = compile(module, with_lane_shifts(true), {.want_assembly = true}).assembly;
  EXPECT_GE(count(held, "vmovq\t%xmm"), 4u) << held;
  if (host_target().vector_bytes < 64) GTEST_SKIP() << "has no AVX-512";
  auto code = compiled(module, with_lane_shifts(true));
  for (int64_t width : {3, 16, 17, 40, 100})
    expect_like_interpreter(module, *code, {19, width}, uint64_t(width), 0, Guard::Behind);
}

/// A weighted sum, with a weight of its own for each cell of a window of float32.
ir::Module weighted(std::vector<int64_t> sides, const std::vector<DType>& results) {
  StencilWriter w(int(sides.size()));
  const ir::InstId x = w.array(DType::Float32);
  ir::InstId sum = w.constant(DType::Float32, 0);
  const int64_t columns = sides.back(), cells = sides.size() > 1 ? sides[0] * columns : columns;
  for (int64_t cell = 0; cell < cells; ++cell) {
    std::vector<int64_t> at{cell % columns - columns / 2};
    if (sides.size() > 1) at.insert(at.begin(), cell / columns - sides[0] / 2);
    sum = w.add(sum, w.binary(ir::BinaryOp::Mul, w.at(x, at), w.constant(DType::Float32, 0.25 + double(cell) / 7)));
  }
  std::vector<ir::InstId> converted;
  for (DType to : results) converted.push_back(w.cast(sum, to));
  return w.finish(converted);
}

/// Vectors that are stored on the stack or loaded from there.
size_t count_spilled(const std::string& assembly) {
  size_t found = 0;
  for (size_t begin = 0, end; begin < assembly.size(); begin = end + 1) {
    end = std::min(assembly.find('\n', begin), assembly.size());
    const std::string line = assembly.substr(begin, end - begin);
    found += line.find("mm") != std::string::npos && line.find("(%rsp)") != std::string::npos;
  }
  return found;
}

TEST(Processors, KeepArithmeticNextToItsLoads) {
  const ir::Module line = weighted({41}, {DType::Float32}), square = weighted({5, 5}, {DType::Float32});
  auto assembly = [](const ir::Module& module, const Target& target) {
    return compile(module, target, {.want_assembly = true}).assembly;
  };
  // What stores past the cache leave to the next step is stored and loaded, in the loop and behind it.
  EXPECT_EQ(count_spilled(assembly(line, named_target("skylake-avx512"))), 4u);
  EXPECT_EQ(count(assembly(square, with_lane_shifts(true)), "valign"), 0u);
  for (const Target& target : processors())
    for (const std::vector<DType>& results :
         {std::vector{DType::Float32}, {DType::Float64}, {DType::UInt8}, {DType::Float32, DType::Int16, DType::Bool}}) {
      SCOPED_TRACE(target.cpu);
      const ir::Module both[] = {weighted({41}, results), weighted({5, 5}, results)};
      for (int64_t width : {45, 64, 151}) {
        expect_like_interpreter(both[0], *compiled(both[0], target), {width}, 1, 0, Guard::Behind);
        expect_like_interpreter(both[1], *compiled(both[1], target), {9, width}, 2, 4, Guard::Before);
      }
    }
}

TEST(ProcessorsDeathTest, TheVariableChoosesOne) {
  // In a process of its own: the host's target is found once.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const char* name : {"x86-64", "haswell"})
    EXPECT_EXIT(
        {
          setenv("NEARFIELD_CPU", name, 1);
          if (host_target().cpu != name) std::exit(2);
          expect_right_code_for(host_target());
          std::exit(HasFailure() ? 1 : 0);
        },
        ::testing::ExitedWithCode(0), "")
        << name;
}

}  // namespace
}  // namespace nf::codegen::testing
