// The one flag that stops running work. Setting it is safe in a signal handler.
#include <atomic>

#include "nearfield/error.h"
#include "runtime/runtime.h"

namespace nf::runtime {
namespace {
int32_t flag = 0;  // compiled code reads it as a plain int32
static_assert(std::atomic_ref<int32_t>::is_always_lock_free);
}  // namespace

const int32_t* cancel_flag() { return &flag; }
void request_cancel() { std::atomic_ref(flag).store(1); }
void clear_cancel() { std::atomic_ref(flag).store(0); }
void throw_if_cancelled() {
  if (std::atomic_ref(flag).load(std::memory_order_relaxed)) throw Error(ErrorKind::Interrupted, "interrupted");
}
}  // namespace nf::runtime
