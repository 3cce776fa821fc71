// PNG pixels without libpng's row interface: the file is read whole, its chunks checked, the pixels inflated by
// libdeflate in one call and unfiltered into place. docs/why/03-own-png-fast-path.md has the reasons and figures.
#include <libdeflate.h>
#include <png.h>

#include <bit>
#include <cstring>
#include <memory>
#include <new>
#include <optional>

#include "io/png/decode.h"

namespace nf::io::png {
namespace {

/// Above this the file and its rows would take more memory than the speed is worth.
constexpr int64_t kMaxDirect = int64_t(128) << 20;
/// Room for what stands in a file beside its pixels: profiles, previews, texts.
constexpr int64_t kOtherChunks = 256 << 10;
constexpr size_t kHeaderEnd = 8 + 25;

uint32_t big_endian(const std::byte* p) {
  return uint32_t(p[0]) << 24 | uint32_t(p[1]) << 16 | uint32_t(p[2]) << 8 | uint32_t(p[3]);
}

int64_t filtered_bytes(const Info& info) { return info.height * (info.row_bytes() + 1); }

/// The most bytes of a file that are held. A compressor that stores what it cannot shrink stays below.
int64_t file_limit(const Info& info) {
  return int64_t(libdeflate_zlib_compress_bound(nullptr, size_t(filtered_bytes(info)))) + kOtherChunks;
}

bool is_header_of(const Info& info, const std::byte* file) {
  return big_endian(file + 16) == info.width && big_endian(file + 20) == info.height &&
         int(file[24]) == info.bit_depth && int(file[25]) == info.color_type && int(file[28]) == 0;
}

/// Checks all chunks and moves the contents of the IDATs together; nothing when there is anything but these and skipped
/// chunks.
std::optional<std::span<std::byte>> gather_pixels(std::span<std::byte> file) {
  std::byte *begin = nullptr, *end = nullptr, *after = nullptr;
  for (size_t at = kHeaderEnd; at + 12 <= file.size();) {
    std::byte* chunk = file.data() + at;
    uint64_t length = big_endian(chunk);
    if (length > file.size() - at - 12) return {};
    if (libdeflate_crc32(0, chunk + 4, length + 4) != big_endian(chunk + 8 + length)) return {};
    at += 12 + length;
    if (std::memcmp(chunk + 4, "IDAT", 4) == 0) {
      if (!begin) begin = end = chunk + 8;
      if (after && after != chunk) return {};  // they must follow each other
      after = chunk + 12 + length;
      std::memmove(end, chunk + 8, length);
      end += length;
    } else if (std::memcmp(chunk + 4, "IEND", 4) == 0) {
      if (!begin) return {};
      return std::span(begin, end);
    } else if (!(uint8_t(chunk[4]) & 0x20)) {
      return {};  // a critical chunk
    }
  }
  return {};
}

bool inflate(std::span<const std::byte> from, uint8_t* into, size_t bytes) {
  std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) throw std::bad_alloc();
  // Without a place for the count, fewer bytes are an error too.
  return libdeflate_zlib_decompress(decompressor.get(), from.data(), from.size(), into, bytes, nullptr) ==
         LIBDEFLATE_SUCCESS;
}

void to_native(const uint8_t* from, std::byte* to, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 2) {
    uint16_t value;
    std::memcpy(&value, from + i, 2);
    value = uint16_t(value << 8 | value >> 8);
    std::memcpy(to + i, &value, 2);
  }
}

/// Unfilters all rows; false when a filter is none of the five. `zeros` is a row of them.
bool unfilter(const Info& info, uint8_t* rows, const uint8_t* zeros, std::byte* into) {
  size_t row_bytes = size_t(info.row_bytes()), pixel = size_t(info.channels) * size_t(size_of(info.dtype));
  bool swaps = info.bit_depth == 16 && std::endian::native == std::endian::little;
  const uint8_t* above = zeros;
  for (uint32_t y = 0; y < info.height; ++y, rows += row_bytes + 1, into += row_bytes) {
    if (rows[0] > uint8_t(Filter::Paeth)) return false;
    // The row below needs this one in the file's order of bytes.
    uint8_t* out = swaps ? rows + 1 : reinterpret_cast<uint8_t*>(into);
    unfilter_row(Filter(rows[0]), rows + 1, above, out, row_bytes, pixel);
    if (swaps) to_native(out, into, row_bytes);
    above = out;
  }
  return true;
}

}  // namespace

bool is_direct(const Info& info) {
  return info.bit_depth >= 8 && info.color_type != PNG_COLOR_TYPE_PALETTE && !info.interlaced &&
         info.bytes() <= kMaxDirect;
}

int64_t direct_scratch(const Info& info) {
  return file_limit(info) + filtered_bytes(info) + info.row_bytes() + int64_t(3 * kUnfilterSlack) + (64 << 10);
}

bool decode_directly(File& file, const Info& info, const View& into) {
  if (info.file_bytes > uint64_t(file_limit(info)) || info.file_bytes < kHeaderEnd) return false;
  runtime::Buffer whole(size_t(info.file_bytes));
  if (file.read_at(0, {whole.data(), whole.size()}) != whole.size()) return false;
  if (!is_header_of(info, whole.data())) return false;
  std::optional<std::span<std::byte>> pixels = gather_pixels({whole.data(), whole.size()});
  if (!pixels) return false;

  size_t filtered = size_t(filtered_bytes(info)), row_bytes = size_t(info.row_bytes());
  runtime::Buffer memory(filtered + kUnfilterSlack + row_bytes + kUnfilterSlack);
  uint8_t *rows = reinterpret_cast<uint8_t*>(memory.data()), *zeros = rows + filtered + kUnfilterSlack;
  std::memset(rows + filtered, 0, memory.size() - filtered);
  return inflate(*pixels, rows, filtered) && unfilter(info, rows, zeros, static_cast<std::byte*>(into.data));
}

}  // namespace nf::io::png
