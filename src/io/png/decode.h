// The two ways to decode, between which `decode` chooses.
#pragma once
#include "io/png/png.h"

namespace nf::io::png {

/// True for images that `decode_directly` is made for: 8 or 16 bits, no palette, not interlaced, and small enough to be
/// held whole.
bool is_direct(const Info& info);
/// Decodes by libdeflate and `unfilter_row`. False when anything about the file is unusual: libpng then decides whether
/// it is damaged, and says why.
bool decode_directly(File& file, const Info& info, const View& into);
int64_t direct_scratch(const Info& info);

/// Decodes by libpng, row by row.
void decode_by_libpng(File& file, const std::string& path, const Info& info, const View& into);
int64_t libpng_scratch(const Info& info);

/// Undoes a filter: `out` receives row + prediction from what stands before it in `out` and from `above`, the decoded
/// row before (zeros for the first). `out` may be `row`. `row` and `above` have kUnfilterSlack more bytes that may be
/// read.
void unfilter_row(Filter filter, const uint8_t* row, const uint8_t* above, uint8_t* out, size_t count, size_t pixel);
inline constexpr size_t kUnfilterSlack = 2;

}  // namespace nf::io::png
