// Stores that go past the cache: for results that are far larger than it.
#pragma once
#include <emmintrin.h>

#include <cstddef>
#include <cstdint>

namespace nf {

inline constexpr int64_t kCacheLine = 64;  ///< bytes

/// Copies `lines` whole lines of the cache to `to`, which is aligned to one, past the cache. What other threads are to
/// see needs an `_mm_sfence` behind the last of such stores.
inline void store_lines_past_cache(std::byte* to, const std::byte* from, int64_t lines) {
  for (int64_t at = 0; at < lines * kCacheLine; at += 16)
    _mm_stream_si128(reinterpret_cast<__m128i*>(to + at), _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at)));
}

}  // namespace nf
