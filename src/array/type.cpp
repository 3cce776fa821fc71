// Questions about array types, and their text for people.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "array/array.h"

namespace nf::array {

int64_t ArrayType::frame_bytes() const {
  int64_t bytes = size_of(dtype);
  for (int64_t extent : frame_shape()) bytes *= extent;
  return bytes;
}

std::string shape_text(const std::vector<int64_t>& shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

std::string to_string(const ArrayType& type) { return shape_text(type.shape) + " " + std::string(name_of(type.dtype)); }

ir::Range dtype_range(DType dtype) {
  if (is_bool(dtype)) return {0, 1};
  __int128 one = 1;
  if (is_signed(dtype)) return {-(one << (bits_of(dtype) - 1)), (one << (bits_of(dtype) - 1)) - 1};
  return {0, (one << bits_of(dtype)) - 1};
}

}  // namespace nf::array
