// The announcement of a PNG file, read before anything is allocated: every later size comes from here.
#include <fmt/format.h>
#include <libdeflate.h>
#include <png.h>

#include <array>
#include <cstring>

#include "io/png/png.h"
#include "nearfield/error.h"

namespace nf::io::png {
namespace {

constexpr std::array<uint8_t, 8> kSignature = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
/// Deflate cannot shrink data further than this.
constexpr uint64_t kMaxRatio = 1032;

[[noreturn]] void damaged(const std::string& path, const std::string& why) {
  throw Error(ErrorKind::Io, fmt::format("`{}` is damaged: {}", path, why));
}

uint32_t big_endian(const std::byte* p) {
  return uint32_t(p[0]) << 24 | uint32_t(p[1]) << 16 | uint32_t(p[2]) << 8 | uint32_t(p[3]);
}

/// Bit depths that a colour type may have.
bool is_valid(int color_type, int depth) {
  switch (color_type) {
    case PNG_COLOR_TYPE_GRAY: return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case PNG_COLOR_TYPE_PALETTE: return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case PNG_COLOR_TYPE_RGB:
    case PNG_COLOR_TYPE_GRAY_ALPHA:
    case PNG_COLOR_TYPE_RGB_ALPHA: return depth == 8 || depth == 16;
    default: return false;
  }
}

/// True when a `tRNS` chunk stands before the pixels: a palette with transparency.
bool has_transparency(File& file, const std::string& path, uint64_t file_bytes) {
  std::array<std::byte, 8> head;
  for (uint64_t at = 33; at + 12 <= file_bytes;) {
    if (file.read_at(at, head) != head.size()) break;
    if (std::memcmp(&head[4], "tRNS", 4) == 0) return true;
    if (std::memcmp(&head[4], "IDAT", 4) == 0) return false;
    at += uint64_t(big_endian(head.data())) + 12;
  }
  damaged(path, fmt::format("it is cut off: {} bytes hold no pixels", file_bytes));
}

}  // namespace

bool has_signature(std::span<const std::byte> bytes) {
  return bytes.size() >= kSignature.size() && std::memcmp(bytes.data(), kSignature.data(), kSignature.size()) == 0;
}

std::vector<int64_t> Info::shape() const {
  if (channels == 1) return {height, width};
  return {height, width, channels};
}

Info read_info(File& file, const std::string& path) {
  std::array<std::byte, 33> head;
  Info info;
  info.file_bytes = file.size();
  size_t got = file.read_at(0, head);
  if (got == 0) damaged(path, "the file is empty");
  if (!has_signature(std::span(head).first(got)))
    throw Error(ErrorKind::Io, fmt::format("`{}` is not a PNG file", path));
  if (got < head.size()) damaged(path, fmt::format("it is cut off after {} bytes", got));
  if (big_endian(&head[8]) != 13 || std::memcmp(&head[12], "IHDR", 4) != 0)
    damaged(path, "it does not begin with a header");
  if (libdeflate_crc32(0, &head[12], 17) != big_endian(&head[29])) damaged(path, "the checksum of the header is wrong");

  info.width = big_endian(&head[16]), info.height = big_endian(&head[20]);
  info.bit_depth = int(head[24]), info.color_type = int(head[25]);
  int compression = int(head[26]), filter = int(head[27]), interlace = int(head[28]);
  if (info.width == 0 || info.height == 0 || info.width > INT32_MAX || info.height > INT32_MAX)
    damaged(path, fmt::format("it announces {} x {} pixels", info.width, info.height));
  if (!is_valid(info.color_type, info.bit_depth) || compression != 0 || filter != 0 || interlace > 1)
    damaged(path, fmt::format("it announces colour type {}, {} bits, compression {}, filter {}, interlacing {}",
                              info.color_type, info.bit_depth, compression, filter, interlace));
  info.interlaced = interlace == 1;
  info.dtype = info.bit_depth == 16 ? DType::UInt16 : DType::UInt8;
  bool palette = info.color_type == PNG_COLOR_TYPE_PALETTE;
  info.channels =
      palette ? 3 + has_transparency(file, path, info.file_bytes)
              : (info.color_type & PNG_COLOR_MASK_COLOR ? 3 : 1) + (info.color_type & PNG_COLOR_MASK_ALPHA ? 1 : 0);

  uint64_t pixels = uint64_t(info.width) * info.height;
  if (pixels > kMaxPixels)
    throw Error(ErrorKind::Io, fmt::format("`{}` announces {} x {} pixels; at most {} are read of one image", path,
                                           info.width, info.height, kMaxPixels));
  uint64_t stored_bits = uint64_t(info.bit_depth) * (palette ? 1 : uint64_t(info.channels));
  if (pixels / 8 * stored_bits / kMaxRatio > info.file_bytes)
    damaged(path, fmt::format("it announces {} x {} pixels, which {} bytes cannot hold", info.width, info.height,
                              info.file_bytes));
  return info;
}

}  // namespace nf::io::png
