// What the parts of inference share: the state of one function, and of the program it belongs to. Private to `types`.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "types/rules.h"
#include "types/typed.h"
#include "types/versions.h"

namespace nf::types {

/// The type of each argument; nothing where the default is taken.
using ArgumentTypes = std::vector<std::optional<Type>>;

/// One function of the program while it is built.
struct Request {
  std::shared_ptr<Typed> typed;
  Diagnostics diagnostics;
  bool in_progress = true;
};

/// The program while it is built: functions already typed, captured arrays, answers of environments.
struct ProgramBuilder {
  std::vector<Request> requests;
  std::vector<ConstantArray> constants;
  std::map<std::tuple<const Definition*, std::vector<uint32_t>>, uint32_t> known;
  std::map<std::pair<const Environment*, std::string>, std::optional<Binding>> bindings;
  std::map<std::pair<const Environment*, std::string>, uint32_t> constant_of;

  int depth = 0;  ///< of calls that are being typed

  /// Types a definition for these arguments unless that is done; the index of its request.
  uint32_t request(const DefinitionPtr& definition, const ArgumentTypes& args);
  std::optional<Binding> find(Environment* names, const std::string& name);
};

/// One function while it is typed. A pass walks the whole body; passes repeat until no merged version changes its type,
/// and the diagnostics of the last one count.
struct Inference {
  ProgramBuilder& program;
  Typed& typed;
  const syntax::Module& tree;
  Scope scope;
  Diagnostics diagnostics;
  Table<Version, Type> arriving;      ///< what the moves of this pass bring to merged versions
  std::vector<syntax::StmtId> loops;  ///< the `for` loops around the current statement, outermost first
  std::optional<Type> returned;       ///< what the returns so far give
  Span first_return;
  int loop_depth = 0;  ///< of loops around the current statement
  bool changed = false;
  bool keep_old_types = false;        ///< late passes only widen, so that they end
  std::set<uint32_t> written_params;  ///< gufuncs: outputs that are stored into
  bool reads_neighbors = false;       ///< stencils
  std::set<std::string> refused;      ///< names whose definition was reported: their uses are no further errors

  const KernelOptions& options() const { return typed.definition->options; }
  bool is_stencil() const { return typed.is_stencil(); }
  SourcePtr source() const { return tree.source; }
  Span span(syntax::ExprId id) const { return tree[id].span; }
  std::string text(syntax::ExprId id) const { return std::string(tree.source->text(tree[id].span)); }
  template <class... Args>
  Diagnostic& report(Code code, Span span, fmt::format_string<Args...> format, Args&&... args) {
    return diagnostics.report(code, tree.source, span, format, std::forward<Args>(args)...);
  }
  Diagnostic& report_unsupported(Span span, std::string_view what) {
    return report(Code::unsupported_syntax, span, "{} not supported in kernels", what);
  }
};

// ---- expressions (infer_expression.cpp)
/// The type of an expression; `Unknown` after an error that was reported.
Type infer(Inference& in, syntax::ExprId id);
/// The rank of what is computed element by element from these operands, whose arrays are broadcast together: -1 for a
/// number, and where an operand is neither number nor array.
int elementwise_rank(const Inference& in, const std::vector<Type>& operands);
/// A number of this dtype, or an array of them when `rank` is not negative.
Type elements_of(DType dtype, int rank);
/// The truth of a value must be defined.
void check_truth(Inference& in, syntax::ExprId id, Type type);
/// "int64", "a tuple", "an array": a type in a sentence.
std::string describe(Type type);

// ---- names (infer_name.cpp)
/// What a name or a dotted name stands for when it is not a variable; reports names that stand for nothing.
std::optional<Binding> resolve(Inference& in, syntax::ExprId id);
Type infer_name(Inference& in, syntax::ExprId id, const syntax::Name& name);
Type infer_attribute(Inference& in, syntax::ExprId id, const syntax::Attribute& attribute);
/// The dtype that an expression names (`np.uint8`, `'uint8'`, `x.dtype`, `float`); reports anything else.
std::optional<DType> named_dtype(Inference& in, syntax::ExprId id);

// ---- calls (infer_call.cpp, infer_builtin.cpp)
Type infer_call(Inference& in, syntax::ExprId id, const syntax::Call& call);
Type infer_kernel_call(Inference& in, syntax::ExprId id, const syntax::Call& call, const DefinitionPtr& callee);
/// The errors inside a callee are shown where they are, with the call as a second place.
void append_errors(Inference& in, syntax::ExprId id, const Diagnostics& errors, const Definition& callee,
                   const std::vector<Type>& types);
struct BuiltinEntry;
/// `receiver` is the array of a method call, or `none()`.
Type infer_builtin(Inference& in, syntax::ExprId id, const syntax::Call& call, const BuiltinEntry& entry,
                   syntax::ExprId receiver);

// ---- gufuncs (infer_gufunc.cpp)
Type infer_gufunc_call(Inference& in, syntax::ExprId id, const syntax::Call& call, const DefinitionPtr& callee);
/// Notes that a number of this dtype, computed by the text at `value` if it is known, is stored into a parameter.
void note_store(Inference& in, uint32_t param, DType dtype, std::optional<Span> value);
/// The dtypes of `count` outputs from the parameter `first` on: from what is stored into them whatever they hold, until
/// typing the kernel for them gives nothing wider. `typed_for` types the kernel, or yields null.
std::vector<DType> settle_outputs(size_t first, size_t count,
                                  const std::function<const Typed*(const std::vector<DType>&)>& typed_for);

// ---- subscripts (infer_index.cpp)
Type infer_subscript(Inference& in, syntax::ExprId id, const syntax::Subscript& subscript);
/// Checks `target[...] = value` for a value of this type.
void check_store(Inference& in, syntax::ExprId target, const syntax::Subscript& subscript, Type value, Span value_span);
/// True for `[:]`, `[...]`, `[:, :]`.
bool is_whole(const syntax::Module& tree, const std::vector<syntax::ExprId>& index);

// ---- stencils (infer_stencil.cpp)
/// Marks the relative parameters and checks options against the argument types.
void prepare_stencil(Inference& in);
/// The parameter that a name reads, if it is one and was not assigned since.
std::optional<uint32_t> parameter_read(const Inference& in, syntax::ExprId id);
Type infer_neighbor(Inference& in, syntax::ExprId id, const syntax::Subscript& subscript, uint32_t param);
void finish_stencil(Inference& in);

// ---- statements (infer_statement.cpp, infer_loop.cpp)
/// Returns whether control goes on behind it.
bool infer_body(Inference& in, const syntax::Body& body);
void assign(Inference& in, syntax::ExprId target, Type type, Span value_span);
/// The type of what a `for` over this gives in each round.
Type infer_iterable(Inference& in, syntax::ExprId id);
void infer_return(Inference& in, Type type, Span span);
/// Brings the versions of these moves together.
void arrive(Inference& in, const Moves& moves);
/// Sets the types of merged versions that are now complete.
void settle(Inference& in, const Moves& moves);

}  // namespace nf::types
