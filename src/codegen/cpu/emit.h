// What the emitters of code for this processor share. Included by few files: LLVM's headers are slow to compile.
#pragma once
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <vector>

#include "codegen/codegen.h"
#include "codegen/ops/emit.h"
#include "ir/ir.h"

namespace nf::codegen {

/// What is shared while one module is emitted.
struct Emission {
  const ir::Module& ir;
  const Target& target;
  int vector_bytes;  ///< of one full register
  bool fast;         ///< code that is quick to generate
  llvm::Module& llvm;
  std::vector<llvm::Function*> functions;  ///< declared before any body is emitted: "nf_<i>"
};

// emit_function.cpp: the body of a jitted function; also structured control flow for loop-form stencils.
void emit_jit_function(Emission&, int function);

// emit_stencil.cpp: the region kernel of a stencil (`abi::StencilFunction`), in explicit vectors when its body is
// straight line code, else as scalar loops around the body.
void emit_stencil_function(Emission&, int function);

}  // namespace nf::codegen
