// Where oneTBB's workers wake up.
//
// Note [Waking workers]. The kernel likes to wake a thread on the processor of the thread that wakes it, for the sake
// of its cache. Here that thread goes on computing, and has slept itself before (between two cells of a notebook): then
// the worker waits for the end of its time slice while another processor idles. Measured with two processors
// (Linux 6.18): the worker began after 1.9 ms (median), when most regions are over, and 17 us when its processor was
// another one. So before a region that has workers to wake, the processor of the caller is taken out of the workers'
// affinity.
#pragma once
#include <tbb/task_arena.h>
#include <tbb/task_scheduler_observer.h>

namespace nf::runtime {

/// Notes the workers that enter an arena.
class WorkersOfArena final : public tbb::task_scheduler_observer {
 public:
  explicit WorkersOfArena(tbb::task_arena& arena) : tbb::task_scheduler_observer(arena) { observe(true); }
  void on_scheduler_entry(bool is_worker) override;
};

/// Sees to it that sleeping workers wake on processors other than this one, if they may use others.
void keep_workers_off_this_cpu();

}  // namespace nf::runtime
