// The functions and constants of Python, `math`, NumPy and Nearfield that kernels have, by their full names.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/rules.h"

namespace nf::types {

/// One function. Functions of numbers have a rule; the others are typed one by one.
struct BuiltinEntry {
  std::string_view path;  ///< "numpy.sqrt"
  Builtin builtin;
  std::string_view params;  ///< names of the parameters; "*" for any number of them
  int required;             ///< how many must be given
  std::optional<ResultRule> rule;
};

const BuiltinEntry* find_builtin(std::string_view path);
/// The method of arrays of this name: `x.sum()`.
const BuiltinEntry* find_method(std::string_view name);
/// `math.pi`, `numpy.inf`, ...
std::optional<double> find_library_constant(std::string_view path);
/// "numpy", "math", "builtins" or "nearfield".
bool is_module(std::string_view path);
/// The names that a module has here, without the module.
std::vector<std::string> members_of(std::string_view module);
std::vector<std::string> method_names();
/// Python's exception classes that `raise` takes.
const std::vector<std::string>& exception_names();

}  // namespace nf::types
