// The loop over the columns of a block of rows.
#pragma once
#include "codegen/cpu/frame.h"
#include "codegen/cpu/past_cache.h"
#include "codegen/cpu/stages.h"

namespace nf::codegen {

/// Addresses of rows for which there are general registers beside those that a loop needs.
inline constexpr size_t kAddressesInRegisters = 9;

/// The block where a round that does not follow the one before it reads what that would have left to it.
inline constexpr const char* kRestarts = "restarts";

/// A loop `for i = from; i < to; i += step` that has at least one round.
template <class Body>
void each_step(Frame& frame, llvm::Value* from, llvm::Value* to, int64_t step, Body body) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::BasicBlock *before = build.GetInsertBlock(), *inside = new_block(frame, "round"),
                   *after = new_block(frame, "after");
  build.CreateBr(inside);
  build.SetInsertPoint(inside);
  llvm::PHINode* i = build.CreatePHI(build.getInt64Ty(), 2);
  i->addIncoming(from, before);
  body(i);
  llvm::Value* next = build.CreateNSWAdd(i, int64(frame, step));
  i->addIncoming(next, build.GetInsertBlock());
  build.CreateCondBr(build.CreateICmpSLT(next, to), inside, after);
  build.SetInsertPoint(after);
}

/// Emits the columns [lo, hi), at least one step of them, at the builder's place; ends behind them. It stores past
/// the cache where `past_cache` (or null) says so.
void emit_columns(Frame& frame, const StencilBody& body, StencilStep step, const StencilPlace& place, llvm::Value* lo,
                  llvm::Value* hi, PastCache* past_cache);

/// The same in stages, for at least `stages.points` columns. `last` is where the last stage reads and writes; the first
/// reads there too.
void emit_staged_columns(Frame& frame, const Stages& stages, const StencilPlace& last, llvm::Value* lo, llvm::Value* hi,
                         PastCache* past_cache);

}  // namespace nf::codegen
