// Chooses how an image is decoded: ordinary ones directly, all others, and whatever looks damaged, by libpng.
#include "io/png/decode.h"

#include <algorithm>

#include "base/assert.h"

namespace nf::io::png {

int64_t decode_scratch(const Info& info) {
  // What is given up directly is freed before libpng begins.
  return is_direct(info) ? std::max(direct_scratch(info), libpng_scratch(info)) : libpng_scratch(info);
}

void decode(File& file, const std::string& path, const Info& info, const View& into) {
  nf_assert(into.c_contiguous() && into.bytes() == info.bytes() && into.dtype == info.dtype, "a wrong buffer for `{}`",
            path);
  if (is_direct(info) && decode_directly(file, info, into)) return;
  decode_by_libpng(file, path, info, into);
}

}  // namespace nf::io::png
