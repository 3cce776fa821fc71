// Operations of the IR as LLVM instructions, the same for processors and GPUs.
#pragma once
#include <llvm/ADT/STLFunctionalExtras.h>
#include <llvm/IR/IRBuilder.h>

#include <vector>

#include "ir/ir.h"

namespace nf::codegen {

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

}  // namespace nf::codegen
