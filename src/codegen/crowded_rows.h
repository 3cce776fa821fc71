// Rows that get in each other's way in the first cache level.
//
// Note [Crowded rows]. Where a line may stand in the first cache level its address says, modulo 4096; there is room for
// eight to twelve that agree. Rows whose distance is near a multiple of 4096, or of a large part of it, as in images of
// 2^k columns, so take each other's place when many of them are gone through at the same columns, as in strips; and
// each load waits for a store before it whose address agrees (3x3 mean of 1024x1024 uint8 on Zen 5: in strips of 64
// rows 55 us, row by row 31; 4096 columns wide 177 and 30; 1000 columns wide 26 and 29). Row by row few rows are in
// use.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/past_cache.h"

namespace nf::codegen {

/// Rows that are no further apart do not crowd: it takes eight of them to come near the next multiple of 4096.
inline constexpr int64_t kNeverCrowds = (4096 - kCacheLine) / 8;

/// Whether of so many rows, `pitch` bytes after one another, too many have their first bytes at about the same place
/// modulo 4096.
inline bool rows_crowd(int64_t pitch, int64_t rows) {
  constexpr int64_t kPeriod = 4096, kMany = 8;
  pitch = std::abs(pitch);
  if (pitch <= kNeverCrowds) return false;
  for (int64_t apart = 1; apart <= rows / kMany; ++apart) {
    const int64_t distance = pitch * apart, beside = distance % kPeriod, off = std::min(beside, kPeriod - beside);
    if (off >= kCacheLine || distance < kPeriod - kCacheLine) continue;
    const int64_t together = off == 0 ? rows : kCacheLine / off + 1;
    if (std::min(together, rows / apart) >= kMany) return true;
  }
  return false;
}

}  // namespace nf::codegen
