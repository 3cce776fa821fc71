// Which processor code is made for: this one, or an older one that NEARFIELD_CPU names.
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/X86TargetParser.h>

#include <cstdlib>
#include <map>

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

Features named_features(const std::string& cpu) {
  llvm::SmallVector<llvm::StringRef, 64> list;
  llvm::X86::getFeaturesForCPU(cpu, list);
  // Some lists name only the last of a row of features that imply each other.
  llvm::StringMap<bool> implied;
  for (llvm::StringRef feature : list)
    implied[feature] = true, llvm::X86::updateImpliedFeatures(feature, true, implied);
  Features features;
  for (const auto& feature : implied) features[feature.getKey().str()] = feature.getValue();
  // Every x86-64 processor has these. LLVM's lists leave some out, but it ends the process when they are off.
  for (const char* name : {"64bit", "cmov", "cx8", "fxsr", "mmx", "sse", "sse2", "x87"}) features[name] = true;
  return features;
}

/// What both have: code for the named processor runs on this machine whatever the name promises.
Features restrict_to(const Features& named, const Features& host) {
  Features features;
  // Long mode is not among the features of a name.
  for (const auto& [name, present] : host) features[name] = present && (name == "64bit" || named.count(name));
  return features;
}

bool has(const Features& features, const char* name) {
  auto found = features.find(name);
  return found != features.end() && found->second;
}

int vector_bytes(const Features& features) {
  auto have = [&](auto... names) { return (has(features, names) && ...); };
  if (have("avx512f", "avx512bw", "avx512dq", "avx512vl")) return 64;
  return have("avx2") ? 32 : 16;
}

Target make_target(const std::string& cpu, const Features& features) {
  Target target{cpu, "", vector_bytes(features)};
  target.slow_split_loads = cpu.starts_with("znver");
  target.shifts_lanes = cpu != "znver4" && target.vector_bytes == 64;
  target.permutes_bytes = target.vector_bytes == 64 && has(features, "avx512vbmi");
  for (const auto& [name, present] : features) {
    if (!target.features.empty()) target.features += ',';
    target.features += (present ? '+' : '-') + name;
  }
  return target;
}

void check_name(const std::string& cpu, const char* who) {
  if (llvm::X86::parseArchX86(cpu, /*Only64Bit=*/true) != llvm::X86::CK_None) return;
  throw Error(ErrorKind::Value, std::string(who) + " names the unknown processor `" + cpu + "`",
              {"hint: \"x86-64\", \"x86-64-v3\", \"haswell\", \"skylake-avx512\" are known"});
}

Target find_host_target() {
  Features host = host_features();
  const char* wanted = std::getenv("NEARFIELD_CPU");
  if (!wanted || !*wanted) return make_target(llvm::sys::getHostCPUName().str(), host);
  check_name(wanted, "NEARFIELD_CPU");
  return make_target(wanted, restrict_to(named_features(wanted), host));
}

}  // namespace

const Target& host_target() {
  static const Target target = find_host_target();
  return target;
}

Target named_target(const std::string& cpu) {
  check_name(cpu, "the target");
  return make_target(cpu, named_features(cpu));
}

}  // namespace nf::codegen
