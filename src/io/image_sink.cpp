// Whole files or none: written under a temporary name, then renamed.
#include "io/image_sink.h"

#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include "io/io.h"
#include "io/png/png.h"
#include "nearfield/error.h"

namespace nf::io {
namespace {

uint64_t random_bits() {
  uint64_t bits = 0;
  // A name that is taken fails at `create` and harms nothing, so a machine without entropy may go on with the count
  // alone.
  if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) != sizeof bits) bits = 0;
  return bits;
}

/// Removes what a failed write left; a note when even that fails, so that the user knows of the file.
[[noreturn]] void rethrow_without(Files& files, const std::string& temporary, const Error& error) {
  std::vector<std::string> notes = error.notes;
  try {
    files.remove(temporary);
  } catch (const Error& second) {
    if (second.kind != ErrorKind::NotFound)
      notes.push_back(fmt::format("the temporary file `{}` is left over: {}", temporary, second.message));
  }
  throw Error(error.kind, error.message, std::move(notes));
}

}  // namespace

std::string temporary_name(const std::string& path) {
  static std::atomic<uint64_t> count = 0;
  std::string folder = path.substr(0, path.size() - file_name(path).size());
  return fmt::format("{}.nf-{}-{}-{:016x}.tmp", folder, getpid(), ++count, random_bits());
}

void write_whole(Files& files, const std::string& path, std::span<const std::byte> bytes, bool overwrite) {
  auto named = [&](const Error& error) {
    return Error(error.kind, fmt::format("`{}` could not be written: {}", path, error.message), error.notes);
  };
  std::string temporary = temporary_name(path);
  std::unique_ptr<File> file;
  try {
    file = files.create(temporary);
  } catch (const Error& error) {
    throw named(error);
  }
  try {
    file->append(bytes);
    file->close();
    if (overwrite)
      files.rename(temporary, path);
    else
      files.rename_noreplace(temporary, path);
  } catch (const Error& error) {
    file.reset();
    rethrow_without(files, temporary, named(error));
  }
}

void probe_folder(Files& files, const std::string& folder, const std::string& path) {
  std::string temporary = temporary_name(path);
  auto named = [&](const Error& error) {
    return Error(error.kind, fmt::format("nothing can be written to the folder `{}`: {}", folder, error.message));
  };
  std::unique_ptr<File> file;
  try {
    file = files.create(temporary);
  } catch (const Error& error) {
    throw named(error);
  }
  try {
    file->close();
    files.remove(temporary);
  } catch (const Error& error) {
    file.reset();
    rethrow_without(files, temporary, named(error));
  }
}

ImageSink::ImageSink(Files& files, std::vector<std::string> paths, bool overwrite, int level)
    : files_(files), paths_(std::move(paths)), overwrite_(overwrite), level_(level) {}

void ImageSink::write(int64_t i, const View& frame) {
  png::Encoded image = png::encode(frame, level_);
  write_whole(files_, paths_[size_t(i)], image.bytes(), overwrite_);
  ++written_;
}

}  // namespace nf::io
