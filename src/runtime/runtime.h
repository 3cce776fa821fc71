// Front door of `runtime`: where code runs. Threads (the only user of oneTBB), large buffers, cancellation. It knows
// neither IR nor chunks.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "abi/abi.h"

namespace nf::runtime {

/// Threads that parallel work may use: NEARFIELD_NUM_THREADS, else the CPUs this process may run on.
int num_threads();
/// Sets it for the process (1..num CPUs allowed at start).
void set_num_threads(int threads);

/// Runs `body(begin, end)` over [lo, hi) in pieces of at least `grain`, on the pool when `parallel`, else here. An
/// exception of the lowest failing piece is rethrown.
void parallel_for(int64_t lo, int64_t hi, int64_t grain, bool parallel,
                  const std::function<void(int64_t, int64_t)>& body);

/// Calls `body` on so many threads, the caller's and others that end with this call: for work that waits for code that
/// is not ours, which may itself wait for threads of `parallel_for`.
void on_own_threads(int threads, const std::function<void()>& body);

/// Whether work of this many nanoseconds pays for a second thread now: from 3 µs on when the workers are awake, from
/// 60 µs when they sleep; this thread's calls that follow each other closely count together.
bool worth_threads(double nanoseconds);

/// Notes that a call reads or writes so many bytes from `data` on. True when a call did before, and what calls touched
/// since fits the last level of cache with them, so that they are likely there (Note [Cold images]).
bool touched_lately(const void* data, int64_t bytes);

/// Holds this thread to IEEE 754's rounding and denormals while it lives; `parallel_for` does so around each piece.
class FloatMode {
 public:
  FloatMode();
  ~FloatMode();
  FloatMode(const FloatMode&) = delete;

 private:
  [[maybe_unused]] uint32_t before_ = 0;
};

/// Memory aligned to 64 bytes, recycled between calls and on huge pages when large.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t bytes);
  ~Buffer();
  Buffer(Buffer&&) noexcept;
  Buffer& operator=(Buffer&&) noexcept;
  std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  /// Gives the memory to a caller, who returns it with `release_memory(data, size)`.
  std::byte* take();

 private:
  std::byte* data_ = nullptr;
  size_t size_ = 0;
};
void release_memory(std::byte* data, size_t size);

/// Bytes of the last-level cache, from sysfs (not cpuid: a virtual machine reports its host's).
int64_t last_level_cache();
/// The same of the second level, of one core.
int64_t second_level_cache();

/// Seconds that copying takes at best on this machine: `bytes` of input and output together, on `threads` threads. The
/// limit of what a kernel that moves as much can reach. Measured when asked (some tens of milliseconds), over plain and
/// streaming stores and the processor's string copy.
double copy_seconds(int64_t bytes, int threads);

/// The flag that generated loops and the streaming engine poll; Ctrl-C sets it.
const int32_t* cancel_flag();
void request_cancel();
void clear_cancel();
/// Throws `Error` (Interrupted) when it is set.
void throw_if_cancelled();

}  // namespace nf::runtime
