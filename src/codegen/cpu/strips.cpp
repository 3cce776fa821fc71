// Note [Strips]. Going through an image row by row, a block of rows starts anew with each row: it loads the rows above
// it again, sums them again, and fills the pipelines again. Going down a strip that is one step wide, the rows that a
// block shares with the one above it stay in registers, loaded and summed (carry.h), and there are few starts. But a
// strip touches each row's cache lines for one or two of them at a time: it is better only while the image stays in the
// first cache level. (3x3 mean of 100x100 int8 on Zen 5: 390 ns row by row, 190 in strips.) Of a volume the planes must
// be as small, and there must be much to compute, since what lies two planes back has left that level (27 points of
// float32, planes of 100x100: 235 us, 172 in strips; seven points 108 and 127). Three planes have so many rows that a
// strip takes two at a time: it needs a register for the address of each.
//
// Note [Bands]. Larger images go down strips too, a band of some rows at a time, where that saves much: a seventh of
// the instructions at least, of narrow elements, which come in few cache lines. (1000x1000 uint8 on Zen 5: 5x5 binomial
// 48 us row by row, 37 in bands; 3x3 mean 29 and 25, where a fifth is saved. 3x3 mean of float32, in the order of the
// kernel, 92 and 115: it saves a fifteenth.)
#include "codegen/cpu/strips.h"

#include <algorithm>

#include "codegen/cpu/carry.h"
#include "codegen/cpu/columns.h"

namespace nf::codegen {
namespace {
using llvm::BasicBlock;
using llvm::PHINode;
using llvm::Value;

/// Note [Bands]: of what a block computes the part that must not be computed again, in bytes the widest elements, and
/// instructions of a block beside which misses of the first cache level do not count.
constexpr size_t kSavedPart = 7, kManyInstructions = 280;
constexpr int64_t kWidestOfBands = 2;
/// Registers that the computation of a block needs for itself.
constexpr size_t kWorking = 12;

class Strips {
 public:
  Strips(Frame& frame, const StencilBody& body, StencilStep step, StencilPlace place, int rows_of_tile,
         const EntryOfRow& entry)
      : frame_(frame),
        build_(frame.build),
        body_(body),
        step_(step),
        place_(std::move(place)),
        rows_of_tile_(rows_of_tile),
        rounds_of_block_(rows_of_tile / place_.rows),
        entry_(entry) {
    place_.input = [this](uint32_t param, const std::vector<int64_t>& outer, int64_t row) {
      return RowAddress{input(param, outer, row)};
    };
    place_.output = [this](size_t result, int row) { return RowAddress{output(result, row)}; };
    place_.pointer = [](const RowAddress& address) { return address.base; };
  }

  StripsPay emit() {
    Value *lo = frame_.code->getArg(4), *hi = frame_.code->getArg(5);
    Value *points = int64(frame_, step_.points()), *last = build_.CreateSub(hi, points, "last");
    BasicBlock *begin = build_.GetInsertBlock(), *done = new_block(frame_, "done"), *after = new_block(frame_, "after");
    loop_.entry = new_block(frame_, "strip"), loop_.round = new_block(frame_, "round");
    build_.CreateBr(loop_.entry);
    build_.SetInsertPoint(loop_.entry);
    PHINode* column = build_.CreatePHI(lo->getType(), 2, "column");
    column->addIncoming(lo, begin);
    column_ = column;
    Value* rounds = build_.CreateNSWMul(frame_.code->getArg(6), int64(frame_, rounds_of_block_));
    build_.CreateBr(loop_.round);

    build_.SetInsertPoint(loop_.round);
    PHINode* left = build_.CreatePHI(lo->getType(), 2, "left");
    left->addIncoming(rounds, loop_.entry);
    const StencilBlock block = emit_stencil_block(build_, body_, step_, place_, int64(frame_, 0));
    store_stencil_block(build_, body_, step_, place_, int64(frame_, 0), block.values, nullptr);
    const size_t size = loop_.round->size();
    if (build_.GetInsertBlock() != loop_.round || !carry()) return StripsPay::Never;
    const bool pays_always = pays(size, loop_.round->size());
    Value* rest = build_.CreateNSWSub(left, int64(frame_, 1));
    left->addIncoming(rest, loop_.round);
    for (auto& [steps, offset] : offsets_) offset->addIncoming(build_.CreateAdd(offset, steps), loop_.round);
    build_.CreateCondBr(build_.CreateICmpSGT(rest, int64(frame_, 0)), loop_.round, after);

    build_.SetInsertPoint(after);
    column->addIncoming(build_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, build_.CreateNSWAdd(column, points), last),
                        after);
    build_.CreateCondBr(build_.CreateICmpEQ(column, last), done, loop_.entry);
    build_.SetInsertPoint(done);
    build_.CreateRet(int32(frame_, 0));
    return pays_always ? StripsPay::Unasked : StripsPay::Small;
  }

 private:
  struct Line {
    uint32_t param;
    std::vector<int64_t> outer;
    int64_t row;
    auto operator<=>(const Line&) const = default;
  };

  /// Whether strips pay for larger images too: Note [Bands].
  bool pays(size_t instructions, size_t without_carried) const {
    auto is_wide = [](Type type) { return type.is_array() && size_of(type.dtype()) > kWidestOfBands; };
    const ir::Function& function = body_.function;
    if (function.rank > 2) return false;
    const bool wide = std::any_of(function.results.begin(), function.results.end(), is_wide) ||
                      std::any_of(function.params.begin(), function.params.end(),
                                  [&](const ir::Parameter& param) { return is_wide(param.type); });
    const size_t saved = instructions - without_carried;
    return wide ? instructions >= kManyInstructions : saved * kSavedPart >= instructions;
  }

  bool carry() {
    for (auto& [line, address] : inputs_)
      if (const auto below = inputs_.find({line.param, line.outer, line.row + place_.rows}); below != inputs_.end())
        loop_.next[address] = below->second;
    const auto carried = carry_rows(loop_, size_t(step_.registers) - std::min<size_t>(kWorking, step_.registers));
    for (auto& [phi, next] : carried) phi->addIncoming(next, loop_.round);
    const auto addresses = std::count_if(loop_.round->begin(), loop_.round->end(), [&](llvm::Instruction& inst) {
      auto* address = llvm::dyn_cast<llvm::GetElementPtrInst>(&inst);
      return address && llvm::isa<PHINode>(address->getOperand(1));
    });
    return !carried.empty() && size_t(addresses) <= kAddressesInRegisters;
  }

  /// The address of the strip's first column in a row that lies in the table, moved on with each round.
  Value* address(size_t entry, size_t first_of_array, int64_t size) {
    llvm::IRBuilder<> before(loop_.entry->getTerminator());
    llvm::Type *pointer = before.getPtrTy(), *number = before.getInt64Ty();
    Value* row = before.CreateLoad(pointer, before.CreateConstInBoundsGEP1_64(pointer, frame_.code->getArg(2), entry));
    Value* first = before.CreateGEP(before.getInt8Ty(), row, before.CreateMul(column_, before.getInt64(size)));
    auto [offset, fresh] = offsets_of_array_.try_emplace(first_of_array, nullptr);
    if (fresh) {
      llvm::IRBuilder<> invariant(place_.splats_before);
      Value* steps = invariant.CreateLoad(
          number, invariant.CreateConstInBoundsGEP1_64(number, frame_.code->getArg(3), first_of_array));
      steps = invariant.CreateExactSDiv(steps, invariant.getInt64(uint64_t(rounds_of_block_)));
      offset->second = llvm::IRBuilder<>(loop_.round, loop_.round->begin()).CreatePHI(number, 2, "offset");
      offset->second->addIncoming(int64(frame_, 0), loop_.entry);
      loop_.first[offset->second] = int64(frame_, 0);
      offsets_.emplace_back(steps, offset->second);
    }
    return build_.CreateGEP(build_.getInt8Ty(), first, offset->second);
  }

  Value* input(uint32_t param, const std::vector<int64_t>& outer, int64_t row) {
    auto [found, fresh] = inputs_.try_emplace({param, outer, row}, nullptr);
    if (!fresh) return found->second;
    const size_t entry = entry_(param, outer, row), first = first_entries_.try_emplace(param, entry).first->second;
    return found->second = address(entry, first, size_of(body_.function.params[param].type.dtype()));
  }

  Value* output(size_t result, int row) {
    const size_t first = result * size_t(rows_of_tile_);
    return address(first + size_t(row), first, size_of(body_.function.results[result].dtype()));
  }

  Frame& frame_;
  llvm::IRBuilder<>& build_;
  const StencilBody& body_;
  const StencilStep step_;
  StencilPlace place_;
  const int rows_of_tile_;     ///< its steps lead on by as many
  const int rounds_of_block_;  ///< of a tile
  const EntryOfRow& entry_;
  RowLoop loop_{};
  Value* column_ = nullptr;
  std::map<Line, Value*> inputs_;                     ///< addresses
  std::map<uint32_t, size_t> first_entries_;          ///< of the table, by parameter
  std::map<size_t, PHINode*> offsets_of_array_;       ///< by its first entry
  std::vector<std::pair<Value*, PHINode*>> offsets_;  ///< with what each grows by
};

}  // namespace

StripsPay emit_strips(Frame& frame, const StencilBody& body, StencilStep step, StencilPlace place, int rows_of_tile,
                      const EntryOfRow& entry) {
  return Strips(frame, body, step, std::move(place), rows_of_tile, entry).emit();
}

}  // namespace nf::codegen
