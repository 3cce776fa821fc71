// The PNG codec against libpng's own output, cut files, and lies in the header.
#include <gtest/gtest.h>
#include <libdeflate.h>
#include <png.h>

#include <random>

#include "io/png/png.h"
#include "nearfield/error.h"
#include "unit/io/png_files.h"

namespace nf::io::png {
namespace {

TEST(Png, ReadsWhatLibpngReadsForAllColorTypesAndDepths) {
  struct Kind {
    int type, channels;
    std::vector<int> depths;
  };
  const Kind kinds[] = {{PNG_COLOR_TYPE_GRAY, 1, {1, 2, 4, 8, 16}},
                        {PNG_COLOR_TYPE_PALETTE, 3, {1, 2, 4, 8}},
                        {PNG_COLOR_TYPE_RGB, 3, {8, 16}},
                        {PNG_COLOR_TYPE_GRAY_ALPHA, 2, {8, 16}},
                        {PNG_COLOR_TYPE_RGB_ALPHA, 4, {8, 16}}};
  for (const Kind& kind : kinds)
    for (int depth : kind.depths)
      for (bool interlaced : {false, true})
        for (bool transparency : {false, true})
          for (auto [width, height] : {std::pair(1, 1), {7, 5}, {33, 19}, {256, 40}}) {
            Bytes file = libpng_file(width, height, kind.type, depth, interlaced, transparency, unsigned(width));
            Image image = read(file);
            bool palette = kind.type == PNG_COLOR_TYPE_PALETTE;
            int channels = palette ? 3 + transparency : kind.channels;
            EXPECT_EQ(image.info.channels, channels);
            EXPECT_EQ(image.info.dtype, depth == 16 ? DType::UInt16 : DType::UInt8);
            EXPECT_EQ(image.pixels, libpng_pixels(file))
                << "type " << kind.type << " depth " << depth << " interlaced " << interlaced << " tRNS "
                << transparency << " width " << width;
          }
}

TEST(Png, WhatIsWrittenIsReadBackBitForBit) {
  std::mt19937 random(3);
  for (DType dtype : {DType::UInt8, DType::UInt16})
    for (int64_t channels : {1, 2, 3, 4})
      for (auto [height, width] : {std::pair<int64_t, int64_t>(1, 1), {1, 9}, {9, 1}, {40, 33}, {100, 300}})
        for (int content = 0; content < 4; ++content)
          for (int level : {0, 1, 6, 12}) {
            int64_t shape[] = {height, width, channels};
            std::vector<std::byte> pixels(size_t(height * width * channels * size_of(dtype)));
            for (size_t i = 0; i < pixels.size(); ++i)
              pixels[i] = std::byte(content == 0   ? 0
                                    : content == 1 ? random()
                                    : content == 2 ? i / 5
                                                   : (i / size_t(width)) * 3);
            View view = View::contiguous(pixels.data(), dtype, shape, channels == 1 ? 2 : 3);
            Encoded encoded = encode(view, level);
            Bytes file(encoded.bytes().begin(), encoded.bytes().end());
            Image image = read(file);
            ASSERT_EQ(image.info.shape(), std::vector<int64_t>(shape, shape + view.rank));
            ASSERT_EQ(image.info.dtype, dtype);
            ASSERT_TRUE(image.pixels == pixels);
            ASSERT_TRUE(libpng_pixels(file) == pixels);
            ASSERT_LE(int64_t(file.size()), encode_scratch(height, width * channels * size_of(dtype)));
          }
}

TEST(Png, WritesStridedViewsAndBool) {
  std::vector<uint8_t> data(20 * 30);
  for (size_t i = 0; i < data.size(); ++i) data[i] = uint8_t(i * 7);
  int64_t shape[] = {20, 30};
  View view = View::contiguous(data.data(), DType::UInt8, shape, 2);
  View flipped = view;  // transposed, columns backwards
  flipped.shape = {30, 20}, flipped.strides = {-1, 30}, flipped.data = data.data() + 29;
  Encoded encoded = encode(flipped, 1);
  Image image = read(Bytes(encoded.bytes().begin(), encoded.bytes().end()));
  ASSERT_EQ(image.info.shape(), (std::vector<int64_t>{30, 20}));
  for (size_t y = 0; y < 30; ++y)
    for (size_t x = 0; x < 20; ++x) ASSERT_EQ(uint8_t(image.pixels[y * 20 + x]), data[x * 30 + 29 - y]);

  bool flags[] = {true, false, false, true, true, false};
  int64_t flag_shape[] = {2, 3};
  encoded = encode(View::contiguous(flags, DType::Bool, flag_shape, 2), 1);
  image = read(Bytes(encoded.bytes().begin(), encoded.bytes().end()));
  for (size_t i = 0; i < 6; ++i) EXPECT_EQ(int(image.pixels[i]), flags[i] ? 255 : 0);
}

TEST(Png, CutAtEveryByteIsAnErrorThatNamesTheFile) {
  for (bool interlaced : {false, true}) {
    Bytes whole = libpng_file(13, 11, PNG_COLOR_TYPE_PALETTE, 8, interlaced, true, 1);
    for (size_t n = 0; n < whole.size(); ++n)
      EXPECT_NE(error_of(Bytes(whole.begin(), whole.begin() + long(n))), "") << n;
    EXPECT_EQ(error_of(whole), "");
  }
}

TEST(Png, EveryFlippedBitIsAnErrorOrHarmless) {
  // Bits in skipped chunks (the text) and in their checksums change nothing; all others must be noticed.
  Bytes whole = libpng_file(9, 6, PNG_COLOR_TYPE_RGB, 8, false, false, 1);
  Image image = read(whole);
  int noticed = 0;
  for (size_t i = 0; i < whole.size() * 8; ++i) {
    Bytes bytes = whole;
    bytes[i / 8] ^= std::byte(1 << (i % 8));
    if (!error_of(bytes).empty()) {
      ++noticed;
      continue;
    }
    EXPECT_TRUE(read(bytes).pixels == image.pixels) << "bit " << i;
  }
  EXPECT_GT(noticed, int(whole.size()) * 8 / 2);
}

/// A file whose header says this; the checksum is right.
Bytes with_header(uint32_t width, uint32_t height, int depth, int type) {
  Bytes file = libpng_file(4, 4, PNG_COLOR_TYPE_GRAY, 8, false, false, 1);
  for (int i = 0; i < 4; ++i)
    file[size_t(16 + i)] = std::byte(width >> (24 - 8 * i)), file[size_t(20 + i)] = std::byte(height >> (24 - 8 * i));
  file[24] = std::byte(depth), file[25] = std::byte(type);
  uint32_t sum = libdeflate_crc32(0, &file[12], 17);
  for (int i = 0; i < 4; ++i) file[size_t(29 + i)] = std::byte(sum >> (24 - 8 * i));
  return file;
}

TEST(Png, LiesOfTheHeaderAreRefusedBeforeAnythingIsAllocated) {
  const uint32_t sizes[] = {0,         1,        4,         1u << 15, (1u << 16) - 1, 1u << 16, (1u << 16) + 1,
                            INT32_MAX, 1u << 31, UINT32_MAX};
  for (uint32_t width : sizes)
    for (uint32_t height : sizes)
      for (auto [depth, type] : {std::pair(8, 0), {16, 6}, {1, 3}})
        if (width == 0 || height == 0 || uint64_t(width) * height > 16) {  // 16 pixels are there
          EXPECT_NE(error_of(with_header(width, height, depth, type)), "") << width << " x " << height;
        }
  for (auto [depth, type] : {std::pair(3, 0), {32, 0}, {1, 2}, {16, 3}, {8, 1}, {8, 5}, {8, 7}, {0, 0}})
    EXPECT_NE(error_of(with_header(4, 4, depth, type)), "") << depth << " " << type;
}

TEST(Png, ScratchIsCountedBeforeDecoding) {
  Bytes file = libpng_file(100, 50, PNG_COLOR_TYPE_RGB_ALPHA, 16, true, false, 1);
  Image image = read(file);
  EXPECT_EQ(image.info.bytes(), 100 * 50 * 8);
  EXPECT_GT(decode_scratch(image.info), image.info.row_bytes());
}

}  // namespace
}  // namespace nf::io::png
