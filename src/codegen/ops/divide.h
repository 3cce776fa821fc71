// Integer division in the sense of the IR, which no instruction of a processor has.
#pragma once
#include <llvm/IR/IRBuilder.h>

#include "ir/ir.h"

namespace nf::codegen {

/// FloorDiv or Mod of any operands.
llvm::Value* emit_integer_division(llvm::IRBuilderBase& build, ir::BinaryOp op, DType dtype, llvm::Value* a,
                                   llvm::Value* divisor);

/// As `emit_binary`, for an `a` that lies in `range`: FloorDiv and Mod by a positive constant become one multiplication
/// where the range allows it.
llvm::Value* emit_binary_in_range(llvm::IRBuilderBase& build, ir::BinaryOp op, DType dtype, llvm::Value* a,
                                  llvm::Value* b, const ir::Range& range);

}  // namespace nf::codegen
