// The IR. Typed expressions in SSA; control flow is structured (`For`, `While`, `If` own blocks); variables that
// control flow merges are `Slot`s with `Get` and `Set`. A stencil is kept as a pointwise function: its body computes
// one output point, and reads of arrays near that point are `Neighbor`s.
//
// Meaning. Everything is defined; `ir/interpret.cpp` is the definition of every instruction, and passes and generated
// code are tested against it.
//   integers   wrap in two's complement. FloorDiv and Mod are Python's (floored); a division by zero gives 0 (whether
//   that
//              raises instead is explicit control flow made by `lower`), the lowest integer // -1 is 0 and its Mod 0.
//              Pow wraps; a negative exponent gives what is left of 1 / (a ** -b): 1 or -1 when a is 1 or -1, else 0.
//              Shifts take the count modulo the width of the operands' type; Shr of a signed integer keeps the sign.
//   floats     are IEEE 754 without contraction or reassociation. FloorDiv and Mod are Python's too (5 % inf is 5, -5 %
//   inf
//              is inf, inf // 2 is nan); x // 0 is x / 0 and x % 0 is nan.
//   bool       has And, Or, Xor, Min, Max, Not, Invert and comparisons; it is 0 or 1.
//   casts      integer to integer wraps; integer to float rounds to nearest even; anything to bool is `!= 0` (NaN is
//   true).
//              Float to integer truncates to int64 and then wraps to the type: -1.5 to uint8 is 255, 300.0 to uint8
//              is 44. NaN and what int64 cannot hold become its lowest value first (so 0 in types below 64 bits). One
//              exception: to uint64 the floats in [2**63, 2**64) keep their value.
//   what raises names a site and fills its message: Load and Store with {0} the index as written, {1} the axis, {2} the
//              extent; NeighborAt with {0} the offset, {1} the axis; Alloc with {0} the extent; Copy and Call of a
//              stencil with {0} the axis, {1} the extent there, {2} the extent wanted ({0} is -1 when ranks differ,
//              then {1} and {2} are ranks); Broadcast with {0} the axis of the result, {1} and {2} the extents that do
//              not go together; Reduce with nothing. All are int64.
#pragma once
#include <array>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/source.h"
#include "base/type.h"
#include "nearfield/environment.h"
#include "nearfield/view.h"

namespace nf::ir {

struct Inst;
struct Block;
using InstId = Id<Inst>;
using BlockId = Id<Block>;

enum class UnaryOp : uint8_t { Neg, Invert, Not, Abs };
/// `Div` is true division (floats only). `Min`/`Max` are Python's: `Max(a, b)` is `b if b > a else a`.
enum class BinaryOp : uint8_t { Add, Sub, Mul, Div, FloorDiv, Mod, Pow, And, Or, Xor, Shl, Shr, Min, Max };
enum class CompareOp : uint8_t { Eq, Ne, Lt, Le, Gt, Ge };
/// Functions of one or two floats (both of the result's type). `Round` is half to even. IsNan.. yield bool.
enum class MathFn : uint8_t {
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
  Round,
  Atan2,
  Hypot,
  Fmod,
  LogAddExp,
  LogAddExp2,
  NextAfter,
  Copysign,
  IsNan,
  IsInf,
  IsFinite
};
enum class ReduceOp : uint8_t { Sum, Min, Max };

// ---- values
/// A scalar constant; its type is the instruction's.
struct Const {
  Scalar value;
};
/// The parameter at this position.
struct Param {
  uint32_t position;
};
/// An array captured from outside: an index into `Module::constants`. Readonly, C layout.
struct Global {
  uint32_t constant;
};
/// The index of a `For`; stands in no block, only in `For::var`.
struct LoopVar {};
struct Unary {
  UnaryOp op;
  InstId a;
};
/// Both operands have the instruction's type, shifts included.
struct Binary {
  BinaryOp op;
  InstId a, b;
};
/// Operands of one type; yields bool. Comparing NaN is false except for Ne.
struct Compare {
  CompareOp op;
  InstId a, b;
};
/// `condition ? a : b`, both evaluated.
struct Select {
  InstId condition, a, b;
};
/// To the instruction's scalar type.
struct Cast {
  InstId a;
};
struct Math {
  MathFn fn;
  std::vector<InstId> args;
};
/// Stencils only: the element of the array parameter `array` at this offset from the output point.
struct Neighbor {
  InstId array;
  std::vector<int64_t> offset;
};
/// Loop-form stencils with run-time offsets (int64). An offset outside the function's footprint, which is the given
/// neighborhood, raises at `site`: the check does not depend on where the point lies, so chunks cannot change it.
struct NeighborAt {
  InstId array;
  std::vector<InstId> offset;
  uint32_t site;
};

// ---- arrays
/// `array.shape[axis]`, int64.
struct Dim {
  InstId array;
  uint32_t axis;
};
/// An element. `wrap`: a negative index counts from the end (once). `check`: out of range raises at `site`.
struct Load {
  InstId array;
  std::vector<InstId> index;
  bool wrap = true;
  bool check = true;
  uint32_t site = 0;
};
struct Store {
  InstId array;
  std::vector<InstId> index;
  InstId value;
  bool wrap = true;
  bool check = true;
  uint32_t site = 0;
};
/// A new C-contiguous array of the instruction's type; `zero` fills it with zeros. A negative extent raises at `site`.
struct Alloc {
  std::vector<InstId> shape;
  bool zero;
  uint32_t site = 0;
};
/// `target[...] = value`: an array of the same shape, one that broadcasts to it, or a scalar; each element is cast.
/// Shapes that do not fit raise at `site`. When both overlap, the value is read whole before anything is written.
struct Copy {
  InstId target, value;
  uint32_t site = 0;
};
/// A flat C-order view of a C-contiguous array, or a copy of another one.
struct Ravel {
  InstId array;
};
/// The part of an array at these indexes of its first axes: a view. No index is negative or checked. With an index for
/// every axis it is an array of one axis with that one element. A result of C layout may come from an array of any
/// strides: then whoever calls the function knows that such parts are contiguous.
struct Row {
  InstId array;
  std::vector<InstId> index;
};
/// The array as a view that is repeated along the axes where it has one element (or none) and the arrays `with` have
/// others, as NumPy broadcasts them together. The result is readonly. Shapes that do not go together raise at `site`.
struct Broadcast {
  InstId array;
  std::vector<InstId> with;
  uint32_t site = 0;
};
/// The array, or a copy of what it holds now where it shares memory with one of `from`. `same`: one that is the same
/// view as the array, element for element, does not count. A readonly result stands for an input, and `from` are about
/// to be written. Another is written itself while `from` are read, and copied back, which costs nothing without a copy.
struct Apart {
  InstId array;
  std::vector<InstId> from;
  bool same = false;
};
/// Sum, min or max of all elements, in index order, each cast to the instruction's type first. The Min and Max of
/// floats are NaN when one of them is; of nothing they raise at `site`.
struct Reduce {
  ReduceOp op;
  InstId array;
  uint32_t site = 0;
};

// ---- variables and control
/// A variable; the instruction's type is its type. Executing the instruction makes it zero (an empty array).
struct Slot {};
struct Get {
  InstId slot;
};
struct Set {
  InstId slot, value;
};
/// `for var in range(lo, hi, step)`, all int64, `step` != 0 (a Const in most cases; a step of 0 runs no round). The
/// number of rounds is fixed when the loop starts; `var` never wraps.
struct For {
  InstId var, lo, hi, step;
  BlockId body;
  bool parallel = false;
};
/// `test` is computed by `condition` before each round.
struct While {
  BlockId condition;
  InstId test;
  BlockId body;
};
struct If {
  InstId condition;
  BlockId then, otherwise;
};
struct Break {};
struct Continue {};
struct Return {
  std::vector<InstId> values;
};
/// Raises the exception of `site`; `values` fill the braces of its message.
struct Raise {
  uint32_t site;
  std::vector<InstId> values;
};
/// Calls another function of the module. A jitted function yields its result (a tuple if there are several values, read
/// by `Item`; none if there is none). A stencil is applied to whole arrays: a new array, or `out` when there is one
/// (then it yields `out`, each value cast to its dtype; after the passes the dtypes are equal). Cells of `out` outside
/// the iteration space get `cval` or, without one, 0; with `keep` and without `cval` they keep their value. `out` may
/// overlap an input at run time, since both may be parameters: the result is as if computed aside and then copied, so
/// generated code checks for overlap and goes through a temporary array.
/// `parallel`: the last two arguments, `lo` and `hi`, say for which rounds of a loop the function does the work, and
/// the rounds may be done in any order. Generated code may call it for parts of them on several threads; what raises is
/// then what the lowest raising round raises.
struct Call {
  uint32_t function;
  std::vector<InstId> args;
  InstId out;
  uint32_t site = 0;
  bool keep = false;
  bool parallel = false;
};
struct Item {
  InstId tuple;
  uint32_t position;
};
struct MakeTuple {
  std::vector<InstId> items;
};

using Op = std::variant<Const, Param, Global, LoopVar, Unary, Binary, Compare, Select, Cast, Math, Neighbor, NeighborAt,
                        Dim, Load, Store, Alloc, Copy, Ravel, Row, Broadcast, Apart, Reduce, Slot, Get, Set, For, While,
                        If, Break, Continue, Return, Raise, Call, Item, MakeTuple>;

/// One instruction: what it does, the type it yields (`none` for statements), the text it came from.
struct Inst {
  Op op;
  Type type;
  Span span{};
};
struct Block {
  std::vector<InstId> insts;
};

/// A closed interval of integers, wide enough for every int64 and uint64.
struct Range {
  __int128 lo = 0, hi = 0;
  bool operator==(const Range&) const = default;
  bool contains(const Range& other) const { return lo <= other.lo && other.hi <= hi; }
  /// All values of an integer type or bool.
  static Range of(DType dtype);
};

/// How far around an output point a stencil reads, for each axis: lo <= 0 <= hi.
struct Footprint {
  std::vector<std::pair<int64_t, int64_t>> axes;
  bool operator==(const Footprint&) const = default;
};

enum class FunctionKind : uint8_t { Jit, Stencil };

struct Parameter {
  std::string name;
  Type type;
  bool relative = false;       ///< stencils: read at offsets from the output point
  std::optional<Range> range;  ///< of its elements, when known to be narrower than the type's
};

/// What a pass recognised in a function, or why it left a place alone: `explain` shows these.
struct Note {
  std::string pass;  ///< "narrow-ranges"
  bool done;         ///< false: it declined
  std::string text;  ///< one sentence, lower case, no full stop
  Span span{};       ///< the text that it is about; empty: the whole function
};

/// One function. A stencil's `rank` is that of its relative arrays; its body returns one scalar for each result type.
struct Function {
  std::string name;
  FunctionKind kind = FunctionKind::Jit;
  std::vector<Parameter> params;
  std::vector<Type> results;  ///< scalars for a stencil
  int rank = 0;
  Footprint footprint;  ///< stencils: set by `infer_footprint`
  BorderMode mode = BorderMode::Constant;
  std::optional<Scalar> cval;  ///< stencils: the given border value, already of the result's type
  bool fastmath = false;
  Table<Inst> insts;
  Table<Block> blocks;
  BlockId body;
  std::vector<Note> notes;  ///< not part of the meaning, nor of the printed text

  const Inst& operator[](InstId id) const { return insts[id]; }
  const Block& operator[](BlockId id) const { return blocks[id]; }
};

/// A place that can raise: the class and message, and the text it came from. `{0}`, `{1}` in the message stand for
/// values.
struct Site {
  std::string exception;  ///< "IndexError"
  std::string message;
  Span span;
};

/// A function, everything it calls, and the tables they share. Function 0 is the entry.
struct Module {
  std::vector<Function> functions;
  std::vector<ConstantArray> constants;
  std::vector<Site> sites;  ///< site 0 is unused, so that a status of 0 means success
  std::vector<SourcePtr> sources;
};

// Calls `f` on every operand, by reference: the one list that walkers, the verifier, the printer and the rewriter
// share.
template <class F>
void operands(Const&, F&&) {}
template <class F>
void operands(Param&, F&&) {}
template <class F>
void operands(Global&, F&&) {}
template <class F>
void operands(LoopVar&, F&&) {}
template <class F>
void operands(Unary& n, F&& f) {
  f(n.a);
}
template <class F>
void operands(Binary& n, F&& f) {
  f(n.a), f(n.b);
}
template <class F>
void operands(Compare& n, F&& f) {
  f(n.a), f(n.b);
}
template <class F>
void operands(Select& n, F&& f) {
  f(n.condition), f(n.a), f(n.b);
}
template <class F>
void operands(Cast& n, F&& f) {
  f(n.a);
}
template <class F>
void operands(Math& n, F&& f) {
  for (InstId& a : n.args) f(a);
}
template <class F>
void operands(Neighbor& n, F&& f) {
  f(n.array);
}
template <class F>
void operands(NeighborAt& n, F&& f) {
  f(n.array);
  for (InstId& o : n.offset) f(o);
}
template <class F>
void operands(Dim& n, F&& f) {
  f(n.array);
}
template <class F>
void operands(Load& n, F&& f) {
  f(n.array);
  for (InstId& i : n.index) f(i);
}
template <class F>
void operands(Store& n, F&& f) {
  f(n.array);
  for (InstId& i : n.index) f(i);
  f(n.value);
}
template <class F>
void operands(Alloc& n, F&& f) {
  for (InstId& s : n.shape) f(s);
}
template <class F>
void operands(Copy& n, F&& f) {
  f(n.target), f(n.value);
}
template <class F>
void operands(Ravel& n, F&& f) {
  f(n.array);
}
template <class F>
void operands(Row& n, F&& f) {
  f(n.array);
  for (InstId& i : n.index) f(i);
}
template <class F>
void operands(Broadcast& n, F&& f) {
  f(n.array);
  for (InstId& a : n.with) f(a);
}
template <class F>
void operands(Apart& n, F&& f) {
  f(n.array);
  for (InstId& a : n.from) f(a);
}
template <class F>
void operands(Reduce& n, F&& f) {
  f(n.array);
}
template <class F>
void operands(Slot&, F&&) {}
template <class F>
void operands(Get& n, F&& f) {
  f(n.slot);
}
template <class F>
void operands(Set& n, F&& f) {
  f(n.slot), f(n.value);
}
template <class F>
void operands(For& n, F&& f) {
  f(n.lo), f(n.hi), f(n.step);
}
template <class F>
void operands(While&, F&&) {}  // `test` is defined inside `condition`
template <class F>
void operands(If& n, F&& f) {
  f(n.condition);
}
template <class F>
void operands(Break&, F&&) {}
template <class F>
void operands(Continue&, F&&) {}
template <class F>
void operands(Return& n, F&& f) {
  for (InstId& v : n.values) f(v);
}
template <class F>
void operands(Raise& n, F&& f) {
  for (InstId& v : n.values) f(v);
}
template <class F>
void operands(Call& n, F&& f) {
  for (InstId& a : n.args) f(a);
  if (n.out) f(n.out);
}
template <class F>
void operands(Item& n, F&& f) {
  f(n.tuple);
}
template <class F>
void operands(MakeTuple& n, F&& f) {
  for (InstId& i : n.items) f(i);
}

/// Calls `f` on every block that the instruction owns.
template <class O, class F>
void blocks_of(O&, F&&) {}
template <class F>
void blocks_of(For& n, F&& f) {
  f(n.body);
}
template <class F>
void blocks_of(While& n, F&& f) {
  f(n.condition), f(n.body);
}
template <class F>
void blocks_of(If& n, F&& f) {
  f(n.then), f(n.otherwise);
}

/// Calls `f(InstId)` on every operand, in order.
template <class F>
void for_operands(const Op& op, F&& f) {
  std::visit(
      [&](const auto& n) {
        operands(const_cast<std::decay_t<decltype(n)>&>(n), [&](const InstId& id) { f(InstId(id)); });
      },
      op);
}
/// Calls `f(BlockId)` on every block that the instruction owns, in order.
template <class F>
void for_blocks(const Op& op, F&& f) {
  std::visit(
      [&](const auto& n) {
        blocks_of(const_cast<std::decay_t<decltype(n)>&>(n), [&](const BlockId& id) { f(BlockId(id)); });
      },
      op);
}
/// True for Break, Continue, Return and Raise: they end their block.
bool ends_block(const Op& op);

/// True when the instruction only computes a value: it may be dropped, shared or moved.
bool is_pure(const Op& op);

/// True for a check: `if %c { pure values; raise }` and nothing else.
bool is_check(const Function& function, InstId inst);

/// The instruction as one line (of one that owns blocks: its head), the function and the module as text (docs/ir.md).
/// `print(parse_ir(print(m))) == print(m)`; the text leaves out the spans of instructions and the text of sources.
std::string print(const Function& function, InstId inst);
std::string print(const Function& function);
std::string print(const Module& module);
/// Reads IR text; throws `Error` (Value) with the line on malformed text. Never crashes on any text.
Module parse_ir(std::string_view text);

/// Checks every rule of the IR: types of operands, definitions before uses (a value is seen in the rest of its block
/// and in blocks inside it; the condition of a `While` is not seen by its body), blocks owned once, nothing behind what
/// ends a block, a value returned on every path of a function with results. Throws an internal error that names the
/// instruction.
void verify(const Module& module);

/// The value ranges of integers and bools, from the parameters up (of anything else: {0, 0}, which means nothing).
/// Sound: a value always lies in its range.
Table<Inst, Range> analyse_ranges(const Function& function);

/// Scalar conversion and arithmetic with the meaning stated above; the interpreter and constant folding share them.
Scalar cast_scalar(Scalar value, DType to);
Scalar evaluate(UnaryOp op, Scalar a);
Scalar evaluate(BinaryOp op, Scalar a, Scalar b);
Scalar evaluate(CompareOp op, Scalar a, Scalar b);
Scalar evaluate(MathFn fn, const std::vector<Scalar>& args, DType result);
/// The value of an integer or bool scalar, and the scalar of a value (which wraps; bool is `!= 0`).
__int128 integer_value(Scalar scalar);
Scalar integer_scalar(DType dtype, __int128 value);
/// The value of a float scalar, and the float of a value (rounded to float32 if need be).
double float_value(Scalar scalar);
Scalar float_scalar(DType dtype, double value);
/// Whether the operation exists on this dtype.
bool has_op(UnaryOp op, DType dtype);
bool has_op(BinaryOp op, DType dtype);
/// Number of arguments of a math function.
int arity(MathFn fn);

}  // namespace nf::ir
