// Whole arrays and their elements in every layout: loads and stores with wrap and check, copies, ravel, reductions.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/codegen/machine.h"

namespace nf::test {
namespace {

const std::vector<std::vector<int64_t>> kShapes[] = {
    {{}}, {{0}, {1}, {7}, {70}}, {{3, 5}, {1, 4}, {4, 1}, {0, 3}, {3, 0}, {9, 40}}, {{2, 3, 4}, {1, 1, 5}, {2, 0, 3}}};

/// The type of an array as IR text.
std::string array_type(DType dtype, int rank, Layout layout) { return to_string(Type::array(dtype, rank, layout)); }

std::vector<Order> orders(Layout layout) {
  if (layout == Layout::C) return {Order::C};
  if (layout == Layout::F) return {Order::F};
  return {std::begin(kAnyOrders), std::end(kAnyOrders)};
}

/// Runs `body(type, make)` for every rank, layout and memory order; `make` makes arrays of all shapes.
template <class Body>
void for_arrays(DType dtype, Body body) {
  std::mt19937_64 random(7);
  for (int rank = 0; rank <= 3; ++rank) {
    for (Layout layout : {Layout::C, Layout::F, Layout::Any}) {
      if (rank == 0 && layout == Layout::F) continue;
      body(rank, layout, [&](auto use) {
        for (Order order : orders(layout))
          for (const std::vector<int64_t>& shape : kShapes[rank]) {
            use(make_array(dtype, shape, order, random));
            if (::testing::Test::HasFatalFailure()) return;
          }
      });
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Arrays, LoadWrapsAndChecksEveryIndex) {
  for (Layout layout : {Layout::C, Layout::F, Layout::Any}) {
    Compiled code(
        fmt::format("site 1 IndexError \"out of range\"\n"
                    "func @get(x: {0}, i: int64, j: int64) -> int16 {{\n  %0 = param 0 : {0}\n  %1 = param 1 : int64\n"
                    "  %2 = param 2 : int64\n  %3 = load %0[%1, %2] wrap check site 1 : int16\n  return %3\n}}\n",
                    array_type(DType::Int16, 2, layout)));
    std::mt19937_64 random(3);
    for (Order order : orders(layout)) {
      for (std::vector<int64_t> shape : {std::vector<int64_t>{3, 4}, {0, 4}, {1, 1}}) {
        TestArray array = make_array(DType::Int16, shape, order, random);
        for (int64_t i :
             {int64_t(-4), int64_t(-3), int64_t(-1), int64_t(0), int64_t(2), int64_t(3), INT64_MIN, INT64_MAX})
          for (int64_t j : {-5, -4, -1, 0, 3, 4})
            expect_same(code, {array, Scalar::of(DType::Int64, i), Scalar::of(DType::Int64, j)});
      }
    }
  }
}

TEST(Arrays, UnsignedIndexesDoNotWrap) {
  Compiled code(
      "site 1 IndexError \"out of range\"\n"
      "func @get(x: uint8[::1], i: int64) -> uint8 {\n  %0 = param 0 : uint8[::1]\n  %1 = param 1 : int64\n"
      "  %2 = load %0[%1] check site 1 : uint8\n  return %2\n}\n");
  std::mt19937_64 random(3);
  TestArray array = make_array(DType::UInt8, {5}, Order::C, random);
  for (int64_t i : {-1, -5, 0, 4, 5}) expect_same(code, {array, Scalar::of(DType::Int64, i)});
}

TEST(Arrays, StoreReachesTheRightElement) {
  for (DType dtype : {DType::Bool, DType::UInt8, DType::Int32, DType::Float64}) {
    for (Layout layout : {Layout::C, Layout::F, Layout::Any}) {
      Compiled code(fmt::format(
          "site 1 IndexError \"out of range\"\n"
          "func @set(x: {0}, i: int64, j: int64, v: {1}) {{\n  %0 = param 0 : {0}\n  %1 = param 1 : int64\n"
          "  %2 = param 2 : int64\n  %3 = param 3 : {1}\n  store %3, %0[%1, %2] wrap check site 1\n  return\n}}\n",
          array_type(dtype, 2, layout), name_of(dtype)));
      std::mt19937_64 random(4);
      for (Order order : orders(layout)) {
        if (order == Order::Repeated) continue;
        TestArray array = make_array(dtype, {3, 4}, order, random);
        for (int64_t i : {-3, 1, 3})
          for (int64_t j : {-1, 0, 3, 4})
            expect_same(
                code, {array, Scalar::of(DType::Int64, i), Scalar::of(DType::Int64, j), random_scalar(dtype, random)});
      }
    }
  }
}

TEST(Arrays, ReduceEveryDtypeAndLayout) {
  for (auto [from, to] : {std::pair(DType::UInt8, DType::UInt64), std::pair(DType::Int16, DType::Int64),
                          std::pair(DType::Int64, DType::Int64), std::pair(DType::Float32, DType::Float32),
                          std::pair(DType::Float64, DType::Float64), std::pair(DType::Bool, DType::Bool),
                          std::pair(DType::Bool, DType::Int64)}) {
    for (const char* op : {"sum", "min", "max"}) {
      for_arrays(from, [&](int rank, Layout layout, auto each) {
        Compiled code(
            fmt::format("site 1 ValueError \"empty\"\nfunc @reduce(x: {0}) -> {1} {{\n  %0 = param 0 : {0}\n"
                        "  %1 = reduce {2} %0 site 1 : {1}\n  return %1\n}}\n",
                        array_type(from, rank, layout), name_of(to), op));
        each([&](const TestArray& array) { expect_same(code, {array}); });
      });
    }
  }
}

TEST(Arrays, RavelOfEveryLayout) {
  for_arrays(DType::Int32, [](int rank, Layout layout, auto each) {
    Compiled code(
        fmt::format("func @ravel(x: {0}) -> int32[::1] {{\n  %0 = param 0 : {0}\n  %1 = ravel %0 : int32[::1]\n"
                    "  return %1\n}}\n",
                    array_type(DType::Int32, rank, layout)));
    each([&](const TestArray& array) { expect_same(code, {array}); });
  });
}

TEST(Arrays, RavelOfAContiguousArrayIsAView) {
  Compiled code(
      "site 1 IndexError \"no\"\nfunc @poke(x: int32[:, :]) {\n  %0 = param 0 : int32[:, :]\n  %1 = ravel %0 : "
      "int32[::1]\n"
      "  %2 = const 1 : int64\n  %3 = const 77 : int32\n  store %3, %1[%2] wrap check site 1\n  return\n}\n");
  std::mt19937_64 random(5);
  for (Order order : kAnyOrders) expect_same(code, {make_array(DType::Int32, {3, 4}, order, random)});
}

/// Stores through the part at `index` of an array of two axes, and sums it.
TEST(Arrays, RowsAreViews) {
  for_arrays(DType::Int32, [](int rank, Layout layout, auto each) {
    if (rank != 2 || layout == Layout::F) return;
    for (const char* index : {"%2", "%2, %2"}) {
      const std::string row = layout == Layout::C || index[2] == ',' ? "int32[::1]" : "int32[:]";
      Compiled code(
          fmt::format("func @row(x: {0}) -> int64 {{\n  %0 = param 0 : {0}\n  %1 = const 0 : int64\n"
                      "  %2 = const 1 : int64\n  %3 = row %0[{1}] : {2}\n  %4 = const 77 : int32\n"
                      "  store %4, %3[%1]\n  %5 = reduce sum %3 : int64\n  return %5\n}}\n",
                      array_type(DType::Int32, rank, layout), index, row));
      each([&](const TestArray& array) {
        if (array.view.shape[0] > 1 && array.view.shape[1] > 1) expect_same(code, {array});
      });
    }
  });
}

TEST(Arrays, BroadcastRepeatsOrRaises) {
  const Type matrix = Type::array(DType::Int32, 2, Layout::Any), row = Type::array(DType::Int32, 1, Layout::Any);
  Compiled code(
      fmt::format("site 1 ValueError \"shapes\"\nfunc @wide(x: {0}, y: {1}, out: {0}) {{\n  %0 = param 0 : {0}\n"
                  "  %1 = param 1 : {1}\n  %2 = param 2 : {0}\n"
                  "  %3 = broadcast %1 with (%0, %2) site 1 : readonly {0}\n  copy %2, %3 site 1\n  return\n}}\n",
                  to_string(matrix), to_string(row)));
  std::mt19937_64 random(7);
  auto make = [&](std::vector<int64_t> shape) { return make_array(DType::Int32, shape, Order::C, random); };
  for (int64_t rows : {1, 3, 0})
    for (int64_t columns : {1, 4, 0})
      for (int64_t own : {1, 4, 0, 5}) {
        const int64_t wide = columns == 1 ? own : columns;
        expect_same(code, {make({rows, columns}), make({own}), make({rows, wide})});
      }
}

TEST(Arrays, ApartKeepsWhatIsOverwritten) {
  for_arrays(DType::Int32, [](int rank, Layout layout, auto each) {
    const std::string type = array_type(DType::Int32, rank, layout);
    const bool is_c = type.ends_with("::1]");
    const std::string apart = array_type(DType::Int32, rank, is_c ? Layout::C : Layout::Any);
    Compiled code(
        fmt::format("func @apart(x: {0}) -> int64 {{\n  %0 = param 0 : {0}\n"
                    "  %1 = apart %0 from (%0) : readonly {1}\n  %2 = const 7 : int32\n  copy %0, %2\n"
                    "  %3 = reduce sum %1 : int64\n  return %3\n}}\n",
                    type, apart));
    each([&](const TestArray& array) { expect_same(code, {array}); });
  });
}

TEST(Arrays, ApartThatIsWrittenIsCopiedBack) {
  std::mt19937_64 random(9);
  TestArray whole = make_array(DType::Int16, {200}, Order::C, random);
  for (const char* same : {"", " same"}) {
    Compiled code(
        fmt::format("site 1 ValueError \"shapes\"\nfunc @f(x: int16[:], y: int16[:]) -> int64 {{\n"
                    "  %0 = param 0 : int16[:]\n  %1 = param 1 : int16[:]\n"
                    "  %2 = apart %0 from (%1){} : int16[:]\n  %3 = const 7 : int16\n  copy %2, %3\n"
                    "  %5 = reduce sum %1 : int64\n  copy %1, %3\n  copy %0, %2 site 1\n  return %5\n}}\n",
                    same));
    for (int64_t shift : {0, 1, 60, 100}) {
      TestArray low = whole, high = whole;
      low.view.shape[0] = high.view.shape[0] = 100;
      high.offset += size_t(2 * shift), high.view.data = whole.memory->data() + high.offset;
      expect_same(code, {low, high});
    }
  }
}

TEST(Arrays, PartsOfALoopDoWhatTheWholeDoes) {
  Compiled code(
      "site 1 ValueError \"seven at {0}\"\nfunc @f(x: int32[::1]) {\n  %0 = param 0 : int32[::1]\n"
      "  %1 = const 0 : int64\n  %2 = dim %0, 0 : int64\n  call 1(%0, %1, %2) parallel\n  return\n}\n"
      "func @rounds(x: int32[::1], lo: int64, hi: int64) {\n  %0 = param 0 : int32[::1]\n  %1 = param 1 : int64\n"
      "  %2 = param 2 : int64\n  %3 = const 1 : int64\n  for %4 = %1 to %2 step %3 {\n    %5 = load %0[%4] : int32\n"
      "    %6 = const 7 : int32\n    %7 = eq %5, %6 : bool\n    if %7 {\n      raise site 1 (%4)\n    }\n"
      "    %9 = add %5, %6 : int32\n    store %9, %0[%4]\n  }\n  return\n}\n");
  std::mt19937_64 random(8);
  for (int64_t count : {0, 1, 2, 50}) expect_same(code, {make_array(DType::Int32, {count}, Order::C, random)});
}

TEST(Arrays, FillCastsOnce) {
  for_arrays(DType::UInt8, [](int rank, Layout layout, auto each) {
    Compiled code(
        fmt::format("func @fill(x: {0}, v: float64) {{\n  %0 = param 0 : {0}\n  %1 = param 1 : float64\n"
                    "  copy %0, %1\n  return\n}}\n",
                    array_type(DType::UInt8, rank, layout)));
    each([&](const TestArray& array) { expect_same(code, {array, Scalar::of(DType::Float64, 300.7)}); });
  });
}

std::string copy_text(Type target, Type value) {
  return fmt::format(
      "site 1 ValueError \"shapes\"\nfunc @copy(x: {0}, y: {1}) {{\n  %0 = param 0 : {0}\n  %1 = param 1 : {1}\n"
      "  copy %0, %1 site 1\n  return\n}}\n",
      to_string(target), to_string(value));
}

TEST(Arrays, CopyCastsAndBroadcasts) {
  std::mt19937_64 random(6);
  for (auto [to, from] : {std::pair(DType::UInt8, DType::UInt8), std::pair(DType::Float64, DType::Int8),
                          std::pair(DType::Bool, DType::Float32), std::pair(DType::Int16, DType::Float64)}) {
    for (Layout target : {Layout::C, Layout::F, Layout::Any}) {
      for (Layout value : {Layout::C, Layout::F, Layout::Any}) {
        for (int rank : {0, 1, 2}) {
          Compiled code(copy_text(Type::array(to, 2, target), Type::array(from, rank, value)));
          std::vector<std::vector<int64_t>> shapes[] = {
              {{}}, {{6}, {1}, {5}}, {{4, 6}, {1, 6}, {4, 1}, {1, 1}, {4, 5}, {3, 6}}};
          for (Order x : orders(target))
            for (Order y : orders(value))
              for (const std::vector<int64_t>& shape : shapes[rank]) {
                if (x == Order::Repeated) continue;
                expect_same(code, {make_array(to, {4, 6}, x, random), make_array(from, shape, y, random)});
                expect_same(code, {make_array(to, {0, 6}, x, random), make_array(from, shape, y, random)});
                if (HasFatalFailure()) return;
              }
        }
      }
    }
  }
}

TEST(Arrays, CopyBetweenOverlappingArraysReadsFirst) {
  std::mt19937_64 random(8);
  Compiled same(copy_text(Type::array(DType::Int16, 1), Type::array(DType::Int16, 1)));
  Compiled any(copy_text(Type::array(DType::Int16, 1, Layout::Any), Type::array(DType::Int16, 1, Layout::Any)));
  TestArray whole = make_array(DType::Int16, {200}, Order::C, random);
  for (int64_t shift : {0, 1, 3, 60, 100}) {
    TestArray low = whole, high = whole;
    low.view.shape[0] = high.view.shape[0] = 100;
    high.offset += size_t(2 * shift), high.view.data = whole.memory->data() + high.offset;
    for (const Compiled* code : {&same, &any}) {
      expect_same(*code, {low, high});
      expect_same(*code, {high, low});
    }
    TestArray reversed = low;
    reversed.view.strides[0] = -2, reversed.offset = 198, reversed.view.data = whole.memory->data() + 198;
    expect_same(any, {high, reversed});
    expect_same(any, {reversed, high});
  }
}

TEST(Arrays, AllocZeroesAndRefusesNegativeExtents) {
  Compiled code(
      "site 1 ValueError \"negative\"\nfunc @zeros(n: int64, m: int64) -> float32[:, ::1] {\n  %0 = param 0 : int64\n"
      "  %1 = param 1 : int64\n  %2 = alloc(%0, %1) zero site 1 : float32[:, ::1]\n  return %2\n}\n");
  for (int64_t n : {-1, 0, 1, 5})
    for (int64_t m : {int64_t(-3), int64_t(0), int64_t(4)})
      expect_same(code, {Scalar::of(DType::Int64, n), Scalar::of(DType::Int64, m)});
}

TEST(Arrays, AllocOfTooMuchMemoryEndsTheCall) {
  Compiled code(
      "site 1 ValueError \"negative\"\nfunc @zeros(n: int64, m: int64) -> int64[:, ::1] {\n  %0 = param 0 : int64\n"
      "  %1 = param 1 : int64\n  %2 = alloc(%0, %1) site 1 : int64[:, ::1]\n  return %2\n}\n");
  code.budget = 1 << 20;
  auto status = [&](int64_t n, int64_t m) {
    int32_t ended = 0;
    code.run({Scalar::of(DType::Int64, n), Scalar::of(DType::Int64, m)}, &ended);
    return ended;
  };
  EXPECT_EQ(status(1 << 10, 1 << 10), abi::kOutOfMemory);
  EXPECT_EQ(status(int64_t(1) << 32, int64_t(1) << 32), abi::kOutOfMemory);  // the product wraps to 0
  EXPECT_EQ(status(int64_t(1) << 62, 2), abi::kOutOfMemory);
  EXPECT_EQ(status(int64_t(1) << 62, 0), 0);
  EXPECT_EQ(status(1 << 8, 1 << 8), 0);
}

TEST(Arrays, FreshMemoryIsNotTakenForZeros) {
  // An array that is not zeroed and written in part: the harness fills fresh memory with 0xA5.
  Compiled code(
      "site 1 ValueError \"negative\"\nfunc @some() -> uint8 {\n  %0 = const 4 : int64\n  %1 = const 0 : int64\n"
      "  %2 = const 7 : uint8\n  %3 = alloc(%0) site 1 : uint8[::1]\n  store %2, %3[%1]\n  %4 = load %3[%1] : uint8\n"
      "  return %4\n}\n");
  expect_same(code, {});
}

}  // namespace
}  // namespace nf::test
