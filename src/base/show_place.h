// A place in a source text, for the notes of errors that are no diagnostics.
#pragma once
#include <string>

#include "base/source.h"

namespace nf {

/// "at graph.py:7:13" with the line and a caret under the span.
std::string show_place(const Source& source, Span span);

}  // namespace nf
