// The GPU architectures that code is made for.
#include <fmt/format.h>

#include <algorithm>

#include "codegen/codegen.h"
#include "nearfield/error.h"

namespace nf::codegen {
namespace {

/// By compute capability. LLVM picks the oldest version of PTX that has the architecture, so that old drivers take it.
constexpr int kArchitectures[] = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};

std::string name_of_architecture(int capability) { return "sm_" + std::to_string(capability); }

}  // namespace

GpuTarget gpu_target(const std::string& name) {
  std::vector<std::string> known;
  for (int capability : kArchitectures) known.push_back(name_of_architecture(capability));
  if (std::find(known.begin(), known.end(), name) != known.end()) return {name};
  throw Error(ErrorKind::Value, fmt::format("there is no GPU architecture `{}`", name),
              {fmt::format("known are {}; code for one of them runs on newer GPUs too", fmt::join(known, ", "))});
}

std::optional<GpuTarget> gpu_target_of(int major, int minor) {
  std::optional<GpuTarget> newest;
  for (int capability : kArchitectures)
    if (capability <= 10 * major + minor) newest = GpuTarget{name_of_architecture(capability)};
  return newest;
}

}  // namespace nf::codegen
