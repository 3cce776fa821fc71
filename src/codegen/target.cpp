// Which processor code is made for: this one, or an older one that NEARFIELD_CPU names.
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/X86TargetParser.h>

#include <cstdlib>
#include <map>
#include <set>

#include "codegen/codegen.h"
#include "nearfield/error.h"

namespace nf::codegen {
namespace {

using Features = std::map<std::string, bool>;

Features host_features() {
  Features features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures()) features[feature.getKey().str()] = feature.getValue();
  return features;
}

/// What a named processor has and this machine has too: code for it runs here whatever the name promises.
Features restrict_to(const std::string& cpu, const Features& host) {
  llvm::SmallVector<llvm::StringRef, 64> list;
  llvm::X86::getFeaturesForCPU(cpu, list);
  std::set<std::string> named;
  for (llvm::StringRef feature : list) named.insert(feature.str());
  Features features;
  for (const auto& [name, present] : host) features[name] = present && named.count(name);
  return features;
}

int vector_bytes(const Features& features) {
  auto has = [&](const char* name) {
    auto found = features.find(name);
    return found != features.end() && found->second;
  };
  if (has("avx512f") && has("avx512bw") && has("avx512dq") && has("avx512vl")) return 64;
  return has("avx2") ? 32 : 16;
}

Target make_target() {
  Features features = host_features();
  std::string cpu = llvm::sys::getHostCPUName().str();
  if (const char* wanted = std::getenv("NEARFIELD_CPU"); wanted && *wanted) {
    cpu = wanted;
    if (llvm::X86::parseArchX86(cpu, /*Only64Bit=*/true) == llvm::X86::CK_None) {
      throw Error(ErrorKind::Value, "NEARFIELD_CPU names the unknown processor `" + cpu + "`",
                  {"hint: \"x86-64\", \"x86-64-v3\", \"haswell\", \"skylake-avx512\" are known"});
    }
    features = restrict_to(cpu, features);
  }
  Target target{cpu, "", vector_bytes(features)};
  for (const auto& [name, present] : features) {
    if (!target.features.empty()) target.features += ',';
    target.features += (present ? '+' : '-') + name;
  }
  return target;
}

}  // namespace

const Target& host_target() {
  static const Target target = make_target();
  return target;
}

}  // namespace nf::codegen
