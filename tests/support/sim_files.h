// A file system in memory that fails on purpose: the Nth call, once or from then on. Tests run the same job for every
// N.
#pragma once
#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "nearfield/error.h"

namespace nf::test {

class SimFiles final : public Files {
 public:
  using Bytes = std::vector<std::byte>;
  /// What lies on the disk, and the folders.
  std::map<std::string, std::shared_ptr<Bytes>> contents;
  std::set<std::string> folders = {".", "/", ""};

  /// Call number `call` (from 1) fails; with `persistent` all later ones too. 0: nothing fails. `writes_only`: what
  /// only looks at files goes on (a full disk).
  void fail_at(int64_t call, bool persistent = false, std::string reason = "Input/output error",
               bool writes_only = false) {
    std::lock_guard lock(mutex_);
    fail_at_ = call, persistent_ = persistent, reason_ = std::move(reason), writes_only_ = writes_only;
    calls_ = 0, failures_ = 0;
  }
  int64_t calls() const { return calls_; }
  int64_t failures() const { return failures_; }
  /// What the last failing call was to do: "read", "write", "remove", ...
  const std::string& failed_verb() const { return failed_verb_; }
  int64_t open_files() const { return open_files_; }
  /// The names of files below `folder` that begin with a dot: temporaries.
  std::vector<std::string> temporaries() const {
    std::vector<std::string> names;
    for (auto& [path, bytes] : contents)
      if (path.find("/.nf-") != std::string::npos || path.starts_with(".nf-")) names.push_back(path);
    return names;
  }

  std::unique_ptr<File> open(const std::string& path) override {
    std::lock_guard lock(mutex_);
    check("open", path, false);
    return std::make_unique<SimFile>(*this, path, existing("open", path));
  }
  std::unique_ptr<File> open_nofollow(const std::string& path, FileStatus* status) override {
    auto file = open(path);
    if (status) *status = this->status(path, false);
    return file;
  }
  std::unique_ptr<File> create(const std::string& path, CreateOptions) override {
    std::lock_guard lock(mutex_);
    check("create", path, true);
    if (!folders.contains(folder(path)))
      throw Error(ErrorKind::NotFound, "cannot create `" + path + "`: no such folder");
    auto [at, is_new] = contents.emplace(path, std::make_shared<Bytes>());
    if (!is_new) throw Error(ErrorKind::Exists, "cannot create `" + path + "`: File exists");
    return std::make_unique<SimFile>(*this, path, at->second);
  }
  void rename(const std::string& from, const std::string& to) override { move(from, to, true); }
  void rename_noreplace(const std::string& from, const std::string& to) override { move(from, to, false); }
  void remove(const std::string& path) override {
    std::lock_guard lock(mutex_);
    check("remove", path, true);
    existing("remove", path);
    contents.erase(path);
  }
  void make_directory(const std::string& path, uint32_t) override {
    std::lock_guard lock(mutex_);
    check("create the folder", path, true);
    folders.insert(path);
  }
  std::vector<std::string> list(const std::string& directory) override {
    std::lock_guard lock(mutex_);
    check("list", directory, false);
    std::vector<std::string> names;
    for (auto& [path, bytes] : contents)
      if (folder(path) == directory) names.push_back(path.substr(path.rfind('/') + 1));
    std::reverse(names.begin(), names.end());  // whoever needs an order must make it
    return names;
  }
  FileStatus status(const std::string& path, bool) override {
    std::lock_guard lock(mutex_);
    check("look at", path, false);
    FileStatus status;
    auto found = contents.find(path);
    status.is_directory = folders.contains(path);
    status.is_regular = found != contents.end();
    status.exists = status.is_directory || status.is_regular;
    if (status.is_regular) status.size = found->second->size(), status.inode = uint64_t(found->second.get());
    return status;
  }
  void sync_directory(const std::string& path) override {
    std::lock_guard lock(mutex_);
    check("sync", path, true);
  }

 private:
  class SimFile final : public File {
   public:
    SimFile(SimFiles& files, std::string path, std::shared_ptr<Bytes> bytes)
        : files_(files), path_(std::move(path)), bytes_(std::move(bytes)) {
      ++files_.open_files_;
    }
    ~SimFile() override {
      std::lock_guard lock(files_.mutex_);
      --files_.open_files_;
    }
    uint64_t size() override {
      std::lock_guard lock(files_.mutex_);
      files_.check("read the size of", path_, false);
      return bytes_->size();
    }
    size_t read_at(uint64_t offset, std::span<std::byte> into) override {
      std::lock_guard lock(files_.mutex_);
      files_.check("read", path_, false);
      if (offset >= bytes_->size()) return 0;
      size_t n = std::min<size_t>(into.size(), bytes_->size() - offset);
      std::memcpy(into.data(), bytes_->data() + offset, n);
      return n;
    }
    void append(std::span<const std::byte> bytes) override {
      std::lock_guard lock(files_.mutex_);
      // A failing write leaves half of its bytes behind, as a full disk does.
      if (files_.fails(true)) {
        bytes_->insert(bytes_->end(), bytes.begin(), bytes.begin() + bytes.size() / 2);
        files_.fail("write", path_);
      }
      bytes_->insert(bytes_->end(), bytes.begin(), bytes.end());
    }
    void sync() override {
      std::lock_guard lock(files_.mutex_);
      files_.check("sync", path_, true);
    }
    void close() override {
      std::lock_guard lock(files_.mutex_);
      files_.check("close", path_, true);
    }

   private:
    SimFiles& files_;
    std::string path_;
    std::shared_ptr<Bytes> bytes_;
  };

  static std::string folder(const std::string& path) {
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  }
  std::shared_ptr<Bytes> existing(const char* verb, const std::string& path) {
    auto found = contents.find(path);
    if (found == contents.end())
      throw Error(ErrorKind::NotFound, std::string("cannot ") + verb + " `" + path + "`: No such file or directory");
    return found->second;
  }
  bool fails(bool writes) {
    if (writes_only_ && !writes) return false;
    ++calls_;
    bool fails = fail_at_ > 0 && (persistent_ ? calls_ >= fail_at_ : calls_ == fail_at_);
    failures_ += fails;
    return fails;
  }
  [[noreturn]] void fail(const char* verb, const std::string& path) {
    failed_verb_ = verb;
    throw Error(ErrorKind::Io, std::string("cannot ") + verb + " `" + path + "`: " + reason_);
  }
  void check(const char* verb, const std::string& path, bool writes) {
    if (fails(writes)) fail(verb, path);
  }
  void move(const std::string& from, const std::string& to, bool replace) {
    std::lock_guard lock(mutex_);
    check("write", to, true);
    auto bytes = existing("rename", from);
    if (!replace && contents.contains(to)) throw Error(ErrorKind::Exists, "cannot write `" + to + "`: File exists");
    contents[to] = bytes;
    contents.erase(from);
  }

  std::mutex mutex_;
  int64_t fail_at_ = 0, calls_ = 0, failures_ = 0, open_files_ = 0;
  bool persistent_ = false, writes_only_ = false;
  std::string reason_, failed_verb_;
};

}  // namespace nf::test
