// The texts of gufunc layouts and of type signatures, which the CLI, C++ and Python share.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "nearfield/environment.h"

namespace nf::types {

/// The core dimensions of each operand: "(n,m),()->(n)" has the inputs {{"n", "m"}, {}} and the output {{"n"}}. A
/// dimension is a name or a size.
struct GufuncLayout {
  std::vector<std::vector<std::string>> inputs, outputs;
  bool operator==(const GufuncLayout&) const = default;
};

/// These throw `Error` (Value) that quotes the text, says what stands at which place in it, and shows a right one.
GufuncLayout parse_layout(std::string_view text);
/// "uint8[:, ::1]", "f8", "i4[:]".
SignatureType parse_type(std::string_view text);
/// "void(f8[:], f8[:])", "f8(f8, i4)", "f8[:], f8, f8[:]".
Signature parse_signature(std::string_view text);

/// Throws `Error` (Type) when the types of a gufunc do not belong to its layout: another number of operands or of
/// dimensions, or an output that is a scalar and could not be written to.
void check_against_layout(const Signature& signature, const GufuncLayout& layout);

/// The text of each, as it is parsed: "(n,m)->(n,m)", "uint8[:, ::1]", "void(float64[:], float64)".
std::string to_string(const GufuncLayout& layout);
std::string to_string(const SignatureType& type);
std::string to_string(const Signature& signature);

}  // namespace nf::types
