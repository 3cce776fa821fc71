// The disk cache under damage, foreign hands, failing disks, several processes and kills: at worst a miss.
#include "engine/disk_cache.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "nearfield/error.h"

namespace nf::engine {
namespace {
namespace fs = std::filesystem;

CacheKey key_of(int number) {
  CacheKey key{};
  for (size_t i = 0; i < key.size(); ++i) key[i] = std::byte(number * 31 + int(i) * 7 + number / 8);
  key[0] = std::byte(number % 3);  // few folders, so that they fill up
  return key;
}

/// Content that tells its number at every byte.
CacheEntry entry_of(int number, size_t size = 1400) {
  CacheEntry entry;
  for (size_t i = 0; i < 100; ++i) entry.meta.push_back(std::byte(number + int(i)));
  for (size_t i = 0; i < size; ++i) entry.payload.push_back(std::byte(number * 3 + int(i * i)));
  return entry;
}
bool operator==(const CacheEntry& a, const CacheEntry& b) { return a.meta == b.meta && a.payload == b.payload; }
bool missing_or(const std::optional<CacheEntry>& found, const CacheEntry& right) { return !found || *found == right; }

std::vector<char> read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_file(const fs::path& path, const std::vector<char>& bytes) {
  fs::remove(path);
  std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
  fs::permissions(path, fs::perms(0600));
}

struct DiskCacheTest : testing::Test {
  fs::path root, folder;
  CacheFormat format{1, 22 << 16 | 1, "build"};

  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "nf-cache-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root = name, folder = root / "cache";
  }
  void TearDown() override { fs::remove_all(root); }

  DiskCache cache(uint64_t capacity = DiskCache::kCapacity) { return {system_files(), {folder, ""}, format, capacity}; }
  std::vector<fs::path> entries() {
    std::vector<fs::path> found;
    for (const auto& file : fs::recursive_directory_iterator(folder))
      if (file.path().extension() == ".nfk") found.push_back(file.path());
    return found;
  }
  /// The path of the one entry, stored under key 1.
  fs::path stored_entry() {
    DiskCache made = cache();
    made.store(key_of(1), entry_of(1));
    return entries().at(0);
  }
  /// A damaged or foreign entry at `path` is a miss, is removed, and can be stored again.
  void expect_miss(const fs::path& path, const std::string& what, int key = 1) {
    DiskCache made = cache();
    ASSERT_FALSE(made.find(key_of(key))) << what;
    ASSERT_EQ(made.statistics().rejected, 1) << what;
    ASSERT_FALSE(fs::exists(fs::symlink_status(path))) << what;
  }
};

TEST_F(DiskCacheTest, FindsWhatWasStored) {
  DiskCache first = cache();
  EXPECT_FALSE(first.find(key_of(1)));
  first.store(key_of(1), entry_of(1));
  first.store(key_of(2), entry_of(2, 0));
  DiskCache second = cache();
  EXPECT_TRUE(*second.find(key_of(1)) == entry_of(1));
  EXPECT_TRUE(*second.find(key_of(2)) == entry_of(2, 0));
  EXPECT_FALSE(second.find(key_of(3)));
  CacheStatistics statistics = second.statistics();
  EXPECT_EQ(statistics.hits, 2);
  EXPECT_EQ(statistics.misses, 1);
  EXPECT_EQ(statistics.rejected, 0);
  EXPECT_TRUE(statistics.enabled);
}

TEST_F(DiskCacheTest, LaysOutEntriesAsDocumented) {
  fs::path path = stored_entry();
  std::vector<char> bytes = read_file(path);
  ASSERT_EQ(bytes.size(), 128 + 100 + 1400u);
  EXPECT_EQ(std::string(bytes.begin(), bytes.begin() + 8), "\x89NFK\r\n\x1a\n");
  EXPECT_EQ(path.filename().string().size(), 62 + 4u);
  EXPECT_EQ(path.parent_path().filename().string(), "01");
  EXPECT_EQ(path.parent_path().parent_path().filename().string(), "v1");
  EXPECT_EQ(bytes[48], 100);
  EXPECT_EQ(fs::status(path).permissions(), fs::perms(0600));
  EXPECT_EQ(fs::status(folder).permissions(), fs::perms(0700));
}

TEST_F(DiskCacheTest, ACutAtAnyByteIsAMiss) {
  fs::path path = stored_entry();
  std::vector<char> whole = read_file(path);
  for (size_t size = 0; size < whole.size(); ++size) {
    write_file(path, {whole.begin(), whole.begin() + ptrdiff_t(size)});
    expect_miss(path, "cut at " + std::to_string(size));
  }
  std::vector<char> longer = whole;
  longer.push_back(0);
  write_file(path, longer);
  expect_miss(path, "one byte more");
}

TEST_F(DiskCacheTest, AnyFlippedBitIsAMiss) {
  fs::path path = stored_entry();
  std::vector<char> whole = read_file(path);
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::vector<char> damaged = whole;
    damaged[bit / 8] = char(damaged[bit / 8] ^ 1 << bit % 8);
    write_file(path, damaged);
    expect_miss(path, "bit " + std::to_string(bit));
  }
  write_file(path, whole);
  EXPECT_TRUE(*cache().find(key_of(1)) == entry_of(1));
}

TEST_F(DiskCacheTest, ARightEntryUnderAnotherKeyIsAMiss) {
  fs::path path = stored_entry();
  std::vector<char> bytes = read_file(path);
  cache().store(key_of(4), entry_of(4));  // of the same folder
  for (const fs::path& other : entries())
    if (other != path) {
      write_file(other, bytes);
      expect_miss(other, "wrong key", 4);
    }
}

TEST_F(DiskCacheTest, OtherVersionsAreMisses) {
  for (CacheFormat other : {CacheFormat{2, format.llvm, format.build},
                            {format.abi, 23 << 16, format.build},
                            {format.abi, format.llvm, "another"}}) {
    fs::path path = stored_entry();
    DiskCache made(system_files(), {folder, ""}, other);
    EXPECT_FALSE(made.find(key_of(1)));
    EXPECT_FALSE(fs::exists(path));
  }
}

TEST_F(DiskCacheTest, FoldersOfOtherHandsTurnItOff) {
  auto why = [&] { return cache().statistics().why_off; };
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms(0777));
  EXPECT_EQ(why(), "other users may write to `" + folder.string() + "`; make it private: chmod 700");
  fs::permissions(folder, fs::perms(0700));
  EXPECT_EQ(why(), "");
  fs::permissions(root, fs::perms(0777));
  EXPECT_EQ(why(), "everybody may replace what lies in `" + root.string() + "`");
  fs::permissions(root, fs::perms(01777));
  EXPECT_EQ(why(), "");
  fs::rename(folder, root / "real");
  fs::create_directory_symlink(root / "real", folder);
  EXPECT_EQ(why(), "`" + folder.string() + "` is not a folder (a symbolic link is not followed)");
  fs::remove(folder);
  write_file(folder, {});
  EXPECT_NE(why(), "");
  fs::remove(folder);
  if (geteuid() == 0) {
    fs::create_directory(folder);
    ASSERT_EQ(chown(folder.c_str(), 12345, 12345), 0);
    EXPECT_EQ(why(), "`" + folder.string() + "` belongs to another user");
  }
  DiskCache off = cache();
  off.store(key_of(1), entry_of(1));
  EXPECT_EQ(off.statistics().stored, geteuid() == 0 ? 0 : 1);
}

TEST_F(DiskCacheTest, EntriesOfOtherHandsAreMisses) {
  fs::path path = stored_entry();
  std::vector<char> whole = read_file(path);
  fs::permissions(path, fs::perms(0666));
  expect_miss(path, "writable by others");
  write_file(path, whole);
  fs::create_hard_link(path, root / "second-name");
  expect_miss(path, "two names");
  write_file(root / "elsewhere", whole);
  fs::create_symlink(root / "elsewhere", path);
  expect_miss(path, "a symbolic link");
  EXPECT_TRUE(fs::exists(root / "elsewhere"));
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  expect_miss(path, "a pipe");
  if (geteuid() == 0) {
    write_file(path, whole);
    ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);
    expect_miss(path, "another user's");
  }
  write_file(path, whole);
  fs::resize_file(path, uint64_t(65) << 20);
  expect_miss(path, "65 MiB");
}

TEST_F(DiskCacheTest, StaysWithinItsCapacity) {
  constexpr uint64_t kCapacity = 256 * 10000;  // 10,000 bytes, six entries, for each of the three folders
  DiskCache made = cache(kCapacity);
  for (int i = 0; i < 60; ++i) {
    made.store(key_of(i), entry_of(i));
    uint64_t total = 0;
    for (const fs::path& path : entries()) total += fs::file_size(path);
    ASSERT_LE(total, 30000u);
    ASSERT_TRUE(made.find(key_of(i))) << "the newest is kept";
  }
  EXPECT_EQ(entries().size(), 18u);
  EXPECT_FALSE(made.find(key_of(0))) << "the oldest is gone";
  made.store(key_of(100), entry_of(100, 20000));
  EXPECT_FALSE(made.find(key_of(100))) << "larger than a folder's share";
}

/// The real files, but the calls from number `first` on fail: one of them, or all.
class FailingFiles final : public Files {
 public:
  FailingFiles(int first, bool for_ever) : left_(first), for_ever_(for_ever) {}
  bool has_failed() const { return failed_; }

  std::unique_ptr<File> open(const std::string& path) override { return may_fail(), system_files().open(path); }
  std::unique_ptr<File> open_nofollow(const std::string& path, FileStatus* status) override {
    return may_fail(), wrap(system_files().open_nofollow(path, status));
  }
  std::unique_ptr<File> create(const std::string& path, CreateOptions options) override {
    return may_fail(), wrap(system_files().create(path, options));
  }
  void rename(const std::string& from, const std::string& to) override { may_fail(), system_files().rename(from, to); }
  void rename_noreplace(const std::string& from, const std::string& to) override {
    may_fail(), system_files().rename_noreplace(from, to);
  }
  void remove(const std::string& path) override { may_fail(), system_files().remove(path); }
  void make_directory(const std::string& path, uint32_t mode) override {
    may_fail(), system_files().make_directory(path, mode);
  }
  std::vector<std::string> list(const std::string& directory) override {
    return may_fail(), system_files().list(directory);
  }
  FileStatus status(const std::string& path, bool follow) override {
    return may_fail(), system_files().status(path, follow);
  }
  void sync_directory(const std::string& path) override { may_fail(), system_files().sync_directory(path); }

 private:
  struct FailingFile final : File {
    FailingFile(FailingFiles& owner, std::unique_ptr<File> real) : owner(owner), real(std::move(real)) {}
    uint64_t size() override { return owner.may_fail(), real->size(); }
    size_t read_at(uint64_t offset, std::span<std::byte> into) override {
      return owner.may_fail(), real->read_at(offset, into);
    }
    void append(std::span<const std::byte> bytes) override {
      if (owner.will_fail()) real->append(bytes.first(bytes.size() / 2));  // a full disk takes a part
      owner.may_fail(), real->append(bytes);
    }
    void sync() override { owner.may_fail(), real->sync(); }
    void close() override { owner.may_fail(), real->close(); }
    FailingFiles& owner;
    std::unique_ptr<File> real;
  };
  std::unique_ptr<File> wrap(std::unique_ptr<File> real) {
    return std::make_unique<FailingFile>(*this, std::move(real));
  }
  bool will_fail() const { return left_ == 0 || (left_ < 0 && for_ever_); }
  void may_fail() {
    if (left_-- > 0 || (left_ < -1 && !for_ever_)) return;
    failed_ = true;
    throw Error(ErrorKind::Io, "no space left");
  }
  int left_;
  bool for_ever_, failed_ = false;
};

TEST_F(DiskCacheTest, AFailureOfAnyCallIsAMissAndLeavesNothingBehind) {
  for (bool for_ever : {false, true}) {
    bool failed = true;
    for (int first = 0; failed; ++first) {
      fs::remove_all(folder);
      FailingFiles files(first, for_ever);
      {
        DiskCache made(files, {folder, ""}, format, 256 * 4000);
        for (int i = 0; i < 8; ++i) made.store(key_of(i), entry_of(i));
        for (int i = 0; i < 8; ++i) ASSERT_TRUE(missing_or(made.find(key_of(i)), entry_of(i))) << first;
      }
      failed = files.has_failed();
      for (const auto& file : fs::recursive_directory_iterator(root))
        ASSERT_TRUE(for_ever || !file.path().filename().string().starts_with(".tmp-"))
            << first << " left " << file.path();
      ASSERT_LT(first, 1000);
      DiskCache after = cache();  // what was written is whole
      for (int i = 0; i < 8; ++i) ASSERT_TRUE(missing_or(after.find(key_of(i)), entry_of(i))) << first;
      ASSERT_EQ(after.statistics().rejected, 0) << first;
    }
  }
}

/// Stores and finds 50 keys from `threads` threads for a while; false when an entry was wrong.
bool hammer(const fs::path& folder, const CacheFormat& format, int threads, int rounds) {
  DiskCache made(system_files(), {folder, ""}, format, 256 * 20000);  // evicts all the time
  std::atomic<bool> right{true};
  std::vector<std::thread> workers;
  for (int t = 0; t < threads; ++t)
    workers.emplace_back([&, t] {
      for (int i = 0; i < rounds; ++i) {
        int number = (i * 7 + t * 13) % 50;
        if (auto entry = made.find(key_of(number)))
          right = right && *entry == entry_of(number);
        else
          made.store(key_of(number), entry_of(number));
      }
    });
  for (std::thread& worker : workers) worker.join();
  return right && made.statistics().hits > 0 && made.statistics().rejected == 0;
}

TEST_F(DiskCacheTest, ProcessesAndThreadsMayWriteAtOnce) {
  pid_t child = fork();
  if (child == 0) _exit(hammer(folder, format, 8, 200) ? 0 : 1);
  EXPECT_TRUE(hammer(folder, format, 8, 200));
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(DiskCacheTest, AKillWhileWritingIsAMiss) {
  cache();
  for (int round = 0; round < 30; ++round) {
    pid_t child = fork();
    if (child == 0) {
      DiskCache made = cache();
      for (int i = 0;; ++i) made.store(key_of(i % 10), entry_of(i % 10, 100000));
    }
    usleep(useconds_t(500 + round * 300));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    DiskCache after = cache();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(missing_or(after.find(key_of(i)), entry_of(i, 100000)));
    ASSERT_EQ(after.statistics().rejected, 0);  // what has a final name is whole
  }
}

TEST_F(DiskCacheTest, LeftoversOfDiedProcessesAreSwept) {
  DiskCache made = cache();
  made.store(key_of(1), entry_of(1));
  fs::path left = entries().at(0).parent_path() / ".tmp-1-1", fresh = left.parent_path() / ".tmp-1-2";
  write_file(left, {'x'}), write_file(fresh, {'x'});
  fs::last_write_time(left, fs::file_time_type::clock::now() - std::chrono::hours(1));
  made.store(key_of(4), entry_of(4));
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(fresh)) << "somebody is writing it";
}

TEST(CachePlace, IsNamedByTheEnvironment) {
  auto place = [](const char* own, const char* xdg, const char* home) {
    setenv("NEARFIELD_CACHE_DIR", own, 1), setenv("XDG_CACHE_HOME", xdg, 1), setenv("HOME", home, 1);
    CachePlace found = cache_place();
    return found.why_off.empty() ? found.directory : found.why_off;
  };
  EXPECT_EQ(place("/own/", "/xdg", "/home"), "/own");
  EXPECT_EQ(place("", "/xdg", "/home"), "/xdg/nearfield");
  EXPECT_EQ(place("", "", "/home"), "/home/.cache/nearfield");
  EXPECT_EQ(place("here", "", "/home"), "NEARFIELD_CACHE_DIR is `here`, which is not an absolute path");
  EXPECT_EQ(place("", "", ""), "none of NEARFIELD_CACHE_DIR, XDG_CACHE_HOME and HOME is set");
}

}  // namespace
}  // namespace nf::engine
