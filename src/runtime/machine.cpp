// Reads what this machine grants: affinity, control groups (v2, and v1 where it is still mounted), cache sizes.
#include "runtime/machine.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "runtime/runtime.h"

namespace nf::runtime {
namespace {
std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

/// The whole number that `text` begins with.
std::optional<int64_t> number(std::string_view text) {
  int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return {};
  return value;
}

/// The path of this process's group in the hierarchy of `controller` ("" is version 2), from a line
/// "5:cpu,cpuacct:/path".
std::optional<std::string> group_path(const std::string& proc, std::string_view controller) {
  std::istringstream lines(read_text(proc + "/self/cgroup"));
  for (std::string line; std::getline(lines, line);) {
    size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
    if (names == ",," ? controller.empty()
                      : !controller.empty() && names.find("," + std::string(controller) + ",") != names.npos)
      return line.substr(second + 1);
  }
  return {};
}

/// The smallest of what `limit(folder)` yields for the group's folder and every folder above it: each of them binds.
template <class Limit>
auto smallest_on_the_way(const std::string& root, std::string path, Limit limit) {
  decltype(limit(root)) smallest;
  for (;;) {
    if (auto here = limit(root + path); here && (!smallest || *here < *smallest)) smallest = here;
    if (path.empty() || path == "/") return smallest;
    path.resize(path.rfind('/'));
  }
}
}  // namespace

std::optional<int> cpus_of_quota(std::string_view text) {
  auto quota = number(text);
  size_t space = text.find(' ');
  if (!quota || space == text.npos) return {};
  auto period = number(text.substr(space + 1));
  if (!period || *period <= 0 || *quota <= 0) return {};
  return int(std::clamp<int64_t>((*quota + *period - 1) / *period, 1, 1 << 16));
}

std::optional<int> cgroup_cpus(const std::string& proc, const std::string& sys) {
  if (auto path = group_path(proc, ""))
    if (auto cpus = smallest_on_the_way(sys + "/fs/cgroup", *path, [](const std::string& folder) {
          return cpus_of_quota(read_text(folder + "/cpu.max"));
        }))
      return cpus;
  if (auto path = group_path(proc, "cpu"))
    return smallest_on_the_way(sys + "/fs/cgroup/cpu", *path, [](const std::string& folder) {
      return cpus_of_quota(read_text(folder + "/cpu.cfs_quota_us") + " " + read_text(folder + "/cpu.cfs_period_us"));
    });
  return {};
}

std::optional<int64_t> cgroup_memory(const std::string& proc, const std::string& sys) {
  if (auto path = group_path(proc, ""))
    if (auto bytes = smallest_on_the_way(sys + "/fs/cgroup", *path, [](const std::string& folder) {
          return number(read_text(folder + "/memory.max"));
        }))
      return bytes;
  if (auto path = group_path(proc, "memory"))
    return smallest_on_the_way(sys + "/fs/cgroup/memory", *path, [](const std::string& folder) {
      return number(read_text(folder + "/memory.limit_in_bytes"));
    });
  return {};
}

std::optional<int64_t> largest_cache(const std::string& sys, int64_t most_level) {
  std::optional<int64_t> bytes;
  int64_t highest = 0;
  for (int index = 0;; ++index) {
    std::string folder = sys + "/devices/system/cpu/cpu0/cache/index" + std::to_string(index);
    auto level = number(read_text(folder + "/level"));
    if (!level) return bytes;
    std::string size = read_text(folder + "/size");
    auto value = number(size);
    if (!value || read_text(folder + "/type").starts_with("Instruction") || *level < highest || *level > most_level)
      continue;
    highest = *level;
    bytes = *value * (size.find('M') != size.npos ? 1 << 20 : size.find('K') != size.npos ? 1 << 10 : 1);
  }
}

int allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // The mask does not fit on machines with more than 1024 CPUs; then all that are online count.
  int cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : int(sysconf(_SC_NPROCESSORS_ONLN));
  if (auto quota = cgroup_cpus("/proc", "/sys")) cpus = std::min(cpus, *quota);
  return std::max(cpus, 1);
}

int64_t allowed_memory() {
  int64_t bytes = int64_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  if (auto limit = cgroup_memory("/proc", "/sys")) bytes = std::min(bytes, *limit);
  return bytes;
}

int64_t last_level_cache() {
  static const int64_t bytes = largest_cache("/sys").value_or(8 << 20);  // a container may hide it
  return bytes;
}

int64_t second_level_cache() {
  static const int64_t bytes = largest_cache("/sys", 2).value_or(1 << 20);
  return bytes;
}

}  // namespace nf::runtime
