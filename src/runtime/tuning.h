// Sizes that were found by measuring and that machines differ in. `./dev bench --tune` measures them; NEARFIELD_TUNING
// sets them.
#pragma once
#include <cstdint>
#include <string_view>

namespace nf::runtime {

struct Tuning {
  int64_t streaming_bytes;     ///< input and output of an image from which on results are written past the cache
  int64_t streamed_row_bytes;  ///< of a row of results from which on that is done: ends of shorter ones cost too much
  int64_t prefetch_bytes;      ///< input and output of an image from which on rows are asked for ahead
  int64_t strip_bytes;         ///< input and output of a plane up to which it is computed strip by strip (see abi.h)
  int64_t panel_bytes;         ///< of a volume, what rows of all planes that a point reads may take (see abi.h)
  int64_t task_bytes;          ///< input and output of one piece of parallel work

  /// `streaming_bytes` for one thread; several store to the last-level cache so much faster that it pays twice as long
  /// (x + y of 24 MB of float64 on Zen 5: one thread gains a third past the cache, two lose a fifth).
  int64_t streaming_from(bool threads) const { return threads ? 2 * streaming_bytes : streaming_bytes; }
  /// The same of `prefetch_bytes` (two threads on Zen 5, 3x3 mean of 16 MB of float64: 107 us, 138 when rows are asked
  /// for; from 24 MB on asking is faster).
  int64_t prefetch_from(bool threads) const { return threads ? prefetch_bytes * 3 / 2 : prefetch_bytes; }
};
/// The defaults for this machine, with what NEARFIELD_TUNING changes ("streaming_bytes=1000000,task_bytes=65536").
/// Throws Error (Value) for text that is not of this form.
const Tuning& tuning();

/// The same for a given text; for tests.
Tuning read_tuning(Tuning defaults, std::string_view text);

}  // namespace nf::runtime
