// One function for one set of argument types: its IR as lowered, what is known of it, and its code once it is needed.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abi/abi.h"
#include "codegen/codegen.h"
#include "engine/engine.h"
#include "engine/stages.h"
#include "engine/tier.h"
#include "ir/ir.h"
#include "runtime/fork_mutex.h"
#include "types/types.h"

namespace nf::codegen {
struct StencilPlan;
}

namespace nf::engine {

/// Bytes of input and output that a core moves in a nanosecond: the estimate behind the use of threads until a kernel
/// was measured.
inline constexpr double kBytesPerNanosecond = 50;

struct Specialization {
  ir::Module module;  ///< as lowered: its sites and sources explain what the code raises
  std::vector<Type> results;
  ir::Footprint footprint;                       ///< stencils, in elements of the last axis (channels included)
  std::vector<std::optional<ir::Range>> ranges;  ///< of integer results
  std::vector<Scalar> border;                    ///< `cval`, or zero, as each result of a stencil stores it
  bool fastmath = false;
  /// What one thread takes for a byte of input and output, by the calls that were long enough to tell.
  mutable std::atomic<double> nanoseconds_per_byte{1 / kBytesPerNanosecond};
  std::optional<Stages> stages;  ///< of a jitted function that is made of stencils alone
  bool float32 = false;          ///< a stencil whose result was asked for as float32

  // Set when the code is first needed.
  std::shared_ptr<const codegen::Loaded> code;
  abi::JitFunction jit = nullptr;

  // Code of a stencil changes once when it began as fast code, under calls of other threads: what is replaced stays.
  mutable std::atomic<abi::StencilFunction> stencil{nullptr};  ///< read it by `stencil_code`
  mutable std::atomic<bool> fast{false};
  mutable std::atomic<int64_t> fast_bytes_left{0};
  TierPlan plan;
  mutable std::shared_ptr<const codegen::Loaded> full_code;

  mutable std::shared_ptr<const Specialization> plain;  ///< see `without_stages`

  mutable runtime::ForkMutex
      strengthening;  ///< held while it is compiled again; guards `full_code`, `plain` and `timings`
  mutable std::vector<std::pair<std::string, double>> timings;
};

/// The IR that code is generated from.
ir::Module optimised(const Specialization& made);
/// Types and lowers; for a stencil also its footprint, stored dtype and result ranges.
std::shared_ptr<Specialization> make_specialization(const types::DefinitionPtr& definition,
                                                    const std::vector<Type>& args, const StencilOptions& options);
/// Generates code, or takes it from the disk cache: of full strength, or fast code when that suits a first call over
/// `points` points.
void make_code(Specialization& specialization, int64_t points);
/// The same function compiled as it was lowered, for calls whose stages cannot store into the given arrays, or whose
/// arrays are broadcast.
const Specialization& without_stages(const Specialization& specialization);
/// The plan of a stencil's code as it is now; null where that goes point by point.
const codegen::StencilPlan* plan_of(const Specialization& specialization);
/// Compiles fast code again in full, unless another thread is at it.
void strengthen(const Specialization& specialization);
/// Bytes of input and output for each point of a stencil.
int64_t bytes_per_point(const Specialization& specialization);

/// The definition that `types` sees: a gufunc over a stencil is typed as the stencil it holds.
types::DefinitionPtr as_stencil(const types::DefinitionPtr& definition);
/// Stencils, and what becomes one: gufuncs over stencils, functions of numbers.
bool is_stencil(const KernelOptions& options);
bool is_ufunc(const KernelOptions& options);
/// What a function of numbers is typed for.
std::vector<Type> numbers_of(const std::vector<Type>& operands, const std::optional<Loop>& loop = {});

/// The types that a stencil whose indexes have `rank` axes is specialised for; the first argument is an array.
std::vector<Type> stencil_types(const types::Definition& kernel, std::span<const Argument> args, int rank);

/// What a stencil checks before it runs: the shapes of secondary arrays against the first, which has `leading` axes
/// beyond the stencil's rank.
void check_shapes(const std::vector<Argument>& args, const ir::Function& function, int rank, int leading);

/// Runs the code of a jitted function on arguments of its types.
Result run_function(const Specialization& made, std::span<const Argument> args);

/// Throws the error of a status that generated code returned.
[[noreturn]] void throw_fault(const ir::Module& module, int32_t status, const abi::Fault& fault);

/// What identifies this build of the library, for cache keys; empty when it cannot be told (then nothing is cached).
const std::string& build_id();

}  // namespace nf::engine
