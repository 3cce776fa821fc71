// LLVM's passes on one module: a short list of our own, without `PassBuilder` (it would pull in all of LLVM's passes).
#pragma once

namespace llvm {
class Module;
class TargetMachine;
}  // namespace llvm

namespace nf::codegen {

/// Functions that carry `kExplicitVectors` are already in their final shape: their emitter shares equal values and
/// folds constants itself, and LLVM's passes would take as long as a tenth of all compiling without making them faster.
inline constexpr const char* kExplicitVectors = "nf-explicit-vectors";

/// Optimizes every function of the module. `fast`: only what makes code generation itself cheaper. Full
/// registers have `vector_bytes`.
void optimize(llvm::Module& module, llvm::TargetMachine& machine, bool fast, int vector_bytes);

}  // namespace nf::codegen
