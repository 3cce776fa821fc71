// Division by what is only known when a kernel is called: every 8-bit value by every divisor, every 16-bit value by the
// divisors that matter, wider ones at their edges; and the multipliers for all 16-bit divisors.
#include <gtest/gtest.h>

#include <random>

#include "codegen/ops/division_multiplier.h"
#include "unit/codegen/stencil_support.h"

namespace nf::codegen::testing {
namespace {
using ir::BinaryOp;
using ir::InstId;
using Wide = unsigned __int128;

// ---- the formula

int log2_of(uint64_t divisor) {
  int shift = 0;
  while (shift < 64 && uint64_t(1) << shift < divisor) ++shift;
  return shift;
}

/// What compiled code does with the multiplier.
uint64_t quotient(uint64_t value, uint64_t multiplier, int shift, int bits, bool half) {
  if (half) return uint64_t(Wide(2 * value) * multiplier >> bits) >> shift;
  const uint64_t high = uint64_t(Wide(value) * multiplier >> bits);
  const int first = std::min(shift, 1);
  return (high + ((value - high) >> first)) >> (shift - first);
}

/// Both sides are monotone in the value: they agree everywhere when they do on both sides of every step.
void expect_exact(uint64_t divisor, int bits, bool half, uint64_t step) {
  if (half) divisor = std::min(divisor, uint64_t(1) << (bits - 1));  // as compiled code does
  const int shift = log2_of(divisor);
  const uint64_t m = division_multiplier(divisor, uint64_t(shift), uint64_t(bits), half);
  const uint64_t most = half ? (uint64_t(1) << (bits - 1)) - 1 : ~uint64_t(0) >> (64 - bits);
  auto check = [&](uint64_t value) {
    ASSERT_EQ(quotient(value, m, shift, bits, half), value / divisor) << value << " // " << divisor << " in " << bits;
  };
  ASSERT_TRUE(bits == 64 || m >> bits == 0);
  check(0), check(most);
  const uint64_t last = most / divisor;
  for (uint64_t k = 1; last > 0; k += std::min(step + 1, last - k)) {
    check(k * divisor - 1), check(k * divisor);
    if (::testing::Test::HasFatalFailure() || k == last) return;
  }
}

TEST(DivisionMultiplier, IsExactForEverySixteenBitDivisor) {
  for (uint64_t divisor = 1; divisor < 1 << 16; ++divisor)
    for (bool half : {false, true}) {
      expect_exact(divisor, 16, half, 0);
      if (HasFatalFailure()) return;
    }
}

TEST(DivisionMultiplier, IsExactForWiderOnesAtTheirEdges) {
  std::mt19937_64 random(5);
  std::vector<uint64_t> divisors = {1, 2, 3, 5, 6, 7, 9, 10, 25, 641, 65535, 65536, 65537};
  for (int bit = 2; bit < 64; ++bit)
    for (int by : {-1, 0, 1}) divisors.push_back((uint64_t(1) << bit) + uint64_t(by));
  divisors.insert(divisors.end(), {~uint64_t(0), ~uint64_t(0) - 1, UINT32_MAX, UINT32_MAX - 1, INT64_MAX});
  for (int i = 0; i < 200; ++i) divisors.push_back(random() >> random() % 64);
  for (uint64_t divisor : divisors)
    for (int bits : {32, 64})
      for (bool half : {false, true}) {
        if (divisor == 0 || divisor > ~uint64_t(0) >> (64 - bits)) continue;
        const uint64_t steps = (~uint64_t(0) >> (64 - bits)) / divisor;
        expect_exact(divisor, bits, half, steps / 300);
        if (HasFatalFailure()) return;
      }
}

// ---- compiled code

/// `(x // d, x % d)` of an array by a scalar, both cast to `in` first.
ir::Module division(DType values, DType divisor, DType in) {
  StencilWriter w(1);
  InstId x = w.cast(w.at(w.array(values), {0}), in), d = w.cast(w.scalar(divisor), in);
  return w.finish({w.binary(BinaryOp::FloorDiv, x, d), w.binary(BinaryOp::Mod, x, d)});
}

void expect_defined_quotients(DType values, DType divisor, DType in, const std::vector<__int128>& numbers,
                              const std::vector<__int128>& divisors) {
  const ir::Module module = division(values, divisor, in);
  const int64_t count = int64_t(numbers.size());
  GuardedArray x(values, {count}, 0, GuardedArray::Guard::Behind);
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t bits = ir::integer_scalar(values, numbers[size_t(i)]).bits;
    std::memcpy(x.element({i}), &bits, size_t(size_of(values)));
  }
  GuardedArray floor(in, {count}, 0, GuardedArray::Guard::Behind), rest(in, {count}, 0, GuardedArray::Guard::Behind);
  std::mt19937_64 random(3);
  for (int bytes : {16, 32, 64}) {  // the widest registers see every value, narrower ones some
    if (bytes > host_target().vector_bytes) continue;
    const auto code = compiled(module, bytes);
    for (const __int128 by : divisors) {
      const Scalar d = ir::integer_scalar(divisor, by);
      abi::Array array = x.abi(), outs[2] = {floor.abi(), rest.abi()};
      abi::Value args[2];
      args[0].array = &array, args[1].bits = d.bits;
      int32_t cancelled = 0;
      abi::Context context{nullptr, &cancelled, {}};
      abi::StencilCall call{args, outs, {0}, {count}, 0};
      ASSERT_EQ(reinterpret_cast<abi::StencilFunction>(code->symbol(0))(&context, &call), 0);
      const bool all_sizes = bytes == host_target().vector_bytes;
      for (int64_t i = all_sizes ? 0 : int64_t(random() % 7); i < count;
           i += all_sizes ? 1 : 1 + int64_t(random() % 13))
        for (auto [op, out] : {std::pair(BinaryOp::FloorDiv, &floor), {BinaryOp::Mod, &rest}}) {
          const Scalar value = ir::cast_scalar(ir::integer_scalar(values, numbers[size_t(i)]), in);
          const Scalar want = ir::evaluate(op, value, ir::cast_scalar(d, in));
          Scalar got{in, 0};
          std::memcpy(&got.bits, out->element({i}), size_t(size_of(in)));
          ASSERT_TRUE(got == want) << int64_t(numbers[size_t(i)]) << (op == BinaryOp::Mod ? " % " : " // ")
                                   << int64_t(by) << " is " << int64_t(ir::integer_value(got)) << ", not "
                                   << int64_t(ir::integer_value(want)) << " as " << name_of(in) << " in registers of "
                                   << bytes;
        }
    }
  }
}

std::vector<__int128> all_of(DType dtype) {
  std::vector<__int128> numbers;
  const ir::Range range = ir::Range::of(dtype);
  for (__int128 n = range.lo; n <= range.hi; ++n) numbers.push_back(n);
  return numbers;
}

/// 0, small numbers, powers of two and their neighbours, the ends, and others; of both signs.
std::vector<__int128> edges_of(DType dtype, int small, int others) {
  std::vector<__int128> numbers;
  const ir::Range range = ir::Range::of(dtype);
  auto add = [&](__int128 n) {
    for (__int128 signed_n : {n, -n})
      if (range.contains({signed_n, signed_n})) numbers.push_back(signed_n);
  };
  for (int n = 0; n <= small; ++n) add(n), add(range.hi - n), add(range.lo + n);
  for (int bit = 1; bit < 64; ++bit)
    for (int by : {-1, 0, 1}) add((__int128(1) << bit) + by);
  std::mt19937_64 random(7);
  for (int i = 0; i < others; ++i) numbers.push_back(ir::integer_value(ir::integer_scalar(dtype, __int128(random()))));
  return numbers;
}

TEST(DivisionByAnArgument, EveryByteByEveryByte) {
  for (DType dtype : {DType::Int8, DType::UInt8}) {
    expect_defined_quotients(dtype, dtype, dtype, all_of(dtype), all_of(dtype));
    expect_defined_quotients(dtype, dtype, DType::Int16, all_of(dtype), all_of(dtype));
  }
}

TEST(DivisionByAnArgument, EverySixteenBitsByWhatMatters) {
  for (DType dtype : {DType::Int16, DType::UInt16})
    expect_defined_quotients(dtype, dtype, dtype, all_of(dtype), edges_of(dtype, 2, 2));
  expect_defined_quotients(DType::UInt16, DType::UInt8, DType::Int32, all_of(DType::UInt16),
                           edges_of(DType::UInt8, 2, 3));
}

TEST(DivisionByAnArgument, WiderOnesAtTheirEdges) {
  for (DType dtype : {DType::Int32, DType::UInt32, DType::Int64, DType::UInt64})
    expect_defined_quotients(dtype, dtype, dtype, edges_of(dtype, 20, 300), edges_of(dtype, 10, 100));
  expect_defined_quotients(DType::Int32, DType::UInt8, DType::Int64, edges_of(DType::Int32, 20, 300),
                           edges_of(DType::UInt8, 10, 10));
}

}  // namespace
}  // namespace nf::codegen::testing
