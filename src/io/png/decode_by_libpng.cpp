// PNG pixels by libpng's row interface: palettes, few bits, interlacing, and every file about which anything is wrong.
#include <fmt/format.h>
#include <png.h>

#include <bit>
#include <csetjmp>
#include <cstring>
#include <exception>
#include <memory>

#include "io/png/decode.h"
#include "nearfield/error.h"

namespace nf::io::png {
namespace {

constexpr size_t kReadAhead = 128 << 10;

/// What libpng's callbacks work on. libpng reports errors by a jump, so nothing here may need a destructor to run in a
/// frame that is jumped over: the owner outlives the jump.
struct Reading {
  File& file;
  std::unique_ptr<std::byte[]> ahead{new std::byte[kReadAhead]};
  size_t ahead_begin = 0, ahead_end = 0;
  uint64_t offset = 0;
  bool cut_off = false;
  char message[200] = "";
  std::exception_ptr thrown;  ///< by `file`

  /// Fills `into`; false at the end of the file or after an error.
  bool read(png_bytep into, size_t count) noexcept {
    while (count > 0) {
      if (ahead_begin == ahead_end && !refill()) return false;
      size_t n = std::min(count, ahead_end - ahead_begin);
      std::memcpy(into, ahead.get() + ahead_begin, n);
      ahead_begin += n, into += n, count -= n;
    }
    return true;
  }

  bool refill() noexcept {
    try {
      ahead_begin = 0, ahead_end = file.read_at(offset, {ahead.get(), kReadAhead});
      offset += ahead_end;
      cut_off = ahead_end == 0;
    } catch (...) {
      ahead_end = 0;
      thrown = std::current_exception();
    }
    return ahead_end > 0;
  }
};

void on_read(png_structp png, png_bytep into, size_t count) {
  auto* reading = static_cast<Reading*>(png_get_io_ptr(png));
  if (!reading->read(into, count)) png_error(png, "the file ends too early");
}

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* reading = static_cast<Reading*>(png_get_error_ptr(png));
  std::snprintf(reading->message, sizeof reading->message, "%s", message);
  png_longjmp(png, 1);
}

void on_warning(png_structp, png_const_charp) {}

/// The part between setjmp and a possible jump: only plain values live here. False when libpng gave up.
bool read_rows(png_structp png, png_infop details, Reading& reading, const Info& info, std::byte* pixels) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_read_fn(png, &reading, on_read);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_malloc_max(png, 1 << 20);
  png_set_chunk_cache_max(png, 1);
  // Texts, profiles and the like are skipped, never inflated.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_read_info(png, details);
  if (png_get_image_width(png, details) != info.width || png_get_image_height(png, details) != info.height ||
      png_get_color_type(png, details) != info.color_type || png_get_bit_depth(png, details) != info.bit_depth)
    png_error(png, "the file changed while it was read");
  if (info.color_type == PNG_COLOR_TYPE_PALETTE) {
    png_set_palette_to_rgb(png);
    if (info.channels == 4) png_set_tRNS_to_alpha(png);
  } else if (info.bit_depth < 8) {
    png_set_expand_gray_1_2_4_to_8(png);
  }
  if (info.bit_depth == 16 && std::endian::native == std::endian::little) png_set_swap(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, details);
  if (png_get_rowbytes(png, details) != size_t(info.row_bytes()))
    png_error(png, "its rows do not have the announced length");
  for (int pass = 0; pass < passes; ++pass)
    for (uint32_t row = 0; row < info.height; ++row)
      png_read_row(png, reinterpret_cast<png_bytep>(pixels + int64_t(row) * info.row_bytes()), nullptr);
  png_read_end(png, nullptr);
  return true;
}

}  // namespace

int64_t libpng_scratch(const Info& info) {
  // Read-ahead, zlib's window and state, and libpng's two rows (the larger when palettes are expanded).
  return int64_t(kReadAhead) + (128 << 10) + 4 * (info.row_bytes() + 64);
}

void decode_by_libpng(File& file, const std::string& path, const Info& info, const View& into) {
  Reading reading{file};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading, on_error, on_warning);
  png_infop details = png ? png_create_info_struct(png) : nullptr;
  if (!details) {
    png_destroy_read_struct(&png, nullptr, nullptr);
    throw Error(ErrorKind::Memory, fmt::format("memory ran out while `{}` was opened", path));
  }
  bool whole = read_rows(png, details, reading, info, static_cast<std::byte*>(into.data));
  png_destroy_read_struct(&png, &details, nullptr);
  if (whole) return;
  if (reading.thrown) std::rethrow_exception(reading.thrown);
  if (reading.cut_off)
    throw Error(ErrorKind::Io, fmt::format("`{}` is damaged: it is cut off after {} bytes", path, reading.offset));
  throw Error(ErrorKind::Io, fmt::format("`{}` is damaged: {}", path, reading.message));
}

}  // namespace nf::io::png
