// PNG files made in memory: our filters, libdeflate, one filter for the whole image.
#include <libdeflate.h>
#include <png.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>
#include <new>

#include "array/array.h"
#include "base/assert.h"
#include "io/png/png.h"

namespace nf::io::png {
namespace {

constexpr uint64_t kMaxChunk = uint64_t(1) << 30;  // PNG allows 2^31 - 1
constexpr size_t kHeaderBytes = 8 + 25;
constexpr int kSampledRows = 12;

/// A frame as rows of bytes in PNG's order: grey, grey-alpha, RGB or RGBA, big-endian.
struct Rows {
  View frame;
  int64_t height, width, channels;
  size_t pixel, row_bytes;

  explicit Rows(const View& view) : frame(view) {
    nf_assert(view.rank == 2 || view.rank == 3, "an image of rank {}", view.rank);
    height = view.shape[0], width = view.shape[1], channels = view.rank == 3 ? view.shape[2] : 1;
    nf_assert(channels >= 1 && channels <= 4, "an image of {} channels", channels);
    nf_assert(is_bool(view.dtype) || view.dtype == DType::UInt8 || view.dtype == DType::UInt16, "an image of {}",
              name_of(view.dtype));
    pixel = size_t(channels) * size_t(size_of(view.dtype));
    row_bytes = size_t(width) * pixel;
  }

  /// Writes row `y` to `out`.
  void get(int64_t y, uint8_t* out) const {
    View row = frame;
    row.data = static_cast<std::byte*>(frame.data) + y * frame.strides[0];
    row.shape[0] = 1;
    int64_t shape[] = {1, width, channels};
    array::copy_elements(row, View::contiguous(out, frame.dtype, shape, frame.rank));
    if (is_bool(frame.dtype))
      for (size_t i = 0; i < row_bytes; ++i) out[i] = out[i] ? 255 : 0;
    if (frame.dtype == DType::UInt16 && std::endian::native == std::endian::little)
      for (size_t i = 0; i + 1 < row_bytes; i += 2) std::swap(out[i], out[i + 1]);
  }
};

Filter choose(const Rows& rows) {
  int64_t count = std::min<int64_t>(rows.height, kSampledRows);
  std::vector<uint8_t> bytes(size_t(2 * count) * rows.row_bytes);
  std::vector<const uint8_t*> sampled, above;
  for (int64_t i = 0; i < count; ++i) {
    int64_t y = count == rows.height ? i : (2 * i + 1) * rows.height / (2 * count);
    uint8_t* at = bytes.data() + size_t(2 * i) * rows.row_bytes;
    if (y > 0) rows.get(y - 1, at);
    rows.get(y, at + rows.row_bytes);
    above.push_back(at), sampled.push_back(at + rows.row_bytes);
  }
  return choose_filter(sampled, above, rows.row_bytes, rows.pixel);
}

/// All rows, each with its filter byte before it.
runtime::Buffer filtered(const Rows& rows) {
  Filter filter = choose(rows);
  runtime::Buffer bytes(size_t(rows.height) * (rows.row_bytes + 1));
  std::vector<uint8_t> above(rows.row_bytes), row(rows.row_bytes);
  uint8_t* out = reinterpret_cast<uint8_t*>(bytes.data());
  for (int64_t y = 0; y < rows.height; ++y, out += rows.row_bytes + 1) {
    rows.get(y, row.data());
    out[0] = uint8_t(filter);
    filter_row(filter, row.data(), above.data(), out + 1, rows.row_bytes, rows.pixel);
    std::swap(row, above);
  }
  return bytes;
}

void put_be32(std::byte* at, uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = std::byte(value >> (24 - 8 * i));
}

/// Writes length, name and checksum around `length` bytes that already lie at `at` + 8. Returns the end of the chunk.
std::byte* close_chunk(std::byte* at, const char* name, size_t length) {
  put_be32(at, uint32_t(length));
  std::memcpy(at + 4, name, 4);
  put_be32(at + 8 + length, libdeflate_crc32(0, at + 4, length + 4));
  return at + 12 + length;
}

void put_header(std::byte* at, const Rows& rows) {
  constexpr uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  constexpr uint8_t color_types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                     PNG_COLOR_TYPE_RGBA};
  std::memcpy(at, signature, 8);
  std::byte* body = at + 16;
  put_be32(body, uint32_t(rows.width)), put_be32(body + 4, uint32_t(rows.height));
  body[8] = std::byte(rows.frame.dtype == DType::UInt16 ? 16 : 8);
  body[9] = std::byte(color_types[rows.channels - 1]);
  body[10] = body[11] = body[12] = std::byte(0);
  close_chunk(at + 8, "IHDR", 13);
}

/// Compresses `from` to `out`; returns the bytes written.
size_t deflate(const runtime::Buffer& from, int level, std::byte* out, size_t room) {
  std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor(
      libdeflate_alloc_compressor(level), libdeflate_free_compressor);
  if (!compressor) throw std::bad_alloc();
  size_t written = libdeflate_zlib_compress(compressor.get(), from.data(), from.size(), out, room);
  nf_assert(written > 0, "{} bytes did not compress into {}", from.size(), room);
  return written;
}

size_t deflate_bound(size_t bytes) { return libdeflate_zlib_compress_bound(nullptr, bytes); }
size_t chunk_count(size_t bytes) { return (bytes + kMaxChunk - 1) / kMaxChunk; }

}  // namespace

int64_t encode_scratch(int64_t height, int64_t row_bytes) {
  size_t bytes = size_t(height) * (size_t(row_bytes) + 1), bound = deflate_bound(bytes);
  constexpr int64_t kCompressor = 2 << 20;  // libdeflate's tables at its highest levels need more than at 1
  return int64_t(bytes + bound + 12 * chunk_count(bound)) + (2 * kSampledRows + 3) * row_bytes + kCompressor;
}

Encoded encode(const View& frame, int level) {
  Rows rows(frame);
  runtime::Buffer raw = filtered(rows);
  size_t bound = deflate_bound(raw.size());
  // The compressed bytes are written where the first chunk's content will be; further chunks (beyond a GiB) move theirs
  // up.
  runtime::Buffer file(kHeaderBytes + bound + 12 * chunk_count(bound) + 12);
  put_header(file.data(), rows);
  std::byte* data = file.data() + kHeaderBytes + 8;
  size_t compressed = deflate(raw, level, data, bound);
  size_t chunks = chunk_count(compressed);
  for (size_t i = chunks; i-- > 1;) {
    size_t length = std::min<size_t>(kMaxChunk, compressed - i * kMaxChunk);
    std::memmove(data + i * (kMaxChunk + 12), data + i * kMaxChunk, length);
  }
  std::byte* at = file.data() + kHeaderBytes;
  for (size_t i = 0; i < chunks; ++i)
    at = close_chunk(at, "IDAT", std::min<size_t>(kMaxChunk, compressed - i * kMaxChunk));
  at = close_chunk(at, "IEND", 0);
  size_t size = size_t(at - file.data());
  return {std::move(file), size};
}

}  // namespace nf::io::png
