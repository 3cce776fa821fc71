// Whether two views reach the same bytes: what is written while something else is still to be read must not.
#pragma once
#include "nearfield/view.h"

namespace nf {

/// True when the two views may share memory. False is certain: the spans of their memory do not meet, or they lie
/// between each other as channels or tiles of one image do.
bool overlap(const View& a, const View& b);

}  // namespace nf
