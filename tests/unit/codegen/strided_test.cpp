// Copies between arrays of any strides.
#include "codegen/strided.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>
#include <vector>

namespace nf::codegen {
namespace {

/// An array in memory of its own, with its axes in some order, gaps behind rows and some axes backwards.
struct Strided {
  std::vector<std::byte> memory;
  abi::Array array{};

  Strided(const std::vector<int64_t>& shape, int size, std::mt19937_64& random) {
    std::vector<int> order(shape.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    int64_t step = size, first = 0;
    for (int axis : order) {
      const bool backwards = random() % 8 == 0;
      array.shape[axis] = shape[size_t(axis)], array.strides[axis] = backwards ? -step : step;
      if (backwards) first += (shape[size_t(axis)] - 1) * step;
      step *= shape[size_t(axis)] + int64_t(random() % 3);
    }
    memory.resize(size_t(step) + 8);
    for (std::byte& byte : memory) byte = std::byte(random());
    array.data = memory.data() + first + random() % 8;
  }
  std::byte* at(const std::vector<int64_t>& index) const {
    auto* place = static_cast<std::byte*>(array.data);
    for (size_t d = 0; d < index.size(); ++d) place += index[d] * array.strides[d];
    return place;
  }
};

/// Calls `visit` with each index of a shape.
template <class Visit>
void for_each_index(const std::vector<int64_t>& shape, const Visit& visit) {
  std::vector<int64_t> index(shape.size());
  for (;;) {
    visit(index);
    size_t axis = shape.size();
    while (axis > 0 && ++index[axis - 1] == shape[axis - 1]) index[--axis] = 0;
    if (axis == 0) return;
  }
}

TEST(Strided, CopiesEachElementAndNothingElse) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 2000; ++round) {
    const int size = 1 << random() % 4, rank = int(1 + random() % 4);
    std::vector<int64_t> shape;
    for (int d = 0; d < rank; ++d) shape.push_back(int64_t(1 + random() % (rank < 3 ? 70 : rank == 3 ? 20 : 9)));
    const Strided from(shape, size, random);
    Strided to(shape, size, random);
    const auto offset = static_cast<std::byte*>(to.array.data) - to.memory.data();
    Strided expected = to;
    expected.array.data = expected.memory.data() + offset;
    for_each_index(shape, [&](const auto& index) { std::memcpy(expected.at(index), from.at(index), size_t(size)); });
    copy_strided(to.array, from.array, rank, size);
    ASSERT_EQ(to.memory, expected.memory) << "round " << round << ": " << rank << " axes of " << size << " bytes";
  }
}

TEST(Strided, RowsBackwards) {
  std::mt19937_64 random(6);
  for (int size : {1, 2, 4, 8})
    for (int64_t count = 1; count < 70; ++count) {
      std::vector<std::byte> from(size_t(count * size)), to(from.size() + 1, std::byte{7});
      for (std::byte& byte : from) byte = std::byte(random());
      const abi::Array target = contiguous_array(to.data(), &count, 1, size);
      abi::Array source = target;
      source.data = from.data() + (count - 1) * size, source.strides[0] = -size;
      copy_strided(target, source, 1, size);
      for (int64_t i = 0; i < count; ++i)
        ASSERT_EQ(std::memcmp(&to[size_t(i * size)], &from[size_t((count - 1 - i) * size)], size_t(size)), 0) << i;
      ASSERT_EQ(to.back(), std::byte{7});
    }
}

TEST(Strided, LargeTranspositions) {
  std::mt19937_64 random(5);
  for (int size : {1, 2, 4, 8})
    for (std::vector<int64_t> shape : {std::vector<int64_t>{300, 530}, {515, 17}, {16, 600}, {3, 300, 40}}) {
      const int rank = int(shape.size());
      int64_t count = size;
      for (int64_t extent : shape) count *= extent;
      std::vector<std::byte> c(static_cast<size_t>(count)), f(c), back(c);
      for (std::byte& byte : c) byte = std::byte(random());
      const abi::Array rows = contiguous_array(c.data(), shape.data(), rank, size);
      abi::Array columns = rows, again = rows;
      columns.data = f.data(), again.data = back.data();
      for (int64_t d = 0, step = size; d < rank; step *= shape[size_t(d++)]) columns.strides[d] = step;
      copy_strided(columns, rows, rank, size);
      copy_strided(again, columns, rank, size);
      EXPECT_EQ(back, c);
      std::vector<int64_t> last;
      int64_t at = 0, step = size;
      for (int64_t extent : shape) last.push_back(extent - 1), at += (extent - 1) * step, step *= extent;
      EXPECT_EQ(std::memcmp(f.data() + at, c.data() + count - size, size_t(size)), 0);
      EXPECT_NE(f, c);
    }
}

}  // namespace
}  // namespace nf::codegen
