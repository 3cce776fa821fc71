// How much memory a run may hold, and sizes as people write them.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>

#include "array/array.h"
#include "base/files.h"
#include "nearfield/error.h"

namespace nf::array {
namespace {

/// The limit that a container sets, if it sets one.
std::optional<int64_t> container_limit() {
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    try {
      std::vector<std::byte> text = read_whole(system_files(), path, 64);
      int64_t limit = 0;
      const char* begin = reinterpret_cast<const char*>(text.data());
      if (std::from_chars(begin, begin + text.size(), limit).ec == std::errc()) return limit;
    } catch (const Error&) {
      // Not this version of cgroups, or no container.
    }
  }
  return {};
}

int64_t quarter_of_ram() {
  int64_t ram = int64_t(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE);
  return std::min(ram, container_limit().value_or(ram)) / 4;
}

}  // namespace

std::optional<int64_t> parse_bytes(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  double number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !(number >= 0)) return {};  // also `nan`, which from_chars reads
  std::string unit(end, text.data() + text.size());
  unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
  std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::tolower(c); });
  double scale = 1;
  if (!unit.empty() && unit != "b") {
    size_t power = std::string_view("kmgt").find(unit[0]);
    std::string_view rest = std::string_view(unit).substr(1);
    if (power == std::string_view::npos || !(rest.empty() || rest == "b" || rest == "ib")) return {};
    for (size_t i = 0; i <= power; ++i) scale *= rest == "b" ? 1000 : 1024;
  }
  if (number * scale >= 9e18) return {};
  return int64_t(number * scale);
}

std::string format_bytes(int64_t bytes) {
  constexpr const char* units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = double(bytes);
  int unit = 0;
  while (value >= 1024 && unit < 6) value /= 1024, ++unit;
  return unit == 0 ? fmt::format("{} bytes", bytes) : fmt::format("{:.1f} {}", value, units[unit]);
}

int64_t memory_budget(const RunOptions& options) {
  if (options.memory < 0) throw Error(ErrorKind::Value, fmt::format("memory={} is negative", options.memory));
  if (options.memory > 0) return options.memory;
  if (const char* text = std::getenv("NEARFIELD_MEMORY"); text && *text) {
    std::optional<int64_t> bytes = parse_bytes(text);
    if (!bytes || *bytes == 0)
      throw Error(ErrorKind::Value, fmt::format("NEARFIELD_MEMORY is `{}`, which is not a size", text),
                  {"hint: write bytes or a unit, such as `2GiB` or `500MB`"});
    return *bytes;
  }
  return quarter_of_ram();
}

}  // namespace nf::array
