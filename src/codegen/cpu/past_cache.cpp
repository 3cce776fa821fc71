// Note [Joined lines]. A store past the cache is to fill a whole line that begins at a multiple of 64 bytes, or it
// costs as much as many. Rows of results begin anywhere: an image has any number of columns, and several results lie
// differently. So a line is joined from the end of what the step before computed and the begin of what this step did;
// which bytes those are is the same for a whole row. Between steps the values lie in memory, not in registers, which
// the code that stores into the cache needs. Rows that all have a line at the begin of the tile need nothing of that:
// their steps are whole lines (96 MiB on Emerald Rapids, 3x3 mean of uint8: 0.81 to 0.93 of the time on one thread,
// 0.91 to 0.97 on two). With registers of half a line it does not pay (five kernels over 96 MiB, code for Haswell on
// Emerald Rapids: 1.4 times as long as ordinary stores on one thread, 1.8 on two).
#include "codegen/cpu/past_cache.h"

#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsX86.h>

#include <algorithm>
#include <numeric>

#include "base/past_cache.h"

namespace nf::codegen {
namespace {
using llvm::Value;
using llvm::Intrinsic::ID;

/// Bytes within which AVX-512 without VBMI shuffles bytes.
constexpr uint64_t kLane = 16;

/// 0, 1, 2, ... as elements of `size` bytes.
std::vector<uint8_t> counting(size_t bytes, size_t size) {
  std::vector<uint8_t> list(bytes, 0);
  for (size_t i = 0; i < bytes / size; ++i) list[i * size] = uint8_t(i);
  return list;
}

int64_t bytes_of(llvm::Type* type) { return int64_t(type->getPrimitiveSizeInBits().getFixedValue()) / 8; }

}  // namespace

PastCache::PastCache(Frame& frame, Value* wanted, Value* whole, Value* lo)
    : frame_(frame), build_(frame.build), wanted_(wanted), whole_(whole), lo_(lo) {}

bool stores_past_cache(const Target& target, const std::vector<Type>& results, StencilStep step) {
  return target.vector_bytes >= kCacheLine && std::all_of(results.begin(), results.end(), [&](Type result) {
           return step.points() * size_of(result.dtype()) % kCacheLine == 0;
         });
}

void PastCache::store(Value* column, const std::vector<Item>& items,
                      llvm::function_ref<void(llvm::StoreInst*)> annotate) {
  llvm::Type* byte = build_.getInt8Ty();
  llvm::MDNode* once = llvm::MDNode::get(build_.getContext(), llvm::ConstantAsMetadata::get(build_.getInt32(1)));
  llvm::Type* line_type = llvm::FixedVectorType::get(byte, kCacheLine);
  auto lines_of = [&](Value* value) {
    const int64_t bytes = bytes_of(value->getType());
    Value* all = build_.CreateBitCast(value, llvm::FixedVectorType::get(byte, unsigned(bytes)));
    if (bytes == kCacheLine) return std::vector<Value*>{all};
    std::vector<Value*> lines;
    for (int64_t at = 0; at < bytes; at += kCacheLine) {
      std::vector<int> order(static_cast<size_t>(kCacheLine));
      std::iota(order.begin(), order.end(), int(at));
      lines.push_back(build_.CreateShuffleVector(all, order));
    }
    return lines;
  };
  std::vector<std::vector<Value*>> parts;
  for (const Item& item : items) parts.push_back(lines_of(item.value));
  const llvm::Align align{uint64_t(kCacheLine)};
  auto past_cache = [&](llvm::StoreInst* stored) {
    stored->setMetadata(llvm::LLVMContext::MD_nontemporal, once);
    annotate(stored);
  };
  // What ends in the part `part` of an item.
  auto store_line = [&](size_t i, size_t part, Value* before) {
    Value* into = build_.CreateAnd(build_.CreatePtrToInt(items[i].place, build_.getInt64Ty()), kCacheLine - 1);
    Value* line =
        build_.CreateGEP(byte, items[i].place, build_.CreateSub(int64(frame_, kCacheLine * int64_t(part)), into));
    Value* value = joined(before, parts[i][part], into, items[i].size);
    past_cache(build_.CreateAlignedStore(value, line, align));
  };
  llvm::BasicBlock *whole = new_block(frame_, "past_cache_whole"), *join = new_block(frame_, "past_cache_join"),
                   *first = new_block(frame_, "past_cache_first"), *others = new_block(frame_, "past_cache_others"),
                   *stored = new_block(frame_, "past_cache_stored");
  build_.CreateCondBr(whole_, whole, join);
  build_.SetInsertPoint(whole);
  for (const Item& item : items) past_cache(build_.CreateAlignedStore(item.value, item.place, align));
  build_.CreateBr(stored);
  build_.SetInsertPoint(join);
  build_.CreateCondBr(build_.CreateICmpEQ(column, lo_), others, first);
  build_.SetInsertPoint(first);
  for (size_t i = 0; i < items.size(); ++i)
    store_line(i, 0, build_.CreateAlignedLoad(line_type, left_over(i), align, /*volatile=*/true));
  build_.CreateBr(others);
  build_.SetInsertPoint(others);
  for (size_t i = 0; i < items.size(); ++i) {
    for (size_t part = 1; part < parts[i].size(); ++part) store_line(i, part, parts[i][part - 1]);
    build_.CreateAlignedStore(parts[i].back(), left_over(i), align, /*volatile=*/true);
  }
  build_.CreateBr(stored);
  build_.SetInsertPoint(stored);
}

/// Volatile, so that LLVM does not keep it in registers.
llvm::AllocaInst* PastCache::left_over(size_t item) {
  while (left_over_.size() <= item) {
    left_over_.push_back(new_variable(frame_, llvm::FixedVectorType::get(build_.getInt8Ty(), kCacheLine), "left_over"));
    left_over_.back()->setAlignment(llvm::Align(uint64_t(kCacheLine)));
  }
  return left_over_[item];
}

/// The last `into` bytes of the line `before` and behind them the first of `now`, a line in all.
Value* PastCache::joined(Value* before, Value* now, Value* into, int64_t size) {
  Value* from = build_.CreateSub(int64(frame_, kCacheLine), into);  // the place where both begin, side by side
  auto permuted = [&](int64_t unit, const char* name, ID permute) {
    llvm::Type* type = llvm::FixedVectorType::get(build_.getIntNTy(8 * unsigned(unit)), unsigned(kCacheLine / unit));
    Value* order = table(counting(2 * kCacheLine, size_t(unit)), from, type, name);
    Value* both =
        build_.CreateIntrinsic(permute, {build_.CreateBitCast(before, type), order, build_.CreateBitCast(now, type)});
    return build_.CreateBitCast(both, now->getType());
  };
  // Four bytes at a time go through one unit of Intel's, single ones through three.
  if (size >= 4) return permuted(4, "fours_in_order", llvm::Intrinsic::x86_avx512_vpermi2var_d_512);
  if (frame_.emission.target.permutes_bytes)
    return permuted(1, "bytes_in_order", llvm::Intrinsic::x86_avx512_vpermi2var_qi_512);
  return joined_lanes(before, now, from);
}

/// The same by instructions that shuffle within lanes of 16 bytes: of each lane of the result one has the lane in which
/// it begins, and one that behind it.
Value* PastCache::joined_lanes(Value* before, Value* now, Value* from) {
  // Lanes to skip, and bytes, at least 1, of the next one.
  Value* less = build_.CreateSub(from, int64(frame_, 1));
  Value* lanes = build_.CreateLShr(less, 4);
  Value* skip = build_.CreateAdd(build_.CreateAnd(less, kLane - 1), int64(frame_, 1));
  llvm::Type* words = llvm::FixedVectorType::get(build_.getInt64Ty(), 8);
  auto moved = [&](int64_t by) {
    Value* at = build_.CreateShl(build_.CreateAdd(lanes, int64(frame_, by)), 4);
    Value* order = table(counting(160, 8), at, words, "words_in_order");
    Value* both =
        build_.CreateIntrinsic(llvm::Intrinsic::x86_avx512_vpermi2var_q_512,
                               {build_.CreateBitCast(before, words), order, build_.CreateBitCast(now, words)});
    return build_.CreateBitCast(both, now->getType());
  };
  std::vector<uint8_t> lower(48, 0x80), upper(48, 0x80);  // 0x80: a zero
  std::iota(lower.begin(), lower.begin() + 16, 0), std::iota(upper.begin() + 16, upper.begin() + 32, 0);
  llvm::Type* lane = llvm::FixedVectorType::get(build_.getInt8Ty(), kLane);
  std::vector<int> each(static_cast<size_t>(kCacheLine));
  for (size_t i = 0; i < each.size(); ++i) each[i] = int(i % kLane);
  auto shuffled = [&](Value* value, llvm::ArrayRef<uint8_t> bytes, const char* name) {
    Value* order = build_.CreateShuffleVector(table(bytes, skip, lane, name), each);
    return build_.CreateIntrinsic(llvm::Intrinsic::x86_avx512_pshuf_b_512, {value, order});
  };
  return build_.CreateOr(shuffled(moved(0), lower, "lower_bytes"), shuffled(moved(1), upper, "upper_bytes"));
}

/// A register of what lies `at` bytes behind the begin of these.
Value* PastCache::table(llvm::ArrayRef<uint8_t> bytes, Value* at, llvm::Type* type, const char* name) {
  llvm::Module& module = frame_.emission.llvm;
  llvm::GlobalVariable* all = module.getNamedGlobal(name);
  if (!all) {
    llvm::Constant* data = llvm::ConstantDataArray::get(build_.getContext(), bytes);
    all = new llvm::GlobalVariable(module, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data, name);
    all->setAlignment(llvm::Align(uint64_t(kCacheLine)));
  }
  Value* place = build_.CreateGEP(build_.getInt8Ty(), all, at);
  return build_.CreateAlignedLoad(type, place, llvm::Align(1));
}

}  // namespace nf::codegen
