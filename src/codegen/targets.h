// What the two users of LLVM's target registry share.
#pragma once
#include <string>

namespace nf::codegen {

/// Registers the x86 target with LLVM, once.
void initialize_targets();
/// The triple of this machine.
const std::string& target_triple();

}  // namespace nf::codegen
