// SciPy's names for what lies outside an image.
#include <utility>

#include "nearfield/environment.h"

namespace nf {
namespace {

// The canonical name of each mode comes first.
constexpr std::pair<std::string_view, BorderMode> names[] = {
    {"constant", BorderMode::Constant},      {"reflect", BorderMode::Reflect},     {"nearest", BorderMode::Nearest},
    {"mirror", BorderMode::Mirror},          {"wrap", BorderMode::Wrap},           {"valid", BorderMode::Valid},
    {"grid-constant", BorderMode::Constant}, {"grid-mirror", BorderMode::Reflect}, {"grid-wrap", BorderMode::Wrap}};

}  // namespace

std::string_view name_of(BorderMode mode) {
  for (const auto& [name, named] : names)
    if (named == mode) return name;
  return "unknown";
}

std::optional<BorderMode> border_mode_named(std::string_view name) {
  for (const auto& [known, mode] : names)
    if (known == name) return mode;
  return {};
}

}  // namespace nf
