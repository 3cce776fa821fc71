// What `nearfield info` tells of an array.
#include <fmt/format.h>

#include "array/array.h"
#include "io/io.h"

namespace nf {

std::string describe(const Array& array) {
  const array::ArrayType& type = array::node_of(array)->type;
  std::string text;
  auto line = [&](std::string_view name, const std::string& value) { text += fmt::format("{:<7} {}\n", name, value); };
  line("shape", array::shape_text(type.shape));
  line("axes", type.axes);
  line("dtype", std::string(name_of(type.dtype)));
  line("tile", array::shape_text(array.tile()));
  line("pixels", array::format_bytes(array.bytes()));
  if (auto* source = std::get_if<array::FromSource>(&array::node_of(array)->op))
    for (const std::string& more : source->source->describe()) text += more + "\n";
  return text;
}

}  // namespace nf
