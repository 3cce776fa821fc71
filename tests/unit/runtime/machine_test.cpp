// What the machine grants, on made-up trees of /proc and /sys.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "runtime/machine.h"
#include "runtime/runtime.h"

namespace nf::runtime {
namespace {
struct Machine : testing::Test {
  std::filesystem::path root = std::filesystem::temp_directory_path() / ("nf-machine-" + std::to_string(getpid()));
  std::string proc = (root / "proc").string(), sys = (root / "sys").string();

  void file(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
  }
  void TearDown() override { std::filesystem::remove_all(root); }
};

TEST_F(Machine, QuotasAreRoundedUp) {
  EXPECT_EQ(cpus_of_quota("200000 100000\n"), 2);
  EXPECT_EQ(cpus_of_quota("150000 100000\n"), 2);
  EXPECT_EQ(cpus_of_quota("5000 100000\n"), 1);
  EXPECT_EQ(cpus_of_quota("max 100000\n"), std::nullopt);
  EXPECT_EQ(cpus_of_quota("-1 100000"), std::nullopt);
  EXPECT_EQ(cpus_of_quota("1 0"), std::nullopt);
  EXPECT_EQ(cpus_of_quota(""), std::nullopt);
}

TEST_F(Machine, TheTightestGroupOnTheWayBinds) {
  file("proc/self/cgroup", "0::/a/b\n");
  file("sys/fs/cgroup/a/b/cpu.max", "800000 100000\n");
  file("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
  file("sys/fs/cgroup/a/memory.max", "1000\n");
  file("sys/fs/cgroup/a/b/memory.max", "max\n");
  EXPECT_EQ(cgroup_cpus(proc, sys), 3);
  EXPECT_EQ(cgroup_memory(proc, sys), 1000);
}

TEST_F(Machine, VersionOneIsReadToo) {
  file("proc/self/cgroup", "5:cpu,cpuacct:/job\n4:memory:/job\n0::/\n");
  file("sys/fs/cgroup/cpu/job/cpu.cfs_quota_us", "400000\n");
  file("sys/fs/cgroup/cpu/job/cpu.cfs_period_us", "100000\n");
  file("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "4096\n");
  EXPECT_EQ(cgroup_cpus(proc, sys), 4);
  EXPECT_EQ(cgroup_memory(proc, sys), 4096);
}

TEST_F(Machine, NoGroupsNoLimit) {
  EXPECT_EQ(cgroup_cpus(proc, sys), std::nullopt);
  EXPECT_EQ(cgroup_memory(proc, sys), std::nullopt);
}

TEST_F(Machine, TheHighestDataCacheCounts) {
  auto cache = [&](int index, const char* level, const char* type, const char* size) {
    std::string folder = "sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index);
    file(folder + "/level", level), file(folder + "/type", type), file(folder + "/size", size);
  };
  EXPECT_EQ(largest_cache(sys), std::nullopt);
  cache(0, "1\n", "Data\n", "48K\n"), cache(1, "1\n", "Instruction\n", "32K\n"),
      cache(2, "2\n", "Unified\n", "1024K\n");
  EXPECT_EQ(largest_cache(sys), 1 << 20);
  cache(3, "3\n", "Unified\n", "32M\n");
  EXPECT_EQ(largest_cache(sys), 32 << 20);
  EXPECT_EQ(largest_cache(sys, 2), 1 << 20);
}

TEST_F(Machine, ThisOneHasSomething) {
  EXPECT_GE(allowed_cpus(), 1);
  EXPECT_GT(allowed_memory(), 1 << 20);
  EXPECT_GT(last_level_cache(), 1 << 16);
  EXPECT_GT(second_level_cache(), 1 << 16);
}

}  // namespace
}  // namespace nf::runtime
