// A typed program as text: what `emit --after types` and the goldens show.
#include <algorithm>

#include "types/typed.h"

namespace nf::types {
namespace {
/// "total", "total.2": the versions of a variable are numbered where there are several.
std::string version_name(const Typed& typed, VersionId id) {
  const Version& version = typed.versions[id];
  int position = 0, count = 0;
  for (uint32_t i = 0; i < typed.versions.size(); ++i) {
    const Version& other = typed.versions[{i}];
    if (other.variable != version.variable || (other.kind == Version::Kind::Merged && !other.is_used)) continue;
    ++count;
    if (i == id.index) position = count;
  }
  std::string name = typed.variables[version.variable];
  return count > 1 ? fmt::format("{}.{}", name, position) : name;
}

std::string origin(const Typed& typed, const Version& version) {
  Place place = typed.tree().source->place(version.span.begin);
  if (version.kind == Version::Kind::Assigned) return fmt::format("set at {}:{}", place.line, place.column);
  std::string text = fmt::format("merged at {}:{} from", place.line, place.column);
  for (size_t i = 0; i < version.incoming.size(); ++i)
    text += fmt::format("{} {}", i == 0 ? "" : ",",
                        version.incoming[i] ? version_name(typed, version.incoming[i]) : "unset");
  if (version.maybe_unset) text += "; checked when read";
  return text;
}

std::string print_function(const Typed& typed) {
  std::string params;
  for (const TypedParameter& param : typed.params)
    params += fmt::format("{}{}: {}{}", params.empty() ? "" : ", ", param.name, to_string(param.type),
                          param.constant   ? " (default)"
                          : param.relative ? " (relative)"
                                           : "");
  std::string text = fmt::format("{}({}) -> {}\n", typed.definition->name, params, to_string(typed.result));
  size_t names = 0, types = 0;
  auto each_shown = [&](auto f) {
    for (uint32_t i = 0; i < typed.versions.size(); ++i) {
      const Version& version = typed.versions[{i}];
      if (version.kind == Version::Kind::Parameter) continue;  // stands in the first line
      if (version.kind == Version::Kind::Merged && !version.is_used) continue;
      f(version_name(typed, {i}), to_string(version.type), version);
    }
  };
  each_shown([&](const std::string& name, const std::string& type, const Version&) {
    names = std::max(names, name.size()), types = std::max(types, type.size());
  });
  each_shown([&](const std::string& name, const std::string& type, const Version& version) {
    text += fmt::format("  {:<{}}  {:<{}}  {}\n", name, names, type, types, origin(typed, version));
  });
  return text;
}
}  // namespace

std::string print(const TypedProgram& program) {
  std::string text;
  for (const auto& function : program.functions) text += print_function(*function);
  return text;
}

}  // namespace nf::types
