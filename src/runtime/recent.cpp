// What is likely in a cache still.
//
// Note [Cold images]. An image that was just computed, or is computed with again and again, is read from a cache; a
// frame of a long series comes from memory. What is best for one is bad for the other: asking for the rows of the next
// block takes time where they are near, and strips touch so many rows at a time that the processor, which knows a few
// dozen of places to read ahead at, reads none ahead. (3x3 mean of 1000x1000 uint8 on Zen 5: in a cache 26 us in strips
// and 34 asking for rows; frames from memory 180 us in strips, 92 row by row and 55 asking for rows. Sobel of frames
// 375 and 90 us.) Calls therefore note what they touch, and how much has been touched since; an image that no call has
// touched lately counts as cold. A guess that is wrong costs time and nothing else.
#include <atomic>
#include <cstdint>

#include "runtime/runtime.h"
#include "runtime/tuning.h"

namespace nf::runtime {
namespace {

struct Touch {
  std::atomic<uintptr_t> data{0};
  std::atomic<int64_t> end{0};  ///< bytes that calls had touched behind it
};
/// Arrays share few sets, and a call has several: with one place in each set, a pair that shares it is cold for ever.
constexpr int kSetBits = 6, kPlaces = 4;
Touch touches[1 << kSetBits][kPlaces];
std::atomic<int64_t> touched{0};

/// The place of an array in its set, or the one that was noted least recently.
Touch& place_of(uintptr_t at) {
  auto& set = touches[uint64_t(at) * 0x9e3779b97f4a7c15u >> (64 - kSetBits)];
  Touch* oldest = set;
  for (Touch& touch : set) {
    if (touch.data.load(std::memory_order_relaxed) == at) return touch;
    if (touch.end.load(std::memory_order_relaxed) < oldest->end.load(std::memory_order_relaxed)) oldest = &touch;
  }
  return *oldest;
}

}  // namespace

bool touched_lately(const void* data, int64_t bytes) {
  const auto at = reinterpret_cast<uintptr_t>(data);
  Touch& last = place_of(at);
  const int64_t begin = touched.fetch_add(bytes, std::memory_order_relaxed);
  const bool lately = last.data.load(std::memory_order_relaxed) == at &&
                      begin - last.end.load(std::memory_order_relaxed) + bytes <= tuning().streaming_from(true);
  last.data.store(at, std::memory_order_relaxed), last.end.store(begin + bytes, std::memory_order_relaxed);
  return lately;
}

}  // namespace nf::runtime
