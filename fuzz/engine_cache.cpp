// Any bytes in the place of a cache entry: a miss, or exactly what was stored. Checksums keep random bytes from getting
// far, so the target also damages a stored entry and makes its checksums right again.
#define XXH_INLINE_ALL
#include <unistd.h>
#include <xxhash.h>

#include <cstring>

#include "base/assert.h"
#include "engine/disk_cache.h"
#include "nearfield/error.h"

using namespace nf;
using namespace nf::engine;

namespace {

using Contents = std::vector<std::byte>;

/// A disk with one private folder and one file, whatever the path.
class OneFile final : public Files {
 public:
  Contents contents;

  std::unique_ptr<File> open(const std::string&) override { return std::make_unique<Handle>(contents); }
  std::unique_ptr<File> open_nofollow(const std::string&, FileStatus* status) override {
    *status = {.exists = true, .is_regular = true, .size = contents.size(), .uid = geteuid(), .mode = 0600, .links = 1};
    return std::make_unique<Handle>(contents);
  }
  std::unique_ptr<File> create(const std::string&, CreateOptions) override {
    contents.clear();
    return std::make_unique<Handle>(contents);
  }
  void rename(const std::string&, const std::string&) override {}
  void rename_noreplace(const std::string&, const std::string&) override {}
  void remove(const std::string&) override {}
  void make_directory(const std::string&, uint32_t) override {}
  std::vector<std::string> list(const std::string&) override { return {}; }
  FileStatus status(const std::string&, bool) override {
    return {.exists = true, .is_directory = true, .uid = geteuid(), .mode = 0700};
  }
  void sync_directory(const std::string&) override {}

 private:
  class Handle final : public File {
   public:
    explicit Handle(Contents& contents) : contents_(contents) {}
    uint64_t size() override { return contents_.size(); }
    size_t read_at(uint64_t offset, std::span<std::byte> into) override {
      if (offset >= contents_.size()) return 0;
      size_t n = std::min<size_t>(into.size(), contents_.size() - offset);
      std::memcpy(into.data(), contents_.data() + offset, n);
      return n;
    }
    void append(std::span<const std::byte> bytes) override {
      contents_.insert(contents_.end(), bytes.begin(), bytes.end());
    }
    void sync() override {}
    void close() override {}

   private:
    Contents& contents_;
  };
};

/// Makes the two checksums of an entry right: of its content (at 80) and of its header (at 120).
void mend(Contents& entry) {
  constexpr size_t kHeader = 128, kContentHash = 80, kHeaderHash = 120;
  if (entry.size() < kHeader) return;
  XXH128_hash_t content = XXH3_128bits(entry.data() + kHeader, entry.size() - kHeader);
  std::memcpy(entry.data() + kContentHash, &content.low64, 8);
  std::memcpy(entry.data() + kContentHash + 8, &content.high64, 8);
  uint64_t header = XXH3_64bits(entry.data(), kHeaderHash);
  std::memcpy(entry.data() + kHeaderHash, &header, 8);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  CacheKey key{};
  CacheEntry stored{Contents(40, std::byte(7)), Contents(100, std::byte(9))};
  OneFile files;
  DiskCache cache(files, {"/cache", ""}, {1, 22 << 16, "build"});
  cache.store(key, stored);
  std::optional<CacheEntry> found = cache.find(key);
  nf_assert(found && found->meta == stored.meta && found->payload == stored.payload, "an entry is not found again");

  // The first byte says what happens to the entry: it is replaced, or changed at a place, longer or shorter.
  bool replace = data[0] & 1, mends = data[0] & 2;
  size_t at = data[1];
  auto bytes = std::as_bytes(std::span(data + 2, size - 2));
  Contents before = files.contents;
  if (replace) {
    files.contents.assign(bytes.begin(), bytes.end());
  } else {
    if (data[0] & 4) files.contents.resize(at);
    if (files.contents.size() < at + bytes.size()) files.contents.resize(at + bytes.size());
    for (size_t i = 0; i < bytes.size(); ++i) files.contents[at + i] ^= bytes[i];
  }
  if (mends) mend(files.contents);
  found = cache.find(key);
  if (!found) return 0;
  nf_assert(found->meta.size() + found->payload.size() + 128 == files.contents.size(), "an entry of a wrong size");
  nf_assert(mends || files.contents == before, "a damaged entry was taken for whole");
  return 0;
}
