// Front door of `passes`. In: IR from `lower`. Out: IR that `codegen` takes, the same meaning in a better form. Pure functions
// in one list; each is tested against the interpreter.
#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "ir/ir.h"

namespace nf::passes {

/// A pass over one function of a module.
struct Pass {
  std::string_view name;                                              ///< "fold-constants"; file and test folder use it with _
  ir::Function (*run)(const ir::Function&, const ir::Module&);
};
/// The passes in their order.
const std::vector<Pass>& pipeline();

/// Runs the pipeline on every function; `after` (a pass name, or empty for all) stops behind that pass. With `verify`
/// (always on in tests and debug builds) the module is checked after every pass.
ir::Module run(ir::Module module, std::string_view after = {}, bool verify = false);

/// The footprint of a stencil from its neighbour reads (before any pass, in `lower`'s result); a given neighborhood replaces it.
ir::Footprint infer_footprint(const ir::Function& function);

/// The range of each integer result of a stencil.
std::vector<std::optional<ir::Range>> result_ranges(const ir::Function& function);

/// The dtype of `dtype="fit"` for a result of this range and type, given the array inputs.
DType fit_dtype(DType result, const std::optional<ir::Range>& range, const std::vector<DType>& inputs);

/// Makes the stencil store its results as these dtypes (C cast).
ir::Function store_as(const ir::Function& function, const std::vector<DType>& dtypes);

}  // namespace nf::passes
