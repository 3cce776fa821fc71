// Reductions of lazy arrays: they run before what they are part of.
#pragma once
#include "array/worker.h"

namespace nf::array {

/// The dtype of a reduction, by NumPy 2's rules. Throws Error (Type) for what it does not reduce.
DType reduced_dtype(Reduction reduction, DType input);

/// Computes all reductions of a graph, those inside of others too.
Reductions compute_reductions(const Array& array, const RunOptions& options);

/// `run` for an array whose reductions are computed.
Progress run(const Array& array, const Plan& plan, const RunOptions& options, const Reductions& reductions, Sink& sink);

}  // namespace nf::array
