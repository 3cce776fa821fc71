// The geometry of border strips: every point belongs to the interior or to exactly one strip, and coordinates beyond an
// edge are read where SciPy reads them.
#include "engine/border.h"

#include <gtest/gtest.h>

#include <numeric>

#include "ir/elements.h"

namespace nf::engine {
namespace {

std::string continued(BorderMode mode, int64_t extent, int64_t from, int64_t to) {
  std::string text;
  for (int64_t at = from; at < to; ++at) text += char('a' + ir::extend_index(mode, at, extent));
  return text;
}

TEST(Border, ContinuesLikeScipy) {
  EXPECT_EQ(continued(BorderMode::Reflect, 4, -5, 9), "ddcbaabcddcbaa");
  EXPECT_EQ(continued(BorderMode::Mirror, 4, -4, 8), "cdcbabcdcbab");
  EXPECT_EQ(continued(BorderMode::Nearest, 4, -2, 6), "aaabcddd");
  EXPECT_EQ(continued(BorderMode::Wrap, 4, -5, 6), "dabcdabcdab");
}

TEST(Border, FoldsAsOftenAsNeeded) {
  EXPECT_EQ(continued(BorderMode::Mirror, 1, -3, 4), "aaaaaaa");
  EXPECT_EQ(continued(BorderMode::Reflect, 2, -6, 6), "baabbaabbaab");
  EXPECT_EQ(continued(BorderMode::Wrap, 3, -7, 0), "cabcabc");
}

/// How often each point of `shape` is covered by the interior and the strips.
std::vector<int> coverage(const std::vector<int64_t>& shape, const ir::Footprint& footprint) {
  View view = View::contiguous(nullptr, DType::UInt8, shape.data(), int(shape.size()));
  std::vector<int> count(size_t(view.size()), 0);
  Region interior = interior_of(footprint, view);
  std::vector<Region> all = border_of(interior, view);
  if (!interior.empty(view.rank)) all.push_back(interior);
  for (const Region& region : all) {
    View box = part(view, region);
    for (int64_t i = 0; i < box.size(); ++i) {
      int64_t rest = i, at = reinterpret_cast<intptr_t>(box.data);
      for (int d = box.rank - 1; d >= 0; --d) at += rest % box.shape[d] * box.strides[d], rest /= box.shape[d];
      count[size_t(at)]++;
    }
  }
  return count;
}

TEST(Border, CoversEveryPointOnce) {
  for (int64_t rows = 0; rows < 7; ++rows)
    for (int64_t columns = 0; columns < 7; ++columns)
      for (int64_t reach = 0; reach < 4; ++reach) {
        ir::Footprint footprint{{{-reach, reach}, {-1, 2}}};
        for (int count : coverage({rows, columns}, footprint))
          ASSERT_EQ(count, 1) << rows << "x" << columns << " reach " << reach;
      }
  for (int count : coverage({4, 5, 6}, {{{-1, 1}, {0, 2}, {-3, 0}}})) ASSERT_EQ(count, 1);
}

TEST(Border, ExtendsWithChannelsTogether) {
  std::vector<uint8_t> pixels(6);  // one row of two RGB pixels
  std::iota(pixels.begin(), pixels.end(), uint8_t(0));
  int64_t shape[] = {1, 6};
  View row = View::contiguous(pixels.data(), DType::UInt8, shape, 2);
  Region all;
  all.hi = {1, 6};
  const Columns columns[] = {{0, 6}};
  Extended extended = extend(row, all, columns, {{{0, 0}, {-3, 3}}}, BorderMode::Reflect, 3);
  ASSERT_EQ(extended.view.shape[1], 12);
  const auto* at = static_cast<const uint8_t*>(extended.view.data);
  EXPECT_EQ(std::vector<int>(at, at + 12), (std::vector<int>{0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5}));
}

TEST(Border, ExtendsRangesOfColumnsBehindEachOther) {
  std::vector<int32_t> numbers(2 * 9);
  std::iota(numbers.begin(), numbers.end(), 0);
  int64_t shape[] = {2, 9};
  const View rows = View::contiguous(numbers.data(), DType::Int32, shape, 2);
  Region second;
  second.lo = {1, 0}, second.hi = {2, 5};
  const Columns ends[] = {{0, 3}, {7, 9}};
  auto copied = [&](BorderMode mode) {
    const Extended made = extend(rows, second, ends, {{{0, 1}, {-2, 1}}}, mode, 1);
    EXPECT_EQ(made.view.shape[0], 2);
    const auto* at = static_cast<const int32_t*>(made.view.data);
    return std::vector<int>(at, at + made.view.size());
  };
  EXPECT_EQ(copied(BorderMode::Nearest), (std::vector<int>{9, 9, 9, 10, 11, 12, 14, 15, 16, 17, 17,  //
                                                           9, 9, 9, 10, 11, 12, 14, 15, 16, 17, 17}));
  EXPECT_EQ(copied(BorderMode::Wrap), (std::vector<int>{16, 17, 9, 10, 11, 12, 14, 15, 16, 17, 9,  //
                                                        7,  8,  0, 1,  2,  3,  5,  6,  7,  8,  0}));
}

}  // namespace
}  // namespace nf::engine
