// The loop of a generalised ufunc over its broadcast leading axes, shared by general and prepared calls.
#pragma once
#include <span>

#include "engine/engine.h"

namespace nf::engine {

struct Specialization;

/// One operand of the loop: where it starts, and how its core looks.
struct Operand {
  View view;  ///< broadcast to the loop
  int core_rank;
  bool by_value;  ///< a `()` input: handed over as a scalar
};

/// The view with its leading axes broadcast to `loop` (stride 0 where it repeats).
View broadcast(const View& view, int core_rank, std::span<const int64_t> loop);
/// The core axes of a view, at its first loop index.
View core_view(const View& view, int core_rank);
/// A scalar as a view of rank 0 whose memory is the scalar's own.
View scalar_view(const Scalar& scalar);
/// A core of rank 0 that the function sees as an array of one element gets that axis.
void widen_empty_core(Operand& operand, size_t loop_rank);

/// Runs the compiled function for loop indexes [lo, hi), counted in C order. The last `returned` operands receive what
/// it returns; the others are its arguments.
void run_range(const Specialization& made, std::span<const Operand> operands, size_t returned,
               std::span<const int64_t> loop, int64_t lo, int64_t hi);

}  // namespace nf::engine
