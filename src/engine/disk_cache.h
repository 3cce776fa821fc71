// Compiled code kept on disk between processes. A cache entry only saves time: whatever is doubtful about one, or about
// the folder, is a miss, and no call here throws. Permissions guard against attacks, checksums against accidents.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "engine/engine.h"

namespace nf::engine {

/// A cryptographic hash of everything that the code depends on.
using CacheKey = std::array<std::byte, 32>;

/// What one entry holds.
struct CacheEntry {
  std::vector<std::byte> meta;
  std::vector<std::byte> payload;
};

/// Where the cache lies, or why there is none.
struct CachePlace {
  std::string directory;
  std::string why_off;
};
/// The place that the environment names: NEARFIELD_CACHE_DIR, else nearfield/ in XDG_CACHE_HOME or in ~/.cache. A
/// process that runs with another user's rights (setuid) has none.
CachePlace cache_place();

/// What writes and reads entries must agree on, besides their key.
struct CacheFormat {
  uint32_t abi = 0;
  uint32_t llvm = 0;  ///< major << 16 | minor
  std::string build;  ///< identifies the build of the library
};

class DiskCache {
 public:
  static constexpr uint64_t kCapacity = uint64_t(1) << 30;

  /// Checks the folder, and makes it when it is missing. A folder that others could write to turns the cache off.
  DiskCache(Files& files, CachePlace place, CacheFormat format, uint64_t capacity = kCapacity);

  /// The entry of this key, with every check passed; one that fails a check is removed.
  std::optional<CacheEntry> find(const CacheKey& key);
  /// Writes an entry, and removes the oldest ones beyond the capacity.
  void store(const CacheKey& key, const CacheEntry& entry);

  CacheStatistics statistics() const;

 private:
  std::string folder_of(const CacheKey& key) const;
  std::string path_of(const CacheKey& key) const;
  std::vector<std::byte> encode(const CacheKey& key, const CacheEntry& entry) const;
  std::optional<CacheEntry> decode(const CacheKey& key, const std::vector<std::byte>& bytes) const;
  void write(const CacheKey& key, const std::vector<std::byte>& bytes);
  void evict(const std::string& folder);

  Files& files_;
  CachePlace place_;
  CacheFormat format_;
  uint64_t share_;  ///< of the capacity for each of the 256 folders: keys spread evenly over them
  std::atomic<int64_t> hits_{0}, misses_{0}, stored_{0}, rejected_{0};
};

/// The cache of this process.
DiskCache& disk_cache();

}  // namespace nf::engine
