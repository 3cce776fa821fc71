// Front door of `lower`. In: a typed program. Out: verified IR. The last room that has heard of Python.
#pragma once
#include "ir/ir.h"
#include "types/types.h"

namespace nf::lower {

/// The IR of a typed program: function 0 is its entry, callees follow.
ir::Module lower(const types::TypedProgram& program);

}  // namespace nf::lower
