// The one seam for all file access: what runs in production goes to the system, what runs in tests may fail on purpose.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nf {

/// What `stat` tells about a path.
struct FileStatus {
  bool exists = false;
  bool is_regular = false;
  bool is_directory = false;
  uint64_t size = 0;
  int64_t mtime_ns = 0;
  uint32_t uid = 0;
  uint32_t mode = 0;  ///< permission bits
  uint32_t links = 0;
  uint64_t device = 0;  ///< with `inode`: two paths with equal pairs are one file
  uint64_t inode = 0;
};

/// An open file. Closing happens in the destructor; `close` reports its error.
class File {
 public:
  virtual ~File() = default;
  virtual uint64_t size() = 0;
  /// Reads up to `into.size()` bytes at `offset`; fewer only at the end of the file.
  virtual size_t read_at(uint64_t offset, std::span<std::byte> into) = 0;
  /// Appends all of `bytes`.
  virtual void append(std::span<const std::byte> bytes) = 0;
  virtual void sync() = 0;
  virtual void close() = 0;
};

/// How to open a file for writing: never over an existing one.
struct CreateOptions {
  uint32_t mode = 0666;  ///< permissions before the umask
};

/// All file access. Every call throws `Error` (NotFound, Exists or Io) whose message names the path and the reason.
class Files {
 public:
  virtual ~Files() = default;
  virtual std::unique_ptr<File> open(const std::string& path) = 0;
  /// Opens without following a symbolic link at the last component.
  virtual std::unique_ptr<File> open_nofollow(const std::string& path, FileStatus* status) = 0;
  /// Creates a new file (O_EXCL).
  virtual std::unique_ptr<File> create(const std::string& path, CreateOptions options = {}) = 0;
  virtual void rename(const std::string& from, const std::string& to) = 0;
  /// Renames but fails with `Exists` when `to` is there.
  virtual void rename_noreplace(const std::string& from, const std::string& to) = 0;
  virtual void remove(const std::string& path) = 0;
  virtual void make_directory(const std::string& path, uint32_t mode = 0777) = 0;
  virtual std::vector<std::string> list(const std::string& directory) = 0;
  virtual FileStatus status(const std::string& path, bool follow = true) = 0;
  virtual void sync_directory(const std::string& path) = 0;
};

/// The real file system.
Files& system_files();

/// Reads a whole file; refuses more than `limit` bytes.
std::vector<std::byte> read_whole(Files& files, const std::string& path, uint64_t limit = UINT64_MAX);

}  // namespace nf
