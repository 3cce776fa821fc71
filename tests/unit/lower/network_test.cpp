// Networks order everything: all vectors of zeros and ones, by which a network is known to sort all values.
#include "lower/network.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace nf::lower {
namespace {

std::vector<int> sorted_by(const Network& network, std::vector<int> values) {
  for (auto [low, high] : network)
    if (values[size_t(high)] < values[size_t(low)]) std::swap(values[size_t(low)], values[size_t(high)]);
  return values;
}

/// Minima and maxima that the wire depends on.
int operations(const Selection& selection) {
  std::vector<bool> needed(64);
  needed[size_t(selection.wire)] = true;
  int count = 0;
  for (size_t i = selection.network.size(); i-- > 0;) {
    auto [low, high] = selection.network[i];
    count += needed[size_t(low)] + needed[size_t(high)];
    if (needed[size_t(low)] || needed[size_t(high)]) needed[size_t(low)] = needed[size_t(high)] = true;
  }
  return count;
}

TEST(Network, SortsEveryVectorOfZerosAndOnes) {
  for (int count = 1; count <= 14; ++count)
    for (uint32_t bits = 0; bits < 1u << count; ++bits) {
      std::vector<int> values;
      for (int i = 0; i < count; ++i) values.push_back(int(bits >> i & 1));
      const std::vector<int> got = sorted_by(sorting_network(count), values);
      ASSERT_TRUE(std::is_sorted(got.begin(), got.end())) << count << " " << bits;
    }
}

TEST(Network, SelectsEveryRank) {
  for (int count = 1; count <= 12; ++count)
    for (int rank = 0; rank < count; ++rank) {
      const Selection selection = selection_network(count, rank);
      for (uint32_t bits = 0; bits < 1u << count; ++bits) {
        std::vector<int> values;
        for (int i = 0; i < count; ++i) values.push_back(int(bits >> i & 1));
        const int zeros = int(std::count(values.begin(), values.end(), 0));
        ASSERT_EQ(sorted_by(selection.network, values)[size_t(selection.wire)], rank >= zeros)
            << count << " " << rank << " " << bits;
      }
    }
}

TEST(Network, SelectsInLargeMatrices) {
  std::mt19937 random(1);
  for (int count : {15, 16, 20, 25, 27, 35, 49, 63, 64})
    for (int rank : {0, 1, count / 3, count / 2, count - 2, count - 1}) {
      const Selection selection = selection_network(count, rank);
      for (int round = 0; round < 300; ++round) {
        std::vector<int> values;
        for (int i = 0; i < count; ++i) values.push_back(int(random() % (round % 2 ? 5 : 1000)));
        const int got = sorted_by(selection.network, values)[size_t(selection.wire)];
        std::sort(values.begin(), values.end());
        ASSERT_EQ(got, values[size_t(rank)]) << count << " " << rank;
      }
    }
}

TEST(Network, IsShort) {
  const int best[] = {0, 0, 1, 3, 5, 9, 12, 16, 19};
  for (int count = 2; count <= 8; ++count) EXPECT_EQ(sorting_network(count).size(), size_t(best[count]));
  EXPECT_EQ(operations(selection_network(3, 1)), 4);
  EXPECT_EQ(operations(selection_network(5, 2)), 10);
  EXPECT_EQ(operations(selection_network(7, 3)), 20);
  EXPECT_EQ(operations(selection_network(9, 4)), 30);
  EXPECT_EQ(operations(selection_network(9, 0)), 8);
  EXPECT_LE(operations(selection_network(25, 12)), 192);
}

}  // namespace
}  // namespace nf::lower
