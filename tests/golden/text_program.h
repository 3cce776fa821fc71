// A golden text as a program: its last kernel, and the argument types that its first line gives ("uint8[:, ::1]
// float64"; `ro` before an array makes it read-only).
#pragma once
#include <cctype>

#include "golden/stage.h"
#include "nearfield/error.h"
#include "types/types.h"

namespace nf::golden {

struct Program {
  types::DefinitionPtr entry;
  std::vector<Type> args;
};

/// "uint8[:, ::1]" as a type.
inline Type read_type(const std::string& word, bool readonly) {
  size_t bracket = word.find('[');
  auto dtype = dtype_named(word.substr(0, bracket));
  if (!dtype) throw Error(ErrorKind::Value, "no type `" + word + "`");
  if (bracket == std::string::npos) return Type::scalar(*dtype);
  std::string axes = word.substr(bracket);
  int rank = 1;
  for (char c : axes) rank += c == ',';
  Layout layout = axes.ends_with("::1]") ? Layout::C : axes.starts_with("[::1") ? Layout::F : Layout::Any;
  return Type::array(*dtype, rank, layout, readonly);
}

inline std::vector<Type> read_types(const std::vector<std::string>& words) {
  std::vector<Type> types;
  std::string open;
  bool readonly = false;
  for (const std::string& word : words) {
    if (word == "ro") {
      readonly = true;
      continue;
    }
    open += word;
    if (open.find('[') != std::string::npos && open.back() != ']') continue;  // "uint8[:," goes on
    types.push_back(read_type(open, readonly));
    open.clear(), readonly = false;
  }
  return types;
}

inline Program read_program(const Input& input) {
  auto module = syntax::parse(std::make_shared<Source>(input.name, input.text));
  module->diagnostics.throw_if_any();
  types::FileDefinitions file = types::read_definitions(module);
  file.diagnostics.throw_if_any();
  if (file.kernels.empty()) throw Error(ErrorKind::Value, "the text has no kernel");
  return {file.kernels.back(), read_types(input.args)};
}

}  // namespace nf::golden
