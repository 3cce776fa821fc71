// Casts, measured ranges, sizes as text, and what arrays know of themselves.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "array/array.h"
#include "nearfield/error.h"

namespace nf::array {
namespace {

template <class From, class To>
std::vector<To> cast(std::vector<From> from, DType from_type, DType to_type) {
  std::vector<To> to(from.size());
  int64_t shape[] = {int64_t(from.size())};
  copy_elements(View::contiguous(from.data(), from_type, shape, 1), View::contiguous(to.data(), to_type, shape, 1));
  return to;
}

TEST(Copy, IntegersWrapAndFloatsTruncateWithinEveryInput) {
  EXPECT_EQ((cast<int64_t, uint8_t>({-1, 256, 300, 255}, DType::Int64, DType::UInt8)),
            (std::vector<uint8_t>{255, 0, 44, 255}));
  EXPECT_EQ((cast<uint8_t, int8_t>({127, 128, 255}, DType::UInt8, DType::Int8)), (std::vector<int8_t>{127, -128, -1}));
  constexpr double inf = std::numeric_limits<double>::infinity();
  EXPECT_EQ((cast<double, int32_t>({1.9, -1.9, 4294967297.0, NAN, inf, -inf, 1e300}, DType::Float64, DType::Int32)),
            (std::vector<int32_t>{1, -1, 1, 0, 0, 0, 0}));
  EXPECT_EQ((cast<double, uint64_t>({1.5, 1e19, -1.0, NAN}, DType::Float64, DType::UInt64)),
            (std::vector<uint64_t>{1, 10000000000000000000u, UINT64_MAX, 1ull << 63}));
  EXPECT_EQ((cast<double, int64_t>({9.3e18, -9.3e18}, DType::Float64, DType::Int64)),
            (std::vector<int64_t>{INT64_MIN, INT64_MIN}));
  EXPECT_EQ((cast<int64_t, float>({1, -2, 1 << 25}, DType::Int64, DType::Float32)),
            (std::vector<float>{1, -2, 33554432}));
}

TEST(MeasuredRange, IsExactForStridedViews) {
  std::vector<int16_t> data = {5, -300, 7, 9, 12, 1000};
  View view{data.data(), DType::Int16, 2, true, {3, 1}, {4, 2}};
  EXPECT_EQ(measure_range(view), (ir::Range{5, 12}));
  view.shape[0] = 0;
  EXPECT_EQ(measure_range(view), std::nullopt);
  uint64_t large[] = {UINT64_MAX, 3};
  int64_t shape[] = {2};
  EXPECT_EQ(measure_range(View::contiguous(large, DType::UInt64, shape, 1)), (ir::Range{3, UINT64_MAX}));
}

TEST(Bytes, AreReadAndWrittenAsPeopleDo) {
  EXPECT_EQ(parse_bytes("1048576"), 1048576);
  EXPECT_EQ(parse_bytes("2GiB"), int64_t(2) << 30);
  EXPECT_EQ(parse_bytes("2 gib"), int64_t(2) << 30);
  EXPECT_EQ(parse_bytes("1.5K"), 1536);
  EXPECT_EQ(parse_bytes("500MB"), 500'000'000);
  EXPECT_EQ(parse_bytes("100 B"), 100);
  for (const char* bad : {"", "GiB", "-1", "1XB", "1GiBs", "1e30GiB", "nan", "99999999TiB"})
    EXPECT_EQ(parse_bytes(bad), std::nullopt) << bad;
  EXPECT_EQ(format_bytes(512), "512 bytes");
  EXPECT_EQ(format_bytes(1536), "1.5 KiB");
  EXPECT_EQ(format_bytes(int64_t(3) << 40), "3.0 TiB");
}

TEST(Array, KnowsItselfWithoutData) {
  int64_t shape[] = {9, 512, 256};
  Array stack = Array::from_memory(View::contiguous(nullptr, DType::Int16, shape, 3), nullptr);
  EXPECT_EQ(stack.axes(), "NYX");
  EXPECT_EQ(stack.tile(), (std::vector<int64_t>{1, 512, 256}));
  EXPECT_EQ(stack.bytes(), 9 * 512 * 256 * 2);
  EXPECT_EQ(stack.range(), (std::pair<double, double>(-32768, 32767)));
  EXPECT_EQ(stack.slice(-2, 100).shape()[0], 2);
  EXPECT_EQ(stack.slice(5, 2).shape()[0], 0);
  EXPECT_EQ(stack.at(-9).shape(), (std::vector<int64_t>{512, 256}));
  EXPECT_EQ(stack.astype(DType::Float32).range(), std::nullopt);
  EXPECT_EQ(stack.astype(DType::Int32).range(), (std::pair<double, double>(-32768, 32767)));
  EXPECT_EQ(stack.astype(DType::UInt8).range(), (std::pair<double, double>(0, 255)));
  EXPECT_THROW(Array().shape(), Error);
}

}  // namespace
}  // namespace nf::array
