// One function for one set of argument types: its IR as lowered, what is known of it, and its code once it is needed.
#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "abi/abi.h"
#include "codegen/codegen.h"
#include "engine/engine.h"
#include "ir/ir.h"
#include "types/types.h"

namespace nf::engine {

struct Specialization {
  ir::Module module;  ///< as lowered: its sites and sources explain what the code raises
  std::vector<Type> results;
  ir::Footprint footprint;                       ///< stencils, in elements of the last axis (channels included)
  std::vector<std::optional<ir::Range>> ranges;  ///< of integer results
  bool fastmath = false;
  bool float32 = false;  ///< a stencil whose result was asked for as float32

  // Set when the code is first needed.
  std::shared_ptr<const codegen::Loaded> code;
  abi::JitFunction jit = nullptr;
  abi::StencilFunction stencil = nullptr;
  std::vector<std::pair<std::string, double>> timings;
};

/// Types and lowers; for a stencil also its footprint, stored dtype and result ranges.
std::shared_ptr<Specialization> make_specialization(const types::DefinitionPtr& definition,
                                                    const std::vector<Type>& args, const StencilOptions& options);
/// Generates code, or takes it from the disk cache.
void make_code(Specialization& specialization);

/// The definition that `types` sees: a gufunc over a stencil is typed as the stencil it holds.
types::DefinitionPtr as_stencil(const types::DefinitionPtr& definition);
bool is_stencil(const KernelOptions& options);

/// The types that a stencil whose indexes have `rank` axes is specialised for; the first argument is an array.
std::vector<Type> stencil_types(const types::Definition& kernel, std::span<const Argument> args, int rank);

/// Runs the code of a jitted function on arguments of its types.
Result run_function(const Specialization& made, std::span<const Argument> args);

/// Throws the error of a status that generated code returned.
[[noreturn]] void throw_fault(const ir::Module& module, int32_t status, const abi::Fault& fault);

/// What identifies this build of the library, for cache keys; empty when it cannot be told (then nothing is cached).
const std::string& build_id();

}  // namespace nf::engine
