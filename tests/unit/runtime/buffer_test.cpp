// Recycled memory and the float mode of compiled code.
#include <gtest/gtest.h>

#include <cfenv>
#include <cstring>
#include <set>
#include <thread>

#include "nearfield/error.h"
#include "runtime/runtime.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace nf::runtime {
namespace {

TEST(Buffer, IsAlignedAndWritable) {
  for (size_t size : {size_t(0), size_t(1), size_t(100), size_t(65536), size_t(5) << 20, (size_t(33) << 20) + 7}) {
    Buffer buffer(size);
    ASSERT_NE(buffer.data(), nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0u);
    EXPECT_EQ(buffer.size(), size);
    std::memset(buffer.data(), 0xa5, size);
  }
}

TEST(Buffer, LargeOnesAreRecycled) {
  std::byte* first = nullptr;
  for (size_t size : {(size_t(10) << 20) - 5, size_t(10) << 20}) {  // of one class
    Buffer buffer(size);
    EXPECT_TRUE(!first || buffer.data() == first);
    first = buffer.data();
  }
}

TEST(Buffer, TakenMemoryIsGivenBackBySize) {
  Buffer buffer(1 << 20);
  std::byte* data = buffer.take();
  EXPECT_EQ(buffer.data(), nullptr);
  EXPECT_EQ(buffer.size(), 0u);
  release_memory(data, 1 << 20);
  EXPECT_EQ(Buffer(1 << 20).data(), data);
}

TEST(Buffer, MovingKeepsTheMemory) {
  Buffer one(1 << 20), two;
  std::byte* data = one.data();
  two = std::move(one);
  Buffer three(std::move(two));
  EXPECT_EQ(three.data(), data);
  EXPECT_EQ(two.data(), nullptr);
}

TEST(Buffer, LiveBuffersNeverOverlap) {
  auto churn = [](int seed) {
    std::vector<Buffer> held;
    for (int i = 0; i < 300; ++i) {
      Buffer buffer((size_t(64) << 10) + size_t((i * 37 + seed * 101) % 50) * 4096);
      std::memset(buffer.data(), seed, buffer.size());
      held.push_back(std::move(buffer));
      if (held.size() > 8) held.erase(held.begin() + i % 8);
      for (const Buffer& b : held)
        if (b.data()[0] != std::byte(seed) || b.data()[b.size() - 1] != std::byte(seed)) return false;
    }
    return true;
  };
  bool right[4] = {};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&, i] { right[i] = churn(i + 1); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(right[0] && right[1] && right[2] && right[3]);
}

TEST(Buffer, TooMuchIsAnError) {
  for (size_t size : {SIZE_MAX, SIZE_MAX / 2, size_t(1) << 60}) try {
      Buffer buffer(size);
      FAIL() << "got " << size << " bytes";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind, ErrorKind::Memory);
    }
}

#if defined(__x86_64__)
TEST(FloatMode, IsSetInEachPieceAndPutBack) {
  uint32_t before = _mm_getcsr();
  std::fesetround(FE_UPWARD);
  _mm_setcsr(_mm_getcsr() | 0x8040);  // flush to zero, denormals are zero
  uint32_t mine = _mm_getcsr();
  parallel_for(0, 64, 1, true, [&](int64_t, int64_t) { EXPECT_EQ(_mm_getcsr() & ~0x3fu, 0x1f80u); });
  EXPECT_EQ(_mm_getcsr(), mine);
  _mm_setcsr(before);
}
#endif

}  // namespace
}  // namespace nf::runtime
