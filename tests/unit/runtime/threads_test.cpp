// Parallel regions: every index once, one error whatever the schedule, and a forked child that still works.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <tbb/task_arena.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "nearfield/error.h"
#include "runtime/runtime.h"

namespace nf::runtime {
namespace {
// The process may use eight threads even on a small machine, so that pieces really run side by side.
const int eight = setenv("NEARFIELD_NUM_THREADS", "8", 1);

struct Threads : testing::Test {
  void SetUp() override {
    ASSERT_EQ(eight, 0);
    set_num_threads(8);
  }
};

std::vector<int> visits(int64_t lo, int64_t hi, int64_t grain, bool parallel) {
  std::vector<std::atomic<int>> counts(hi);
  parallel_for(lo, hi, grain, parallel, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) ++counts[i];
  });
  return {counts.begin(), counts.end()};
}

TEST_F(Threads, EveryIndexIsVisitedOnce) {
  for (int64_t size : {1, 2, 7, 64, 1000, 12345})
    for (int64_t grain : {1, 3, 100, 100000}) {
      std::vector<int> counts = visits(3, 3 + size, grain, true);
      for (size_t i = 0; i < counts.size(); ++i) ASSERT_EQ(counts[i], i >= 3) << size << " " << grain << " " << i;
    }
  EXPECT_TRUE(visits(5, 5, 1, true) == std::vector<int>(5, 0));
}

TEST_F(Threads, PiecesAreNoSmallerThanTheGrain) {
  std::atomic<int64_t> smallest{1000};
  parallel_for(0, 1000, 90, true, [&](int64_t begin, int64_t end) {
    for (int64_t seen = smallest; end - begin < seen && !smallest.compare_exchange_weak(seen, end - begin);) {
    }
  });
  EXPECT_GE(smallest, 90);
  EXPECT_LT(smallest, 1000);
}

TEST_F(Threads, EachHasAsManyPieces) {
  for (int64_t size : {8, 9, 15, 23, 60, 1000}) {
    std::atomic<int> pieces{0};
    parallel_for(0, size, 1, true, [&](int64_t, int64_t) { ++pieces; });
    EXPECT_EQ(pieces % 8, 0) << size;
    EXPECT_GE(pieces, std::min<int64_t>(size - 7, 8 * 8)) << size;
  }
}

TEST_F(Threads, SeveralThreadsTakePart) {
  std::mutex lock;
  std::set<std::thread::id> ids;
  parallel_for(0, 64, 1, true, [&](int64_t, int64_t) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    std::lock_guard guard(lock);
    ids.insert(std::this_thread::get_id());
  });
  EXPECT_GT(ids.size(), 1u);
}

TEST_F(Threads, TheErrorOfTheLowestPieceWins) {
  for (int round = 0; round < 50; ++round) try {
      parallel_for(0, 64, 1, true, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          if (i < 40 && i > 17) std::this_thread::sleep_for(std::chrono::microseconds(100));
          if (i >= 20) throw Error(ErrorKind::Value, std::to_string(i));
        }
      });
      FAIL() << "nothing was thrown";
    } catch (const Error& error) {
      ASSERT_EQ(error.message, "20");
    }
}

TEST_F(Threads, RegionsNestAndRunFromSeveralThreads) {
  std::atomic<int64_t> sum{0};
  auto work = [&] {
    parallel_for(0, 20, 1, true, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) parallel_for(0, 20, 1, true, [&](int64_t b, int64_t e) { sum += e - b; });
    });
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(sum, 800);
}

TEST_F(Threads, APieceIsNotInterruptedByAnother) {
  // It may hold what the other one waits for.
  static thread_local int inside = 0;
  std::atomic<int> most{0};
  for (int round = 0; round < 200; ++round)
    parallel_for(0, 8, 1, true, [&](int64_t, int64_t) {
      const int now = ++inside;
      for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
      }
      for (int i = 0; i < 3; ++i)
        parallel_for(0, 8, 1, true,
                     [&](int64_t, int64_t) { std::this_thread::sleep_for(std::chrono::microseconds(50)); });
      --inside;
    });
  EXPECT_EQ(most, 1);
}

TEST_F(Threads, AnArenaOfTheCallerIsObeyed) {
  tbb::task_arena one(1);
  std::mutex lock;
  std::set<std::thread::id> ids;
  one.execute([&] {
    parallel_for(0, 64, 1, true, [&](int64_t, int64_t) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      std::lock_guard guard(lock);
      ids.insert(std::this_thread::get_id());
    });
  });
  if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "needs two CPUs";
  EXPECT_EQ(ids.size(), 1u);
}

TEST_F(Threads, AForkedChildComputes) {
  visits(0, 1000, 1, true);  // the workers exist
  pid_t child = fork();
  if (child == 0) {
    alarm(10);
    bool right = visits(0, 1000, 1, true) == std::vector<int>(1000, 1) && !worth_threads(1e9);
    Buffer buffer(1 << 20);
    _exit(right && buffer.data() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(Threads, CancellingStopsARegion) {
  std::atomic<int> pieces{0};
  auto body = [&](int64_t, int64_t) {
    if (++pieces == 3) request_cancel();
  };
  try {
    parallel_for(0, 64, 1, true, body);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Interrupted);
  }
  EXPECT_LT(pieces, 64);
  clear_cancel();
  EXPECT_NO_THROW(parallel_for(0, 4, 1, true, [](int64_t, int64_t) {}));
}

TEST_F(Threads, OnlyWorkThatPaysIsSplit) {
  EXPECT_FALSE(worth_threads(1e3));
  EXPECT_TRUE(worth_threads(1e6));
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_FALSE(worth_threads(20e3)) << "the workers sleep";
  bool hot = false;  // the machine may be busy: one of many tries is enough
  for (int round = 0; round < 100 && !hot; ++round) visits(0, 64, 1, true), hot = worth_threads(20e3);
  EXPECT_TRUE(hot) << "the workers are awake";
  set_num_threads(1);
  EXPECT_FALSE(worth_threads(1e6));
}

TEST_F(Threads, CallsInARowAreWorthWhatOneIs) {
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  bool split = false;  // the machine may be busy: one of many tries is enough
  for (int round = 0; round < 100 && !split; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_FALSE(worth_threads(25e3));
    EXPECT_FALSE(worth_threads(25e3));
    split = worth_threads(25e3);
  }
  EXPECT_TRUE(split);
}

TEST_F(Threads, WorkersAreKeptOffTheProcessorThatWakesThem) {
  cpu_set_t all;
  CPU_ZERO(&all);
  if (sched_getaffinity(0, sizeof all, &all) != 0 || CPU_COUNT(&all) < 2) GTEST_SKIP() << "one processor";
  set_num_threads(2);
  const pid_t caller = gettid();
  bool steered = false;  // the caller may move to another processor in between
  for (int round = 0; round < 100 && !steered; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    const int here = sched_getcpu();
    std::atomic<pid_t> worker{0};
    parallel_for(0, 64, 1, true, [&](int64_t, int64_t) {
      if (gettid() != caller) worker = gettid();
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    });
    cpu_set_t may;
    CPU_ZERO(&may);
    if (worker != 0 && sched_getaffinity(worker, sizeof may, &may) == 0)
      steered = !CPU_ISSET(size_t(here), &may) && CPU_COUNT(&may) == CPU_COUNT(&all) - 1;
  }
  EXPECT_TRUE(steered);
}

TEST_F(Threads, CountsOutOfRangeAreRefused) {
  EXPECT_THROW(set_num_threads(0), Error);
  EXPECT_THROW(set_num_threads(9), Error);
  set_num_threads(2);
  EXPECT_EQ(num_threads(), 2);
}

}  // namespace
}  // namespace nf::runtime
