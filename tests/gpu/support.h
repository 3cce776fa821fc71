// What the tests of GPU code share: the GPU (or its stand-in), regions computed on it, and NVIDIA's assembler.
#pragma once
#include <memory>
#include <string>

#include "abi/abi.h"
#include "codegen/codegen.h"
#include "runtime/gpu.h"
#include "unit/codegen/stencil_support.h"

namespace nf::gpu::testing {

/// The stand-in for NVIDIA's driver.
std::shared_ptr<runtime::Gpu> fake_gpu();

/// Computes regions on a GPU: copies every array there, and the results back. The status of what raised goes back too.
codegen::testing::RunRegion on_gpu(std::shared_ptr<runtime::Gpu> gpu, const codegen::GpuBinary& binary);

/// Compiles for the GPU and compares with the interpreter on arrays of this shape.
void expect_like_interpreter(const ir::Module& module, const std::vector<int64_t>& shape, uint64_t seed,
                             int64_t padding = 0);

/// Whether NVIDIA's assembler is installed, and what it says against a text ("" when it takes it).
bool has_ptxas();
std::string ptxas_complaint(const std::string& ptx, const std::string& gpu);

}  // namespace nf::gpu::testing
