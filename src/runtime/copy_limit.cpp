// The copy limit: how fast this machine moves memory at best, the yardstick of every other figure.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <limits>

#include "base/past_cache.h"
#include "runtime/runtime.h"

namespace nf::runtime {
namespace {

using Copy = void (*)(std::byte* to, const std::byte* from, size_t bytes);

void copy_plainly(std::byte* to, const std::byte* from, size_t bytes) { std::memcpy(to, from, bytes); }

/// Past the cache; `to` is aligned to a line.
void copy_streaming(std::byte* to, const std::byte* from, size_t bytes) {
  const size_t whole = bytes / kCacheLine * kCacheLine;
  store_lines_past_cache(to, from, int64_t(whole) / kCacheLine);
  std::memcpy(to + whole, from + whole, bytes - whole);
  _mm_sfence();
}

void copy_by_string_instruction(std::byte* to, const std::byte* from, size_t bytes) {
  asm volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

}  // namespace

double copy_seconds(int64_t bytes, int threads) {
  using Clock = std::chrono::steady_clock;
  constexpr auto kTime = std::chrono::milliseconds(40);
  constexpr int kLeastRounds = 3;
  const int64_t half = std::max<int64_t>(bytes / 2, 64), piece = (half + threads - 1) / threads / 64 * 64 + 64;
  Buffer from(size_t(piece * threads)), to(size_t(piece * threads));
  std::memset(from.data(), 1, from.size());
  std::memset(to.data(), 1, to.size());
  auto run = [&](Copy copy) {
    auto part = [&](int64_t lo, int64_t hi) {
      const int64_t begin = std::min(lo * piece, half), end = std::min(hi * piece, half);
      if (begin < end) copy(to.data() + begin, from.data() + begin, size_t(end - begin));
    };
    threads == 1 ? part(0, 1) : parallel_for(0, threads, 1, true, part);
  };
  double best = std::numeric_limits<double>::infinity();
  // Short copies are repeated until the clock can tell them from nothing.
  const int repeat = int(std::clamp<int64_t>((1 << 18) / half, 1, 1024));
  const auto end = Clock::now() + kTime;
  for (int round = 0; round < kLeastRounds || Clock::now() < end; ++round)
    for (Copy copy : {copy_plainly, copy_streaming, copy_by_string_instruction}) {
      const auto start = Clock::now();
      for (int i = 0; i < repeat; ++i) run(copy);
      best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count() / repeat);
    }
  return best;
}

}  // namespace nf::runtime
