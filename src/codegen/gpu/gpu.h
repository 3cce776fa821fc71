// What the files of this folder share: a stencil's body, one thread of its kernel, and what a GPU lacks.
#pragma once
#include <vector>

#include "codegen/cpu/emit.h"
#include "codegen/cpu/stencil_body.h"

namespace nf::codegen {

/// Memory that all threads of a GPU see.
inline constexpr unsigned kGlobalMemory = 1;

// supported.cpp
/// The body of the module's entry, when a GPU can compute it; else throws `Error` (Unsupported).
StencilBody gpu_body(const ir::Module& module);
/// Whether code for the function is generated without a library.
bool has_gpu_code(ir::MathFn fn);

/// An array among the arguments of a kernel.
struct GpuArray {
  llvm::Value* data = nullptr;  ///< in global memory
  std::vector<llvm::Value*> extents, strides;
};

/// What a thread knows before it computes.
struct GpuThread {
  llvm::IRBuilder<>& build;
  const ir::Module& module;
  const StencilBody& body;
  std::vector<GpuArray> arrays;       ///< of each parameter; empty for scalars
  std::vector<llvm::Value*> scalars;  ///< of each parameter; null for arrays
  std::vector<llvm::Value*> lo, hi;
  llvm::Value* fault = nullptr;
  std::vector<llvm::Value*> point;  ///< the first point; the others lie in the rows below it
  int rows = 1;
};

// point.cpp
/// The results of each row of a thread, converted for memory. What raises fills the fault and ends the thread. Reads
/// for rows beyond the region are moved into it.
std::vector<std::vector<llvm::Value*>> emit_gpu_results(GpuThread& thread);

// kernel.cpp
/// Emits the kernel "nf_0".
abi::GpuKernel emit_gpu_kernel(llvm::Module& code, const ir::Module& module, const StencilBody& body);

// library.cpp
/// Gives the functions that operations call (`call_math` names them) their bodies.
void define_gpu_library(llvm::Module& code);

}  // namespace nf::codegen
