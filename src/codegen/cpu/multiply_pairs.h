// Two products of 16-bit integers and their sum.
#pragma once
#include <llvm/IR/IRBuilder.h>

#include <array>

namespace nf::codegen {

/// `a * b + c * d` modulo 2^32, of vectors of 16 bits with a sign; vectors of 32 bits, which fill 16 bytes at
/// least. Registers have `vector_bytes`.
llvm::Value* emit_added_products(llvm::IRBuilderBase& build, const std::array<llvm::Value*, 4>& factors,
                                 int vector_bytes);

}  // namespace nf::codegen
