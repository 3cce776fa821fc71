// Reading and writing images.
#pragma once
#include <string>
#include <vector>

#include "nearfield/array.h"

#pragma GCC visibility push(default)

namespace nf {

/// A lazy array of image files. A plain path has the image's own shape; a glob (natural order: im2 before im10) or a
/// list gives a stack with a new first axis. Only the first file's header is read now. Throws Error: NotFound (no such
/// file, empty glob), Io (not an image, damaged), Unsupported (format).
Array imread(const std::string& path_or_pattern);
Array imread(const std::vector<std::string>& paths);

/// How `imsave` writes.
struct SaveOptions : RunOptions {
  bool overwrite = false;
  int compression = -1;  ///< PNG level 0..12; -1: the default (1)
};
/// Figures of a finished run.
struct SaveReport {
  int64_t files = 0, frames = 0;
  int64_t bytes_in = 0, bytes_out = 0;  ///< of pixels
  double seconds = 0;
  int64_t planned_memory = 0;
};
/// Computes and writes images, streaming. In a pattern `*` takes the name of the input's file without its extension
/// (`im0` of `im0.png`), or the frame's number (`0000`) where it came from no file. Each file appears whole under its
/// final name or not at all. Integers whose range is known (for arrays in memory: measured) to fit are stored as 8 or
/// 16 bits; what cannot be stored without loss is refused, naming the cast to write. Throws Error: Exists (without
/// `overwrite`), Type (dtype that the format cannot hold), Memory (over the budget), Io.
SaveReport imsave(const std::string& path_or_pattern, const Array& array, const SaveOptions& options = {});

/// The files of an array that `imread` made, in order; none for other arrays.
std::vector<std::string> image_files(const Array& array);

/// What `nearfield info` tells of files: shape, dtype, axes, files, bytes on disk, as lines of text.
std::string describe(const Array& array);

}  // namespace nf

#pragma GCC visibility pop
