// The small parts of IR text: scalars, types and names.
#pragma once
#include <string>
#include <string_view>

#include "base/type.h"
#include "nearfield/view.h"

namespace nf::ir {

/// "-3", "2.5", "1e+300", "inf", "nan", "bits(0x7ff8000000000001)" for any other NaN, "true". Reads back to the same
/// bits.
std::string scalar_text(Scalar scalar);
/// As `to_string`, and what that leaves out: "readonly ", and the layout of ranks 0 and 1 (" F", " any") where the
/// brackets do not show it.
std::string type_text(Type type);
/// `text` in double quotes, with \" \\ \n and \xNN for other control characters.
std::string quoted(std::string_view text);
/// An identifier as it is, anything else quoted.
std::string quoted_unless_plain(std::string_view name);

}  // namespace nf::ir
