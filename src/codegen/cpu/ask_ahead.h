// Asking for memory before it is read.
#pragma once
#include <llvm/IR/IRBuilder.h>

#include <cstdint>

#include "codegen/run_stencil.h"  // kAhead

namespace nf::codegen {

/// Asks for the line at an address, which is to be read or written soon. It may lie outside all arrays: nothing faults.
inline void ask_for(llvm::IRBuilder<>& build, llvm::Value* address, bool writes) {
  constexpr uint32_t second_level = 2, data = 1;
  build.CreateIntrinsic(llvm::Intrinsic::prefetch, {build.getPtrTy()},
                        {address, build.getInt32(writes), build.getInt32(second_level), build.getInt32(data)});
}

}  // namespace nf::codegen
