// A mutex for long work, in a process that may be forked meanwhile.
#pragma once
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <mutex>

#include "nearfield/error.h"

namespace nf::runtime {

/// A child that was forked while another thread held the mutex has no such thread: there it throws instead of waiting
/// for ever. For work of milliseconds, since it asks for the process at each turn.
class ForkMutex {
 public:
  void lock() {
    const pid_t here = getpid();
    if (!mutex_.try_lock()) {
      if (const pid_t owner = owner_; owner != 0 && owner != here)
        throw Error(ErrorKind::Value, "this process was forked while another thread compiled this function",
                    {"call it once before the fork, or start processes by the method 'spawn' or 'forkserver'"});
      mutex_.lock();
    }
    owner_ = here;
  }
  bool try_lock() {
    if (!mutex_.try_lock()) return false;
    owner_ = getpid();
    return true;
  }
  void unlock() {
    owner_ = 0;
    mutex_.unlock();
  }

 private:
  std::mutex mutex_;
  std::atomic<pid_t> owner_{0};
};

}  // namespace nf::runtime
