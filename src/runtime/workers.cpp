// See workers.h.
#include "runtime/workers.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <vector>

namespace nf::runtime {
namespace {

/// A worker, as long as its thread lives.
class Worker {
 public:
  Worker();
  ~Worker();
  Worker(const Worker&) = delete;

  void keep_off(int cpu) {
    cpu_set_t others = allowed_;
    if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_CLR(size_t(cpu), &others);
    if (CPU_COUNT(&others) != 0) sched_setaffinity(thread_, sizeof others, &others);
  }

 private:
  pid_t thread_ = gettid();
  cpu_set_t allowed_{};  ///< when it began; none where that cannot be read
};

struct Workers {
  std::mutex lock;
  std::vector<Worker*> list;
  int kept_off = -1;  ///< the processor

  static Workers& all() {
    static auto* workers = new Workers;  // threads of oneTBB may outlive static objects
    return *workers;
  }
};

Worker::Worker() {
  if (sched_getaffinity(thread_, sizeof allowed_, &allowed_) != 0) CPU_ZERO(&allowed_);
  Workers& workers = Workers::all();
  std::lock_guard guard(workers.lock);
  workers.list.push_back(this);
  workers.kept_off = -1;
}

Worker::~Worker() {
  Workers& workers = Workers::all();
  std::lock_guard guard(workers.lock);
  std::erase(workers.list, this);
}

}  // namespace

void WorkersOfArena::on_scheduler_entry(bool is_worker) {
  if (is_worker) static thread_local Worker worker;
}

void keep_workers_off_this_cpu() {
  const int here = sched_getcpu();
  Workers& workers = Workers::all();
  std::lock_guard guard(workers.lock);
  if (workers.kept_off == here) return;
  workers.kept_off = here;
  for (Worker* worker : workers.list) worker->keep_off(here);
}

}  // namespace nf::runtime
