// Whether views share memory, against the sets of bytes that they reach.
#include "base/overlap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <vector>

namespace nf {
namespace {

View window(int64_t offset, DType dtype, std::vector<std::pair<int64_t, int64_t>> axes) {
  View view;
  view.data = reinterpret_cast<char*>(1 << 20) + offset;
  view.dtype = dtype, view.rank = int(axes.size());
  for (size_t d = 0; d < axes.size(); ++d) view.shape[d] = axes[d].first, view.strides[d] = axes[d].second;
  return view;
}

void add_bytes(const View& view, int axis, int64_t at, std::set<int64_t>& bytes) {
  if (axis == view.rank) {
    for (int i = 0; i < size_of(view.dtype); ++i) bytes.insert(at + i);
    return;
  }
  for (int64_t i = 0; i < view.shape[size_t(axis)]; ++i)
    add_bytes(view, axis + 1, at + i * view.strides[size_t(axis)], bytes);
}

bool share(const View& a, const View& b) {
  std::set<int64_t> first, second;
  add_bytes(a, 0, reinterpret_cast<int64_t>(a.data), first);
  add_bytes(b, 0, reinterpret_cast<int64_t>(b.data), second);
  return std::any_of(first.begin(), first.end(), [&](int64_t byte) { return second.contains(byte); });
}

int64_t between(std::mt19937_64& random, int64_t lo, int64_t hi) {
  return std::uniform_int_distribution<int64_t>(lo, hi)(random);
}

TEST(Overlap, IsNeverMissed) {
  std::mt19937_64 random(1);
  const DType dtypes[] = {DType::UInt8, DType::Int16, DType::Float32, DType::Float64};
  auto any = [&] {
    std::vector<std::pair<int64_t, int64_t>> axes(size_t(between(random, 0, 3)));
    for (auto& [extent, stride] : axes) {
      extent = between(random, 0, 4);
      stride = between(random, 0, 1) ? between(random, -20, 20) : 8 * between(random, -9, 9);
    }
    return window(between(random, 0, 120), dtypes[between(random, 0, 3)], axes);
  };
  int shared = 0, apart = 0;
  for (int round = 0; round < 20000; ++round) {
    const View a = any(), b = any();
    const bool found = overlap(a, b);
    ASSERT_EQ(found, overlap(b, a)) << round;
    ASSERT_TRUE(found || !share(a, b)) << round;
    (share(a, b) ? shared : apart) += 1;
  }
  EXPECT_GT(shared, 1000);
  EXPECT_GT(apart, 1000);
}

TEST(Overlap, OfWindowsOfOneImageIsExact) {
  std::mt19937_64 random(2);
  const int64_t rows = 6, columns = 8, size = 4, row = columns * size;
  auto any = [&] {
    const int64_t top = between(random, 0, rows - 1), left = between(random, 0, columns - 1);
    std::vector<std::pair<int64_t, int64_t>> axes{{between(random, 1, rows - top), row},
                                                  {between(random, 1, columns - left), size}};
    int64_t offset = top * row + left * size;
    for (auto& [extent, stride] : axes)
      if (between(random, 0, 1)) offset += (extent - 1) * stride, stride = -stride;
    if (between(random, 0, 1)) std::swap(axes[0], axes[1]);
    return window(offset, DType::Float32, axes);
  };
  for (int round = 0; round < 20000; ++round) {
    const View a = any(), b = any();
    ASSERT_EQ(overlap(a, b), share(a, b)) << round;
  }
}

TEST(Overlap, OfChannelsIsNone) {
  std::vector<std::pair<int64_t, int64_t>> pixels{{5, 72}, {7, 6}};
  for (int64_t channel : {2, 4}) {
    EXPECT_FALSE(overlap(window(0, DType::UInt16, pixels), window(channel, DType::UInt16, pixels)));
    EXPECT_TRUE(overlap(window(0, DType::UInt16, pixels), window(channel, DType::UInt32, pixels)) == (channel == 4));
  }
  EXPECT_TRUE(overlap(window(0, DType::UInt16, pixels), window(6, DType::UInt16, pixels)));
}

}  // namespace
}  // namespace nf
