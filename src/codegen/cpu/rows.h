// The planes of a stencil, row by row.
#pragma once
#include "codegen/cpu/strips.h"

namespace nf::codegen {

/// What the function is called, before the stencil's number.
inline constexpr const char* kRowsName = "nf_rows_";

/// As `emit_strips`, but each row from its first column to its last (Note [Rows]). `place` has one row.
void emit_rows(Frame& frame, const StencilBody& body, StencilStep step, StencilPlace place, int rows_of_tile,
               const EntryOfRow& entry);

}  // namespace nf::codegen
