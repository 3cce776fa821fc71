// PNG files made and read by libpng alone: the oracle for our codec.
#pragma once
#include <gtest/gtest.h>
#include <png.h>

#include <random>

#include "io/png/png.h"
#include "nearfield/error.h"
#include "support/sim_files.h"

namespace nf::io::png {

using test::SimFiles;
using Bytes = SimFiles::Bytes;

/// A file made by libpng from random rows of packed samples; `filters` are those it may choose from, `chunk` is the
/// size of its IDATs.
inline Bytes libpng_file(int width, int height, int color_type, int depth, bool interlaced, bool transparency,
                         unsigned seed, int filters = PNG_ALL_FILTERS, size_t chunk = 8192) {
  Bytes file;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &file,
      [](png_structp p, png_bytep data, size_t n) {
        auto* out = static_cast<Bytes*>(png_get_io_ptr(p));
        auto* begin = reinterpret_cast<std::byte*>(data);
        out->insert(out->end(), begin, begin + n);
      },
      [](png_structp) {});
  png_set_IHDR(png, info, png_uint_32(width), png_uint_32(height), depth, color_type,
               interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  png_set_filter(png, 0, filters);
  png_set_compression_buffer_size(png, chunk);
  std::mt19937 random(seed);
  int colors = 1 << std::min(depth, 8);
  if (color_type == PNG_COLOR_TYPE_PALETTE) {
    std::vector<png_color> palette(static_cast<size_t>(colors));
    for (auto& c : palette) c = {png_byte(random()), png_byte(random()), png_byte(random())};
    png_set_PLTE(png, info, palette.data(), colors);
    std::vector<png_byte> alpha(static_cast<size_t>(colors) / 2 + 1);
    for (auto& a : alpha) a = png_byte(random());
    if (transparency) png_set_tRNS(png, info, alpha.data(), int(alpha.size()), nullptr);
  } else if (transparency && !(color_type & PNG_COLOR_MASK_ALPHA)) {
    png_color_16 key{0, 1, 1, 1, 1};
    png_set_tRNS(png, info, nullptr, 0, &key);
  }
  png_text text{PNG_TEXT_COMPRESSION_zTXt,
                const_cast<char*>("Comment"),
                const_cast<char*>("hello hello hello"),
                17,
                0,
                nullptr,
                nullptr};
  png_set_text(png, info, &text, 1);
  png_write_info(png, info);
  size_t row_bytes = png_get_rowbytes(png, info);
  std::vector<png_byte> data(row_bytes * size_t(height));
  // Smooth in part, so that libpng's encoder uses all filters.
  for (size_t i = 0; i < data.size(); ++i) data[i] = png_byte(i / 3 + (i % 7 == 0 ? random() % 5 : 0));
  std::vector<png_bytep> rows;
  for (int y = 0; y < height; ++y) rows.push_back(data.data() + size_t(y) * row_bytes);
  png_write_image(png, rows.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return file;
}

/// The pixels as libpng's high-level interface gives them, expanded as `Info` promises.
inline std::vector<std::byte> libpng_pixels(const Bytes& file) {
  struct Reader {
    const Bytes& file;
    size_t at = 0;
  } reader{file};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_read_fn(png, &reader, [](png_structp p, png_bytep into, size_t n) {
    auto* from = static_cast<Reader*>(png_get_io_ptr(p));
    std::memcpy(into, from->file.data() + from->at, n);
    from->at += n;
  });
  int depth = int(file[24]), color_type = int(file[25]);
  bool palette = color_type == PNG_COLOR_TYPE_PALETTE;
  int expand = palette ? PNG_TRANSFORM_EXPAND : 0;
  png_read_png(png, info, PNG_TRANSFORM_SWAP_ENDIAN | PNG_TRANSFORM_PACKING | expand, nullptr);
  size_t row_bytes = png_get_rowbytes(png, info);
  std::vector<std::byte> pixels;
  for (png_uint_32 y = 0; y < png_get_image_height(png, info); ++y) {
    auto* row = reinterpret_cast<std::byte*>(png_get_rows(png, info)[y]);
    pixels.insert(pixels.end(), row, row + row_bytes);
  }
  // Grey of 1, 2 and 4 bits comes unpacked; the promise is the full range.
  if (!palette && depth < 8)
    for (std::byte& b : pixels) b = std::byte(int(b) * 255 / ((1 << depth) - 1));
  png_destroy_read_struct(&png, &info, nullptr);
  return pixels;
}

struct Image {
  Info info;
  std::vector<std::byte> pixels;
};
inline Image read(const Bytes& bytes) {
  SimFiles files;
  files.contents["a.png"] = std::make_shared<Bytes>(bytes);
  std::unique_ptr<File> file = files.open("a.png");
  Image image{read_info(*file, "a.png"), {}};
  image.pixels.assign(size_t(image.info.bytes()), std::byte(0xA5));
  std::vector<int64_t> shape = image.info.shape();
  decode(*file, "a.png", image.info,
         View::contiguous(image.pixels.data(), image.info.dtype, shape.data(), int(shape.size())));
  return image;
}

/// The message, which must name the file; empty when it is read.
inline std::string error_of(const Bytes& bytes) {
  try {
    read(bytes);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Io);
    EXPECT_NE(error.message.find("`a.png`"), std::string::npos) << error.message;
    return error.message;
  }
  return "";
}

}  // namespace nf::io::png
