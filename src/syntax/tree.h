// The syntax tree: small structs in a flat store, addressed by typed ids. Everything Python has parses; what kernels
// do not have becomes `Unsupported`, which names it.
#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "base/id.h"
#include "base/source.h"

namespace nf::syntax {

struct Expr;
struct Stmt;
using ExprId = Id<Expr>;
using StmtId = Id<Stmt>;
using Body = std::vector<StmtId>;

// One node a line reads as the grammar does.
// clang-format off
// ---- expressions
enum class UnaryOp : uint8_t { Plus, Minus, Invert, Not };
enum class BinaryOp : uint8_t { Add, Sub, Mul, Div, FloorDiv, Mod, Pow, MatMul, LeftShift, RightShift, And, Or, Xor };
enum class CompareOp : uint8_t { Eq, Ne, Lt, Le, Gt, Ge, Is, IsNot, In, NotIn };
enum class BoolOp : uint8_t { And, Or };

struct Name { std::string text; };
/// An integer literal; `fits` is false beyond 2^64 - 1.
struct IntegerLiteral { uint64_t value; bool fits; };
struct FloatLiteral { double value; };
struct ImaginaryLiteral { double value; };
struct BoolLiteral { bool value; };
struct StringLiteral { std::string value; };
struct NoneLiteral {};
struct EllipsisLiteral {};
struct TupleExpr { std::vector<ExprId> items; };
struct ListExpr { std::vector<ExprId> items; };
struct Unary { UnaryOp op; ExprId operand; };
struct Binary { BinaryOp op; ExprId left, right; };
/// `a and b and c`.
struct BoolExpr { BoolOp op; std::vector<ExprId> operands; };
/// `a < b <= c`: one more operand than operators.
struct Compare { std::vector<ExprId> operands; std::vector<CompareOp> ops; };
/// `then if test else otherwise`.
struct Conditional { ExprId test, then, otherwise; };
/// One argument of a call: `value`, `name=value`, `*value` or `**value`.
struct CallArgument { std::string name; ExprId value; bool star = false; bool double_star = false; Span span; };
struct Call { ExprId function; std::vector<CallArgument> arguments; };
struct Attribute { ExprId value; std::string name; Span name_span; };
/// `value[index]`; `a[i, j]` has two entries in `index`, `a[(i, j)]` one TupleExpr.
struct Subscript { ExprId value; std::vector<ExprId> index; };
/// `lo:hi:step` inside a subscript; absent parts are `none()`.
struct Slice { ExprId lo, hi, step; };
struct Starred { ExprId value; };
struct Parameter { std::string name; Span span; ExprId annotation; ExprId default_value; enum class Kind : uint8_t { Plain, KeywordOnly, Star, DoubleStar } kind = Kind::Plain; };
struct Lambda { std::vector<Parameter> params; ExprId body; };
/// A construct of Python that kernels do not have, by name: "`await`", "list comprehension", "f-string".
struct UnsupportedExpr { std::string what; };

// clang-format on
/// One expression and the text it came from.
struct Expr {
  std::variant<Name, IntegerLiteral, FloatLiteral, ImaginaryLiteral, BoolLiteral, StringLiteral, NoneLiteral,
               EllipsisLiteral, TupleExpr, ListExpr, Unary, Binary, BoolExpr, Compare, Conditional, Call, Attribute,
               Subscript, Slice, Starred, Lambda, UnsupportedExpr>
      node;
  Span span;
};

// clang-format off
// ---- statements
struct FunctionDef { std::string name; Span name_span; std::vector<Parameter> params; ExprId returns; std::vector<ExprId> decorators; Body body; };
struct ClassDef { std::string name; };
struct Return { ExprId value; };
/// `a = b = value`: two targets.
struct Assign { std::vector<ExprId> targets; ExprId value; };
struct AugAssign { BinaryOp op; ExprId target, value; };
/// `target: annotation = value`; `value` may be absent.
struct AnnAssign { ExprId target, annotation, value; };
struct For { ExprId target, iterable; Body body, otherwise; };
struct While { ExprId test; Body body, otherwise; };
struct If { ExprId test; Body then, otherwise; };
struct ExprStmt { ExprId value; };
struct Pass {};
struct Break {};
struct Continue {};
struct Raise { ExprId exception, cause; };
struct Assert { ExprId test, message; };
/// One name of an import: `module` is "numpy" in `import numpy as np` (member empty), and in `from numpy import sqrt`
/// (member "sqrt"). `import numpy.linalg` binds the name `numpy` to the module "numpy". Relative modules keep their
/// dots; in `from numpy import *` member and name are "*".
struct ImportedName { std::string module, member, bound_as; };
struct Import { std::vector<ImportedName> names; };
struct UnsupportedStmt { std::string what; };
// clang-format on

struct Stmt {
  std::variant<FunctionDef, ClassDef, Return, Assign, AugAssign, AnnAssign, For, While, If, ExprStmt, Pass, Break,
               Continue, Raise, Assert, Import, UnsupportedStmt>
      node;
  Span span;
};

/// The tree of one text, and what was wrong with it.
struct Module {
  SourcePtr source;
  Table<Expr> exprs;
  Table<Stmt> stmts;
  Body body;
  Diagnostics diagnostics;

  const Expr& operator[](ExprId id) const { return exprs[id]; }
  const Stmt& operator[](StmtId id) const { return stmts[id]; }
};

}  // namespace nf::syntax
