// From text to kernels: files that are read and not executed, and functions that Python hands over.
#include <algorithm>
#include <chrono>

#include "base/diagnostic.h"
#include "base/files.h"
#include "nearfield/kernel.h"
#include "syntax/syntax.h"
#include "types/types.h"

namespace nf {
namespace {

std::shared_ptr<const syntax::Module> parse(const SourceText& source) {
  return syntax::parse(std::make_shared<Source>(source.name, source.text, source.first_line));
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

bool is_stencil_like(const KernelOptions& options) {
  return options.kind == KernelOptions::Kind::Stencil || options.kind == KernelOptions::Kind::Gufunc;
}

/// The kernel of this name, or the only one that `wanted` accepts.
template <class Wanted>
Kernel pick(const SourceText& source, std::string_view name, const char* what, Wanted wanted) {
  std::vector<Kernel> found;
  std::vector<std::string> all;
  for (const Kernel& kernel : kernels(source)) {
    if (name.empty() ? wanted(kernel.options()) : kernel.name() == name) found.push_back(kernel);
    all.push_back(kernel.name());
  }
  if (found.size() == 1) return found[0];
  std::string list = fmt::format("{}", fmt::join(all, ", "));
  if (!name.empty() && found.empty()) {
    auto near = closest(name, all);
    throw Error(ErrorKind::Value, fmt::format("{} has no kernel `{}`", source.name, name),
                {near ? fmt::format("did you mean `{}`?", *near)
                      : fmt::format("its kernels are: {}", list.empty() ? "none" : list)});
  }
  if (found.empty())
    throw Error(ErrorKind::Value, fmt::format("{} has no {}", source.name, what),
                {"a kernel is a `def` with a nearfield decorator, or one that reads its parameter at constant offsets: "
                 "x[-1, 0]"});
  throw Error(ErrorKind::Value, fmt::format("{} has {} kernels: {}", source.name, found.size(), list),
              {"name the one to use"});
}

}  // namespace

SourceText read_text(const std::string& path) {
  std::vector<std::byte> bytes = read_whole(system_files(), path, 1 << 20);
  return {path, std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), 1};
}

std::vector<Kernel> kernels(const SourceText& source) {
  const auto start = std::chrono::steady_clock::now();
  auto module = parse(source);
  types::FileDefinitions file = types::read_definitions(module, milliseconds_since(start));
  file.diagnostics.throw_if_any();
  std::vector<Kernel> made;
  for (const types::DefinitionPtr& definition : file.kernels) made.emplace_back(definition);
  return made;
}

std::vector<DiagnosticText> check(const SourceText& source) {
  try {
    kernels(source);
    return {};
  } catch (const CompileError& error) {
    return error.diagnostics;
  }
}

Kernel stencil(const SourceText& source, std::string_view name) {
  return pick(source, name, "stencil", is_stencil_like);
}

Kernel jit(const SourceText& source, std::string_view name) {
  return pick(source, name, "jitted function",
              [](const KernelOptions& options) { return options.kind == KernelOptions::Kind::Jit; });
}

Kernel vectorize(const SourceText& source, std::string_view name) {
  return pick(source, name, "ufunc",
              [](const KernelOptions& options) { return options.kind == KernelOptions::Kind::Vectorize; });
}

Kernel kernel_from_text(const SourceText& source, std::string_view name, int line,
                        std::pair<uint32_t, uint32_t> columns, const KernelOptions& options,
                        std::shared_ptr<Environment> names) {
  const auto start = std::chrono::steady_clock::now();
  auto module = parse(source);
  module->diagnostics.throw_if_any();
  auto definition = std::make_shared<types::Definition>();
  definition->name = name;
  definition->module = module;
  definition->options = options;
  definition->names = std::move(names);
  if (name == "<lambda>")
    definition->lambda = syntax::find_lambda(*module, columns.first, columns.second);
  else
    definition->function = syntax::find_function(*module, name, line);
  if (!definition->function && !definition->lambda)
    throw Error(ErrorKind::Value, fmt::format("the text of {} has no function `{}`", source.name, name));
  definition->milliseconds_parse = milliseconds_since(start);
  return Kernel(definition);
}

}  // namespace nf
