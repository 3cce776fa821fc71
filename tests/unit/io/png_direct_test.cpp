// Decoding without libpng: the same pixels, and for everything doubtful the same verdict.
#include <libdeflate.h>

#include <cstdlib>

#include "io/png/decode.h"
#include "unit/io/png_files.h"

namespace nf::io::png {
namespace {

/// The pixels by one of the two ways; `way` returns false when it gave up.
template <class Way>
std::optional<std::vector<std::byte>> decoded(const Bytes& bytes, Way way) {
  SimFiles files;
  files.contents["a.png"] = std::make_shared<Bytes>(bytes);
  std::unique_ptr<File> file = files.open("a.png");
  try {
    Info info = read_info(*file, "a.png");
    std::vector<std::byte> pixels(size_t(info.bytes()), std::byte(0xA5));
    std::vector<int64_t> shape = info.shape();
    if (!way(*file, info, View::contiguous(pixels.data(), info.dtype, shape.data(), int(shape.size())))) return {};
    return pixels;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Io);
    return {};
  }
}
std::optional<std::vector<std::byte>> directly(const Bytes& bytes) {
  return decoded(bytes, [](File& file, const Info& info, const View& into) {
    return is_direct(info) && decode_directly(file, info, into);
  });
}
std::optional<std::vector<std::byte>> by_libpng(const Bytes& bytes) {
  return decoded(bytes, [](File& file, const Info& info, const View& into) {
    decode_by_libpng(file, "a.png", info, into);
    return true;
  });
}

const std::pair<int, int> kDirectKinds[] = {{PNG_COLOR_TYPE_GRAY, 8},       {PNG_COLOR_TYPE_GRAY, 16},
                                            {PNG_COLOR_TYPE_RGB, 8},        {PNG_COLOR_TYPE_RGB, 16},
                                            {PNG_COLOR_TYPE_GRAY_ALPHA, 8}, {PNG_COLOR_TYPE_GRAY_ALPHA, 16},
                                            {PNG_COLOR_TYPE_RGB_ALPHA, 8},  {PNG_COLOR_TYPE_RGB_ALPHA, 16}};

TEST(PngDirect, HasThePixelsOfLibpngForEveryFilterKindAndSize) {
  for (auto [type, depth] : kDirectKinds)
    for (int filters :
         {PNG_FILTER_NONE, PNG_FILTER_SUB, PNG_FILTER_UP, PNG_FILTER_AVG, PNG_FILTER_PAETH, PNG_ALL_FILTERS})
      for (auto [width, height] : {std::pair(1, 1), {1, 9}, {2, 3}, {9, 1}, {16, 4}, {17, 33}, {131, 40}})
        for (size_t chunk : {size_t(64), size_t(1 << 20)}) {
          Bytes file = libpng_file(width, height, type, depth, false, false, unsigned(width), filters, chunk);
          std::optional<std::vector<std::byte>> pixels = directly(file);
          ASSERT_TRUE(pixels.has_value()) << "given up: type " << type << " depth " << depth << " width " << width;
          ASSERT_TRUE(*pixels == libpng_pixels(file))
              << "type " << type << " depth " << depth << " filters " << filters << " " << width << " x " << height;
        }
}

TEST(PngDirect, LeavesTheOthersToLibpng) {
  EXPECT_FALSE(directly(libpng_file(9, 9, PNG_COLOR_TYPE_GRAY, 8, true, false, 1)));
  EXPECT_FALSE(directly(libpng_file(9, 9, PNG_COLOR_TYPE_GRAY, 4, false, false, 1)));
  EXPECT_FALSE(directly(libpng_file(9, 9, PNG_COLOR_TYPE_PALETTE, 8, false, false, 1)));
  Info large;
  large.width = large.height = 1 << 14;
  EXPECT_FALSE(is_direct(large));  // half as large is
  large.height /= 2;
  EXPECT_TRUE(is_direct(large));
}

/// PNG's specification, word for word.
int paeth_predictor(int a, int b, int c) {
  int p = a + b - c, pa = std::abs(p - a), pb = std::abs(p - b), pc = std::abs(p - c);
  if (pa <= pb && pa <= pc) return a;
  return pb <= pc ? b : c;
}

TEST(PngDirect, PaethIsTheSpecificationsForAllBytes) {
  // A row of two pixels: the second has left a, above b and corner c. Lanes and scalars have their own loops.
  for (size_t pixel : {1u, 3u, 8u})
    for (int a = 0; a < 256; ++a)
      for (int c = 0; c < 256; ++c) {
        std::vector<uint8_t> row(2 * pixel + kUnfilterSlack), above(row.size()), out(row.size());
        for (int b = 0; b < 256; b += pixel == 1 ? 1 : 5) {
          for (size_t k = 0; k < pixel; ++k) {
            above[k] = uint8_t(c), above[pixel + k] = uint8_t(b + int(k));
            row[k] = uint8_t(a - paeth_predictor(0, c, 0)), row[pixel + k] = uint8_t(k);
          }
          unfilter_row(Filter::Paeth, row.data(), above.data(), out.data(), 2 * pixel, pixel);
          for (size_t k = 0; k < pixel; ++k)
            ASSERT_EQ(int(out[pixel + k]), (int(k) + paeth_predictor(a, uint8_t(b + int(k)), c)) & 255)
                << a << " " << b << " " << c << " pixel of " << pixel;
        }
      }
}

TEST(PngDirect, UnfilteringUndoesFilteringInPlaceToo) {
  std::mt19937 random(5);
  for (size_t pixel : {1u, 2u, 3u, 4u, 6u, 8u})
    for (size_t width : {1u, 2u, 5u, 64u})
      for (Filter filter : {Filter::None, Filter::Sub, Filter::Up, Filter::Average, Filter::Paeth}) {
        size_t count = width * pixel;
        std::vector<uint8_t> row(count), above(count + kUnfilterSlack), filtered(count + kUnfilterSlack);
        for (uint8_t& byte : row) byte = uint8_t(random());
        for (uint8_t& byte : above) byte = uint8_t(random());
        filter_row(filter, row.data(), above.data(), filtered.data(), count, pixel);
        unfilter_row(filter, filtered.data(), above.data(), filtered.data(), count, pixel);
        filtered.resize(count);
        EXPECT_EQ(filtered, row) << "filter " << int(filter) << " pixel " << pixel << " width " << width;
      }
}

TEST(PngDirect, CutFilesAndFlippedBitsAreNeverOtherPixels) {
  for (auto [type, depth] : kDirectKinds) {
    Bytes whole = libpng_file(7, 6, type, depth, false, false, 1, PNG_ALL_FILTERS, 64);
    std::vector<std::byte> pixels = libpng_pixels(whole);
    for (size_t n = 0; n < whole.size(); ++n)
      ASSERT_FALSE(directly(Bytes(whole.begin(), whole.begin() + long(n)))) << "cut after " << n;
    for (size_t i = 0; i < whole.size() * 8; ++i) {
      Bytes bytes = whole;
      bytes[i / 8] ^= std::byte(1 << (i % 8));
      if (std::optional<std::vector<std::byte>> found = directly(bytes)) {
        ASSERT_TRUE(*found == pixels) << "bit " << i << " of type " << type;
        ASSERT_TRUE(by_libpng(bytes).has_value()) << "bit " << i << " of type " << type;
      }
    }
  }
}

void put_chunk(Bytes& file, const char* name, const Bytes& content) {
  auto put = [&](uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) file.push_back(std::byte(value >> shift));
  };
  put(uint32_t(content.size()));
  size_t begin = file.size();
  for (int i = 0; i < 4; ++i) file.push_back(std::byte(name[i]));
  file.insert(file.end(), content.begin(), content.end());
  put(libdeflate_crc32(0, &file[begin], file.size() - begin));
}

/// A grey image of 4 x 4 whose IDATs hold these bytes, deflated, in so many pieces.
Bytes file_of(const std::vector<uint8_t>& rows, size_t pieces = 1, const char* between = nullptr) {
  Bytes file = libpng_file(4, 4, PNG_COLOR_TYPE_GRAY, 8, false, false, 1);
  file.resize(33);
  Bytes packed(libdeflate_zlib_compress_bound(nullptr, rows.size()));
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  packed.resize(libdeflate_zlib_compress(compressor, rows.data(), rows.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(compressor);
  for (size_t i = 0; i < pieces; ++i) {
    auto at = [&](size_t piece) { return packed.begin() + long(packed.size() * piece / pieces); };
    if (between && i == 1) put_chunk(file, between, {});
    put_chunk(file, "IDAT", Bytes(at(i), at(i + 1)));
  }
  put_chunk(file, "IEND", {});
  return file;
}

TEST(PngDirect, UnusualFilesAreAcceptedOrRefusedAsByLibpng) {
  std::vector<uint8_t> rows(20, 0);
  EXPECT_TRUE(directly(file_of(rows)));
  EXPECT_TRUE(directly(file_of(rows, 7)));  // pieces of a byte or two
  Bytes empty_first = file_of(rows, 30);    // some have no bytes at all
  EXPECT_TRUE(directly(empty_first));
  EXPECT_EQ(directly(empty_first), by_libpng(empty_first));

  std::vector<uint8_t> wrong_filter = rows, short_rows(19, 0), bomb(50'000'000, 0);
  wrong_filter[5] = 5;
  for (const Bytes& file : {file_of(rows, 2, "tEXt"), file_of(rows, 2, "PLTE"), file_of(rows, 2, "ABCD"),
                            file_of(wrong_filter), file_of(short_rows), file_of(bomb)}) {
    EXPECT_FALSE(directly(file));
    std::string message = error_of(file);
    EXPECT_EQ(message.empty(), by_libpng(file).has_value()) << message;
  }
  EXPECT_NE(error_of(file_of(wrong_filter)), "");
  EXPECT_NE(error_of(file_of(short_rows)), "");
  EXPECT_NE(error_of(file_of(rows, 2, "ABCD")), "");
}

TEST(PngDirect, HoldsNoMoreOfAFileThanItsPixelsExplain) {
  Bytes file = file_of(std::vector<uint8_t>(20, 0));
  Bytes end(file.end() - 12, file.end());
  file.resize(file.size() - 12);
  put_chunk(file, "teST", Bytes(1 << 20));  // a megabyte beside 16 pixels
  file.insert(file.end(), end.begin(), end.end());
  EXPECT_FALSE(directly(file));
  EXPECT_EQ(error_of(file), "");
}

}  // namespace
}  // namespace nf::io::png
