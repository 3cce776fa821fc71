// Front door of `engine`: "call this function on these arrays". It specialises, compiles once, caches in memory and on
// disk, and launches. It knows no chunks, no files of data and no Python.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ir/ir.h"
#include "nearfield/environment.h"
#include "nearfield/pieces.h"
#include "nearfield/view.h"
#include "runtime/runtime.h"
#include "types/types.h"

namespace nf {
struct Explanation;
namespace codegen {
struct Target;
}
}  // namespace nf

namespace nf::engine {

/// A new array that a call returns: it owns its memory.
struct NewArray {
  std::shared_ptr<void> owner;
  View view;
};
struct NoneResult {};
struct ResultTuple;
/// What a call returns. `AliasOf` is the position of the argument that was returned as it is.
struct AliasOf {
  int argument;
};
using Result = std::variant<NoneResult, Scalar, NewArray, AliasOf, std::shared_ptr<ResultTuple>>;
struct ResultTuple {
  std::vector<Result> items;
};

/// What is known of a stencil for given inputs before any code is generated.
struct StencilType {
  ir::Footprint footprint;
  std::vector<DType> results;
  std::vector<std::optional<ir::Range>> ranges;
  std::vector<bool> relative;  ///< for each parameter: an array that is read at offsets
  bool asks_shapes = false;    ///< the shape of such an array is used
};

/// What a call of a stencil decided, for those who ask; pieces of it may run at the same time.
struct CallTrace {
  int64_t images = 1;
  bool threads = false, over_images = false, streaming = false, packed = false;
  bool short_rows = false, much_to_compute = false;  ///< why it is not streaming
  std::atomic<int64_t> tasks{0}, rows_of_a_task{0};
};

/// What a ufunc computes with, whatever its operands are: dtypes that they are cast to, and that of the result.
struct Loop {
  std::vector<DType> inputs;
  std::optional<DType> result;  ///< nothing: what the arithmetic gives
  bool operator==(const Loop&) const = default;
};

/// How a stencil call treats its input: axes and border.
struct StencilOptions {
  std::optional<BorderMode> mode;  ///< overrides the kernel's
  std::optional<DType> dtype;      ///< stores this dtype (C cast) instead of the arithmetic's
  std::vector<bool> kept;          ///< for each result whether it is made at all; empty: all are
  std::vector<DType> out_dtypes;   ///< of the given outputs, which are stored as that whatever `dtype` asks for
  int64_t channels = 1;            ///< the last axis holds X * channels interleaved elements (the view's rank is the
                                   ///< kernel's): x-offsets are multiplied by it
  std::vector<std::optional<ir::Range>> input_ranges;
  std::optional<Loop> loop;  ///< of a function of numbers
  bool parallel = true;
  bool fill_border =
      false;  ///< mode Constant without `cval`: zeros go to the border of a given `out` too, which else keeps it
  bool fresh_out = false;  ///< gufuncs: a given output holds nothing yet, and what is not stored into it is 0
  CallTrace* trace = nullptr;
};

/// The core dimensions of a gufunc, by name; a name of digits is a fixed size.
struct CoreDims {
  std::vector<std::vector<std::string>> inputs, outputs;
};

struct Specialization;
struct GufuncCode;
class PreparedFunction;
class PreparedStencil;
class PreparedGufunc;
class PreparedUfunc;

/// A user function that specialises itself on first call. Thread safe: concurrent first calls compile once.
class Function : public std::enable_shared_from_this<Function> {
 public:
  explicit Function(types::DefinitionPtr definition);
  ~Function();
  const types::Definition& definition() const;
  const types::DefinitionPtr& definition_ptr() const;

  /// Calls a jitted function. Throws CompileError, or Error for what its program raises.
  Result call(const std::vector<Argument>& args);

  /// Types a stencil for arguments of these types (arrays of the kernel's rank); compiles nothing.
  StencilType stencil_type(const std::vector<Type>& args, const StencilOptions& options = {});
  /// Applies a stencil to whole arrays. Arrays may have leading axes beyond the kernel's rank; they are looped over and
  /// must agree. `outs` holds an array for each number that the stencil returns, of the right shape and any strides, or
  /// nothing: then they are made and returned, several as a tuple.
  Result apply_all(const std::vector<Argument>& args, const std::vector<View>& outs,
                   const StencilOptions& options = {});
  /// The same with at most one output, which it returns. A function of numbers is applied at the points, with the loop
  /// that its operands choose.
  Result apply(const std::vector<Argument>& args, std::optional<View> out, const StencilOptions& options = {});
  /// Applies a stencil to part of a larger array, of which it reads pieces; `mode` and `dtype` are those of the whole.
  Result apply_to_pieces(const PiecedCall& call, const StencilOptions& options);
  /// The rank of the stencil's indexes, from its text (0 when it cannot be told without types).
  int stencil_rank() const;
  /// The types that a stencil is compiled for when it is called with these arguments; their data is not looked at.
  std::vector<Type> stencil_argument_types(const std::vector<Argument>& args) const;

  /// Calls the function (a jitted one with trailing outputs or returned values, or a stencil) on the core dimensions,
  /// once for each index of the broadcast leading axes. Missing `outs` are allocated.
  std::vector<Result> gufunc(const CoreDims& dims, const std::vector<Argument>& inputs,
                             const std::vector<std::optional<View>>& outs, const StencilOptions& options = {});
  /// The dtypes in which a gufunc computes for inputs of these dtypes; with `outs` also those of given outputs, where
  /// the kernel is to see them.
  GufuncTypes gufunc_types(const CoreDims& dims, const std::vector<DType>& inputs);
  GufuncTypes gufunc_types(const CoreDims& dims, const std::vector<DType>& inputs,
                           const std::vector<std::optional<View>>& outs);
  /// `gufunc` for arguments of exactly these dtypes and outputs that share no memory with them.
  void run_gufunc(const CoreDims& dims, const GufuncTypes& types, const std::vector<Argument>& inputs,
                  const std::vector<View>& outs, const StencilOptions& options = {});

  /// The loop of a function of numbers that takes operands of these dtypes: the declared one that NumPy's safe casting
  /// finds, without declarations one of these very dtypes. Throws Error (Type) when there is none.
  Loop choose_loop(const std::vector<DType>& inputs);
  /// The dtype of what a loop computes.
  DType loop_result(const Loop& loop);
  /// Calls a function of numbers at each point of its broadcast operands; `out` has their shape, or a larger one to
  /// which they broadcast. A point where it raises keeps what `out` holds, all others are computed, and then the first
  /// error is thrown.
  Result at_points(const Loop& loop, const std::vector<Argument>& operands, const std::optional<View>& out,
                   bool parallel, CallTrace* trace = nullptr);
  /// A fold with a function of two numbers of one dtype, one after the other: `out[i]` is what it makes of the value
  /// before (first that at `start`) and `elements[i]`. `out` has the dtype of the loop's first input, may have a
  /// stride of 0, and may hold `start`. What raises is skipped as above.
  void fold_points(const Loop& loop, const void* start, const View& elements, const View& out);

  /// Calls of the kind of this one with everything decided that does not depend on shapes (prepared.h); nothing where
  /// only the general call will do. They compile what is not compiled yet.
  std::optional<PreparedFunction> prepare(const std::vector<Argument>& args);
  std::optional<PreparedStencil> prepare_stencil(const std::vector<Argument>& args, const std::optional<View>& out,
                                                 const StencilOptions& options = {});
  std::optional<PreparedUfunc> prepare_ufunc(const Loop& loop, const std::vector<Argument>& operands,
                                             const std::optional<View>& out);
  std::optional<PreparedGufunc> prepare_gufunc(const CoreDims& dims, const GufuncTypes& types,
                                               const std::vector<Argument>& inputs,
                                               const std::vector<std::optional<View>>& outs);

  /// The IR after a pass ("lower": before any; empty: after all), LLVM IR and assembly as text, for `emit`.
  std::string emit_ir(const std::vector<Type>& args, std::string_view after);
  std::string emit_types(const std::vector<Type>& args);
  std::string emit_llvm(const std::vector<Type>& args);
  std::string emit_assembly(const std::vector<Type>& args);
  /// A stencil's code for an architecture of NVIDIA's GPUs ("sm_80") as text.
  std::string emit_ptx(const std::vector<Type>& args, const std::string& gpu);
  /// How the function runs for arguments of these types: the facts that need no data (explain.h).
  Explanation explain(const std::vector<Type>& args, const StencilOptions& options, const codegen::Target& target);
  /// Milliseconds of each phase of the last specialization.
  std::vector<std::pair<std::string, double>> timings() const;

 private:
  /// The parameters of a gufunc's kernel, for operands of these layouts.
  std::vector<Type> gufunc_params(const CoreDims& dims, const GufuncTypes& types,
                                  const std::vector<Layout>& layouts) const;
  GufuncCode gufunc_code(const CoreDims& dims, const GufuncTypes& types, const std::vector<Layout>& layouts);
  void run_stencil_cores(const CoreDims& dims, const std::vector<Argument>& inputs, const std::vector<View>& outs,
                         const std::vector<int64_t>& loop, const StencilOptions& options);
  /// Throws when an input that the kernel writes may not be written.
  void check_writable(const std::vector<Argument>& inputs, const CoreDims& dims,
                      const std::vector<int64_t>& loop) const;
  /// With `points` also its code, for a first call of that size (0: not known, short).
  /// Of a function of numbers: the loop for operands of these types.
  Loop loop_for(const std::vector<Type>& args);
  /// What a call with such arguments would compile, to be shown.
  std::shared_ptr<const Specialization> shown(std::vector<Type> args);
  std::shared_ptr<const Specialization> specialize(const std::vector<Type>& types, const StencilOptions& options,
                                                   std::optional<int64_t> points);
  struct State;
  std::unique_ptr<State> state_;
};
using FunctionPtr = std::shared_ptr<Function>;

struct CacheStatistics {
  int64_t hits = 0, misses = 0, stored = 0, rejected = 0;
  bool enabled = true;
  std::string directory, why_off;
};
CacheStatistics cache_statistics();

}  // namespace nf::engine
