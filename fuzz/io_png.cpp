// Fuzzes the PNG reader: any bytes are an image or an error that names the file, both decoders see the same pixels, and
// what was read is written and read back the same. Checksums keep random bytes from getting far, so they are also made
// right.
#include <libdeflate.h>

#include <cstdlib>
#include <cstring>

#include "io/png/decode.h"
#include "nearfield/error.h"

namespace {

using nf::View;
namespace png = nf::io::png;

/// Bytes as a file.
class MemoryFile final : public nf::File {
 public:
  explicit MemoryFile(std::span<const std::byte> bytes) : bytes_(bytes) {}
  uint64_t size() override { return bytes_.size(); }
  size_t read_at(uint64_t offset, std::span<std::byte> into) override {
    if (offset >= bytes_.size()) return 0;
    size_t n = std::min<size_t>(into.size(), bytes_.size() - offset);
    std::memcpy(into.data(), bytes_.data() + offset, n);
    return n;
  }
  void append(std::span<const std::byte>) override {}
  void sync() override {}
  void close() override {}

 private:
  std::span<const std::byte> bytes_;
};

/// The pixels, on memory of exactly their size; `fill` shows what the decoder left unwritten.
std::vector<std::byte> read(std::span<const std::byte> bytes, png::Info& info, uint8_t fill) {
  MemoryFile file(bytes);
  info = png::read_info(file, "fuzz.png");
  std::vector<std::byte> pixels(size_t(info.bytes()), std::byte(fill));
  std::vector<int64_t> shape = info.shape();
  png::decode(file, "fuzz.png", info, View::contiguous(pixels.data(), info.dtype, shape.data(), int(shape.size())));
  return pixels;
}

void require(bool condition) {
  if (!condition) std::abort();
}

/// The file with the checksums of its chunks made right.
std::vector<std::byte> mended(std::span<const std::byte> bytes) {
  std::vector<std::byte> file(bytes.begin(), bytes.end());
  auto at = [&](size_t i) { return uint32_t(file[i]); };
  for (size_t chunk = 8; chunk + 12 <= file.size();) {
    uint64_t length = at(chunk) << 24 | at(chunk + 1) << 16 | at(chunk + 2) << 8 | at(chunk + 3);
    if (length > file.size() - chunk - 12) break;
    uint32_t sum = libdeflate_crc32(0, &file[chunk + 4], length + 4);
    chunk += 12 + length;
    for (int i = 1; i <= 4; ++i, sum >>= 8) file[chunk - size_t(i)] = std::byte(sum);
  }
  return file;
}

/// What libdeflate accepts and libpng too must be the same pixels.
void compare_decoders(std::span<const std::byte> bytes, const png::Info& info) {
  MemoryFile file(bytes);
  std::vector<std::byte> direct(size_t(info.bytes())), other(direct.size());
  std::vector<int64_t> shape = info.shape();
  auto view = [&](std::vector<std::byte>& pixels) {
    return View::contiguous(pixels.data(), info.dtype, shape.data(), int(shape.size()));
  };
  if (!png::is_direct(info) || !png::decode_directly(file, info, view(direct))) return;
  try {
    png::decode_by_libpng(file, "fuzz.png", info, view(other));
  } catch (const nf::Error&) {
    return;  // zlib also refuses a reach beyond the window that the stream announces
  }
  require(direct == other);
}

void check(std::span<const std::byte> bytes) {
  png::Info info;
  std::vector<std::byte> pixels;
  try {
    MemoryFile file(bytes);
    info = png::read_info(file, "fuzz.png");
    if (info.bytes() > (16 << 20)) return;  // true, but slow
    compare_decoders(bytes, info);
    pixels = read(bytes, info, 0xA5);
  } catch (const nf::Error& error) {
    require(error.kind == nf::ErrorKind::Io && error.message.find("fuzz.png") != std::string::npos);
    return;
  }
  png::Info again;
  require(read(bytes, again, 0x5A) == pixels);
  std::vector<int64_t> shape = info.shape();
  png::Encoded encoded = png::encode(View::contiguous(pixels.data(), info.dtype, shape.data(), int(shape.size())), 1);
  require(read(encoded.bytes(), again, 0) == pixels && again.shape() == info.shape());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::span<const std::byte> bytes = std::as_bytes(std::span(data, size));
  check(bytes);
  check(mended(bytes));
  return 0;
}
