// What `narrow_ranges` tells people about the lanes it chose.
#pragma once
#include <optional>
#include <vector>

#include "ir/ir.h"

namespace nf::passes {

/// Notes on the sums and on what stays wide. `lanes`: in which type each integer is computed, if it is.
std::vector<ir::Note> narrowing_notes(const ir::Function& function, const Table<ir::Inst, ir::Range>& ranges,
                                      const Table<ir::Inst, std::optional<DType>>& lanes);
/// Why the integers of this body stay as they are: it is no straight-line code because of this instruction.
ir::Note not_narrowed(const ir::Function& function, ir::InstId because);

}  // namespace nf::passes
