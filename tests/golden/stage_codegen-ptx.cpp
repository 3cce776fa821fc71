// Golden stage `ptx <architecture> <types>`: the GPU code of a Python kernel after all passes, or of IR text as it is.
// Nothing is left out of the text: LLVM writes the same on every machine.
#include <fmt/format.h>

#include "codegen/codegen.h"
#include "golden/text_program.h"
#include "lower/lower.h"
#include "passes/passes.h"

namespace nf::golden {
namespace {

ir::Module read(const Input& input) {
  if (input.name.ends_with(".nf")) {
    ir::Module module = ir::parse_ir(input.text);
    ir::verify(module);
    return module;
  }
  Input program = input;
  program.args.erase(program.args.begin());
  Program parsed = read_program(program);
  return passes::run(lower::lower(*types::infer_types(parsed.entry, parsed.args)), {}, true);
}

std::string ptx(const Input& input) {
  const codegen::GpuTarget target = codegen::gpu_target(input.args.at(0));
  const codegen::GpuBinary made = codegen::compile_ptx(read(input), target);
  const abi::GpuKernel& kernel = made.kernel;
  return fmt::format("rank {}, {} x {} threads, {} rows each\n", kernel.rank, kernel.block[0], kernel.block[1],
                     kernel.rows) +
         made.ptx;
}

const Register registered{"ptx", ptx};

}  // namespace
}  // namespace nf::golden
