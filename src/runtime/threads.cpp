// Threads for parallel work: one oneTBB arena for each thread count asked for, made when first used.
#include <pthread.h>
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "runtime/machine.h"
#include "runtime/runtime.h"
#include "runtime/workers.h"

namespace nf::runtime {
namespace {
constexpr int kMostThreads = 1024;
constexpr int kPiecesPerThread = 8;        // enough for one busy core not to hold up the others
constexpr int64_t kWorkersSpin = 100'000;  // ns for which oneTBB's workers stay awake after a region

std::atomic<int> chosen_threads{0};  // by set_num_threads; 0: the most
std::atomic<int64_t> last_region_end{INT64_MIN / 2};
std::atomic<bool> workers_lost{false};  // this process was forked from one that had workers: they are not here

int64_t now_ns() {
  using namespace std::chrono;
  return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

bool workers_are_awake() { return now_ns() - last_region_end.load(std::memory_order_relaxed) < kWorkersSpin; }

/// Found once: the quota of a control group is read from files, which takes as long as a small region.
int usable_cpus() {
  static const int cpus = allowed_cpus();
  return cpus;
}

int threads_of_environment() {
  const char* text = std::getenv("NEARFIELD_NUM_THREADS");
  if (!text || !*text) return usable_cpus();
  std::string_view view = text;
  int threads = 0;
  auto [end, error] = std::from_chars(view.begin(), view.end(), threads);
  if (error != std::errc() || end != view.end() || threads < 1 || threads > kMostThreads)
    throw Error(ErrorKind::Value, fmt::format("NEARFIELD_NUM_THREADS is `{}`", view),
                {fmt::format("it must be a whole number from 1 to {}", kMostThreads)});
  return threads;
}

int most_threads() {
  static const int threads = threads_of_environment();
  return threads;
}

/// The arena of `threads` threads. Arenas are never destroyed: a region may still run in one when the count is changed.
tbb::task_arena& arena(int threads) {
  static std::array<std::atomic<tbb::task_arena*>, kMostThreads + 1> arenas{};
  static std::mutex making;
  if (tbb::task_arena* made = arenas[threads].load(std::memory_order_acquire)) return *made;
  std::lock_guard lock(making);
  // A fork leaves the child without workers, and with oneTBB still believing in them.
  static const int watching = pthread_atfork(nullptr, nullptr, [] { workers_lost = true; });
  nf_assert(watching == 0, "pthread_atfork failed");
  // oneTBB starts no more workers than there are CPUs unless it is told to.
  if (threads > usable_cpus())
    static tbb::global_control more(tbb::global_control::max_allowed_parallelism, most_threads());
  if (tbb::task_arena* made = arenas[threads].load(std::memory_order_relaxed)) return *made;
  auto* made = new tbb::task_arena(threads);
  new WorkersOfArena(*made);
  arenas[threads].store(made, std::memory_order_release);
  return *made;
}

/// True in a region of a caller who limited it further than we would: then its arena is obeyed.
bool in_smaller_arena(int threads) {
  return tbb::this_task_arena::current_thread_index() != tbb::task_arena::not_initialized &&
         tbb::this_task_arena::max_concurrency() < std::min(threads, usable_cpus());
}

/// The exception of the lowest failing piece. Pieces above it need not run; those below may still fail and take its
/// place.
struct FirstFailure {
  std::mutex lock;
  std::atomic<int64_t> piece{INT64_MAX};
  std::exception_ptr exception;

  void offer(int64_t failed, std::exception_ptr what) {
    std::lock_guard guard(lock);
    if (failed >= piece) return;
    piece = failed;
    exception = std::move(what);
  }
};
}  // namespace

int num_threads() {
  int chosen = chosen_threads.load(std::memory_order_relaxed);
  return chosen ? chosen : most_threads();
}

void set_num_threads(int threads) {
  if (threads < 1 || threads > most_threads())
    throw Error(ErrorKind::Value,
                fmt::format("cannot use {} threads: this process may use 1 to {}", threads, most_threads()),
                {"start it with NEARFIELD_NUM_THREADS to allow more"});
  chosen_threads = threads;
}

void parallel_for(int64_t lo, int64_t hi, int64_t grain, bool parallel,
                  const std::function<void(int64_t, int64_t)>& body) {
  if (lo >= hi) return;
  int threads = parallel && !workers_lost ? num_threads() : 1;
  int64_t extent = hi - lo;
  int64_t pieces = std::min(extent / std::max<int64_t>(grain, 1), int64_t(threads) * kPiecesPerThread);
  if (pieces > threads) pieces -= pieces % threads;  // as many for each
  if (threads == 1 || pieces <= 1) {
    throw_if_cancelled();
    FloatMode mode;
    return body(lo, hi);
  }
  FirstFailure failure;
  auto run_piece = [&](int64_t piece) {
    if (piece > failure.piece.load(std::memory_order_relaxed)) return;
    auto bound = [&](int64_t i) { return lo + int64_t(__int128(extent) * i / pieces); };
    try {
      throw_if_cancelled();
      FloatMode mode;
      body(bound(piece), bound(piece + 1));
    } catch (...) {
      failure.offer(piece, std::current_exception());
    }
  };
  auto region = [&] {
    // A thread that waits for the last pieces takes none of a region around this one: on its stack is a piece of that,
    // which may hold what the other piece waits for.
    tbb::this_task_arena::isolate([&] {
      tbb::parallel_for(
          tbb::blocked_range<int64_t>(0, pieces, 1),
          [&](const tbb::blocked_range<int64_t>& range) {
            for (int64_t piece = range.begin(); piece < range.end(); ++piece) run_piece(piece);
          },
          tbb::simple_partitioner());
    });
  };
  if (in_smaller_arena(threads)) {
    region();
  } else {
    if (!workers_are_awake()) keep_workers_off_this_cpu();
    arena(threads).execute(region);
  }
  last_region_end.store(now_ns(), std::memory_order_relaxed);
  if (failure.exception) std::rethrow_exception(failure.exception);
}

void on_own_threads(int threads, const std::function<void()>& body) {
  FirstFailure failure;
  auto run = [&](int64_t number) {
    try {
      throw_if_cancelled();
      FloatMode mode;
      body();
    } catch (...) {
      failure.offer(number, std::current_exception());
    }
  };
  std::vector<std::thread> others;
  try {
    for (int i = 1; i < threads; ++i) others.emplace_back(run, i);
  } catch (const std::system_error&) {
    // No more threads are to be had: those that are there do the work.
  }
  run(0);
  for (std::thread& other : others) other.join();
  if (failure.exception) std::rethrow_exception(failure.exception);
}

bool worth_threads(double nanoseconds) {
  constexpr double kNever = 3e3, kAlways = 60e3;
  if (nanoseconds < kNever || num_threads() == 1 || workers_lost) return false;
  if (nanoseconds > kAlways || workers_are_awake()) return true;
  // Calls one after the other are worth as much as one that takes as long: the workers stay awake between them.
  static thread_local double in_a_row = 0;
  static thread_local int64_t last = INT64_MIN / 2;
  const int64_t now = now_ns();
  if (now - std::exchange(last, now) > kWorkersSpin + int64_t(kAlways)) in_a_row = 0;
  in_a_row += nanoseconds;
  return in_a_row > kAlways;
}

}  // namespace nf::runtime
