// Sorting networks by Batcher's merge exchange, and selection by rows and columns.
//
// Note [Selection]. Values in g groups of m: each group is sorted, then the values of each rank across the groups. Now
// the matrix is sorted both ways, and most places are out of the question: the value at (i, j) has (i + 1) * (j + 1) -
// 1 others below it and as many above it on the other side. Only the rest is sorted, without comparators that can never
// exchange: those are found by running every matrix of zeros and ones that is sorted both ways through the network. Of
// nine values this is the known best, 30 minima and maxima. Values that are read row by row make groups of rows, whose
// order neighbouring outputs of a stencil share.
#include "lower/network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace nf::lower {
namespace {

/// Known networks for medians that are shorter than those below.
const Network kMedianOfFive = {{0, 1}, {3, 4}, {0, 3}, {1, 4}, {1, 2}, {2, 3}, {1, 2}};
const Network kMedianOfSeven = {{0, 5}, {0, 3}, {1, 6}, {2, 4}, {0, 1}, {3, 5}, {2, 6},
                                {2, 3}, {3, 6}, {4, 5}, {1, 4}, {1, 3}, {3, 4}};

/// The minima and maxima that the wires depend on.
int operations(const Network& network, std::vector<bool> needed) {
  int count = 0;
  for (size_t i = network.size(); i-- > 0;) {
    auto [low, high] = network[i];
    count += needed[size_t(low)] + needed[size_t(high)];
    if (needed[size_t(low)] || needed[size_t(high)]) needed[size_t(low)] = needed[size_t(high)] = true;
  }
  return count;
}

/// Brings the values of the needed ranks to their wires, by sorting all or by taking the extremes off one after the
/// other, whichever is shorter.
Network partial_network(const std::vector<bool>& needed) {
  const int count = int(needed.size());
  Network down, up;
  int first = 0, last = count - 1;
  while (first < last && !needed[size_t(first)]) ++first;
  while (first < last && !needed[size_t(last)]) --last;
  for (int done = 0; done <= last; ++done)
    for (int i = count - 1; i-- > done;) down.push_back({i, i + 1});
  for (int left = count; left > first; --left)
    for (int i = 0; i + 1 < left; ++i) up.push_back({i, i + 1});
  Network best = sorting_network(count);
  for (const Network& other : {down, up})
    if (operations(other, needed) < operations(best, needed)) best = other;
  return best;
}
Network partial_network(int count, int rank) {
  std::vector<bool> needed(static_cast<size_t>(count));
  needed[size_t(rank)] = true;
  return partial_network(needed);
}

/// The length of a group that divides `count` into a matrix as square as can be; 0 when there is none of use.
int group_length(int count) {
  for (int length = int(std::ceil(std::sqrt(count))); length <= count / 3; ++length)
    if (count % length == 0) return length;
  return 0;
}

/// All matrices of zeros and ones that are sorted along rows and columns, one bit a place.
void sorted_matrices(int groups, int length, int row, int ones, uint64_t bits, std::vector<uint64_t>& into) {
  if (row == groups) return into.push_back(bits);
  for (int n = ones; n <= length; ++n) {
    uint64_t line = ((uint64_t(1) << n) - 1) << (length - n);
    sorted_matrices(groups, length, row + 1, n, bits | line << (row * length), into);
  }
}

/// Brings the value of `rank` among `places` of a matrix that is sorted both ways to the place of that number: appends
/// what exchanges anything.
void append_needed(Network& network, const std::vector<int>& places, int rank, int groups, int length) {
  std::vector<uint64_t> matrices;
  sorted_matrices(groups, length, 0, 0, 0, matrices);
  for (auto [low, high] : partial_network(int(places.size()), rank)) {
    const int a = places[size_t(low)], b = places[size_t(high)];
    bool exchanges = false;
    for (uint64_t& matrix : matrices)
      if ((matrix >> a & 1) > (matrix >> b & 1)) {
        matrix ^= uint64_t(1) << a | uint64_t(1) << b;
        exchanges = true;
      }
    if (exchanges) network.push_back({a, b});
  }
}

Selection select_in_matrix(int count, int length, int rank) {
  const int groups = count / length;
  Network network;
  for (int group = 0; group < groups; ++group)
    for (auto [low, high] : sorting_network(length)) network.push_back({group * length + low, group * length + high});
  std::vector<int> places;
  const std::vector<bool> none(static_cast<size_t>(groups));
  std::vector<std::vector<bool>> in_question(static_cast<size_t>(length), none);  // by column
  int below = 0;
  for (int i = 0; i < groups; ++i)
    for (int j = 0; j < length; ++j) {
      const bool too_low = (groups - i) * (length - j) - 1 > count - 1 - rank, too_high = (i + 1) * (j + 1) - 1 > rank;
      if (!too_low && !too_high) places.push_back(i * length + j), in_question[size_t(j)][size_t(i)] = true;
      below += too_low;
    }
  for (int column = 0; column < length; ++column)
    if (const auto& needed = in_question[size_t(column)]; std::count(needed.begin(), needed.end(), true))
      for (auto [low, high] : partial_network(needed))
        network.push_back({low * length + column, high * length + column});
  // Roughly in order beforehand: the more comparators have nothing to do.
  auto lead = [&](int place) {
    const int i = place / length, j = place % length;
    return (i + 1) * (j + 1) - (groups - i) * (length - j);
  };
  std::stable_sort(places.begin(), places.end(), [&](int a, int b) { return lead(a) < lead(b); });
  append_needed(network, places, rank - below, groups, length);
  return {network, places[size_t(rank - below)]};
}

/// Drops comparators of which no output reaches the wire.
void drop_unused(Selection& selection, int count) {
  std::vector<bool> needed(static_cast<size_t>(count));
  needed[size_t(selection.wire)] = true;
  Network kept;
  for (size_t i = selection.network.size(); i-- > 0;) {
    const Comparator c = selection.network[i];
    if (!needed[size_t(c.low)] && !needed[size_t(c.high)]) continue;
    needed[size_t(c.low)] = needed[size_t(c.high)] = true;
    kept.push_back(c);
  }
  std::reverse(kept.begin(), kept.end());
  selection.network = std::move(kept);
}

}  // namespace

Network sorting_network(int count) {
  Network network;
  int top = 1;
  while (top * 2 < count) top *= 2;
  if (count < 2) return network;
  for (int p = top; p > 0; p /= 2) {
    int q = top, r = 0, distance = p;
    while (true) {
      for (int i = 0; i + distance < count; ++i)
        if ((i & p) == r) network.push_back({i, i + distance});
      if (q == p) break;
      distance = q - p, q /= 2, r = p;
    }
  }
  return network;
}

Selection selection_network(int count, int rank) {
  Selection selection{partial_network(count, rank), rank};
  if (count == 5 && rank == 2) selection.network = kMedianOfFive;
  if (count == 7 && rank == 3) selection.network = kMedianOfSeven;
  if (const int length = group_length(count)) selection = select_in_matrix(count, length, rank);
  drop_unused(selection, count);
  return selection;
}

}  // namespace nf::lower
