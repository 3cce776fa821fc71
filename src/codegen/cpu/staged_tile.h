// The columns of a tile that is computed in stages.
#pragma once
#include "codegen/cpu/frame.h"
#include "codegen/cpu/stages.h"

namespace nf::codegen {

/// Emits the columns [lo, hi), at least `stages.points` of them, at the builder's place; ends behind them. `last` is
/// where the last stage reads and writes; the first reads there too.
void emit_staged_columns(Frame& frame, const Stages& stages, const StencilPlace& last, llvm::Value* lo,
                         llvm::Value* hi);

}  // namespace nf::codegen
