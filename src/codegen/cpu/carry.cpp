#include "codegen/cpu/carry.h"

#include <llvm/ADT/MapVector.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Transforms/Utils/Local.h>

#include <algorithm>
#include <vector>

namespace nf::codegen {
namespace {
using llvm::Instruction;
using llvm::PHINode;
using llvm::Value;

class Carrier {
 public:
  explicit Carrier(const RowLoop& loop) : loop_(loop), next_(loop.next), first_(loop.first) {}

  std::map<PHINode*, Value*> carry(size_t most) {
    for (Instruction& inst : *loop_.round) find_next(inst);
    find_carried();
    std::map<PHINode*, Value*> carried;
    if (carried_.size() > most) return carried;
    for (auto& [inst, phi] : carried_) {
      phi = PHINode::Create(inst->getType(), 2, "carried", loop_.round->begin());
      phi->addIncoming(first(inst), loop_.entry);
    }
    for (auto& [inst, phi] : carried_) inst->replaceAllUsesWith(phi);
    for (auto& [inst, phi] : carried_) {
      auto* next = llvm::cast<Instruction>(next_.at(inst));
      const auto again = carried_.find(next);
      carried[phi] = again == carried_.end() ? next : again->second;
    }
    remove_unused(carried);
    return carried;
  }

 private:
  bool is_inside(Value* value) const {
    auto* inst = llvm::dyn_cast<Instruction>(value);
    return inst && inst->getParent() == loop_.round;
  }

  /// The value of this round that the next round will have for `value`; null if there is none.
  Value* next(Value* value) const {
    if (!is_inside(value)) return value;
    const auto found = next_.find(value);
    return found == next_.end() ? nullptr : found->second;
  }

  void find_next(Instruction& inst) {
    if (llvm::isa<PHINode>(inst) || inst.mayWriteToMemory() || next_.count(&inst)) return;
    std::vector<Value*> operands;
    Value* moved = nullptr;
    for (Value* operand : inst.operands()) {
      Value* then = next(operand);
      if (!then) return;
      if (is_inside(operand)) moved = then;
      operands.push_back(then);
    }
    if (!moved) return;
    for (llvm::User* user : moved->users()) {
      auto* other = llvm::dyn_cast<Instruction>(user);
      if (other && other->getParent() == loop_.round && inst.isSameOperationAs(other) && takes(*other, operands)) {
        next_[&inst] = other;
        return;
      }
    }
  }

  static bool takes(const Instruction& inst, const std::vector<Value*>& operands) {
    if (std::equal(operands.begin(), operands.end(), inst.op_begin(), inst.op_end())) return true;
    return inst.isCommutative() && operands.size() == 2 && operands[0] == inst.getOperand(1) &&
           operands[1] == inst.getOperand(0);
  }

  /// Those of the values found that something else is computed of.
  void find_carried() {
    std::vector<Instruction*> found;
    for (Instruction& inst : *loop_.round)
      if (next_.count(&inst) && !inst.getType()->isPointerTy() &&
          llvm::any_of(inst.users(), [&](llvm::User* user) { return !next_.count(user); }))
        found.push_back(&inst);
    while (!found.empty()) {
      Instruction* inst = found.back();
      found.pop_back();
      if (!carried_.try_emplace(inst, nullptr).second) continue;
      auto* then = llvm::cast<Instruction>(next_.at(inst));
      if (next_.count(then)) found.push_back(then);
    }
  }

  /// What a value of the round is in the round before the first.
  Value* first(Value* value) {
    if (!is_inside(value)) return value;
    if (const auto found = first_.find(value); found != first_.end()) return found->second;
    Instruction* copy = llvm::cast<Instruction>(value)->clone();
    for (llvm::Use& operand : copy->operands()) operand.set(first(operand.get()));
    copy->insertBefore(loop_.entry->getTerminator()->getIterator());
    return first_[value] = copy;
  }

  void remove_unused(const std::map<PHINode*, Value*>& carried) {
    for (Instruction& inst : llvm::make_early_inc_range(llvm::reverse(*loop_.round))) {
      const bool is_left =
          llvm::any_of(carried, [&](const auto& left) { return left.second == &inst; }) || llvm::isa<PHINode>(inst);
      if (!is_left && llvm::isInstructionTriviallyDead(&inst)) inst.eraseFromParent();
    }
  }

  const RowLoop& loop_;
  std::map<Value*, Value*> next_, first_;
  llvm::MapVector<Instruction*, PHINode*> carried_;
};

}  // namespace

std::map<PHINode*, Value*> carry_rows(const RowLoop& loop, size_t most) { return Carrier(loop).carry(most); }

}  // namespace nf::codegen
