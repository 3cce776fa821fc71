// What the files of this folder share: a stencil's body, one thread of its kernel, and what a GPU lacks.
#pragma once
#include <llvm/IR/Module.h>

#include <vector>

#include "abi/gpu.h"
#include "codegen/codegen.h"
#include "codegen/ops/emit.h"

namespace nf::codegen {

/// Memory that all threads of a GPU see.
inline constexpr unsigned kGlobalMemory = 1;

/// A body without control flow but checks that raise.
struct GpuBody {
  const ir::Function& function;
  std::vector<ir::InstId> order;  ///< operands first; what a check computes stands before it
  std::vector<ir::InstId> results;
  std::vector<bool> varies;  ///< depends on the point
  int64_t last_row = 0;      ///< the last row that a point reads, relative to it
  Table<ir::Inst, ir::Range> ranges;
};

// supported.cpp
/// The body of the module's entry, when a GPU can compute it; else throws `Error` (Unsupported).
GpuBody gpu_body(const ir::Module& module);

/// An array among the arguments of a kernel.
struct GpuArray {
  llvm::Value* data = nullptr;  ///< in global memory
  std::vector<llvm::Value*> extents, strides;
};

/// What a thread knows before it computes.
struct GpuThread {
  llvm::IRBuilder<>& build;
  const ir::Module& module;
  const GpuBody& body;
  std::vector<GpuArray> arrays;       ///< of each parameter; empty for scalars
  std::vector<llvm::Value*> scalars;  ///< of each parameter; null for arrays
  std::vector<llvm::Value*> lo, hi;
  llvm::Value* fault = nullptr;
  std::vector<llvm::Value*> point;  ///< the first point; the others lie in the rows below it
  int rows = 1;

  /// Whether the row `row` rows below the first one lies in the region.
  llvm::Value* has_row(int64_t row) {
    const size_t axis = point.size() - 2;
    return build.CreateICmpSLT(build.CreateAdd(point[axis], build.getInt64(uint64_t(row))), hi[axis]);
  }
};

// point.cpp
/// The results of each row of a thread. What raises fills the fault and ends the thread. Reads for rows beyond the
/// region are moved into it.
std::vector<std::vector<llvm::Value*>> emit_gpu_results(GpuThread& thread);

// kernel.cpp
/// Emits the kernel "nf_0".
abi::GpuKernel emit_gpu_kernel(llvm::Module& code, const ir::Module& module, const GpuBody& body);

// library.cpp
/// Whether a GPU can compute the function.
bool has_gpu_code(ir::MathFn fn);
/// Gives the functions that operations call (`emit_float_function` names them) their bodies.
void define_gpu_library(llvm::Module& code);

}  // namespace nf::codegen
