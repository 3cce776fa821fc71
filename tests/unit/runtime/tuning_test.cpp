// Reading NEARFIELD_TUNING.
#include "runtime/tuning.h"

#include <gtest/gtest.h>

#include <random>

#include "nearfield/error.h"
#include "runtime/runtime.h"

namespace nf::runtime {
namespace {

TEST(Tuning, NamesChangeTheirField) {
  Tuning tuning = read_tuning({1, 3, 4, 5, 8, 6}, "task_bytes=65536,streamed_row_bytes=7");
  EXPECT_EQ(tuning.streaming_bytes, 1);
  EXPECT_EQ(tuning.streaming_from(false), 1);
  EXPECT_EQ(tuning.streaming_from(true), 2) << "several threads write past the cache later";
  EXPECT_EQ(tuning.prefetch_from(false), 4);
  EXPECT_EQ(tuning.prefetch_from(true), 6) << "and ask for rows ahead later";
  EXPECT_EQ(tuning.task_bytes, 65536);
  EXPECT_EQ(tuning.strip_bytes, 5);
  EXPECT_EQ(tuning.streamed_row_bytes, 7);
  EXPECT_EQ(tuning.panel_bytes, 8);
  EXPECT_EQ(read_tuning({1, 3, 4, 5, 8, 6}, "").task_bytes, 6);
}

TEST(TouchedLately, UntilOtherCallsFillTheCache) {
  const int64_t cache = tuning().streaming_from(true);
  auto* place = reinterpret_cast<const char*>(uintptr_t(1) << 40);  // never read
  EXPECT_FALSE(touched_lately(place, 1000));
  EXPECT_TRUE(touched_lately(place, 1000));
  EXPECT_FALSE(touched_lately(place + 64, 1000)) << "another array";
  touched_lately(place + 4096, cache - 3000);
  EXPECT_TRUE(touched_lately(place, 1000)) << "both fit";
  touched_lately(place + 4096, cache - 500);
  EXPECT_FALSE(touched_lately(place, 1000));
  EXPECT_FALSE(touched_lately(place, 2 * cache));
  EXPECT_FALSE(touched_lately(place, 2 * cache)) << "more than the cache holds";
}

TEST(TouchedLately, KnowsAllArraysOfACall) {
  std::mt19937_64 random(1);
  for (int call = 0; call < 3000; ++call) {
    const char* arrays[4];
    for (const char*& array : arrays) array = reinterpret_cast<const char*>(uintptr_t(random() >> 17) & ~uintptr_t(15));
    for (const char* array : arrays) touched_lately(array, 1000);
    for (const char* array : arrays) EXPECT_TRUE(touched_lately(array, 1000)) << call;
  }
}

TEST(Tuning, OtherTextIsRefusedByName) {
  for (const char* text :
       {"tasks=3", "task_bytes", "task_bytes=", "task_bytes=4k", "task_bytes=-1", "strip_bytes=1,,"}) {
    try {
      read_tuning({}, text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, ErrorKind::Value);
      EXPECT_TRUE(error.message.starts_with("NEARFIELD_TUNING has `")) << error.message;
    }
  }
}

}  // namespace
}  // namespace nf::runtime
