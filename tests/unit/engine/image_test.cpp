// How images are computed and written: by their size, and by where they likely lie.
#include "engine/image.h"

#include <gtest/gtest.h>

#include "runtime/runtime.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

TEST(Image, FlagsFollowItsSizeAndWhereItLies) {
  const double small = 20'000, middle = 1e6, large = 1.2 * double(runtime::tuning().prefetch_bytes);
  auto flags = [](bool streaming, bool threads, bool cold, double bytes) {
    return flags_for({streaming, threads, cold, bytes, 1});
  };
  const double most = double(runtime::tuning().streaming_bytes);
  EXPECT_EQ(flags(false, false, false, small), abi::kCached | abi::kStrips);
  EXPECT_EQ(flags(false, false, false, middle), abi::kCached);
  EXPECT_EQ(flags(false, false, true, middle), abi::kPrefetch) << "it is not in a cache";
  EXPECT_EQ(flags(false, false, false, large) & ~abi::kCached, abi::kPrefetch);
  EXPECT_EQ(flags(false, false, false, 1.01 * most), abi::kPrefetch) << "not all of it is in a cache";
  EXPECT_EQ(flags(false, true, false, large), abi::kCached) << "several threads ask for rows later";
  EXPECT_NE(flags(true, false, false, large) & abi::kStreaming, 0u);
  EXPECT_EQ(flags_for({false, false, false, most, 1000}), abi::kCached | abi::kStrips)
      << "small planes of a volume that is cached";
  EXPECT_EQ(flags_for({false, false, true, most, 1000}), abi::kPrefetch);
  EXPECT_EQ(flags_for({false, true, false, 4 * most, 1000}), abi::kPrefetch);
}

TEST(Image, TasksOfVolumesHaveManyPlanesForEachThatTheyReadBesides) {
  const int threads = runtime::num_threads();
  const int64_t plane = runtime::tuning().task_bytes * 2, planes = 64 * threads;
  const ir::Footprint volume{{{-1, 1}, {0, 0}, {0, 0}}}, image{{{-1, 1}, {0, 0}}}, own_plane{{{0, 0}, {-1, 1}, {0, 0}}};
  EXPECT_EQ(rows_of_task(volume, planes, plane), 16);
  EXPECT_EQ(rows_of_task(volume, 16 * threads, plane), 8) << "two for each thread";
  EXPECT_EQ(rows_of_task(volume, 1, plane), 1);
  EXPECT_EQ(rows_of_task(image, planes, plane), 1);
  EXPECT_EQ(rows_of_task(own_plane, planes, plane), 1);
  EXPECT_EQ(rows_of_task(volume, planes, plane / 80), 40) << "small planes";
}

TEST(Image, GoesPastTheCacheByLongRows) {
  const int64_t least = runtime::tuning().streamed_row_bytes;
  auto view = [&](DType dtype, int64_t columns) {
    int64_t shape[] = {9, columns};
    return View::contiguous(nullptr, dtype, shape, 2);
  };
  const ir::Footprint window{{{-1, 1}, {0, 0}}}, point{{{0, 0}, {0, 0}}};
  const View narrow[] = {view(DType::UInt8, least - 1)}, wide[] = {view(DType::UInt8, least)},
             one_of_two[] = {view(DType::UInt8, least / 2), view(DType::Float32, least / 2)};
  EXPECT_FALSE(has_long_rows(window, narrow));
  EXPECT_TRUE(has_long_rows(point, narrow)) << "these are joined";
  EXPECT_TRUE(has_long_rows(window, wide));
  EXPECT_TRUE(has_long_rows(window, one_of_two));
}

TEST(Image, IsColdUntilACallUsesIt) {
  int64_t shape[] = {300, 300};
  std::vector<std::byte> memory(90'000), others(90'000);
  const View view = View::contiguous(memory.data(), DType::UInt8, shape, 2);
  const View target = View::contiguous(others.data(), DType::UInt8, shape, 2);
  runtime::touched_lately(nullptr, int64_t(1) << 40);
  ir::Function function;
  function.params.push_back({"x", Type::array(DType::UInt8, 2), true, {}});
  const std::vector<Argument> read{view}, other{target};
  EXPECT_TRUE(note_use(function, read, {&target, 1}));
  EXPECT_FALSE(note_use(function, read, {&target, 1}));
  EXPECT_FALSE(note_use(function, other, {&view, 1})) << "it was written just now";
  int64_t few[] = {100, 100};
  EXPECT_FALSE(note_use(View::contiguous(memory.data() + 100, DType::UInt8, few, 2))) << "too small to matter";
}

}  // namespace
}  // namespace nf::engine
