// See tuning.h.
#include "runtime/tuning.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "nearfield/error.h"
#include "runtime/runtime.h"

namespace nf::runtime {
namespace {

struct Name {
  std::string_view text;
  int64_t Tuning::*field;
};
constexpr Name kNames[] = {
    {"streaming_bytes", &Tuning::streaming_bytes}, {"streamed_row_bytes", &Tuning::streamed_row_bytes},
    {"prefetch_bytes", &Tuning::prefetch_bytes},   {"strip_bytes", &Tuning::strip_bytes},
    {"panel_bytes", &Tuning::panel_bytes},         {"task_bytes", &Tuning::task_bytes}};

Tuning defaults() {
  // Measured with 3x3 means of uint8 and float32 (docs/why/06-how-results-are-written.md). Virtual machines see a cache
  // of their host that they share: no more than 16 MB of it counts, on Zen 5 12. Asking for rows ahead helps from the
  // last-level cache too, but on Zen (4 is family 19h) only from memory. Time past the cache to time with ordinary
  // stores, 96 MiB on Emerald Rapids, one thread and two: mean of uint8 512 wide 1.4 and 1.6, 1000 wide 1 and 1.2; of
  // float32 256 wide 0.9 and 1, 512 wide 0.7 and 1, 1000 wide 0.7 and 0.9.
  const bool zen4 = __builtin_cpu_is("amdfam19h");
  const bool zen5 = __builtin_cpu_is("amd") && __builtin_cpu_supports("avx512f") && !zen4;  // or later
  const int64_t most_of_a_cache = int64_t(zen5 ? 12 : 16) << 20;
  return {.streaming_bytes = std::min(last_level_cache() * 3 / 4, most_of_a_cache),
          .streamed_row_bytes = 2048,
          .prefetch_bytes = zen4 || zen5 ? std::min(last_level_cache() * 3 / 4, most_of_a_cache) : int64_t(2) << 20,
          .strip_bytes = 80'000,
          .panel_bytes = second_level_cache() / 4,
          .task_bytes = int64_t(1) << 20};
}

}  // namespace

Tuning read_tuning(Tuning tuning, std::string_view text) {
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const size_t equals = std::min(item.find('='), item.size());
    const std::string_view name = item.substr(0, equals), number = item.substr(std::min(item.size(), equals + 1));
    const auto* known = std::find_if(std::begin(kNames), std::end(kNames), [&](Name n) { return n.text == name; });
    int64_t value = 0;
    auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (known == std::end(kNames) || error != std::errc() || end != number.data() + number.size() || value < 0)
      throw Error(ErrorKind::Value, fmt::format("NEARFIELD_TUNING has `{}`", item),
                  {"it is a list such as `streaming_bytes=16000000,task_bytes=1048576`, of whole "
                   "numbers"});
    tuning.*known->field = value;
  }
  return tuning;
}

const Tuning& tuning() {
  static const Tuning found = [] {
    const char* text = std::getenv("NEARFIELD_TUNING");
    return read_tuning(defaults(), text ? text : "");
  }();
  return found;
}

}  // namespace nf::runtime
