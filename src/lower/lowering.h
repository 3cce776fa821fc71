// What the parts of lowering share: the state of one function while its IR is built. Private to `lower`.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ir/ir.h"
#include "ir/rewrite.h"
#include "types/typed.h"

namespace nf::lower {
using ir::InstId;
using syntax::ExprId;
using syntax::StmtId;
using types::VersionId;

/// What an expression yields: one instruction, a tuple of values, or nothing (`None`).
struct Value {
  InstId inst;
  std::vector<Value> items;
};

/// A loop around the current statement that some `break` leaves and that does something when none did.
struct OpenLoop {
  StmtId stmt;
  InstId broke;  ///< a slot: set when a `break` was taken; `none()` where nobody asks
};

struct Lowering;

/// The pointwise function that a whole-array expression becomes: what is read from outside of it are its parameters.
struct Elements {
  Lowering& outer;
  ExprId root;                             ///< the expression
  std::vector<InstId> args{};              ///< of the outer function
  std::vector<InstId> params{}, values{};  ///< inside: the parameters, and the numbers that stand for them
  std::vector<ir::Parameter> declared{};
};

/// One function while it is lowered.
struct Lowering {
  const types::TypedProgram& program;
  const types::Typed& typed;
  ir::Module& module;
  ir::Function& function;
  ir::Builder builder;
  uint32_t source = 0;                    ///< index of the function's text in the module
  Span span{};                            ///< what is being lowered
  Table<types::Version, Value> values{};  ///< of versions that are plain values
  std::vector<bool> is_direct{};          ///< merged versions of repeated loops: plain values too
  /// Merged versions live in slots, one for each number or array in them. All merged versions of one variable that have
  /// one type share theirs: of a variable only the current version is ever read, so they cannot be in each other's way.
  std::map<std::pair<uint32_t, uint32_t>, Value> slots{};  ///< by variable and type
  std::map<uint32_t, InstId> set_flags{};                  ///< by variable: whether it is set, where that may be asked
  std::vector<InstId> all_slots{};                         ///< they open the function
  std::vector<OpenLoop> loops{};
  types::KnownValues known{};                      ///< variables of loops that are being repeated
  bool numpy_errors = false;                       ///< division by zero raises nothing
  Elements* elements = nullptr;                    ///< set while the body of a whole-array expression is made
  std::vector<ir::Function>* pointwise = nullptr;  ///< those bodies; they follow the functions of the program

  const syntax::Module& tree() const { return typed.tree(); }
  Type type(ExprId id) const { return typed.types[id]; }
  const types::Meaning& meaning(ExprId id) const { return typed.meanings[id]; }

  InstId emit(ir::Op op, Type type) { return builder.emit(std::move(op), type, span); }
  void emit(ir::Op op) { builder.emit(std::move(op), Type::none(), span); }
  InstId constant(Scalar value) { return builder.constant(value, span); }
  InstId integer(int64_t value) { return builder.constant(value, span); }
  InstId number(double value, DType dtype);
  InstId boolean(bool value) { return constant(Scalar::of(DType::Bool, uint8_t(value))); }
  InstId cast(InstId value, DType to) { return builder.cast(value, to, span); }
  Type type_of(InstId id) const { return function[id].type; }
  DType dtype_of(InstId id) const { return function[id].type.dtype(); }
  InstId binary(ir::BinaryOp op, InstId a, InstId b) { return emit(ir::Binary{op, a, b}, type_of(a)); }
  InstId compare(ir::CompareOp op, InstId a, InstId b) {
    return emit(ir::Compare{op, a, b}, Type::scalar(DType::Bool));
  }
  InstId select(InstId condition, InstId a, InstId b) { return emit(ir::Select{condition, a, b}, type_of(a)); }
  ir::BlockId new_block() { return function.blocks.add({}); }
  InstId new_slot(Type type);
  uint32_t site(std::string exception, std::string message);
};

/// Marks what is emitted while it lives with the text of one node.
class At {
 public:
  At(Lowering& l, Span span) : lowering_(l), before_(l.span) { l.span = span, l.span.source = l.source; }
  ~At() { lowering_.span = before_; }
  At(const At&) = delete;
  At& operator=(const At&) = delete;

 private:
  Lowering& lowering_;
  Span before_;
};

// ---- values (value.cpp)
/// Numbers are cast, arrays stay, tuples go item by item.
Value convert(Lowering& l, const Value& value, Type from, Type to);
/// Calls `f` on every instruction in a value, in order.
void each_leaf(const Value& value, const std::function<void(InstId)>& f);
std::vector<Type> leaf_types(Type type);
/// A value of this type whose leaves `make` gives.
Value make_value(Type type, const std::function<InstId(Type)>& make);
/// The value of a version where it is read; raises when it is not set.
Value read_version(Lowering& l, VersionId id);
/// The slots of a merged version.
Value slots_of(Lowering& l, VersionId id);
/// True when both versions are merged and live in the same slots: a move from one to the other is nothing to do.
bool share_slots(const Lowering& l, VersionId a, VersionId b);
/// Performs the moves of one edge.
void perform(Lowering& l, const types::Moves& moves);
/// Whether a number is true.
InstId truth(Lowering& l, InstId value);
/// Whether the value of this type is true: a number, a tuple (not empty), `None` (never).
InstId truth(Lowering& l, const Value& value, Type type);
/// Raises when `condition` holds.
void raise_if(Lowering& l, InstId condition, uint32_t site);
/// One of two values; a side is computed only when it is chosen, unless that makes no difference.
Value choose(Lowering& l, InstId condition, Type type, const std::function<Value()>& then,
             const std::function<Value()>& otherwise);

// ---- expressions (expression.cpp, arithmetic.cpp, builtin.cpp)
Value lower_expr(Lowering& l, ExprId id);
/// A number in its own dtype, or as another.
InstId lower_scalar(Lowering& l, ExprId id);
InstId lower_scalar(Lowering& l, ExprId id, DType to);
InstId lower_truth(Lowering& l, ExprId id);
InstId lower_array(Lowering& l, ExprId id);
InstId arithmetic(Lowering& l, syntax::BinaryOp op, InstId a, InstId b, DType result);
InstId unary(Lowering& l, syntax::UnaryOp op, InstId a, DType result);
InstId compare_numbers(Lowering& l, syntax::CompareOp op, InstId a, InstId b);
/// `base ** exponent` for a known exponent, by repeated multiplication as Numba does it.
InstId static_power(Lowering& l, InstId base, int64_t exponent, DType result);
/// Raises unless the divisor is known not to be zero or division by zero is defined.
void check_divisor(Lowering& l, InstId divisor, const char* message);
Value lower_builtin(Lowering& l, ExprId id, const types::BuiltinCall& call);

// ---- gufuncs (gufunc.cpp)
Value lower_gufunc_call(Lowering& l, ExprId id, const types::GufuncCall& call);

// ---- order (ranked.cpp)
Value lower_sorted(Lowering& l, const types::BuiltinCall& call);
/// The item of `sorted` that has `rank` others before it.
InstId lower_rank(Lowering& l, const types::BuiltinCall& call, int rank);
InstId lower_median(Lowering& l, const types::BuiltinCall& call);

// ---- whole arrays (whole_array.cpp)
/// True for what computes an array element by element from its operands.
bool is_elementwise(const Lowering& l, ExprId id);
/// The expression as a call of a pointwise stencil, of arrays that are broadcast together; into `out` if there is one.
Value lower_whole_array(Lowering& l, ExprId id, InstId out = InstId::none());
/// Inside such a stencil: the number that stands for an operand which is not computed in it; nothing for others.
std::optional<Value> element_leaf(Lowering& l, ExprId id);

// ---- elements (element.cpp)
/// Indexes as int64, and whether a negative one counts from the end.
struct Indexes {
  std::vector<InstId> values;
  bool wrap = true;
};
Indexes lower_indexes(Lowering& l, const std::vector<ExprId>& index);
Value lower_subscript(Lowering& l, ExprId id, const syntax::Subscript& subscript);
/// The item of a tuple at a place known only at run time, without a check of the place.
Value item_at(Lowering& l, const Value& tuple, Type type, InstId position, Type item_type);
/// An element that is read and written: its array and indexes are computed once.
struct Element {
  InstId array;
  Indexes indexes;
};
Element lower_element(Lowering& l, const syntax::Subscript& subscript);
InstId load(Lowering& l, const Element& element);
void store(Lowering& l, const Element& element, InstId value);
void lower_store(Lowering& l, const syntax::Subscript& subscript, const Value& value, Type type);

// ---- statements (statement.cpp, loop.cpp)
/// Returns whether control goes on behind it.
bool lower_body(Lowering& l, const syntax::Body& body);
void assign(Lowering& l, ExprId target, const Value& value, Type type);
void lower_return(Lowering& l, const Value& value, Type type);
bool lower_for(Lowering& l, StmtId id, const syntax::For& loop);
bool lower_while(Lowering& l, StmtId id, const syntax::While& loop);

}  // namespace nf::lower
