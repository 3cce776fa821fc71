// Scalars, types and names as IR text.
#include "ir/text.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "ir/ir.h"

namespace nf::ir {
namespace {

std::string float_text(Scalar scalar) {
  double value = float_value(scalar);
  if (std::isnan(value)) {
    bool usual = scalar == float_scalar(scalar.dtype, std::numeric_limits<double>::quiet_NaN());
    return usual ? "nan" : fmt::format("bits({:#x})", scalar.bits);
  }
  std::string text = scalar.dtype == DType::Float32 ? fmt::format("{}", float(value)) : fmt::format("{}", value);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

bool is_plain(std::string_view name) {
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (name.empty() || !letter(name[0])) return false;
  for (char c : name)
    if (!letter(c) && !(c >= '0' && c <= '9')) return false;
  return true;
}

}  // namespace

std::string scalar_text(Scalar scalar) {
  if (is_float(scalar.dtype)) return float_text(scalar);
  if (is_bool(scalar.dtype)) return integer_value(scalar) ? "true" : "false";
  return fmt::format("{}", integer_value(scalar));
}

std::string type_text(Type type) {
  if (!type.is_tuple() && !type.is_array()) return to_string(type);
  std::string text;
  if (type.is_tuple()) {
    for (Type item : type.items()) text += (text.empty() ? "(" : ", ") + type_text(item);
    return text.empty() ? "()" : text + ")";
  }
  if (type.readonly()) text = "readonly ";
  text += std::string(name_of(type.dtype())) + "[";
  for (int axis = 0; axis < type.rank(); ++axis) {
    bool unit = type.layout() == Layout::C ? axis == type.rank() - 1 : type.layout() == Layout::F && axis == 0;
    text += std::string(axis ? ", " : "") + (unit ? "::1" : ":");
  }
  text += "]";
  if (type.rank() <= 1 && type.layout() == Layout::F) text += " F";
  if (type.rank() == 0 && type.layout() == Layout::Any) text += " any";
  return text;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += '\\', out += c;
    else if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string quoted_unless_plain(std::string_view name) { return is_plain(name) ? std::string(name) : quoted(name); }

}  // namespace nf::ir
