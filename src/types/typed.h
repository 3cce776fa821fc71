// What inference found out about one function: tables beside its tree, under the ids of the tree. `lower` reads them
// and needs no inference of its own.
//
// Note [Versions]. A variable is split before inference: every assignment makes a new version, and every place where
// different versions meet (behind an `if`, at a loop's head, behind a loop that breaks) makes a merged one. Each
// version has one type, so `image = image.ravel()` may change it. Merged versions are the only ones that need memory:
// the moves of `Flow` say which version goes into which merged one on which edge. A merged version nobody reads is
// dropped with its moves, so a temporary that has another type in each round is no conflict. Structure matters too: a
// version made inside a branch or a loop leaves it only through a merged one, even if that merges nothing else.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "types/signature.h"
#include "types/types.h"

namespace nf::types {

struct Version;
using VersionId = Id<Version>;

struct Version {
  enum class Kind : uint8_t { Parameter, Assigned, Merged };
  Kind kind = Kind::Assigned;
  uint32_t variable = 0;  ///< index into `Typed::variables`
  Span span;              ///< what assigned it; for a merged one, the statement behind which it was merged
  Type type;
  /// Assigned by `name = value`, or as item number `item` of an unpacked `value`.
  syntax::ExprId value;
  int item = -1;
  /// Assigned by this `for`.
  syntax::StmtId loop;
  /// Merged: what comes together; `none()` stands for "not set".
  std::vector<VersionId> incoming;
  bool is_used = false;      ///< somebody reads it, directly or through another merged version
  bool maybe_unset = false;  ///< merged: on some path it is not set, which is found at run time
};

/// `from` becomes the value of the merged version `to`; a `from` of `none()` makes it unset.
struct Move {
  VersionId to, from;
};
using Moves = std::vector<Move>;

/// The moves of one statement. An `if` uses `then` and `otherwise` (at the end of the branches); loops use `enter`,
/// `again` (at the end of the body), `done` (when the loop ended by itself, behind its `else`); `break` and `continue`
/// use `jump`.
struct Flow {
  Moves then, otherwise;
  Moves enter, again, done;
  Moves jump;
  bool has_break = false;  ///< loops: some `break` leaves it
};

/// What a call of a builtin, of a library function, of a method, or an attribute computes. The first block is in the
/// order of `ir::MathFn`.
enum class Builtin : uint8_t {
  Sqrt,
  Exp,
  Exp2,
  Expm1,
  Log,
  Log2,
  Log10,
  Log1p,
  Sin,
  Cos,
  Tan,
  Asin,
  Acos,
  Atan,
  Sinh,
  Cosh,
  Tanh,
  Asinh,
  Acosh,
  Atanh,
  Floor,
  Ceil,
  Trunc,
  Rint,
  Atan2,
  Hypot,
  Fmod,
  LogAddExp,
  LogAddExp2,
  NextAfter,
  Copysign,
  IsNan,
  IsInf,
  IsFinite,
  Abs,
  Min,
  Max,
  NumpyMin,
  NumpyMax,
  Square,
  Sign,
  Negative,
  Power,
  DivMod,
  Cast,
  Round,
  RoundDigits,
  Len,
  Shape,
  Size,
  Range,
  ParallelRange,
  Enumerate,
  Zip,
  Zeros,
  Empty,
  Ones,
  Full,
  ZerosLike,
  EmptyLike,
  OnesLike,
  FullLike,
  Sum,
  ArrayMin,
  ArrayMax,
  Ravel,
  Sorted,
  Median,
};

/// A call that is built in: its arguments in the order of its definition (absent ones are `none()`).
struct BuiltinCall {
  Builtin builtin;
  std::vector<syntax::ExprId> args;
  DType dtype = DType::Float64;  ///< in which it computes; of the new array; to which it casts
};
/// A name that is a variable, and the version it reads.
struct VariableRead {
  VersionId version;
};
/// A number known now: a literal, a constant from outside, `math.pi`, the `ndim` of an array.
struct ConstantNumber {
  Scalar value;
};
/// A tuple of numbers from outside.
struct ConstantNumbers {
  std::vector<Scalar> items;
};
/// An array from outside.
struct GlobalArray {
  uint32_t constant;
};  ///< index into `TypedProgram::constants`
/// A call of another kernel. Parameters that got no argument have their default inside the callee.
struct KernelCall {
  uint32_t function;  ///< index into `TypedProgram::functions`
  std::vector<syntax::ExprId> args;
  syntax::ExprId out;  ///< stencils, ufuncs: the array that receives the result
};
/// A call of a gufunc: its kernel for every index of the broadcast leading axes of its operands.
struct GufuncCall {
  uint32_t function = 0;                     ///< index into `TypedProgram::functions`
  std::vector<syntax::ExprId> inputs, outs;  ///< without `outs` new arrays are made
  GufuncLayout layout;
  std::vector<DType> input_dtypes, outputs;  ///< in which the kernel takes and makes them
  int loop = 0;                              ///< number of leading axes
  bool stores = false;                       ///< the kernel stores into its last parameters; else it returns
};
/// A stencil's read of a relative array; with constant offsets, or with a given neighborhood any.
struct NeighborRead {
  uint32_t param;
  bool is_constant;
};
/// An item of a tuple at a known place.
struct TupleItem {
  uint32_t position;
};
/// A comparison whose outcome its types decide (`x is None`).
struct ConstantTruth {
  bool value;
};

using Meaning = std::variant<std::monostate, VariableRead, ConstantNumber, ConstantNumbers, GlobalArray, BuiltinCall,
                             KernelCall, GufuncCall, NeighborRead, TupleItem, ConstantTruth>;

struct TypedParameter {
  std::string name;
  Span span;
  Type type;
  bool relative = false;            ///< stencils: read at offsets from the output point
  std::optional<Binding> constant;  ///< no argument was given: its default
  VersionId version;
};

/// The dtype of all that is stored into an array parameter, before the cast to the array's, and of what of it does not
/// depend on elements of the array.
struct Stored {
  std::optional<DType> all, independent;
};

/// One function typed for one list of argument types.
struct Typed {
  DefinitionPtr definition;
  std::vector<TypedParameter> params;
  Type result = Type::none();
  int rank = 0;  ///< stencils: of the arrays they run over
  std::vector<std::string> variables;
  Table<Version> versions;
  Table<syntax::Expr, Type> types;
  Table<syntax::Expr, Meaning> meanings;
  /// The versions that names make where they are assigned (`x = 1`, the `x` of `x += 1`, a loop's target).
  std::unordered_map<uint32_t, VersionId> written;
  std::unordered_map<uint32_t, Flow> flows;
  Table<syntax::Stmt, uint8_t> reached;   ///< statements that control can reach
  Table<syntax::Stmt, uint8_t> unrolled;  ///< `for`s of a stencil that are repeated with known values
  std::map<uint32_t, Stored> stored;      ///< by parameter
  bool falls_off_the_end = false;
  bool numpy_errors = false;  ///< division by zero gives inf, nan or 0 and raises nothing

  bool is_stencil() const {
    return definition->options.kind == KernelOptions::Kind::Stencil || definition->options.over_stencil;
  }
  const syntax::Module& tree() const { return *definition->module; }
  const Flow& flow(syntax::StmtId stmt) const;
};

/// A function, everything it calls, and the arrays they captured. Function 0 is the entry.
struct TypedProgram {
  std::vector<std::shared_ptr<const Typed>> functions;
  std::vector<ConstantArray> constants;
};

/// The type of two values that meet; nothing when they have none in common.
std::optional<Type> unify_types(Type a, Type b);

/// Known values of loop variables while a loop is repeated.
using KnownValues = std::unordered_map<uint32_t, int64_t>;
/// The value of an integer expression that is known at compile time: literals, constants from outside, arithmetic on
/// them, variables assigned once from such a value, and versions in `known`.
std::optional<int64_t> fold_integer(const Typed& typed, syntax::ExprId expr, const KnownValues& known = {});
/// The same for one item of a tuple.
std::optional<int64_t> fold_tuple_item(const Typed& typed, syntax::ExprId tuple, int item,
                                       const KnownValues& known = {});
/// The values that the names in the target of a `for` over constants take, round by round; nothing when they are not
/// known, more than `kMaxUnrolled`, or when the loop has a `break` or `continue`.
std::optional<std::vector<std::vector<int64_t>>> constant_rounds(const Typed& typed, syntax::StmtId loop,
                                                                 const KnownValues& known = {});
inline constexpr int64_t kMaxUnrolled = 1024;
/// The most numbers that `sorted` and `np.median` take.
inline constexpr int kMaxRanked = 64;

}  // namespace nf::types
