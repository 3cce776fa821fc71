// What this machine grants the process, read from files of the kernel; the paths are arguments so that tests can fake
// them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nf::runtime {

/// CPUs that the process may use: its affinity mask, cut by the CPU quota of its control group. At least 1.
int allowed_cpus();
/// Bytes of memory that the process may use: RAM, cut by the limit of its control group.
int64_t allowed_memory();

/// CPUs (rounded up) of a quota as cgroup v2 writes it, "150000 100000"; nothing for "max 100000" or other text.
std::optional<int> cpus_of_quota(std::string_view text);
/// The smallest quota on the way from the group of this process to the root. `proc` and `sys` stand for /proc and /sys.
std::optional<int> cgroup_cpus(const std::string& proc, const std::string& sys);
/// The smallest memory limit on that way.
std::optional<int64_t> cgroup_memory(const std::string& proc, const std::string& sys);
/// The largest data cache of the highest level listed under `sys`, of those up to `most_level`.
std::optional<int64_t> largest_cache(const std::string& sys, int64_t most_level = INT64_MAX);

}  // namespace nf::runtime
