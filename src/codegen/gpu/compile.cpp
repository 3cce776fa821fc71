// A stencil to text for NVIDIA's GPUs: refuse what cannot be done, emit, check, optimize, generate code.
#include <llvm/ADT/STLExtras.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>

#include "base/assert.h"
#include "codegen/gpu/gpu.h"
#include "codegen/optimize.h"

namespace nf::codegen {
namespace {

void initialize_gpu_target() {
  static const bool done = [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
    return true;
  }();
  (void)done;
}

std::unique_ptr<llvm::TargetMachine> machine_for(const GpuTarget& target) {
  initialize_gpu_target();
  const llvm::Triple triple("nvptx64-nvidia-cuda");
  std::string reason;
  const llvm::Target* found = llvm::TargetRegistry::lookupTarget(triple, reason);
  nf_assert(found, "no code generator for {}: {}", triple.str(), reason);
  llvm::TargetOptions options;
  // Products and sums are rounded one by one, as on the CPU.
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(found->createTargetMachine(triple, target.name, "", options, std::nullopt,
                                                                         std::nullopt, llvm::CodeGenOptLevel::Default));
}

/// Intrinsics of floats that have instructions; of integers LLVM takes all apart by itself.
bool has_instruction(const llvm::Function& intrinsic) {
  switch (intrinsic.getIntrinsicID()) {
    case llvm::Intrinsic::sqrt:
    case llvm::Intrinsic::fabs:
    case llvm::Intrinsic::floor:
    case llvm::Intrinsic::ceil:
    case llvm::Intrinsic::trunc:
    case llvm::Intrinsic::nearbyint:
    case llvm::Intrinsic::rint:
    case llvm::Intrinsic::roundeven:
    case llvm::Intrinsic::copysign:
    case llvm::Intrinsic::fma:
    case llvm::Intrinsic::minnum:
    case llvm::Intrinsic::maxnum:
    case llvm::Intrinsic::is_fpclass: return true;
    default: return !intrinsic.getReturnType()->getScalarType()->isFloatingPointTy();
  }
}

/// LLVM ends the process on malformed IR and on functions that the GPU lacks, so both are looked for before.
void check(const llvm::Module& code) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (llvm::verifyModule(code, &stream)) nf_assert(false, "malformed LLVM IR for a GPU: {}", text);
  for (const llvm::Function& function : code) {
    if (!function.isDeclaration()) continue;
    nf_assert(function.isIntrinsic() && has_instruction(function), "no GPU has `{}`", function.getName().str());
  }
}

std::string text_of(llvm::Module& code, llvm::TargetMachine& machine) {
  llvm::SmallVector<char, 0> text;
  llvm::raw_svector_ostream stream(text);
  llvm::legacy::PassManager passes;
  const bool impossible = machine.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::AssemblyFile);
  nf_assert(!impossible, "the GPU target writes no text");
  passes.run(code);
  return {text.data(), text.size()};
}

}  // namespace

GpuBinary compile_ptx(const ir::Module& module, const GpuTarget& target) {
  gpu_target(target.name);  // LLVM would go on with another one
  const GpuBody body = gpu_body(module);
  std::unique_ptr<llvm::TargetMachine> machine = machine_for(target);
  llvm::LLVMContext context;
  llvm::Module code("nearfield", context);
  code.setTargetTriple(machine->getTargetTriple());
  code.setDataLayout(machine->createDataLayout());
  GpuBinary binary;
  binary.kernel = emit_gpu_kernel(code, module, body);
  define_gpu_library(code);
  for (llvm::Function& function : llvm::make_early_inc_range(code))
    if (function.isDeclaration() && function.use_empty()) function.eraseFromParent();
  for (llvm::Function& function : code)
    if (!function.isDeclaration()) function.addFnAttr(llvm::Attribute::NoUnwind);
  check(code);
  optimize(code, *machine, /*fast=*/true, /*vector_bytes=*/0);
  check(code);
  binary.ptx = text_of(code, *machine);
  return binary;
}

}  // namespace nf::codegen
