// What a plan adds up last.
#pragma once
#include <vector>

#include "codegen/cpu/reduction_plan.h"

namespace nf::codegen {

/// For each root the nodes that nothing but its sum adds up, from the first offset to the last. A root of -1 has none.
std::vector<std::vector<int>> terms_of_roots(const ReductionPlan& plan);

/// The operand of the sum `root` that most roots add to something; -1 where none of its operands has another root.
int shared_operand(const ReductionPlan& plan, int root);

}  // namespace nf::codegen
