// A marked line of source text by itself, as errors show theirs: for what is worth pointing at without being wrong.
#pragma once
#include <string>

#include "base/source.h"

namespace nf {

/// The line that holds the begin of the span, with marks under the span; a line longer than `widest` is cut.
///     "  5 |     return x[1] // 9\n    |            ^^^^^^^^^"
std::string excerpt(const Source& source, Span span, int widest);

}  // namespace nf
