// Entries `v1/<2 hex>/<62 hex>.nfk`. Written under a temporary name and renamed, without a sync: the checksum decides,
// and a torn entry is a miss. The layout stands in docs/map.md#cache-entries.
#include "engine/disk_cache.h"

#include <fmt/format.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <ctime>

#include "nearfield/error.h"

namespace nf::engine {
namespace {

static_assert(std::endian::native == std::endian::little, "entries are little-endian");

/// The first 128 bytes of an entry.
struct Header {
  std::array<uint8_t, 8> magic;
  uint16_t version, kind;
  uint32_t flags;
  CacheKey key;
  uint64_t meta_size, payload_size;
  int64_t created;  ///< only shown
  uint32_t abi, llvm;
  std::array<uint64_t, 2> content_hash;  ///< of meta and payload
  std::array<uint64_t, 2> build;
  uint64_t reserved;
  uint64_t header_hash;  ///< of all bytes before
};
static_assert(sizeof(Header) == 128 && offsetof(Header, key) == 16 && offsetof(Header, meta_size) == 48 &&
              offsetof(Header, abi) == 72 && offsetof(Header, content_hash) == 80 && offsetof(Header, build) == 96 &&
              offsetof(Header, header_hash) == 120);

// As PNG's: bytes that a transfer as text would change.
constexpr std::array<uint8_t, 8> kMagic = {0x89, 'N', 'F', 'K', '\r', '\n', 0x1a, '\n'};
constexpr uint16_t kVersion = 1;
#if defined(__x86_64__)
constexpr uint16_t kKind = 1;
#elif defined(__aarch64__)
constexpr uint16_t kKind = 3;
#endif
constexpr uint64_t kLargestEntry = 64 << 20;
constexpr uint32_t kOthersMayWrite = 022;
constexpr int64_t kStale = 600'000'000'000;  // ns: a temporary file or lock this old belongs to a process that died
constexpr const char* kTemporary = ".tmp-";

std::array<uint64_t, 2> hash128(const std::byte* data, size_t size) {
  XXH128_hash_t hash = XXH3_128bits(data, size);
  return {hash.low64, hash.high64};
}
std::array<uint64_t, 2> hash128(const std::string& text) {
  return hash128(reinterpret_cast<const std::byte*>(text.data()), text.size());
}
uint64_t header_hash(const Header& header) { return XXH3_64bits(&header, offsetof(Header, header_hash)); }

std::string hex(const std::byte* bytes, size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text += fmt::format("{:02x}", uint8_t(bytes[i]));
  return text;
}

/// Makes a folder for the user alone; one that is there already is as good.
void make_private(Files& files, const std::string& path) {
  try {
    files.make_directory(path, 0700);
  } catch (const Error& error) {
    if (error.kind != ErrorKind::Exists) throw;
  }
}

void make_with_parents(Files& files, const std::string& path) {
  if (files.status(path).exists) return;
  if (size_t slash = path.rfind('/'); slash != path.npos && slash > 0) make_with_parents(files, path.substr(0, slash));
  make_private(files, path);
}

/// Why code in this folder may not be trusted; empty when it may.
std::string doubt_about(Files& files, const std::string& directory) {
  FileStatus status = files.status(directory, false);
  if (!status.is_directory) return fmt::format("`{}` is not a folder (a symbolic link is not followed)", directory);
  if (status.uid != geteuid()) return fmt::format("`{}` belongs to another user", directory);
  if (status.mode & kOthersMayWrite)
    return fmt::format("other users may write to `{}`; make it private: chmod 700", directory);
  for (std::string parent = directory; parent.rfind('/') != parent.npos && parent.size() > 1;) {
    parent.resize(std::max<size_t>(parent.rfind('/'), 1));
    uint32_t mode = files.status(parent).mode;
    if ((mode & 0002) && !(mode & 01000)) return fmt::format("everybody may replace what lies in `{}`", parent);
  }
  return {};
}

void remove_quietly(Files& files, const std::string& path) {
  try {
    files.remove(path);
  } catch (const Error&) {
    // Somebody else has removed it, or the folder cannot be written to; either way it is not used.
  }
}

}  // namespace

DiskCache::DiskCache(Files& files, CachePlace place, CacheFormat format, uint64_t capacity)
    : files_(files),
      place_(std::move(place)),
      format_(std::move(format)),
      share_(std::min(capacity / 256, kLargestEntry)) {
  if (!place_.why_off.empty()) return;
  try {
    make_with_parents(files_, place_.directory);
    place_.why_off = doubt_about(files_, place_.directory);
    if (place_.why_off.empty()) make_private(files_, place_.directory + "/v1");
  } catch (const Error& error) {
    place_.why_off = error.message;
  }
}

std::string DiskCache::folder_of(const CacheKey& key) const { return place_.directory + "/v1/" + hex(key.data(), 1); }
std::string DiskCache::path_of(const CacheKey& key) const {
  return folder_of(key) + "/" + hex(key.data() + 1, key.size() - 1) + ".nfk";
}

std::vector<std::byte> DiskCache::encode(const CacheKey& key, const CacheEntry& entry) const {
  Header header{};
  header.magic = kMagic, header.version = kVersion, header.kind = kKind, header.key = key;
  header.meta_size = entry.meta.size(), header.payload_size = entry.payload.size();
  header.created = std::time(nullptr);
  header.abi = format_.abi, header.llvm = format_.llvm, header.build = hash128(format_.build);
  std::vector<std::byte> bytes(sizeof header);
  bytes.insert(bytes.end(), entry.meta.begin(), entry.meta.end());
  bytes.insert(bytes.end(), entry.payload.begin(), entry.payload.end());
  header.content_hash = hash128(bytes.data() + sizeof header, bytes.size() - sizeof header);
  header.header_hash = header_hash(header);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

std::optional<CacheEntry> DiskCache::decode(const CacheKey& key, const std::vector<std::byte>& bytes) const {
  Header header;
  if (bytes.size() < sizeof header) return {};
  std::memcpy(&header, bytes.data(), sizeof header);
  uint64_t content = bytes.size() - sizeof header;
  if (header.magic != kMagic || header.header_hash != header_hash(header)) return {};
  if (header.version != kVersion || header.kind != kKind || header.reserved != 0) return {};
  if (header.key != key || header.abi != format_.abi || header.llvm != format_.llvm ||
      header.build != hash128(format_.build))
    return {};
  if (header.meta_size > content || header.payload_size != content - header.meta_size) return {};
  if (header.content_hash != hash128(bytes.data() + sizeof header, content)) return {};
  auto meta_end = bytes.begin() + sizeof header + ptrdiff_t(header.meta_size);
  return CacheEntry{{bytes.begin() + sizeof header, meta_end}, {meta_end, bytes.end()}};
}

std::optional<CacheEntry> DiskCache::find(const CacheKey& key) {
  if (!place_.why_off.empty()) return {};
  std::string path = path_of(key);
  std::optional<CacheEntry> entry;
  try {
    FileStatus status;
    auto file = files_.open_nofollow(path, &status);
    // No link: another process has replaced or evicted the entry since it was opened; what was opened is whole.
    bool ours = status.is_regular && status.uid == geteuid() && status.links <= 1 && !(status.mode & kOthersMayWrite);
    if (ours && status.size >= sizeof(Header) && status.size <= kLargestEntry) {
      std::vector<std::byte> bytes(status.size);
      if (file->read_at(0, bytes) == bytes.size())
        entry = decode(key, bytes);  // decoded from memory that nobody else sees
    }
  } catch (const Error& error) {
    if (error.kind == ErrorKind::NotFound) {
      ++misses_;
      return {};
    }
  }
  if (!entry) {
    ++misses_, ++rejected_;
    remove_quietly(files_, path);
    return {};
  }
  ++hits_;
  return entry;
}

void DiskCache::store(const CacheKey& key, const CacheEntry& entry) {
  if (!place_.why_off.empty()) return;
  std::vector<std::byte> bytes = encode(key, entry);
  if (bytes.size() > share_) return;
  try {
    make_private(files_, folder_of(key));
    write(key, bytes);
    ++stored_;
    evict(folder_of(key));
  } catch (const Error&) {
    // A full or read-only disk: the next process compiles again.
  }
}

void DiskCache::write(const CacheKey& key, const std::vector<std::byte>& bytes) {
  static std::atomic<uint64_t> number{0};
  std::string temporary = fmt::format("{}/{}{}-{}", folder_of(key), kTemporary, getpid(), ++number);
  try {
    auto file = files_.create(temporary, {0600});
    file->append(bytes);
    file->close();
    files_.rename(temporary, path_of(key));
  } catch (const Error& error) {
    // A name that is taken is another process's with this number, in another container: its file stays.
    if (error.kind != ErrorKind::Exists) remove_quietly(files_, temporary);
    throw;
  }
}

/// Removes the oldest entries of a folder beyond its share, and what died processes left behind. One process at a time:
/// who finds the lock taken leaves the work to its holder.
void DiskCache::evict(const std::string& folder) {
  struct Known {
    int64_t mtime;
    uint64_t size;
    std::string path;
  };
  std::vector<Known> entries;
  uint64_t total = 0;
  int64_t now = int64_t(std::time(nullptr)) * 1'000'000'000;
  std::string lock = folder + "/.lock";
  for (const std::string& name : files_.list(folder)) {
    std::string path = folder + "/" + name;
    FileStatus status = files_.status(path, false);
    if (!status.exists) continue;
    if (name.starts_with(".")) {
      if (now - status.mtime_ns > kStale) remove_quietly(files_, path);
      continue;
    }
    entries.push_back({status.mtime_ns, status.size, path});
    total += status.size;
  }
  if (total <= share_) return;
  try {
    files_.create(lock, {0600});
  } catch (const Error& error) {
    if (error.kind == ErrorKind::Exists) return;
    throw;
  }
  std::sort(entries.begin(), entries.end(), [](const Known& a, const Known& b) { return a.mtime < b.mtime; });
  for (const Known& oldest : entries) {
    if (total <= share_) break;
    remove_quietly(files_, oldest.path);
    total -= oldest.size;
  }
  remove_quietly(files_, lock);
}

CacheStatistics DiskCache::statistics() const {
  return {hits_, misses_, stored_, rejected_, place_.why_off.empty(), place_.directory, place_.why_off};
}

}  // namespace nf::engine
