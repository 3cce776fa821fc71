// Front door of `types`. In: a definition (tree, options, names) and argument types. Out: a type for every expression
// and every version of every variable, or diagnostics. It never sees data and generates no code.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/type.h"
#include "nearfield/environment.h"
#include "syntax/syntax.h"

namespace nf::types {

/// A function as the user wrote it: its text and tree, what decorated it, and what the names around it stand for.
struct Definition {
  std::string name;
  std::shared_ptr<const syntax::Module> module;
  syntax::StmtId function;  ///< the `def`, or `none()`
  syntax::ExprId lambda;    ///< the lambda when there is no `def`
  KernelOptions options;
  std::shared_ptr<Environment> names;
  double milliseconds_parse = 0;  ///< what reading the text took
};
using DefinitionPtr = std::shared_ptr<const Definition>;

struct Typed;  // typed.h: the side tables of one function
struct TypedProgram;

/// Types a definition for arguments of these types, and every kernel it calls. For a stencil the argument types are the
/// arrays and scalars it is applied to. Throws `CompileError` with all diagnostics.
std::shared_ptr<const TypedProgram> infer_types(const DefinitionPtr& definition, std::vector<Type> args);

/// The typed function as text for goldens: each version of each variable and its type, then the return type.
std::string print(const TypedProgram& program);

/// The definitions of a file that is read and not executed (design: constants, imports, `def`s and their decorators).
struct FileDefinitions {
  std::shared_ptr<const syntax::Module> module;
  std::vector<DefinitionPtr> kernels;  ///< decorated or stencil-like, in file order
  Diagnostics diagnostics;
};
FileDefinitions read_definitions(std::shared_ptr<const syntax::Module> module, double milliseconds_parse = 0);

// The scalar rules (docs/language.md), used by `types` and by the tests.
/// Result of `a op b` on scalars for + - * // % & | ^.
std::optional<DType> arithmetic_result(syntax::BinaryOp op, DType a, DType b);
/// The smallest type that holds both (variables at a merge).
DType unify(DType a, DType b);
/// NumPy's casting rules: "safe" keeps every value, "same_kind" may lose precision or range.
bool casts_safely(DType from, DType to);
bool casts_same_kind(DType from, DType to);

/// The dtypes of what a gufunc's kernel stores into its last parameters, for inputs of these types; `ranks` are those
/// of the outputs. Throws `CompileError`.
std::vector<DType> output_dtypes(const DefinitionPtr& definition, const std::vector<Type>& inputs,
                                 const std::vector<int>& ranks);

}  // namespace nf::types
