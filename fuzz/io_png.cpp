// Fuzzes the PNG reader: any bytes are an image or an error that names the file, and what was read is written and read
// back the same.
#include <cstdlib>
#include <cstring>

#include "io/png/png.h"
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  png::Info info;
  std::vector<std::byte> pixels;
  try {
    MemoryFile file(std::as_bytes(std::span(data, size)));
    if (png::read_info(file, "fuzz.png").bytes() > (16 << 20)) return 0;  // true, but slow
    pixels = read(std::as_bytes(std::span(data, size)), info, 0xA5);
  } catch (const nf::Error& error) {
    require(error.kind == nf::ErrorKind::Io && error.message.find("fuzz.png") != std::string::npos);
    return 0;
  }
  png::Info again;
  require(read(std::as_bytes(std::span(data, size)), again, 0x5A) == pixels);
  std::vector<int64_t> shape = info.shape();
  png::Encoded encoded = png::encode(View::contiguous(pixels.data(), info.dtype, shape.data(), int(shape.size())), 1);
  require(read(encoded.bytes(), again, 0) == pixels && again.shape() == info.shape());
  return 0;
}
