// Splits the variables of a function into versions (see Note [Versions] in typed.h), from its tree alone.
#pragma once
#include <map>
#include <string>

#include "types/typed.h"

namespace nf::types {

/// The names of a function's own variables, and what every read of one reads.
struct Scope {
  std::map<std::string, uint32_t, std::less<>> variables;  ///< name -> index into `Typed::variables`
  Table<syntax::Expr, VersionId> reads;                    ///< `none()`: not set on any path
  bool is_local(std::string_view name) const { return variables.find(name) != variables.end(); }
};

/// The parameters of a definition, `def` or lambda.
const std::vector<syntax::Parameter>& parameters_of(const Definition& definition);
/// What marks the definition as a whole in messages: its name.
Span name_span(const Definition& definition);

/// Makes the versions, flows and parameters' versions of `typed`, which has its definition and `params` set.
Scope split_versions(Typed& typed);

/// `while True`: a loop that never ends by its test.
bool is_always_true(const syntax::Module& tree, syntax::ExprId test);

/// The names that a target binds, in order: `(a, b), c` has three.
std::vector<syntax::ExprId> leaves(const syntax::Module& tree, syntax::ExprId target);

}  // namespace nf::types
