// The codec PNG: what a file announces, its pixels into a given buffer, and pixels into a file. It knows no frames.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "nearfield/view.h"
#include "runtime/runtime.h"

namespace nf::io::png {

/// The eight bytes with which every PNG file begins.
bool has_signature(std::span<const std::byte> bytes);

/// What a file announces, and what its pixels become: palettes become RGB (RGBA when they have transparency), 1, 2 and
/// 4 bits grey become 8, all else stays.
struct Info {
  uint32_t width = 0, height = 0;
  int bit_depth = 8, color_type = 0;
  bool interlaced = false;
  int channels = 1;
  DType dtype = DType::UInt8;
  uint64_t file_bytes = 0;

  /// (height, width), or (height, width, channels) when there is more than one.
  std::vector<int64_t> shape() const;
  int64_t row_bytes() const { return int64_t(width) * channels * size_of(dtype); }
  int64_t bytes() const { return row_bytes() * height; }
};

/// The most pixels that are read of one image.
inline constexpr uint64_t kMaxPixels = uint64_t(1) << 34;

/// Reads what a file announces, and refuses what cannot be true. `path` is for messages. Throws Error (Io).
Info read_info(File& file, const std::string& path);

/// Decodes into `into`: C-contiguous, of the announced shape and dtype. Throws Error (Io) when the file is damaged or
/// cut off; `into` holds undefined pixels then.
void decode(File& file, const std::string& path, const Info& info, const View& into);
/// Memory that `decode` needs besides the pixels, for any file with this announcement.
int64_t decode_scratch(const Info& info);

/// A whole file in memory.
struct Encoded {
  runtime::Buffer memory;
  size_t size = 0;
  std::span<const std::byte> bytes() const { return {memory.data(), size}; }
};
/// Encodes a frame (height, width[, 1..4 channels]) of bool (stored as 0 and 255), uint8 or uint16 with any strides.
/// `level` is libdeflate's, 0 to 12.
Encoded encode(const View& frame, int level);
/// Memory that `encode` needs, its result included.
int64_t encode_scratch(int64_t height, int64_t row_bytes);

/// PNG's row filters.
enum class Filter : uint8_t { None, Sub, Up, Average, Paeth };
/// Filters one row of `count` bytes: `out` receives row - prediction; `above` is the row before (zeros for the first),
/// and `pixel` the bytes of one pixel.
void filter_row(Filter filter, const uint8_t* row, const uint8_t* above, uint8_t* out, size_t count, size_t pixel);
/// The filter that makes rows like these the smallest, by the entropy of a sample.
Filter choose_filter(std::span<const uint8_t* const> rows, std::span<const uint8_t* const> above, size_t count,
                     size_t pixel);

}  // namespace nf::io::png
