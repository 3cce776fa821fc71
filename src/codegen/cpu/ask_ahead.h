// Asking for memory before it is read.
#pragma once
#include <llvm/IR/IRBuilder.h>

#include <cstdint>

namespace nf::codegen {

/// How far on elements are asked for that are read one after the other, in bytes: the processor reads ahead too, but
/// less the more there is to compute for each line. (10^7 float64 on one thread of Emerald Rapids: exp 14.6 ms without,
/// 13.0 from 512 bytes on, 11.6 from 1 KB, 10.5 from 2, 10.4 from 4; a + b 12.2, 11.9, 11.4, 11.0 and 11.0.)
inline constexpr int64_t kAhead = 4096;

/// Asks for the line at an address, which is to be read or written soon. It may lie outside all arrays: nothing faults.
inline void ask_for(llvm::IRBuilder<>& build, llvm::Value* address, bool writes) {
  constexpr uint32_t second_level = 2, data = 1;
  build.CreateIntrinsic(llvm::Intrinsic::prefetch, {build.getPtrTy()},
                        {address, build.getInt32(writes), build.getInt32(second_level), build.getInt32(data)});
}

}  // namespace nf::codegen
