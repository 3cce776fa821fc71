// Kernels: functions in Nearfield's language, compiled when they are first called.
#pragma once
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nearfield/dtype.h"
#include "nearfield/environment.h"
#include "nearfield/error.h"
#include "nearfield/pieces.h"
#include "nearfield/view.h"

#pragma GCC visibility push(default)

namespace nf {
namespace engine {
class Function;
struct Prepared;
}  // namespace engine
class Array;
class PreparedCall;
struct Explanation;

/// An array that a kernel made; it owns its memory.
struct NewArray {
  std::shared_ptr<void> owner;
  View view;
};
/// The result of a kernel: nothing, a scalar, a new array, one of the arguments (`alias` >= 0), or a tuple of results.
struct Result {
  enum class Kind { None, Scalar, Array, Alias, Tuple } kind = Kind::None;
  Scalar scalar;
  NewArray array;
  int alias = -1;
  std::vector<Result> items;
};

/// What a function of numbers (`nf.vectorize`) computes with: dtypes that its operands are cast to, and the result's.
struct UfuncLoop {
  std::vector<DType> inputs;
  std::optional<DType> result;  ///< nothing: what the arithmetic gives
};

/// How one call of a stencil or gufunc differs from the kernel's options.
struct CallOptions {
  std::optional<BorderMode> mode;
  std::optional<DType> dtype;
  bool parallel = true;
};

/// What a stencil will do with arguments of given types, known before any code is made.
struct StencilInfo {
  int rank = 0;                                        ///< it runs over the last `rank` axes
  std::vector<std::pair<int64_t, int64_t>> footprint;  ///< how far it reads on each of them: lo <= 0 <= hi
  std::vector<DType> results;
  std::vector<bool> relative;  ///< for each argument: an array that is read at offsets
  bool asks_shapes = false;    ///< the shape of such an array is used
};

/// A kernel. Cheap to copy. Calls are thread safe.
class Kernel {
 public:
  Kernel() = default;
  explicit Kernel(std::shared_ptr<const types::Definition> definition);
  explicit operator bool() const { return function_ != nullptr; }

  const std::string& name() const;
  const KernelOptions& options() const;
  /// The text of the function.
  std::string source() const;
  std::shared_ptr<const types::Definition> definition() const;

  /// The lazy form: a stencil or gufunc over an array of any size.
  Array operator()(const Array& input) const;

  /// Calls the kernel on arrays in memory. `out` (not of jitted functions) receives the result. A function of numbers
  /// is called at each point of its broadcast operands.
  /// A stencil of rank k on an array of rank n > k runs over the last k axes.
  /// Throws CompileError, or Error for what the program raises.
  Result call(const std::vector<Argument>& args, std::optional<View> out = {}, const CallOptions& options = {}) const;

  /// Calls a stencil that returns several numbers into arrays of the caller, one for each. Without `out` and for any
  /// number of results `call` makes them: a tuple.
  void call_into(const std::vector<Argument>& args, const std::vector<View>& outs,
                 const CallOptions& options = {}) const;

  /// Calls a stencil on part of a larger array that lies in pieces, as `call` would compute it on the whole; `mode`
  /// is the whole array's, what lies beyond its edges comes in the pieces.
  Result call_pieces(const PiecedCall& call, const CallOptions& options = {}) const;

  /// Calls the kernel as a generalised ufunc over the leading axes (`options().layout`). `outs` holds the given outputs
  /// (may be empty: then they are allocated). Inputs are checked against the signatures with NumPy's safe casting.
  std::vector<Result> call_gufunc(const std::vector<Argument>& inputs, const std::vector<std::optional<View>>& outs,
                                  const CallOptions& options = {}) const;
  /// The loop of a function of numbers for operands of these dtypes: the declared one that NumPy's safe casting finds,
  /// or these dtypes when none is declared; its result is filled in. Throws Error (Type) when none fits.
  UfuncLoop choose_loop(const std::vector<DType>& inputs) const;
  /// The same loop with the dtype of its result.
  UfuncLoop complete(UfuncLoop loop) const;
  /// Calls a function of numbers with a loop that the caller chose.
  Result call_loop(const UfuncLoop& loop, const std::vector<Argument>& operands, const std::optional<View>& out,
                   const CallOptions& options = {}) const;
  /// A fold with a function of two numbers: `out[i]` is made of the value before (first that at `start`) and
  /// `elements[i]`; `out` may have a stride of 0.
  void fold(const UfuncLoop& loop, const void* start, const View& elements, const View& out) const;

  /// Decides once what calls with arguments of these kinds have in common, for callers to whom a microsecond matters.
  /// Without `outs` the results are new arrays. Of `options` the mode counts. False in a condition where only the calls
  /// above will do.
  PreparedCall prepare(const std::vector<Argument>& args, const std::vector<std::optional<View>>& outs = {},
                       const CallOptions& options = {}) const;
  /// The same for a function of numbers with a loop that the caller chose.
  PreparedCall prepare_loop(const UfuncLoop& loop, const std::vector<Argument>& operands,
                            const std::optional<View>& out) const;
  /// The dtypes in which a gufunc computes for inputs of these dtypes, without running anything.
  GufuncTypes gufunc_types(const std::vector<DType>& inputs) const;
  /// The number of core dimensions of each input and each output of a gufunc.
  std::pair<std::vector<int>, std::vector<int>> core_ranks() const;
  /// True when a gufunc's outputs may keep what they held: its kernel stores into them, and has core dimensions.
  bool keeps_outputs() const;
  /// For callers with loops of their own, such as NumPy: `call_gufunc` on operands of exactly these dtypes, which share
  /// no memory and may have one leading axis or more; and the same prepared.
  void run_gufunc(const GufuncTypes& types, const std::vector<Argument>& inputs, const std::vector<View>& outs) const;
  PreparedCall prepare_gufunc(const GufuncTypes& types, const std::vector<Argument>& args,
                              const std::vector<std::optional<View>>& outs) const;

  /// How far a stencil reads around a point for an input of this dtype and rank: (lo, hi) for each axis.
  std::vector<std::pair<int64_t, int64_t>> footprint(DType input, int rank) const;
  /// The same and more for these arguments; of arrays only dtype and rank count.
  StencilInfo stencil_info(const std::vector<Argument>& args, const CallOptions& options = {}) const;

  /// Text of the stages, for inputs such as "uint8[:, :]". `after`: "tree", "types", "lower", a pass name, or "" for
  /// the IR after all passes.
  std::string emit_ir(const std::vector<std::string>& types, std::string_view after = {}) const;
  std::string emit_llvm(const std::vector<std::string>& types) const;
  std::string emit_assembly(const std::vector<std::string>& types) const;
  /// A stencil's code for NVIDIA's GPUs of this architecture and newer ones. Throws Error (Unsupported) that names what
  /// a GPU cannot do.
  std::string emit_ptx(const std::vector<std::string>& types, const std::string& gpu = "sm_80") const;
  /// How the kernel runs for inputs of these types, and why not better (explain.h). With a shape it is also measured,
  /// on arrays of that shape that are made for it; that takes some tenths of a second.
  Explanation explain(const std::vector<std::string>& types, const std::vector<int64_t>& shape = {},
                      const CallOptions& options = {}) const;
  /// The same, measured on these arguments.
  Explanation explain_call(const std::vector<Argument>& args, const CallOptions& options = {}) const;
  /// Milliseconds of each phase of the last specialization: (phase, ms).
  std::vector<std::pair<std::string, double>> timings() const;

  std::shared_ptr<engine::Function> function() const { return function_; }

 private:
  std::shared_ptr<engine::Function> function_;
};

/// A call whose dtypes, ranks and layouts are decided: no lookup, no lock, and no allocation unless the kernel makes
/// arrays. Each `try_` function does what the kernel's own call does, or returns false, having done nothing: for
/// arguments of another kind, and for whatever else needs the general call, wrong arguments included. Cheap to copy;
/// thread safe.
class PreparedCall {
 public:
  PreparedCall() = default;
  explicit PreparedCall(std::shared_ptr<const engine::Prepared> prepared) : prepared_(std::move(prepared)) {}
  explicit operator bool() const { return prepared_ != nullptr; }

  /// True for arguments of the kinds that this was prepared for.
  bool matches(std::span<const Argument> args) const;
  /// A jitted function.
  bool try_call(std::span<const Argument> args, Result& result) const;
  /// A stencil or gufunc, into outputs that the caller has.
  bool try_run(std::span<const Argument> args, std::span<const View> outs) const;
  /// The dtypes and shapes of the outputs of a stencil or gufunc, for callers that allocate them.
  bool try_shape(std::span<const Argument> args, std::span<View> outs) const;
  /// True when a new output is to hold zeros before `try_run`.
  bool needs_zeros(size_t output) const;
  /// How many outputs those are.
  size_t outputs() const;
  /// True when the function has no loops and calls nothing: a jitted one takes well under a microsecond whatever it is
  /// given, a stencil a few operations a point.
  bool straight_line() const;

 private:
  std::shared_ptr<const engine::Prepared> prepared_;
};

/// A text with its name, for error messages.
struct SourceText {
  std::string name;
  std::string text;
  int first_line = 1;
};
/// Reads a file as text. Throws Error (NotFound, Io).
SourceText read_text(const std::string& path);

/// The kernels of a text that is read and not executed: decorated functions, and bare `def`s that read a parameter at
/// constant relative offsets. Throws CompileError for text that cannot be parsed.
std::vector<Kernel> kernels(const SourceText& source);
/// The diagnostics of a text, rendered; nothing when it is right.
std::vector<DiagnosticText> check(const SourceText& source);

/// The only stencil of a text (or the one of this name).
Kernel stencil(const SourceText& source, std::string_view name = {});
/// The only jitted function of a text (or the one of this name).
Kernel jit(const SourceText& source, std::string_view name = {});
/// The only function of numbers of a text (or the one of this name).
Kernel vectorize(const SourceText& source, std::string_view name = {});

/// A kernel from the text of one function, as Python hands it over. `line` picks among functions of one name (counted
/// from `first_line`); names from outside are asked of `names`. For a lambda, `name` is "<lambda>" and `columns` its
/// byte range. Throws CompileError when the text has no such function or does not parse.
Kernel kernel_from_text(const SourceText& source, std::string_view name, int line,
                        std::pair<uint32_t, uint32_t> columns, const KernelOptions& options,
                        std::shared_ptr<Environment> names);

/// A new C-contiguous array, not initialised, in memory that is kept for the next one when it goes: for large arrays
/// that is much cheaper than memory from the system.
NewArray new_array(DType dtype, const int64_t* shape, int rank);

/// Threads for parallel work.
void set_num_threads(int threads);
int get_num_threads();

/// Seconds that copying takes at best on this machine, measured now: `bytes` of input and output together, on `threads`
/// threads. What a kernel that moves as much can reach.
double copy_seconds(int64_t bytes, int threads);

/// Asks running calls to stop (they throw Interrupted); `clear_interrupt` makes new calls possible again.
void interrupt();
void clear_interrupt();

/// The disk cache of compiled code.
struct CacheInfo {
  int64_t hits = 0, misses = 0, stored = 0, rejected = 0;
  bool enabled = true;
  std::string directory, why_off;
};
CacheInfo cache_info();

std::string version();

}  // namespace nf

#pragma GCC visibility pop
