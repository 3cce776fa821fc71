// What the emitters of this room share. Included by few files: LLVM's headers are slow to compile.
#pragma once
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <vector>

#include "codegen/codegen.h"
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

// emit_op.cpp: pure operations, on scalars and on vectors alike (the value's LLVM type decides how many lanes).
// bool is i1 in registers (vectors: <N x i1>) and i8 in memory.
llvm::Type* register_type(llvm::LLVMContext&, DType, int lanes = 1);
llvm::Type* memory_type(llvm::LLVMContext&, DType, int lanes = 1);
llvm::Value* emit_const(llvm::IRBuilderBase&, Scalar, int lanes = 1);
llvm::Value* emit_unary(llvm::IRBuilderBase&, ir::UnaryOp, DType, llvm::Value*);
/// Integer FloorDiv and Mod follow the IR's meaning (x // 0 == 0), also for constants and ranges known to LLVM.
llvm::Value* emit_binary(llvm::IRBuilderBase&, ir::BinaryOp, DType, llvm::Value*, llvm::Value*);
llvm::Value* emit_compare(llvm::IRBuilderBase&, ir::CompareOp, DType, llvm::Value*, llvm::Value*);
llvm::Value* emit_cast(llvm::IRBuilderBase&, llvm::Value*, DType from, DType to);
// emit_math.cpp
llvm::Value* emit_math(llvm::IRBuilderBase&, ir::MathFn, DType, const std::vector<llvm::Value*>&);
/// Any of the operations above, with its operands' values; null for an instruction that is none of them. `ranges`: of
/// the function's integers.
llvm::Value* emit_pure(llvm::IRBuilderBase&, const ir::Function&, ir::InstId, const Table<ir::Inst, ir::Range>& ranges,
                       llvm::function_ref<llvm::Value*(ir::InstId)> value);

// emit_function.cpp: the body of a jitted function; also structured control flow for loop-form stencils.
void emit_jit_function(Emission&, int function);

// emit_stencil.cpp: the region kernel of a stencil (`abi::StencilFunction`), in explicit vectors when its body is
// straight line code, else as scalar loops around the body.
void emit_stencil_function(Emission&, int function);

}  // namespace nf::codegen
