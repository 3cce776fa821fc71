// Emits the loop over the columns of a block of rows.
//
// Note [Delayed stores]. What a step computes is stored behind the loads of the next one. Loads next to a store would
// wait for it when both have the same last 12 bits of their addresses, which is the rule and not the exception: large
// arrays begin at the same place of a page, and rows of 2^k bytes too. (3x3 mean of 8192-wide rows on Zen 4: 2.4 times
// faster past the cache.) The first step has nothing to store yet; it knows itself by the column before, which is its
// own.
//
// Note [Held addresses]. A block of four rows has more addresses of rows than there are general registers. What LLVM
// then spills is loaded again in each step, between vectors that already keep the loads busy: each such load costs more
// than a cycle (3x3 mean of float32 on Zen 5: 7.0 cycles a vector with four of them, 5.0 without). There are vector
// registers left, from which an address comes in one instruction that loads nothing. Such an address is a float64 of
// the same bits. It goes round the loop through an arithmetic fence, which is no instruction: LLVM would move the copy
// to a general register out of the loop, and spill that.
#include "codegen/cpu/columns.h"

#include <llvm/ADT/MapVector.h>

namespace nf::codegen {
namespace {
using llvm::BasicBlock;
using llvm::PHINode;
using llvm::Value;

/// The loop `for column = lo; ; column = min(column + points, last)`, which ends behind `column == last`.
class ColumnLoop {
 public:
  ColumnLoop(Frame& frame, const StencilBody& body, StencilStep step, const StencilPlace& place)
      : frame_(frame), build_(frame.build), body_(body), step_(step), place_(place) {}

  void emit(Value* lo, Value* hi, PastCache* past_cache) {
    Value *points = int64(frame_, step_.points()), *last = build_.CreateSub(hi, points, "last");
    entry_ = build_.GetInsertBlock(), round_ = new_block(frame_, "round");
    inside_ = place_.shifts ? new_block(frame_, "inside") : round_;
    BasicBlock* after = new_block(frame_, "after");
    build_.CreateBr(round_);
    build_.SetInsertPoint(round_);
    if (place_.shifts) build_.CreateBr(inside_);
    build_.SetInsertPoint(inside_);
    PHINode* column = carried(lo);
    column_before_ = carried(lo), column_ = column;
    if (!frame_.emission.fast) place_.widest_pinned = frame_.emission.vector_bytes;
    place_.pointer = [this](const RowAddress& address) { return pointer(address); };
    if (place_.shifts)
      place_.before = [this](Value* now, const std::function<Value*()>& restart) { return before(now, restart); };

    const StencilBlock block = emit_stencil_block(build_, body_, step_, place_, column);
    if (block.raises) leave_if(block.raises);
    std::vector<PHINode*> delayed;  // Note [Delayed stores]
    for (Value* value : block.values) delayed.push_back(carried(llvm::PoisonValue::get(value->getType()), value));
    BasicBlock* stored = skip_if(build_.CreateICmpEQ(column, column_before_));
    store_stencil_block(build_, body_, step_, place_, column_before_, {delayed.begin(), delayed.end()}, past_cache);
    build_.CreateBr(stored), build_.SetInsertPoint(stored);
    next_[column] = build_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, build_.CreateNSWAdd(column, points), last);
    next_[column_before_] = column;
    for (auto& [address, phi] : held_)
      next_[phi] = build_.CreateIntrinsic(phi->getType(), llvm::Intrinsic::arithmetic_fence, {phi});
    for (auto& [phi, value] : next_) phi->addIncoming(value, build_.GetInsertBlock());
    build_.CreateCondBr(build_.CreateICmpEQ(column, last), after, round_);

    build_.SetInsertPoint(after);
    store_stencil_block(build_, body_, step_, place_, column, block.values, past_cache);
  }

 private:
  /// A value that is `first` in the first round and then `next` of the round before.
  PHINode* carried(Value* first, Value* next = nullptr) {
    PHINode* phi = llvm::IRBuilder<>(round_, round_->begin()).CreatePHI(first->getType(), 2);
    phi->addIncoming(first, entry_);
    if (next) next_[phi] = next;
    return phi;
  }

  /// What is emitted next runs unless `condition` holds. Returns the block to go on in.
  BasicBlock* skip_if(Value* condition) {
    BasicBlock *run = new_block(frame_, "store"), *after = new_block(frame_, "done");
    build_.CreateCondBr(condition, after, run);
    build_.SetInsertPoint(run);
    return after;
  }

  void leave_if(Value* raises) {
    BasicBlock *raised = new_block(frame_, "raised"), *fine = new_block(frame_, "fine");
    build_.CreateCondBr(raises, raised, fine);
    build_.SetInsertPoint(raised);
    build_.CreateRet(int32(frame_, abi::kRaisesSomewhere));
    build_.SetInsertPoint(fine);
  }

  /// Note [Held addresses].
  Value* in_register(Value* address) {
    if (address->getType()->isPointerTy()) return address;
    auto [at, fresh] = held_.try_emplace(address, nullptr);
    if (fresh) at->second = carried(address);
    return build_.CreateIntToPtr(build_.CreateBitCast(at->second, build_.getInt64Ty()), build_.getPtrTy());
  }

  Value* pointer(const RowAddress& address) {
    Value* base = in_register(address.base);
    if (address.entry < 0) return base;
    auto entry = [&](Value* table, llvm::Type* type) {
      Value* at = build_.CreateConstInBoundsGEP1_64(build_.getInt64Ty(), table, uint64_t(address.entry));
      return build_.CreateLoad(type, at);
    };
    Value* found = entry(base, build_.getPtrTy());
    if (!address.steps) return found;
    return build_.CreateGEP(build_.getInt8Ty(), found, entry(in_register(address.steps), build_.getInt64Ty()));
  }

  /// See `StencilPlace::before`. What restarts is emitted in a block of its own, before the round goes on.
  Value* before(Value* now, const std::function<Value*()>& restart) {
    llvm::IRBuilderBase::InsertPointGuard guard(build_);
    if (!restarts_) {
      restarts_ = new_block(frame_, kRestarts);
      round_->getTerminator()->eraseFromParent();
      build_.SetInsertPoint(round_);
      Value* expected = build_.CreateNSWAdd(column_before_, int64(frame_, step_.points()));
      build_.CreateCondBr(build_.CreateICmpEQ(column_, expected), inside_, restarts_);
      build_.SetInsertPoint(restarts_);
      build_.CreateBr(inside_);
    }
    build_.SetInsertPoint(restarts_->getTerminator());
    Value* fresh = restart();
    PHINode* either = llvm::IRBuilder<>(inside_, inside_->begin()).CreatePHI(now->getType(), 2);
    either->addIncoming(carried(llvm::PoisonValue::get(now->getType()), now), round_);
    either->addIncoming(fresh, restarts_);
    return either;
  }

  Frame& frame_;
  llvm::IRBuilder<>& build_;
  const StencilBody& body_;
  const StencilStep step_;
  StencilPlace place_;
  BasicBlock *entry_ = nullptr, *round_ = nullptr, *inside_ = nullptr, *restarts_ = nullptr;
  PHINode *column_ = nullptr, *column_before_ = nullptr;
  llvm::MapVector<PHINode*, Value*> next_;  ///< what a carried value is in the next round
  llvm::MapVector<Value*, PHINode*> held_;  ///< addresses
};

}  // namespace

void emit_columns(Frame& frame, const StencilBody& body, StencilStep step, const StencilPlace& place, Value* lo,
                  Value* hi, PastCache* past_cache) {
  ColumnLoop(frame, body, step, place).emit(lo, hi, past_cache);
}

}  // namespace nf::codegen
