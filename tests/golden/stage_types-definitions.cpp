// The stage `definitions`: what a file that is read and not executed defines, its kernels with their options first.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/match.h"
#include "golden/stage.h"
#include "types/signature.h"
#include "types/types.h"

namespace nf::golden {
namespace {

using Kind = KernelOptions::Kind;

std::string text(const Scalar& scalar) {
  std::string_view type = name_of(scalar.dtype);
  if (scalar.dtype == DType::UInt64) return fmt::format("{} {}", type, scalar.bits);
  return is_float(scalar.dtype) ? fmt::format("{} {}", type, scalar.to_double())
                                : fmt::format("{} {}", type, scalar.to_int());
}

/// The options that differ from the defaults.
std::string text(const KernelOptions& o) {
  constexpr const char* kinds[] = {"jit", "stencil", "gufunc", "vectorize"};
  std::string made = kinds[unsigned(o.kind)];
  auto add = [&](bool differs, const std::string& more) { made += differs ? " " + more : ""; };
  add(o.over_stencil, "over a stencil");
  add(o.mode != BorderMode::Constant, fmt::format("mode={}", name_of(o.mode)));
  add(o.cval.has_value(), "cval=" + (o.cval ? text(*o.cval) : ""));
  add(!o.neighborhood.empty(), fmt::format("neighborhood={}", o.neighborhood));
  add(!o.standard_indexing.empty(), fmt::format("standard_indexing={}", o.standard_indexing));
  add(o.dtype.has_value(), fmt::format("dtype={}", o.dtype ? name_of(*o.dtype) : ""));
  add(o.fit, "dtype=fit"), add(o.fastmath, "fastmath"), add(o.parallel, "parallel");
  add(!o.boundscheck, "boundscheck=False"), add(o.numpy_errors, "error_model=numpy");
  for (const Signature& signature : o.signatures) add(true, types::to_string(signature));
  add(!o.writable_args.empty(), fmt::format("writable_args={}", o.writable_args));
  add(!o.layout.empty(), o.layout), add(o.target != "cpu", "target=" + o.target);
  return made;
}

std::string text(const ConstantArray& array) {
  std::vector<std::string> items;
  size_t size = size_t(size_of(array.dtype));
  for (size_t at = 0; at < array.data.size(); at += size) {
    Scalar item{array.dtype, 0};
    std::memcpy(&item.bits, array.data.data() + at, size);
    items.push_back(is_float(array.dtype) ? fmt::format("{}", item.to_double()) : fmt::format("{}", item.to_int()));
  }
  return fmt::format("array {} ({}) {}", name_of(array.dtype), fmt::join(array.shape, ", "), fmt::join(items, " "));
}

std::string text(const Binding& binding) {
  return match(
      binding, [](const Scalar& v) { return text(v); },
      [](const ConstantTuple& v) {
        std::string made;
        for (const Scalar& item : v.items) made += (made.empty() ? "" : ", ") + text(item);
        return "(" + made + ")";
      },
      [](const ConstantArray& v) { return text(v); },
      [](const KernelRef& v) {
        return fmt::format("function {}: {}", v.definition->name, text(v.definition->options));
      },
      [](const ModuleMember& v) { return v.path; },
      [](const DTypeRef& v) { return fmt::format("type {}", name_of(v.dtype)); },
      [](const NoneValue&) { return std::string("None"); }, [](const UnusableValue& v) { return "unusable: " + v.why; },
      [](const SkippedName& v) { return fmt::format("skipped, line {}: {}", v.line, v.what); });
}

std::string run(const Input& input) {
  auto module = syntax::parse(std::make_shared<Source>(input.name, input.text));
  types::FileDefinitions file = types::read_definitions(module);
  std::string made;
  for (const types::DefinitionPtr& kernel : file.kernels) {
    Span span = kernel->function ? (*module)[kernel->function].span : (*module)[kernel->lambda].span;
    made += fmt::format("kernel {} (line {}): {}\n", kernel->name, module->source->place(span.begin).line,
                        text(kernel->options));
  }
  if (!file.kernels.empty())
    for (const std::string& name : file.kernels[0]->names->names())
      made += fmt::format("{} = {}\n", name, text(*file.kernels[0]->names->find(name)));
  for (const Diagnostic& diagnostic : file.diagnostics.list()) made += render(diagnostic) + "\n";
  return made.empty() ? "nothing" : made;
}

const Register definitions("definitions", run);

}  // namespace
}  // namespace nf::golden
