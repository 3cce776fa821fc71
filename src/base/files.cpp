// The real file system behind the seam `Files`: POSIX calls that are whole (short counts, EINTR) and whose errors name
// the path and the reason.
#include "base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "nearfield/error.h"

namespace nf {
namespace {

ErrorKind kind_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::NotFound;
    case EEXIST: return ErrorKind::Exists;
    case ENOMEM: return ErrorKind::Memory;
    default: return ErrorKind::Io;
  }
}

/// Throws for `errno`: "cannot open `in/a.png`: Permission denied".
[[noreturn]] void fail(const char* verb, const std::string& path, int error = errno) {
  throw Error(kind_of(error), fmt::format("cannot {} `{}`: {}", verb, path, std::generic_category().message(error)));
}

/// Repeats a call that a signal cut off.
template <class Call>
auto whole(Call call) {
  decltype(call()) result;
  do result = call();
  while (result < 0 && errno == EINTR);
  return result;
}

/// A C string cannot hold a zero byte: a path with one would name another file than it shows.
const char* c_path(const char* verb, const std::string& path) {
  if (path.find('\0') != std::string::npos) fail(verb, path, EINVAL);
  return path.c_str();
}

FileStatus status_of(const struct stat& s) {
  FileStatus status;
  status.exists = true;
  status.is_regular = S_ISREG(s.st_mode);
  status.is_directory = S_ISDIR(s.st_mode);
  status.size = uint64_t(s.st_size);
  status.mtime_ns = int64_t(s.st_mtim.tv_sec) * 1'000'000'000 + s.st_mtim.tv_nsec;
  status.uid = s.st_uid;
  status.mode = s.st_mode & 07777;
  status.links = uint32_t(s.st_nlink);
  status.device = s.st_dev;
  status.inode = s.st_ino;
  return status;
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  uint64_t size() override {
    struct stat s;
    if (::fstat(descriptor_, &s) != 0) fail("read the size of", path_);
    return uint64_t(s.st_size);
  }

  size_t read_at(uint64_t offset, std::span<std::byte> into) override {
    size_t done = 0;
    while (done < into.size()) {
      ssize_t n =
          whole([&] { return ::pread(descriptor_, into.data() + done, into.size() - done, off_t(offset + done)); });
      if (n < 0) fail("read", path_);
      if (n == 0) break;
      done += size_t(n);
    }
    return done;
  }

  void append(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      ssize_t n = whole([&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
      if (n < 0) fail("write", path_);
      if (n == 0) fail("write", path_, ENOSPC);  // a write that takes nothing and names no reason would loop for ever
      bytes = bytes.subspan(size_t(n));
    }
  }

  void sync() override {
    if (whole([&] { return ::fdatasync(descriptor_); }) != 0) fail("write to the disk", path_);
  }

  void close() override {
    int descriptor = std::exchange(descriptor_, -1);
    // Linux has freed the descriptor even when close was interrupted: a second close could hit somebody else's.
    if (descriptor >= 0 && ::close(descriptor) != 0 && errno != EINTR) fail("write", path_);
  }

 private:
  int descriptor_;
  std::string path_;
};

std::unique_ptr<File> open_file(const char* verb, const std::string& path, int flags, mode_t mode = 0) {
  int descriptor = whole([&] { return ::open(c_path(verb, path), flags | O_CLOEXEC, mode); });
  if (descriptor < 0) fail(verb, path);
  return std::make_unique<PosixFile>(descriptor, path);
}

class PosixFiles final : public Files {
 public:
  std::unique_ptr<File> open(const std::string& path) override { return open_file("open", path, O_RDONLY); }

  std::unique_ptr<File> open_nofollow(const std::string& path, FileStatus* status) override {
    // O_NONBLOCK: opening a named pipe must not wait for its other end; the status tells the caller what it is.
    int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    int descriptor = whole([&] { return ::open(c_path("open", path), flags); });
    if (descriptor < 0) fail("open", path);
    auto file = std::make_unique<PosixFile>(descriptor, path);
    struct stat s;
    if (::fstat(descriptor, &s) != 0) fail("open", path);
    if (status) *status = status_of(s);
    return file;
  }

  std::unique_ptr<File> create(const std::string& path, CreateOptions options) override {
    return open_file("create", path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, options.mode);
  }

  void rename(const std::string& from, const std::string& to) override {
    if (::rename(c_path("rename", from), c_path("rename to", to)) != 0) fail("write", to);
  }

  void rename_noreplace(const std::string& from, const std::string& to) override {
    c_path("rename", from), c_path("rename to", to);
    if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 1u /* RENAME_NOREPLACE */) == 0) return;
    if (errno != EINVAL && errno != ENOSYS && errno != EPERM) fail("write", to);
    // A file system without the flag: `link` also refuses to replace, and the two names are one whole file.
    if (::link(from.c_str(), to.c_str()) != 0) fail("write", to);
    if (::unlink(from.c_str()) != 0) fail("remove", from);
  }

  void remove(const std::string& path) override {
    if (::unlink(c_path("remove", path)) != 0) fail("remove", path);
  }

  void make_directory(const std::string& path, uint32_t mode) override {
    if (::mkdir(c_path("create the folder", path), mode) != 0) fail("create the folder", path);
  }

  std::vector<std::string> list(const std::string& directory) override {
    std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(c_path("list", directory)), ::closedir);
    if (!stream) fail("list", directory);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(stream.get());
      if (!entry) break;
      std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(std::move(name));
    }
    if (errno != 0) fail("list", directory);
    return names;
  }

  FileStatus status(const std::string& path, bool follow) override {
    struct stat s;
    int result = follow ? ::stat(c_path("look at", path), &s) : ::lstat(c_path("look at", path), &s);
    if (result == 0) return status_of(s);
    if (errno == ENOENT || errno == ENOTDIR) return {};
    fail("look at", path);
  }

  void sync_directory(const std::string& path) override {
    open_file("open the folder", path, O_RDONLY | O_DIRECTORY)->sync();
  }
};

}  // namespace

Files& system_files() {
  static PosixFiles files;
  return files;
}

std::vector<std::byte> read_whole(Files& files, const std::string& path, uint64_t limit) {
  std::unique_ptr<File> file = files.open(path);
  // The size is only a first guess: files of /proc and /sys say 0 or a page, and a log may grow while it is read.
  uint64_t guess = file->size();
  std::vector<std::byte> bytes;
  auto too_long = [&] {
    throw Error(ErrorKind::Io,
                fmt::format("`{}` is longer than the {} bytes that are read of such a file", path, limit));
  };
  if (guess > limit) too_long();
  for (uint64_t chunk = std::max<uint64_t>(guess + 1, 4096);; chunk = 1 << 16) {
    size_t before = bytes.size();
    bytes.resize(before + std::min(chunk, limit - before + (limit != UINT64_MAX)));
    size_t n = file->read_at(before, std::span(bytes).subspan(before));
    bool ended = before + n < bytes.size();
    bytes.resize(before + n);
    if (bytes.size() > limit) too_long();
    if (ended) return bytes;
  }
}

}  // namespace nf
