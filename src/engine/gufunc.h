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

/// What runs the cores of a gufunc that is no stencil. The last `returned` operands receive what the kernel returns;
/// the others are its arguments.
struct GufuncCode {
  std::shared_ptr<const Specialization> kernel;  ///< one core
  std::shared_ptr<const Specialization> loop;    ///< a row of cores; null for kernels that allocate (gufunc_loop.cpp)
  size_t returned = 0;
};

/// The view with its leading axes broadcast to `loop` (stride 0 where it repeats).
View broadcast(const View& view, int core_rank, std::span<const int64_t> loop);
/// The core axes of a view, at its first loop index.
View core_view(const View& view, int core_rank);
/// A scalar as a view of rank 0 whose memory is the scalar's own.
View scalar_view(const Scalar& scalar);
/// A core of rank 0 that the function sees as an array of one element gets that axis.
void widen_empty_core(Operand& operand, size_t loop_rank);
/// C when the core is contiguous.
Layout core_layout(const View& view, int core_rank);
bool is_typed(const types::Definition& kernel);
/// True for an input that the kernel takes as a number.
bool is_by_value(const types::Definition& kernel, const GufuncTypes& types, size_t input, size_t core_rank);
/// True when the kernel has parameters for its inputs alone.
bool returns_outputs(const types::Definition& kernel, size_t inputs);
/// "(n,m)->(n)".
std::string layout_text(const CoreDims& dims);

/// True when every core can be computed in one compiled loop: nothing is allocated that would live to its end.
bool is_loopable(const Specialization& kernel);
/// A function over a row of cores, made around the kernel's: `by_value` and `core_ranks` of its arguments, of which the
/// first `inputs` are inputs; `returned` the dtypes of the outputs that receive what it returns. Without core
/// dimensions an element that the kernel may leave alone is set to 0 first, behind the reads of the inputs, which may
/// be the same.
std::shared_ptr<Specialization> make_core_loop(const Specialization& kernel, const std::vector<bool>& by_value,
                                               const std::vector<int>& core_ranks, size_t inputs,
                                               const std::vector<DType>& returned);
/// Whether the kernel is sure to store into an output of one element before it reads it.
bool writes_element(const ir::Function& kernel, uint32_t position);
/// For each output that a kernel stores into: whether some of it may stay as it was, or be read before it is stored.
std::vector<bool> unwritten_outputs(const Specialization& kernel, const CoreDims& dims);

/// True when no core reads or writes what another one writes; operands from `inputs` on are outputs.
bool is_independent(std::span<const Operand> operands, size_t inputs, std::span<const int64_t> loop);
/// Merges loop axes along which all operands lie evenly, so that rows get long; yields how many are left.
size_t merge_axes(std::span<Operand> operands, std::span<int64_t> loop);
/// Computes the cores of loop indexes [lo, hi), counted in C order.
void run_cores(const GufuncCode& code, std::span<const Operand> operands, std::span<const int64_t> loop, int64_t lo,
               int64_t hi);

}  // namespace nf::engine
