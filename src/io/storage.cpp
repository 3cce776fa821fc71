// Which dtype an image is stored with: 8 or 16 bits when nothing is lost, else a refusal that names the cast to write.
#include <fmt/format.h>

#include "array/array.h"
#include "io/io.h"
#include "nearfield/error.h"

namespace nf::io {
namespace {

using array::ArrayType;

std::string number(__int128 value) {
  return value < 0 ? fmt::format("-{}", uint64_t(-value)) : fmt::format("{}", uint64_t(value));
}

/// What is known of the values: proven for kernels, measured for what lies in memory.
std::optional<ir::Range> known_range(const Array& array) {
  const array::Node& node = *array::node_of(array);
  if (auto* memory = std::get_if<array::FromMemory>(&node.op))
    return array::measure_range(memory->view).value_or(ir::Range{0, 0});
  if (auto* cast = std::get_if<array::Cast>(&node.op))
    if (std::holds_alternative<array::FromMemory>(cast->input->op)) return node.type.range;
  return node.type.range;
}

[[noreturn]] void refuse(const std::string& why, std::vector<std::string> hints) {
  throw Error(ErrorKind::Type, "PNG holds integers of 8 or 16 bits; " + why, std::move(hints));
}

}  // namespace

Array as_stored(const Array& array) {
  const ArrayType& type = array::node_of(array)->type;
  if (type.dtype == DType::Bool || type.dtype == DType::UInt8 || type.dtype == DType::UInt16) return array;
  if (is_float(type.dtype))
    refuse(fmt::format("the array is {}", name_of(type.dtype)),
           {"hint: scale it to 0..255 and write `.astype(nf.uint8)`, or to 0..65535 and write `.astype(nf.uint16)`"});
  ir::Range full = array::dtype_range(type.dtype);
  ir::Range range = known_range(array).value_or(full);
  for (DType narrow : {DType::UInt8, DType::UInt16})
    if (array::dtype_range(narrow).contains(range)) return array.astype(narrow);
  std::string why = range == full
                        ? fmt::format("the array is {}, and its values are not known to fit", name_of(type.dtype))
                        : fmt::format("the array is {} with values from {} to {}", name_of(type.dtype),
                                      number(range.lo), number(range.hi));
  refuse(
      why,
      {"hint: `.astype(nf.uint8)` or `.astype(nf.uint16)` keeps the low bits; shift or divide first to keep the rest"});
}

}  // namespace nf::io
