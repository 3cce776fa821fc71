// What several commands need: the kernel that is meant, the input that is named, and types to show a kernel with.
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"

namespace nf::cli {
namespace {

std::string type_text(const SignatureType& type) {
  std::string text(name_of(type.dtype));
  for (int d = 0; d < type.rank; ++d) text += d ? ", :" : "[:";
  return type.rank ? text + "]" : text;
}

/// The parts of "(n,m),(k)->(n)" before the arrow.
std::vector<std::string> input_types(const std::string& layout) {
  std::vector<std::string> types;
  for (size_t at = 0; at < layout.find("->"); ++at) {
    if (layout[at] != '(') continue;
    SignatureType type{DType::UInt8, 0, false};
    size_t close = layout.find(')', at);
    if (close > at + 1) type.rank = 1 + int(std::count(layout.begin() + long(at), layout.begin() + long(close), ','));
    types.push_back(type_text(type));
  }
  return types;
}

bool has_code(const CompileError& error, std::string_view code) {
  return std::any_of(error.diagnostics.begin(), error.diagnostics.end(),
                     [&](const DiagnosticText& d) { return d.code == code; });
}

}  // namespace

Kernel choose_kernel(const SourceText& source, const std::string& name) {
  std::vector<Kernel> all = kernels(source), chosen;
  for (const Kernel& kernel : all)
    if (name.empty() ? kernel.name().front() != '_' : kernel.name() == name) chosen.push_back(kernel);
  if (chosen.empty() && name.empty()) chosen = all;
  if (chosen.size() == 1) {
    if (!chosen[0].options().boundscheck)
      throw Error(ErrorKind::Value,
                  fmt::format("`{}` has boundscheck=False, which the command line refuses", chosen[0].name()),
                  {"without checks a kernel could read and write any memory; leave the option out"});
    return chosen[0];
  }
  std::string list;
  for (const Kernel& kernel : all) list += fmt::format("\n  {} ({})", kernel.name(), kind_text(kernel.options()));
  if (all.empty())
    throw UsageError(
        fmt::format("{} has no kernel\n  a kernel is a `def` with a nearfield decorator, or one that reads its "
                    "parameter at constant offsets: x[-1, 0]",
                    source.name));
  if (name.empty())
    throw UsageError(fmt::format("{} has {} kernels; name one with --kernel:{}", source.name, chosen.size(), list));
  throw UsageError(fmt::format("{} has no kernel `{}`; its kernels are:{}", source.name, name, list));
}

Array open_inputs(const std::vector<std::string>& paths) {
  return paths.size() == 1 ? imread(paths[0]) : imread(paths);
}

CallOptions call_options(const std::string& mode, const std::string& dtype) {
  CallOptions options;
  if (!mode.empty() && !(options.mode = border_mode_named(mode)))
    throw UsageError(fmt::format("--mode: `{}` is none of constant, reflect, nearest, mirror, wrap and valid", mode));
  if (!dtype.empty() && !(options.dtype = dtype_named(dtype)))
    throw UsageError(fmt::format(
        "--dtype: there is no type `{}`; the integers are int8 to uint64, the others bool, float32 and float64",
        dtype));
  return options;
}

std::string kind_text(const KernelOptions& options) {
  switch (options.kind) {
    case KernelOptions::Kind::Jit: return "jit";
    case KernelOptions::Kind::Stencil: return "stencil";
    case KernelOptions::Kind::Gufunc: return "gufunc " + options.layout;
    case KernelOptions::Kind::Vectorize: return "vectorize";
  }
  return "kernel";
}

std::vector<std::string> example_types(const Kernel& kernel) {
  const KernelOptions& options = kernel.options();
  if (!options.signatures.empty()) {
    std::vector<std::string> types;
    size_t count = options.over_stencil ? input_types(options.layout).size() : options.signatures[0].args.size();
    for (size_t i = 0; i < count && i < options.signatures[0].args.size(); ++i) {
      SignatureType type = options.signatures[0].args[i];
      if (options.kind == KernelOptions::Kind::Vectorize) type.rank = 1;  // functions of numbers run over arrays
      types.push_back(type_text(type));
    }
    return types;
  }
  if (options.kind == KernelOptions::Kind::Gufunc)
    return options.over_stencil ? input_types(options.layout) : std::vector<std::string>{};
  if (options.kind != KernelOptions::Kind::Stencil) return {};
  for (int rank = 1; rank <= 4; ++rank) {
    std::vector<std::string> types = {type_text({DType::UInt8, rank, false})};
    try {
      kernel.emit_ir(types, "types");
      return types;
    } catch (const CompileError& error) {
      if (has_code(error, "E0207")) return {};      // more parameters than one image
      if (!has_code(error, "E0204")) return types;  // wrong, but not in its number of indexes
    } catch (const Error&) {
      return {};
    }
  }
  return {"uint8[:, :]"};
}

}  // namespace nf::cli
