// Random stencils for the GPU: each is compiled or refused, what is compiled computes what the interpreter does, and
// NVIDIA's assembler takes it.
#include <gtest/gtest.h>

#include "gpu/support.h"
#include "nearfield/error.h"
#include "passes/passes.h"
#include "unit/ir/generate.h"

namespace nf::gpu::testing {
namespace {

/// The stencil of this seed behind all passes, and its code; nothing when a GPU cannot do it.
struct Compiled {
  ir::Module module;
  codegen::GpuBinary binary;
};
std::optional<Compiled> compiled(uint64_t seed, const codegen::GpuTarget& target = {}) {
  ir::Module module = ir::test::random_module(seed);
  if (module.functions[0].kind != ir::FunctionKind::Stencil) return {};
  module.functions[0].mode = BorderMode::Constant;  // the region's points are the same in all modes
  module = passes::run(module);
  try {
    codegen::GpuBinary binary = codegen::compile_ptx(module, target);
    return Compiled{std::move(module), std::move(binary)};
  } catch (const Error& error) {
    EXPECT_EQ(error.kind, ErrorKind::Unsupported) << error.what();
    EXPECT_NE(error.message.find("`s` cannot be compiled for a GPU: it "), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("is not straight-line code"), std::string::npos) << "no reason is given";
    return {};
  }
}

TEST(GpuRandom, CodeComputesWhatTheInterpreterDoes) {
  int checked = 0;
  for (uint64_t seed = 1; seed <= 1200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::optional<Compiled> made = compiled(seed);
    if (HasFailure()) return;
    if (!made) continue;
    const int rank = made->module.functions[0].rank;
    const std::vector<int64_t> shape = rank == 1 ? std::vector<int64_t>{40} : std::vector<int64_t>{9, 37};
    using Guard = codegen::testing::GuardedArray::Guard;
    codegen::testing::expect_like_interpreter(made->module, on_gpu(fake_gpu(), made->binary), shape, seed,
                                              rank > 1 ? 8 : 0, Guard::Behind);
    if (HasFailure()) {
      ADD_FAILURE() << ir::print(made->module) << made->binary.ptx;
      return;
    }
    ++checked;
  }
  EXPECT_GT(checked, 200);
}

TEST(GpuRandom, TheAssemblerTakesTheText) {
  if (!has_ptxas()) GTEST_SKIP() << "NVIDIA's assembler (ptxas) is not installed";
  const char* const architectures[] = {"sm_75", "sm_80", "sm_90", "sm_120"};
  int checked = 0;
  for (uint64_t seed = 2000; checked < 24; ++seed) {
    const char* gpu = architectures[seed % 4];
    std::optional<Compiled> made = compiled(seed, codegen::gpu_target(gpu));
    if (!made) continue;
    ASSERT_EQ(ptxas_complaint(made->binary.ptx, gpu), "") << "seed " << seed << "\n" << made->binary.ptx;
    ++checked;
  }
}

}  // namespace
}  // namespace nf::gpu::testing
