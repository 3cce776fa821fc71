// What compiled code and its callers agree on. Plain structs; generated code addresses their fields by offset, so a
// change here is a new `kAbiVersion`.
#pragma once
#include <cstddef>
#include <cstdint>

#include "nearfield/view.h"

namespace nf::abi {

inline constexpr uint32_t kAbiVersion = 3;

/// An array as compiled code sees it. Strides in bytes.
struct Array {
  void* data;
  int64_t shape[kMaxRank];
  int64_t strides[kMaxRank];
};

/// One argument or result: a scalar in the low bytes, or the address of an `Array`.
union Value {
  uint64_t bits;
  Array* array;
};

/// What raised: the site (0: nothing) and up to four values for its message, each as the 8 bytes of its own type
/// (integers sign- or zero-extended to 64 bits, floats as float64).
struct Fault {
  uint32_t site;
  uint32_t count;
  uint64_t values[4];
};

struct Context;
union Value;
/// A jitted function: 0, or the site that raised (`kCancelled`, `kOutOfMemory`, `kTooDeep` for what has no site).
using JitFunction = int32_t (*)(Context*, const Value* args, Value* results);

/// The services that compiled code may ask for, and where it reports faults. One for each call (not shared by threads).
struct Context {
  /// Returns `bytes` of memory aligned to 64 (zeroed if `zero` is not 0), or null when the budget does not allow it.
  /// The memory lives until the call's owner frees the context, except for results, which the owner takes over.
  void* (*allocate)(Context*, int64_t bytes, int32_t zero);
  /// Not 0 when the call is to stop (Ctrl-C); polled in loops.
  const int32_t* cancelled;
  Fault fault;
  /// Calls `function`, whose `count` arguments end with the bounds `lo` and `hi` of a loop, for parts of [lo, hi), on
  /// several threads where that pays, each with a context of its own. Returns what the lowest part that failed
  /// returned.
  int32_t (*in_parallel)(Context*, JitFunction function, const Value* args, int32_t count);
};

inline constexpr int32_t kCancelled = -1;
inline constexpr int32_t kOutOfMemory = -2;
inline constexpr int32_t kRaisesSomewhere = -4;  ///< inside a stencil's code only: computing point by point tells where
inline constexpr int32_t kTooDeep = -3;          ///< too many calls of a recursive function

/// A region of a stencil. Every point of [lo, hi) has its whole footprint inside the arrays; the caller fills borders.
/// `args`: relative arrays are addressed so that element p of the output reads element p + offset (all have the origin
/// of the output); scalars and absolutely indexed arrays as for jitted functions. Relative arrays and `outs` have a
/// unit inner stride (rows may be padded).
struct StencilCall {
  const Value* args;
  Array* outs;  ///< one for each result
  int64_t lo[kMaxRank];
  int64_t hi[kMaxRank];
  uint64_t flags;       ///< below
  int64_t panel_bytes;  ///< of a volume, what is read and written before the next rows of all planes; 0: whole planes
};
/// Results are written past the cache, line by line: for data that is far larger than it.
inline constexpr uint64_t kStreaming = 1;
/// Rows of the inputs are asked for ahead: with ordinary stores; past the cache it matters for single long rows only,
/// where it helps while they come from the last cache level.
inline constexpr uint64_t kPrefetch = 4;
/// Strip by strip, where the code can: for images, or planes of volumes, that stay in the first cache level.
inline constexpr uint64_t kStrips = 8;
/// The image is likely in a cache.
inline constexpr uint64_t kCached = 16;
using StencilFunction = int32_t (*)(Context*, const StencilCall*);

}  // namespace nf::abi
