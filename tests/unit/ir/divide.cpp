// Python's `//` and `%` of floats against the C library's fmod, on which they are defined.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

#include "ir/elementary/elementary.h"

namespace nf::ir {
namespace {

template <class F>
F defined_modulo(F a, F b) {
  const F rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(F(0), b);
  return std::signbit(rest) != std::signbit(b) ? rest + b : rest;
}

template <class F>
F defined_floor(F a, F b) {
  if (b == 0) return a / b;
  const F rest = std::fmod(a, b);
  F quotient = (a - rest) / b;
  if (rest != 0 && std::signbit(rest) != std::signbit(b)) quotient -= 1;
  if (quotient == 0) return std::copysign(F(0), a / b);
  const F floor = std::floor(quotient);
  return quotient - floor > F(0.5) ? floor + 1 : floor;
}

template <class F>
F call(BinaryOp op, F a, F b) {
  const ScalarFunction f = scalar_function(op);
  if constexpr (sizeof(F) == 8) return f.binary64(a, b);
  if constexpr (sizeof(F) == 4) return f.binary32(a, b);
}

template <class F>
void expect_equal(const char* what, F a, F b, F got, F want) {
  if (std::isnan(got) && std::isnan(want)) return;
  ASSERT_TRUE(got == want && std::signbit(got) == std::signbit(want))
      << what << " of " << a << " and " << b << " (" << std::hexfloat << a << ", " << b << "): " << got << ", not "
      << want;
}

template <class F>
void check(F a, F b) {
  expect_equal("//", a, b, call(BinaryOp::FloorDiv, a, b), defined_floor(a, b));
  expect_equal("%", a, b, call(BinaryOp::Mod, a, b), defined_modulo(a, b));
}

template <class F, class Bits>
void check_all() {
  std::mt19937_64 random(1);
  const F special[] = {0,
                       F(0.1),
                       1,
                       9,
                       F(0.5),
                       F(1e-3),
                       3,
                       F(1e6),
                       F(1e30),
                       std::numeric_limits<F>::max(),
                       std::numeric_limits<F>::min(),
                       std::numeric_limits<F>::denorm_min(),
                       F(INFINITY),
                       F(NAN)};
  auto any_bits = [&] { return std::bit_cast<F>(Bits(random())); };
  for (F a : special)
    for (F b : special)
      for (F x : {a, -a})
        for (F y : {b, -b}) {
          check(x, y);
          check(std::nextafter(x, y), y);
        }
  for (int round = 0; round < 200'000 && !::testing::Test::HasFatalFailure(); ++round) {
    const F a = any_bits(), b = any_bits();
    check(a, b);
    // Quotients of every size, and products that are whole or a hair away from it.
    const F scaled = std::ldexp(a, int(random() % 64) - std::ilogb(a) + std::ilogb(b) - 4);
    check(scaled, b);
    const F whole = b * F(int64_t(random()) >> (random() % 63));
    for (F near : {whole, std::nextafter(whole, F(INFINITY)), std::nextafter(whole, F(-INFINITY))}) check(near, b);
    const F number = F(int64_t(random() % 2'000'000) - 1'000'000) / 8, divisor = F(int64_t(random() % 200) - 100);
    check(number, divisor);
  }
}

TEST(FloatDivision, IsExactForFloat64) { check_all<double, uint64_t>(); }
TEST(FloatDivision, IsExactForFloat32) { check_all<float, uint32_t>(); }

}  // namespace
}  // namespace nf::ir
