// What concerns the whole process: threads, interruption, the cache, the version.
#include <fmt/format.h>

#include "engine/engine.h"
#include "nearfield/error.h"
#include "nearfield/kernel.h"
#include "runtime/runtime.h"

namespace nf {

void set_num_threads(int threads) { runtime::set_num_threads(threads); }
int get_num_threads() { return runtime::num_threads(); }
double copy_seconds(int64_t bytes, int threads) {
  if (bytes < 0 || threads < 1 || threads > runtime::num_threads())
    throw Error(ErrorKind::Value, fmt::format("cannot copy {} bytes on {} threads", bytes, threads),
                {fmt::format("this process uses 1 to {} threads", runtime::num_threads())});
  return runtime::copy_seconds(bytes, threads);
}
void interrupt() { runtime::request_cancel(); }
void clear_interrupt() { runtime::clear_cancel(); }

CacheInfo cache_info() {
  engine::CacheStatistics from = engine::cache_statistics();
  return {from.hits, from.misses, from.stored, from.rejected, from.enabled, from.directory, from.why_off};
}

std::string version() { return NF_VERSION; }

}  // namespace nf
