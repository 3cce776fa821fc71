// Frames as image files: each appears whole under its final name or not at all.
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "array/array.h"
#include "base/files.h"

namespace nf::io {

/// Writes frame i as a PNG file to `paths[i]`.
class ImageSink final : public array::Sink {
 public:
  ImageSink(Files& files, std::vector<std::string> paths, bool overwrite, int level);
  void write(int64_t i, const View& frame) override;
  const std::vector<std::string>& paths() const { return paths_; }
  int64_t files_written() const { return written_; }

 private:
  Files& files_;
  std::vector<std::string> paths_;
  bool overwrite_;
  int level_;
  std::atomic<int64_t> written_ = 0;
};

/// A name in the folder of `path` that no other run and no user has: ".nf-<pid>-<n>-<random>.tmp".
std::string temporary_name(const std::string& path);
/// Writes `bytes` to `path` by way of a temporary name. What was begun is removed when it fails.
void write_whole(Files& files, const std::string& path, std::span<const std::byte> bytes, bool overwrite);
/// Makes sure that a file can be created in the folder of `path`: a run of hours must not end at its first output.
void probe_folder(Files& files, const std::string& folder, const std::string& path);

}  // namespace nf::io
