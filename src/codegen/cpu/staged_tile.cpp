// Emits a stencil in stages: chunk by chunk of the columns, each stage as a loop of its own over the chunk, between
// them lines in a scratch on the stack that stays in the first cache level.
#include "codegen/cpu/columns.h"

namespace nf::codegen {
namespace {
using llvm::Value;

constexpr int64_t kScratchBytes = 12 << 10;  // a good part of the first cache level
constexpr int64_t kMostColumns = 1024;       // of a chunk
constexpr int64_t kLine = 64;

int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

class Emitter {
 public:
  Emitter(Frame& frame, const Stages& stages, const StencilPlace& last)
      : frame_(frame), build_(frame.build), stages_(stages), last_(last) {}

  void emit(Value* lo, Value* hi, PastCache* past_cache) {
    int64_t bytes_of_column = 0;
    for (const ScratchLine& line : stages_.lines) bytes_of_column += size_of(line.dtype) * last_.rows;
    columns_ = std::min(kMostColumns, kScratchBytes / bytes_of_column) / stages_.points * stages_.points;
    columns_ = std::max(columns_, 2 * stages_.points);
    for (const ScratchLine& line : stages_.lines) {
      // An odd number of cache lines between rows: they must not fall onto each other in the cache.
      const int64_t bytes = round_up((columns_ + line.last - line.first) * size_of(line.dtype), kLine);
      pitch_.push_back(bytes / kLine % 2 ? bytes : bytes + kLine);
      llvm::AllocaInst* memory =
          new_variable(frame_, llvm::ArrayType::get(build_.getInt8Ty(), uint64_t(pitch_.back() * last_.rows)), "lines");
      memory->setAlignment(llvm::Align(kLine));
      memory_.push_back(memory);
    }
    Value* narrow_end = build_.CreateSub(hi, int64(frame_, stages_.points));
    each_step(frame_, lo, hi, columns_, [&](Value* at) {
      Value* from = build_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, at, narrow_end);
      Value* to =
          build_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, build_.CreateNSWAdd(at, int64(frame_, columns_)), hi);
      chunk(from, to, past_cache);
    });
  }

 private:
  Value* bytes_behind(Value* base, Value* columns, int64_t size) {
    return build_.CreateGEP(build_.getInt8Ty(), base, build_.CreateNSWMul(columns, int64(frame_, size)));
  }

  void chunk(Value* from, Value* to, PastCache* past_cache) {
    // The address of column 0 of every row of every line.
    rows_.clear();
    for (size_t line = 0; line < stages_.lines.size(); ++line) {
      const ScratchLine& l = stages_.lines[line];
      Value* before = build_.CreateNeg(build_.CreateNSWAdd(from, int64(frame_, l.first)));
      Value* base = bytes_behind(memory_[line], before, size_of(l.dtype));
      for (int row = 0; row < last_.rows; ++row)
        rows_.push_back(build_.CreateGEP(build_.getInt8Ty(), base, int64(frame_, row * pitch_[line])));
    }
    for (const Stage& stage : stages_.list) {
      const bool is_last = &stage == &stages_.list.back();
      StencilPlace place = last_;
      if (!is_last) {
        llvm::MDBuilder metadata(build_.getContext());
        llvm::MDNode* domain = metadata.createAnonymousAliasScopeDomain("stage");
        auto scope = [&](const char* name) {
          return llvm::MDNode::get(build_.getContext(), {metadata.createAnonymousAliasScope(domain, name)});
        };
        place.inputs_scope = scope("inputs"), place.outputs_scope = scope("outputs");
        place.output = [&](size_t result, int row) { return RowAddress{row_of(stage.lines[result], row)}; };
      }
      place.prefetches = &stage == &stages_.list.front() ? last_.prefetches : nullptr;
      if (!is_last) place.prefetches_output = nullptr;
      place.input = [&](uint32_t param, const std::vector<int64_t>& outer, int64_t row) {
        if (param < stages_.params) return last_.input(param, outer, row);
        return RowAddress{row_of(param - stages_.params, int(row))};
      };
      Value *lo = from, *hi = to;
      if (!is_last) {
        const ScratchLine& line = stages_.lines[stage.lines[0]];
        int64_t first = line.first, last = line.last;
        for (size_t l : stage.lines)
          first = std::min(first, stages_.lines[l].first), last = std::max(last, stages_.lines[l].last);
        lo = build_.CreateNSWAdd(from, int64(frame_, first)), hi = build_.CreateNSWAdd(to, int64(frame_, last));
      }
      emit_columns(frame_, *stage.body, stage.step, place, lo, hi, is_last ? past_cache : nullptr);
    }
  }

  Value* row_of(size_t line, int row) { return rows_[line * size_t(last_.rows) + size_t(row)]; }

  Frame& frame_;
  llvm::IRBuilder<>& build_;
  const Stages& stages_;
  const StencilPlace& last_;
  int64_t columns_ = 0;  ///< of a chunk
  std::vector<int64_t> pitch_;
  std::vector<Value*> memory_, rows_;
};

}  // namespace

void emit_staged_columns(Frame& frame, const Stages& stages, const StencilPlace& last, Value* lo, Value* hi,
                         PastCache* past_cache) {
  Emitter(frame, stages, last).emit(lo, hi, past_cache);
}

}  // namespace nf::codegen
