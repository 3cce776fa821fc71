// Types are values: packed, compared by their bits, and named as people write them.
#include "base/type.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "nearfield/error.h"

namespace nf {
namespace {

TEST(Type, KeepsWhatItIsMadeOf) {
  for (int d = 0; d < kDTypeCount; ++d) {
    for (int rank = 0; rank <= 8; ++rank) {
      for (Layout layout : {Layout::C, Layout::F, Layout::Any}) {
        for (bool readonly : {false, true}) {
          Type type = Type::array(DType(d), rank, layout, readonly);
          EXPECT_TRUE(type.is_array());
          EXPECT_EQ(type.dtype(), DType(d));
          EXPECT_EQ(type.rank(), rank);
          EXPECT_EQ(type.layout(), layout);
          EXPECT_EQ(type.readonly(), readonly);
        }
      }
    }
  }
}

TEST(Type, TellsKindsApart) {
  EXPECT_NE(Type::unknown(), Type::none());
  EXPECT_NE(Type::scalar(DType::Bool), Type::none());
  EXPECT_NE(Type::scalar(DType::Int8), Type::array(DType::Int8, 0));
  EXPECT_EQ(Type(), Type::unknown());
}

TEST(Type, InternsTuples) {
  Type items[] = {Type::scalar(DType::Int64), Type::array(DType::UInt8, 2)};
  Type tuple = Type::tuple(items);
  EXPECT_EQ(tuple, Type::tuple(items));
  EXPECT_EQ(tuple.items().size(), 2u);
  EXPECT_EQ(tuple.items()[1], items[1]);
  Type swapped[] = {items[1], items[0]};
  EXPECT_NE(tuple, Type::tuple(swapped));
  Type nested[] = {tuple, Type::none()};
  EXPECT_EQ(Type::tuple(nested).items()[0], tuple);
}

TEST(Type, InternsTuplesFromManyThreads) {
  std::vector<std::vector<Type>> made(4);
  std::vector<std::thread> threads;
  for (std::vector<Type>& types : made) {
    threads.emplace_back([&types] {
      for (int rank = 0; rank < 32; ++rank) {
        Type items[] = {Type::array(DType::Float32, rank), Type::scalar(DType::Int16)};
        types.push_back(Type::tuple(items));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<Type>& types : made) EXPECT_EQ(types, made[0]);
}

TEST(Type, HasNoItemsUnlessATuple) { EXPECT_THROW(Type::none().items(), Error); }

TEST(Type, IsNamedAsPeopleWriteIt) {
  EXPECT_EQ(to_string(Type::scalar(DType::Float64)), "float64");
  EXPECT_EQ(to_string(Type::array(DType::UInt8, 2, Layout::Any)), "uint8[:, :]");
  EXPECT_EQ(to_string(Type::array(DType::UInt8, 2, Layout::C)), "uint8[:, ::1]");
  EXPECT_EQ(to_string(Type::array(DType::UInt8, 3, Layout::F)), "uint8[::1, :, :]");
  EXPECT_EQ(to_string(Type::array(DType::Int32, 1)), "int32[::1]");
  EXPECT_EQ(to_string(Type::none()), "none");
  EXPECT_EQ(to_string(Type::unknown()), "unknown");
  Type items[] = {Type::scalar(DType::Int64), Type::scalar(DType::Float64)};
  EXPECT_EQ(to_string(Type::tuple(items)), "(int64, float64)");
  EXPECT_EQ(to_string(Type::tuple(std::span(items, 1))), "(int64,)");
  EXPECT_EQ(to_string(Type::tuple({})), "()");
}

}  // namespace
}  // namespace nf
