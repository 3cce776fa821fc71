// Front door of `passes`. In: IR from `lower`. Out: IR that `codegen` takes, the same meaning in a better form. Pure
// functions in one list; each is tested against the interpreter.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/ir.h"

namespace nf::passes {

/// One step of the pipeline.
struct Pass {
  std::string_view name;  ///< "fold-constants"; file and test folder use it with _
  ir::Module (*run)(const ir::Module&);
};
/// The passes in their order. A name may stand in it twice.
const std::vector<Pass>& pipeline();

/// Sets the footprints of stencils that have none, then runs the pipeline; `after` (a pass name, or empty for all)
/// stops behind the first pass of that name. Throws `Error` (Value) when there is none. With `verify` (always on in
/// tests) the module is checked after every pass. `float32`: the entry, a stencil, was asked for float32 results
/// (docs/ir.md, narrow-floats).
ir::Module run(ir::Module module, std::string_view after = {}, bool verify = false, bool float32 = false);

/// A jitted function that only applies stencils to whole arrays and returns what they make, as the graph that it is:
/// what needs no array of its own for what lies between its stages. It holds for arguments that have one shape wherever
/// the function compares shapes.
struct StageGraph {
  /// A parameter of the function (`stage` < 0), or a result of a stage; a constant for scalars.
  struct Input {
    int stage = -1;
    uint32_t position = 0;
    std::optional<Scalar> constant;
  };
  struct Stage {
    uint32_t function;          ///< of the module
    std::vector<Input> inputs;  ///< one for each of its parameters
    Span span;
  };
  std::vector<Stage> stages;  ///< in an order in which each reads only those before it
  std::vector<Input> outputs;
  std::vector<std::pair<uint32_t, uint32_t>> same_shape;  ///< parameters whose shapes the function compares
};
/// Nothing when function 0 is no such function; `why` then says which part of it is none, in a few words.
std::optional<StageGraph> find_stages(const ir::Module& module, std::string* why = nullptr);

/// The module for arguments of one shape wherever its function 0 broadcasts arrays of equal rank: it compares shapes
/// and raises where they differ. That a call has such arguments is checked by who runs it.
ir::Module with_one_shape(const ir::Module& lowered);

/// A function that ends by storing what stencils make into parameters that it does not use otherwise, as one that
/// returns it; `into` then holds the positions of the parameters. Nothing for other functions.
std::optional<ir::Module> return_what_is_stored(const ir::Module& lowered, std::vector<uint32_t>& into);

/// The footprint of a stencil from its neighbour reads (before any pass, in `lower`'s result: reads whose value nobody
/// uses count too). A footprint that the function has already, its given neighborhood, is returned as it is.
ir::Footprint infer_footprint(const ir::Function& function);

/// The range of each integer result of a stencil, its border value included; nothing for bools and floats.
std::vector<std::optional<ir::Range>> result_ranges(const ir::Function& function);

/// The dtype of `dtype="fit"` for a result of this range and type, given the array inputs.
DType fit_dtype(DType result, const std::optional<ir::Range>& range, const std::vector<DType>& inputs);

/// Makes the stencil store its results as these dtypes (C cast).
ir::Function store_as(const ir::Function& function, const std::vector<DType>& dtypes);

/// Makes a function of numbers a stencil that applies it at each point: an operand is an array of one axis, of which
/// the element at the point is read, or a number; each is cast to what the function takes, and its value to `result`.
/// The parameters of the stencil are in the order of `arrays_first`.
ir::Function at_each_point(const ir::Function& function, const std::vector<Type>& operands, DType result);
/// Positions of operands, those of arrays before the others (the first parameter of a stencil is an array).
std::vector<size_t> arrays_first(const std::vector<Type>& operands);

/// Where the integers of a stencil may leave their type and wrap; asked before `narrow-ranges`, when they still have
/// it.
std::vector<ir::Note> wrapping_places(const ir::Function& function);
/// Where a float32 becomes a float64 because of a literal (in `lower`'s result). The span is the literal's.
std::vector<ir::Note> widened_floats(const ir::Function& function);

}  // namespace nf::passes
