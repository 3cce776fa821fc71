// The pass that needs to know what was asked for beside the IR.
#pragma once
#include "ir/ir.h"

namespace nf::passes {

/// `results`: what a stencil returns was asked for as float32, so it may be computed in float32.
ir::Function narrow_floats(const ir::Function& in, bool results);

}  // namespace nf::passes
