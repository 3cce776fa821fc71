// Front door of `engine`: "call this function on these arrays". It specialises, compiles once, caches in memory and on
// disk, and launches. It knows no chunks, no files of data and no Python.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ir/ir.h"
#include "nearfield/environment.h"
#include "nearfield/view.h"
#include "runtime/runtime.h"
#include "types/types.h"

namespace nf::engine {

/// A new array that a call returns: it owns its memory.
struct NewArray {
  std::shared_ptr<void> owner;
  View view;
};
struct NoneResult {};
struct ResultTuple;
/// What a call returns. `AliasOf` is the position of the argument that was returned as it is.
struct AliasOf { int argument; };
using Result = std::variant<NoneResult, Scalar, NewArray, AliasOf, std::shared_ptr<ResultTuple>>;
struct ResultTuple { std::vector<Result> items; };

/// What is known of a stencil for given inputs before any code is generated.
struct StencilType {
  ir::Footprint footprint;
  std::vector<DType> results;
  std::vector<std::optional<ir::Range>> ranges;
};

/// How a stencil call treats its input: axes and border.
struct StencilOptions {
  std::optional<BorderMode> mode;   ///< overrides the kernel's
  std::optional<DType> dtype;       ///< stores this dtype (C cast) instead of the arithmetic's
  int64_t channels = 1;             ///< the last axis holds X * channels interleaved elements (the view's rank is the
                                    ///< kernel's): x-offsets are multiplied by it
  std::vector<std::optional<ir::Range>> input_ranges;
  bool parallel = true;
};

/// A user function that specialises itself on first call. Thread safe: concurrent first calls compile once.
class Function {
 public:
  explicit Function(types::DefinitionPtr definition);
  ~Function();
  const types::Definition& definition() const;

  /// Calls a jitted function. Throws CompileError, or Error for what its program raises.
  Result call(const std::vector<Argument>& args);

  /// Types a stencil for inputs; compiles nothing. `rank`s are those of the kernel (leading axes taken off).
  StencilType stencil_type(const std::vector<Argument>& args, const StencilOptions& options = {});
  /// Applies a stencil to whole arrays; the first argument's leading axes beyond the kernel's rank are looped over
  /// (`rank` 0: the kernel's own, from its indexes). `out` may be any strided array of the right shape.
  Result apply(const std::vector<Argument>& args, std::optional<View> out, const StencilOptions& options = {});
  /// The rank of the stencil's indexes, from its text (0 when it cannot be told without types).
  int stencil_rank() const;

  /// The IR after a pass (or "lower"; empty: all), LLVM IR and assembly as text, for `emit`.
  std::string emit_ir(const std::vector<Type>& args, std::string_view after);
  std::string emit_llvm(const std::vector<Type>& args);
  std::string emit_assembly(const std::vector<Type>& args);
  /// Milliseconds of each phase of the last specialization.
  std::vector<std::pair<std::string, double>> timings() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};
using FunctionPtr = std::shared_ptr<Function>;

/// A chain of stencils over one image: each stage reads the one before.
struct Stage {
  FunctionPtr function;
  StencilOptions options;
};

struct CacheStatistics { int64_t hits = 0, misses = 0, stored = 0, rejected = 0; bool enabled = true; std::string directory, why_off; };
CacheStatistics cache_statistics();

}  // namespace nf::engine
