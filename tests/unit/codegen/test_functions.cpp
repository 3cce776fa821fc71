// Control flow, calls, faults and cancellation: whole jitted functions against the interpreter.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "unit/codegen/machine.h"

namespace nf::test {
namespace {

Scalar integer(int64_t value) { return Scalar::of(DType::Int64, value); }

TEST(Functions, AddTwoArrays) {
  for (const char* dtype : {"uint8", "int32", "float64"}) {
    Compiled code(fmt::format(
        "site 1 ValueError \"negative\"\nsite 2 IndexError \"index\"\n"
        "func @addarr(x: {0}[::1], y: {0}[::1]) -> {0}[::1] {{\n  %0 = param 0 : {0}[::1]\n  %1 = param 1 : {0}[::1]\n"
        "  %2 = dim %0, 0 : int64\n  %3 = alloc(%2) zero site 1 : {0}[::1]\n  %4 = const 0 : int64\n  %5 = const 1 : "
        "int64\n"
        "  for %6 = %4 to %2 step %5 {{\n    %7 = load %0[%6] wrap check site 2 : {0}\n"
        "    %8 = load %1[%6] wrap check site 2 : {0}\n    %9 = add %7, %8 : {0}\n    store %9, %3[%6] wrap check site "
        "2\n  }}\n"
        "  return %3\n}}\n",
        dtype));
    std::mt19937_64 random(1);
    DType type = *dtype_named(dtype);
    for (int64_t n : {0, 1, 17, 1000, 70000}) {
      TestArray x = make_array(type, {n}, Order::C, random);
      expect_same(code, {x, make_array(type, {n}, Order::C, random)});
      expect_same(code, {x, make_array(type, {n / 2}, Order::C, random)});  // raises at n / 2
      expect_same(code, {x, x});
    }
  }
}

TEST(Functions, ForWithEveryStep) {
  Compiled code(
      "func @rounds(lo: int64, hi: int64, step: int64) -> int64, int64 {\n  %0 = param 0 : int64\n  %1 = param 1 : "
      "int64\n"
      "  %2 = param 2 : int64\n  %3 = slot : int64\n  %4 = slot : int64\n  %5 = const 1 : int64\n"
      "  for %6 = %0 to %1 step %2 {\n    %7 = get %3 : int64\n    %8 = add %7, %5 : int64\n    set %3, %8\n    set "
      "%4, %6\n"
      "  }\n  %9 = get %3 : int64\n  %10 = get %4 : int64\n  return %9, %10\n}\n");
  for (int64_t lo : {-7, 0, 5})
    for (int64_t hi : {-8, 0, 6, 100000})
      for (int64_t step : {-100, -3, -1, 0, 1, 2, 7, 1000000})
        expect_same(code, {integer(lo), integer(hi), integer(step)});
  for (int64_t lo : {INT64_MIN, INT64_MIN + 1, int64_t(0), INT64_MAX - 1, INT64_MAX})
    for (int64_t hi : {INT64_MIN, INT64_MIN + 2, int64_t(0), INT64_MAX})
      for (int64_t step : {INT64_MIN, INT64_MIN / 2, INT64_MAX, INT64_MAX / 3})
        expect_same(code, {integer(lo), integer(hi), integer(step)});
  expect_same(code, {integer(INT64_MAX - 2), integer(INT64_MAX), integer(1)});
  expect_same(code, {integer(INT64_MIN + 2), integer(INT64_MIN), integer(-1)});
}

TEST(Functions, WhileBreakAndContinue) {
  // Collatz steps of n, leaving early after `most`, and counting only the odd ones.
  Compiled code(
      "func @collatz(n: int64, most: int64) -> int64 {\n  %0 = param 0 : int64\n  %1 = param 1 : int64\n"
      "  %2 = slot : int64\n  %3 = slot : int64\n  %4 = slot : int64\n  set %2, %0\n  %5 = const 1 : int64\n  %6 = "
      "const 2 : int64\n"
      "  %7 = const 3 : int64\n  %8 = const 0 : int64\n"
      "  while %11 {\n    %10 = get %2 : int64\n    %11 = gt %10, %5 : bool\n  } do {\n    %12 = get %3 : int64\n"
      "    %13 = add %12, %5 : int64\n    set %3, %13\n    %14 = gt %13, %1 : bool\n    if %14 {\n      break\n    }\n"
      "    %15 = get %2 : int64\n    %16 = mod %15, %6 : int64\n    %17 = eq %16, %8 : bool\n    if %17 {\n"
      "      %18 = floordiv %15, %6 : int64\n      set %2, %18\n      continue\n    }\n    %19 = mul %15, %7 : int64\n"
      "    %20 = add %19, %5 : int64\n    set %2, %20\n    %21 = get %4 : int64\n    %22 = add %21, %5 : int64\n    "
      "set %4, %22\n"
      "  }\n  %23 = get %4 : int64\n  return %23\n}\n");
  for (int64_t n : {-5, 0, 1, 2, 7, 27, 97})
    for (int64_t most : {0, 3, 1000}) expect_same(code, {integer(n), integer(most)});
}

/// Sums `x[a * i + b]` where `c * i + d` is an index of `y`, over `range(lo, hi, step)`; stores into y.
std::string even_loop(int64_t a, int64_t c, int64_t step) {
  return fmt::format(
      "site 1 IndexError \"x\"\nsite 2 IndexError \"y\"\n"
      "func @even(x: int64[:], y: int64[::1], lo: int64, hi: int64, b: int64, d: int64) -> int64 {{\n"
      "  %0 = param 0 : int64[:]\n  %1 = param 1 : int64[::1]\n  %2 = param 2 : int64\n  %3 = param 3 : int64\n"
      "  %4 = param 4 : int64\n  %5 = param 5 : int64\n  %6 = const {} : int64\n  %7 = slot : int64\n"
      "  for %8 = %2 to %3 step %6 {{\n    %9 = const {} : int64\n    %10 = mul %8, %9 : int64\n    %11 = add %10, %4 "
      ": int64\n"
      "    %12 = load %0[%11] wrap check site 1 : int64\n    %13 = const {} : int64\n    %14 = mul %13, %8 : int64\n"
      "    %15 = sub %5, %14 : int64\n    %16 = load %1[%15] check site 2 : int64\n    %17 = get %7 : int64\n"
      "    %18 = add %17, %12 : int64\n    %19 = add %18, %16 : int64\n    set %7, %19\n    store %19, %1[%15] wrap "
      "check site 2\n  }}\n"
      "  %20 = get %7 : int64\n  return %20\n}}\n",
      step, a, c);
}

TEST(Functions, ALoopChecksEvenIndexesOnceWithoutChangingWhatItDoes) {
  std::mt19937_64 random(11);
  for (int64_t a : {-3, -1, 0, 1, 2, 20000}) {
    for (int64_t step : {-2, -1, 1, 3, 4000}) {
      Compiled code(even_loop(a, a == 2 ? -1 : 1, step));
      for (int round = 0; round < 40; ++round) {
        auto small = [&] { return int64_t(random() % 15) - 4; };
        // Far away, where only wrapped arithmetic brings the index back into the array.
        int64_t far = round % 5 == 0 ? int64_t(uint64_t(1) << (40 + random() % 24)) : 0;
        int64_t lo = int64_t(uint64_t(small()) + uint64_t(far)),
                b = int64_t(uint64_t(small()) - uint64_t(a) * uint64_t(far));
        int64_t hi = int64_t(uint64_t(lo) + uint64_t(small()) * uint64_t(step));
        int64_t d = int64_t(uint64_t(small() + 4) + uint64_t(a == 2 ? -1 : 1) * uint64_t(far));
        std::vector<TestArgument> args = {
            make_array(DType::Int64, {int64_t(random() % 12)}, kAnyOrders[random() % 5], random),
            make_array(DType::Int64, {int64_t(random() % 12)}, Order::C, random),
            integer(lo),
            integer(hi),
            integer(b),
            integer(d)};
        expect_same(code, args);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(Functions, AWindowOfShortLoopsIsCheckedBeforeTheLoopAroundIt) {
  Compiled code(
      "site 1 IndexError \"x\"\nfunc @window(x: uint8[:, ::1], out: uint8[:, ::1], lo: int64) {\n"
      "  %0 = param 0 : uint8[:, ::1]\n  %1 = param 1 : uint8[:, ::1]\n  %2 = param 2 : int64\n  %3 = const 1 : int64\n"
      "  %4 = const -1 : int64\n  %5 = const 2 : int64\n  %6 = dim %1, 0 : int64\n  %7 = dim %1, 1 : int64\n  %30 = "
      "sub %7, %3 : int64\n"
      "  for %8 = %2 to %6 step %3 {\n    for %9 = %3 to %30 step %3 {\n      %10 = slot : uint8\n      for %11 = %4 "
      "to %5 step %3 {\n"
      "        for %12 = %4 to %5 step %3 {\n          %13 = add %8, %11 : int64\n          %14 = sub %9, %12 : int64\n"
      "          %15 = load %0[%13, %14] wrap check site 1 : uint8\n          %16 = get %10 : uint8\n"
      "          %17 = add %16, %15 : uint8\n          set %10, %17\n        }\n      }\n      %18 = get %10 : uint8\n"
      "      store %18, %1[%8, %9] wrap check site 1\n    }\n  }\n  return\n}\n");
  std::mt19937_64 random(12);
  for (std::vector<int64_t> shape : {std::vector<int64_t>{6, 80}, {3, 3}, {5, 7}, {1, 9}})
    for (int64_t lo : {0, 1})
      for (int64_t fewer : {0, 1})
        expect_same(code, {make_array(DType::UInt8, shape, Order::C, random),
                           make_array(DType::UInt8, {shape[0] - fewer, shape[1]}, Order::C, random), integer(lo)});
}

TEST(Functions, RaiseCarriesItsValues) {
  Compiled code(
      "site 1 ValueError \"{0} {1} {2}\"\nfunc @positive(a: int8, b: float32, c: uint64) -> int8 {\n  %0 = param 0 : "
      "int8\n"
      "  %1 = param 1 : float32\n  %2 = param 2 : uint64\n  %3 = const 0 : int8\n  %4 = lt %0, %3 : bool\n  if %4 {\n"
      "    raise site 1 (%0, %1, %2)\n  }\n  return %0\n}\n");
  for (int8_t a : {-128, -1, 0, 5})
    expect_same(code,
                {Scalar::of(DType::Int8, a), Scalar::of(DType::Float32, 1.5f), Scalar::of(DType::UInt64, UINT64_MAX)});
}

TEST(Functions, CallsPassArraysAndReturnTuples) {
  Compiled code(
      "site 1 ValueError \"negative\"\nsite 2 ValueError \"too small: {0}\"\n"
      "func @main(x: float64[:, :], b: bool) -> float64, int64, bool {\n  %0 = param 0 : float64[:, :]\n  %1 = param 1 "
      ": bool\n"
      "  %2 = call 1(%0, %1) : (float64[::1], bool)\n  %3 = item %2, 0 : float64[::1]\n  %4 = item %2, 1 : bool\n"
      "  %5 = reduce sum %3 : float64\n  %6 = dim %3, 0 : int64\n  return %5, %6, %4\n}\n"
      "func @diagonal(x: float64[:, :], b: bool) -> float64[::1], bool {\n  %0 = param 0 : float64[:, :]\n  %1 = param "
      "1 : bool\n"
      "  %2 = dim %0, 0 : int64\n  %3 = dim %0, 1 : int64\n  %4 = min %2, %3 : int64\n  %5 = const 0 : int64\n  %6 = "
      "const 1 : int64\n"
      "  %20 = lt %4, %6 : bool\n  if %20 {\n    raise site 2 (%4)\n  }\n"
      "  %7 = alloc(%4) site 1 : float64[::1]\n  for %8 = %5 to %4 step %6 {\n    %9 = load %0[%8, %8] : float64\n"
      "    store %9, %7[%8]\n  }\n  %10 = not %1 : bool\n  return %7, %10\n}\n");
  std::mt19937_64 random(2);
  for (Order order : kAnyOrders)
    for (std::vector<int64_t> shape : {std::vector<int64_t>{3, 5}, {5, 3}, {0, 4}})
      expect_same(code, {make_array(DType::Float64, shape, order, random), Scalar{DType::Bool, random() % 2}});
}

TEST(Functions, ArraysLiveInSlots) {
  // The larger of two arrays, flattened.
  Compiled code(
      "func @larger(x: int16[:, ::1], y: int16[:, ::1]) -> int16[::1] {\n  %0 = param 0 : int16[:, ::1]\n  %1 = param "
      "1 : int16[:, ::1]\n"
      "  %2 = slot : int16[::1]\n  %3 = dim %0, 1 : int64\n  %4 = dim %1, 1 : int64\n  %5 = ge %3, %4 : bool\n  if %5 "
      "{\n"
      "    %6 = ravel %0 : int16[::1]\n    set %2, %6\n  } else {\n    %7 = ravel %1 : int16[::1]\n    set %2, %7\n  "
      "}\n"
      "  %8 = get %2 : int16[::1]\n  return %8\n}\n");
  std::mt19937_64 random(2);
  for (int64_t n : {0, 2, 9})
    expect_same(
        code, {make_array(DType::Int16, {3, 4}, Order::C, random), make_array(DType::Int16, {2, n}, Order::C, random)});
}

TEST(Functions, ConstantArrays) {
  Compiled code(
      "site 1 IndexError \"index\"\nconstant 0 int32[2, 3] = 1, -2, 3, 4, 5, -6\n"
      "func @pick(i: int64, j: int64) -> int32 {\n  %0 = param 0 : int64\n  %1 = param 1 : int64\n"
      "  %2 = global 0 : readonly int32[:, ::1]\n  %3 = load %2[%0, %1] wrap check site 1 : int32\n  return %3\n}\n");
  for (int64_t i : {-3, -2, 0, 1, 2})
    for (int64_t j : {-3, 0, 2, 3}) expect_same(code, {integer(i), integer(j)});
}

const char* const kFactorial =
    "func @factorial(n: int64) -> int64 {\n  %0 = param 0 : int64\n  %1 = const 1 : int64\n  %2 = le %0, %1 : bool\n  "
    "if %2 {\n"
    "    return %1\n  }\n  %3 = sub %0, %1 : int64\n  %4 = call 0(%3) : int64\n  %5 = mul %0, %4 : int64\n  return "
    "%5\n}\n";

TEST(Functions, RecursionWorksUpToALimit) {
  Compiled code(kFactorial);
  for (int64_t n : {-1, 0, 1, 2, 20, 150}) expect_same(code, {integer(n)});
  int32_t status = 0;
  code.run({integer(1900)}, &status);
  EXPECT_EQ(status, 0);
  code.run({integer(1000000)}, &status);
  EXPECT_EQ(status, abi::kTooDeep);
}

/// Runs a function that would not end on its own and sets the flag from another thread.
void expect_cancellable(const char* text) {
  Compiled code(text);
  std::mt19937_64 random(1);
  code.cancelled = true;
  int32_t status = 0;
  code.run({integer(INT64_MAX)}, &status);
  EXPECT_EQ(status, abi::kCancelled) << text;
}

TEST(Functions, LongLoopsLookAtTheCancelFlag) {
  expect_cancellable(
      "func @spin(n: int64) -> int64 {\n  %0 = param 0 : int64\n  %1 = const 0 : int64\n  %2 = const 1 : int64\n  %3 = "
      "slot : int64\n"
      "  for %4 = %1 to %0 step %2 {\n    %5 = get %3 : int64\n    %6 = xor %5, %4 : int64\n    %7 = mul %6, %6 : "
      "int64\n    set %3, %7\n  }\n"
      "  %8 = get %3 : int64\n  return %8\n}\n");
  expect_cancellable(
      "func @spin(n: int64) -> int64 {\n  %0 = param 0 : int64\n  while %1 {\n    %1 = const true : bool\n  } do {\n  "
      "}\n  return %0\n}\n");
  expect_cancellable(
      "func @spin(n: int64) -> int64 {\n  %0 = param 0 : int64\n  %1 = const 0 : int64\n  %2 = const 1 : int64\n  %3 = "
      "slot : int64\n"
      "  for %4 = %1 to %0 step %2 {\n    for %9 = %1 to %4 step %2 {\n      %5 = get %3 : int64\n      %6 = xor %5, "
      "%4 : int64\n"
      "      %7 = mul %6, %6 : int64\n      set %3, %7\n    }\n  }\n  %8 = get %3 : int64\n  return %8\n}\n");
}

TEST(Functions, AStencilIsAppliedInsideAFunction) {
  // Mean of a cross, in every border mode, of inputs in every order, with and without `out`.
  for (const char* mode : {"constant", "reflect", "nearest", "mirror", "wrap", "valid"}) {
    for (bool given : {false, true}) {
      for (const char* more : {"", " keep"}) {
        if (!given && *more) continue;
        for (const char* cval : {"", " cval int64 -3"}) {
          Compiled code(fmt::format(
              "site 1 ValueError \"shapes\"\nfunc @apply(x: int16[:, :]{0}) -> int64{4} {{\n  %0 = param 0 : int16[:, "
              ":]\n{1}"
              "  %2 = call 1(%0){2} site 1 : int64{4}\n  return %2\n}}\n"
              "func @cross(a: int16[:, :] relative) -> int64 stencil rank 2 mode {5}{3} footprint [-1..2, -2..1] {{\n"
              "  %0 = param 0 : int16[:, :]\n  %1 = neighbor %0[-1, 0] : int16\n  %2 = neighbor %0[2, 1] : int16\n"
              "  %3 = neighbor %0[0, -2] : int16\n  %4 = cast %1 : int64\n  %5 = cast %2 : int64\n  %6 = cast %3 : "
              "int64\n"
              "  %7 = add %4, %5 : int64\n  %8 = const 3 : int64\n  %9 = mul %6, %8 : int64\n  %10 = add %7, %9 : "
              "int64\n  return %10\n}}\n",
              given ? ", y: int64[:, :]" : "", given ? "  %1 = param 1 : int64[:, :]\n" : "",
              given ? fmt::format(" out %1{}", more) : "", cval, given ? "[:, :]" : "[:, ::1]", mode));
          std::mt19937_64 random(9);
          bool valid = std::string(mode) == "valid";
          for (Order order : kAnyOrders) {
            for (std::vector<int64_t> shape :
                 {std::vector<int64_t>{7, 9}, {1, 1}, {2, 2}, {3, 40}, {40, 3}, {0, 5}, {5, 0}, {64, 70}}) {
              std::vector<TestArgument> args = {make_array(DType::Int16, shape, order, random)};
              if (given) {
                std::vector<int64_t> out = shape;
                if (valid) out = {std::max<int64_t>(0, shape[0] - 3), std::max<int64_t>(0, shape[1] - 3)};
                Order target = order == Order::Repeated ? Order::C : order;
                args.push_back(make_array(DType::Int64, out, target, random));
                expect_same(code, args);
                if (HasFatalFailure()) return;
                args[1] = make_array(DType::Int64, {out[0] + 1, out[1]}, target, random);  // another shape raises
              }
              expect_same(code, args);
              if (HasFatalFailure()) return;
            }
          }
        }
      }
    }
  }
}

TEST(Functions, AStencilMayWriteIntoItsInput) {
  Compiled code(
      "site 1 ValueError \"shapes\"\nfunc @apply(x: int32[:, ::1]) {\n  %0 = param 0 : int32[:, ::1]\n"
      "  %2 = call 1(%0) out %0 keep site 1 : int32[:, ::1]\n  return\n}\n"
      "func @sum(a: int32[:, ::1] relative) -> int32 stencil rank 2 mode constant footprint [-1..1, -1..1] {\n"
      "  %0 = param 0 : int32[:, ::1]\n  %1 = neighbor %0[-1, -1] : int32\n  %2 = neighbor %0[1, 1] : int32\n"
      "  %3 = add %1, %2 : int32\n  return %3\n}\n");
  std::mt19937_64 random(9);
  for (std::vector<int64_t> shape : {std::vector<int64_t>{7, 9}, {2, 2}, {30, 100}})
    expect_same(code, {make_array(DType::Int32, shape, Order::C, random)});
}

TEST(Functions, DivisionInALoopIsExactInFewBits) {
  std::mt19937_64 random(5);
  for (DType dtype : {DType::Int8, DType::UInt8, DType::Int16, DType::UInt16})
    for (const char* op : {"floordiv", "mod"})
      for (int divisor : {2, 9, 255, 256, 70000}) {
        SCOPED_TRACE(fmt::format("{} {} {}", name_of(dtype), op, divisor));
        std::string type = fmt::format("{}[::1]", name_of(dtype));
        Compiled compiled(fmt::format(
            "func @f(a: {0}, b: {0}, out: int64[::1]) {{\n  %0 = param 0 : {0}\n  %1 = param 1 : {0}\n"
            "  %2 = param 2 : int64[::1]\n  %3 = dim %2, 0 : int64\n  %4 = const 0 : int64\n  %5 = const 1 : int64\n"
            "  %6 = const {1} : int64\n  for %7 = %4 to %3 step %5 {{\n    %8 = load %0[%7] : {2}\n"
            "    %9 = load %1[%7] : {2}\n    %10 = cast %8 : int64\n    %11 = cast %9 : int64\n"
            "    %12 = add %10, %11 : int64\n    %13 = {3} %12, %6 : int64\n    store %13, %2[%7]\n  }}\n  "
            "return\n}}\n",
            type, divisor, name_of(dtype), op));
        std::vector<TestArgument> args;
        for (DType each : {dtype, dtype, DType::Int64}) args.push_back(make_array(each, {300}, Order::C, random));
        expect_same(compiled, args);
      }
}

}  // namespace
}  // namespace nf::test
