// The parts of a description that are read off generated code: LLVM IR after its passes, and assembly.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "codegen/describe.h"
#include "codegen/run_stencil.h"

namespace llvm {
class Module;
}

namespace nf::codegen {

/// `compile`, with a look at the module between LLVM's passes and code generation.
Binary compile_and_look(const ir::Module& module, const Target& target, const CompileOptions& options,
                        const std::function<void(const llvm::Module&)>& look);

/// The work of the loop that computes the blocks of stencil 0, for each output point of `bytes_out` bytes.
void count_work(const llvm::Module& code, int64_t bytes_out, Description& into);
/// The plan in the code of stencil 0; nothing for the loop form.
std::optional<StencilPlan> plan_of(const llvm::Module& code);
/// Vectors that the code of stencil 0 in strips leaves from block to block; 0 without such code.
int count_carried(const llvm::Module& code);
/// Whether stencil 0 has code that goes row by row beside that in blocks of rows.
bool has_rows(const llvm::Module& code);
/// How many loops of a module LLVM has vectorised.
int count_vector_loops(const llvm::Module& code);
/// Instructions, registers and spills of the longest innermost loop of the function with this label.
void count_instructions(const std::string& assembly, const std::string& label, Description& into);
/// The name of the function that computes the blocks of stencil 0, as assembly has it; empty for the loop form.
std::string tile_label(const llvm::Module& code);

}  // namespace nf::codegen
