// Structured control flow as basic blocks, and the polls that keep long loops interruptible.
#include <llvm/IR/Constants.h>
#include <llvm/IR/Intrinsics.h>

#include "codegen/cpu/frame.h"
#include "codegen/cpu/loop_versions.h"

namespace nf::codegen {
namespace {

/// How a loop notices that the call is to stop.
enum class Polling {
  Never,      ///< short
  EachRound,  ///< the rounds are long themselves
  Strips,     ///< every `kStrip` rounds, between runs of a loop that stays free of side effects and can be vectorised
};
constexpr int64_t kStrip = 1 << 14;

/// True when a round may take long: it holds more than a few rounds of straight code.
bool is_long(const ir::Function& function, ir::BlockId block) {
  for (ir::InstId id : function[block].insts) {
    const ir::Op& op = function[id].op;
    auto* loop = std::get_if<ir::For>(&op);
    bool found = (loop && !is_short(function, *loop)) || std::holds_alternative<ir::While>(op) ||
                 std::holds_alternative<ir::Copy>(op) || std::holds_alternative<ir::Reduce>(op) ||
                 std::holds_alternative<ir::Call>(op);
    ir::for_blocks(op, [&](ir::BlockId inner) { found = found || is_long(function, inner); });
    if (found) return true;
  }
  return false;
}

Polling polling(const Frame& frame, const ir::For& loop, llvm::Value* first, llvm::Value* last) {
  bool long_rounds = is_long(frame.function, loop.body);
  auto *from = llvm::dyn_cast<llvm::ConstantInt>(first), *to = llvm::dyn_cast<llvm::ConstantInt>(last);
  // Saturated: the distance of two 64-bit numbers does not fit one.
  if (from && to && to->getValue().ssub_sat(from->getValue()).sle(long_rounds ? 64 : kStrip)) return Polling::Never;
  return long_rounds ? Polling::EachRound : Polling::Strips;
}

/// `for k in [first, last)` around `body(k)`.
void range_loop(Frame& frame, llvm::Value* first, llvm::Value* last, bool poll_each_round, llvm::BasicBlock* on_break,
                llvm::function_ref<void(llvm::Value*)> body) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::BasicBlock* before = build.GetInsertBlock();
  llvm::BasicBlock *head = new_block(frame, "head"), *inside = new_block(frame, "body"),
                   *next = new_block(frame, "next"), *after = new_block(frame, "after");
  build.CreateBr(head);
  build.SetInsertPoint(head);
  llvm::PHINode* index = build.CreatePHI(build.getInt64Ty(), 2, "index");
  index->addIncoming(first, before);
  build.CreateCondBr(build.CreateICmpSLT(index, last), inside, after);
  build.SetInsertPoint(inside);
  if (poll_each_round) poll(frame);
  frame.loops.push_back({on_break ? on_break : after, next});
  body(index);
  frame.loops.pop_back();
  build.CreateBr(next);
  build.SetInsertPoint(next);
  index->addIncoming(build.CreateAdd(index, int64(frame, 1), "", false, true), next);  // index < last: no overflow
  build.CreateBr(head);
  build.SetInsertPoint(after);
}

/// The same in strips of `kStrip` rounds, with a poll before each.
void strip_loop(Frame& frame, llvm::Value* first, llvm::Value* last, llvm::function_ref<void(llvm::Value*)> body) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::BasicBlock* before = build.GetInsertBlock();
  llvm::BasicBlock *head = new_block(frame, "strips"), *strip = new_block(frame, "strip"),
                   *after = new_block(frame, "after");
  build.CreateBr(head);
  build.SetInsertPoint(head);
  llvm::PHINode* start = build.CreatePHI(build.getInt64Ty(), 2, "start");
  start->addIncoming(first, before);
  build.CreateCondBr(build.CreateICmpSLT(start, last), strip, after);
  build.SetInsertPoint(strip);
  poll(frame);
  llvm::Value* left = build.CreateSub(last, start);
  llvm::Value* long_way = build.CreateICmpUGT(left, int64(frame, kStrip));
  llvm::Value* end = build.CreateSelect(long_way, build.CreateAdd(start, int64(frame, kStrip)), last);
  range_loop(frame, start, end, /*poll_each_round=*/false, after, body);
  start->addIncoming(end, build.GetInsertBlock());
  build.CreateBr(head);
  build.SetInsertPoint(after);
}

void loop(Frame& frame, const ir::For& n, llvm::Value* first, llvm::Value* last,
          llvm::function_ref<void(llvm::Value*)> body) {
  Polling plan = polling(frame, n, first, last);
  if (plan == Polling::Strips) return strip_loop(frame, first, last, body);
  range_loop(frame, first, last, plan == Polling::EachRound, nullptr, body);
}

/// How often `range(lo, hi, step)` goes round, at most the largest int64.
llvm::Value* round_count(Frame& frame, llvm::Value* lo, llvm::Value* hi, llvm::Value* step) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::Value* zero = int64(frame, 0);
  llvm::Value* up = build.CreateICmpSGT(step, zero);
  llvm::Value* distance = build.CreateSelect(up, build.CreateSub(hi, lo), build.CreateSub(lo, hi));
  llvm::Value* some = build.CreateSelect(up, build.CreateICmpSLT(lo, hi), build.CreateICmpSGT(lo, hi));
  // A step of 0 does not get here (`lower` raises before); the division must not trap all the same.
  some = build.CreateAnd(some, build.CreateICmpNE(step, zero));
  llvm::Value* size = build.CreateSelect(up, step, build.CreateNeg(step));
  size = build.CreateSelect(build.CreateICmpEQ(step, zero), int64(frame, 1), size);
  llvm::Value* rounds = build.CreateUDiv(build.CreateSub(distance, int64(frame, 1)), size);
  rounds = build.CreateBinaryIntrinsic(llvm::Intrinsic::umin, rounds, int64(frame, INT64_MAX - 1));
  return build.CreateSelect(some, build.CreateAdd(rounds, int64(frame, 1)), zero);
}

}  // namespace

namespace {

/// Emits `run` twice: without the checks of `indexes` where they are all inside, else with them.
void two_versions(Frame& frame, llvm::Value* inside, const std::vector<EvenIndex>& indexes,
                  llvm::function_ref<void()> run) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::BasicBlock *fast = new_block(frame, "unchecked"), *slow = new_block(frame, "checked"),
                   *after = new_block(frame, "after");
  build.CreateCondBr(inside, fast, slow, llvm::MDBuilder(build.getContext()).createLikelyBranchWeights());
  build.SetInsertPoint(fast);
  for (const EvenIndex& index : indexes) frame.inside.insert({index.access, index.axis});
  run();
  for (const EvenIndex& index : indexes) frame.inside.erase({index.access, index.axis});
  build.CreateBr(after);
  build.SetInsertPoint(slow);
  run();
  build.CreateBr(after);
  build.SetInsertPoint(after);
}

}  // namespace

void emit_for(Frame& frame, const ir::For& n) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::Value *lo = as_int64(frame, n.lo), *hi = as_int64(frame, n.hi), *step = as_int64(frame, n.step);
  auto body = [&](llvm::Value* value) {
    frame.values[n.var].scalar = value;
    emit_block(frame, n.body);
  };
  auto* constant = llvm::dyn_cast<llvm::ConstantInt>(step);
  bool by_one = constant && constant->isOne();
  llvm::Value* rounds = by_one ? build.CreateSub(hi, lo) : round_count(frame, lo, hi, step);
  auto run = [&] {
    if (by_one) return loop(frame, n, lo, hi, body);
    loop(frame, n, int64(frame, 0), rounds,
         [&](llvm::Value* round) { body(build.CreateAdd(lo, build.CreateMul(round, step))); });
  };
  // A step that is not constant has no known sign; a large one could leave the range that makes the test sound.
  bool even = constant && constant->getValue().abs().ule(1024);
  std::vector<EvenIndex> indexes = even ? even_indexes(frame, n) : std::vector<EvenIndex>();
  if (indexes.empty()) return run();
  llvm::Value* before_last = build.CreateMul(build.CreateSub(rounds, int64(frame, 1)), step);
  llvm::Value* last = build.CreateAdd(lo, before_last);
  two_versions(frame, all_inside(frame, n, indexes, lo, last, rounds), indexes, run);
}

void emit_while(Frame& frame, const ir::While& n) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::BasicBlock *head = new_block(frame, "while"), *body = new_block(frame, "body"),
                   *after = new_block(frame, "after");
  build.CreateBr(head);
  build.SetInsertPoint(head);
  poll(frame);
  frame.loops.push_back({after, head});
  emit_block(frame, n.condition);
  build.CreateCondBr(frame.values[n.test].scalar, body, after);
  build.SetInsertPoint(body);
  emit_block(frame, n.body);
  frame.loops.pop_back();
  build.CreateBr(head);
  build.SetInsertPoint(after);
}

void emit_if(Frame& frame, const ir::If& n) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::BasicBlock *then = new_block(frame, "then"), *otherwise = new_block(frame, "else"),
                   *after = new_block(frame, "after");
  build.CreateCondBr(frame.values[n.condition].scalar, then, otherwise);
  for (auto [block, source] : {std::pair(then, n.then), std::pair(otherwise, n.otherwise)}) {
    build.SetInsertPoint(block);
    emit_block(frame, source);
    build.CreateBr(after);
  }
  build.SetInsertPoint(after);
}

}  // namespace nf::codegen
