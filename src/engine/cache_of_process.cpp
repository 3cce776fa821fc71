// The one disk cache of a process: where the environment puts it, and what this build writes.

#include <cstdio>

#include "abi/abi.h"
#include "engine/disk_cache.h"
#include "engine/specialization.h"

namespace nf::engine {
namespace {

uint32_t packed_llvm_version() {
  unsigned major = 0, minor = 0;
  std::sscanf(codegen::llvm_version().c_str(), "%u.%u", &major, &minor);
  return major << 16 | minor;
}

}  // namespace

DiskCache& disk_cache() {
  static DiskCache& cache = *new DiskCache(  // never destroyed: threads may still compile while the process ends
      system_files(), build_id().empty() ? CachePlace{"", "the library was linked without a build id"} : cache_place(),
      {abi::kAbiVersion, packed_llvm_version(), build_id()});
  return cache;
}

CacheStatistics cache_statistics() { return disk_cache().statistics(); }

}  // namespace nf::engine
