// Note [Joined lines]. A store past the cache is to fill a whole line (or register) that begins at a multiple of its
// size, or it costs as much as many. Rows of results begin anywhere: an image has any number of columns, and several
// results lie differently. So what is stored is joined from the end of what the step before computed and the begin of
// what this step did; which bytes those are is the same for a whole row. Between steps the values lie in memory, not in
// registers, which the code that stores into the cache needs.
#include "codegen/cpu/past_cache.h"

#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/IntrinsicsX86.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "base/assert.h"

namespace nf::codegen {
namespace {
using llvm::Value;
using llvm::Intrinsic::ID;

/// Bytes in which instructions shuffle bytes, whatever the size of the register.
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
    : frame_(frame),
      build_(frame.build),
      wanted_(wanted),
      skipped_(frame.build.CreateSelect(whole, int64(frame, INT64_MIN), lo, "skipped")) {}

bool stores_past_cache(const Target& target, const std::vector<Type>& results, StencilStep step) {
  return target.shuffles_bytes && std::all_of(results.begin(), results.end(), [&](Type result) {
           return step.points() * size_of(result.dtype()) % int64_t(kLane) == 0;
         });
}

void PastCache::store(Value* column, const std::vector<Item>& items,
                      llvm::function_ref<void(llvm::StoreInst*)> annotate) {
  llvm::Type* byte = build_.getInt8Ty();
  llvm::MDNode* once = llvm::MDNode::get(build_.getContext(), llvm::ConstantAsMetadata::get(build_.getInt32(1)));
  // The value as registers.
  auto parts_of = [&](Value* value) {
    const int64_t bytes = bytes_of(value->getType()), unit = std::min<int64_t>(bytes, frame_.emission.vector_bytes);
    Value* all = build_.CreateBitCast(value, llvm::FixedVectorType::get(byte, unsigned(bytes)));
    if (unit == bytes) return std::vector<Value*>{all};
    std::vector<Value*> parts;
    for (int64_t at = 0; at < bytes; at += unit) {
      std::vector<int> order(static_cast<size_t>(unit));
      std::iota(order.begin(), order.end(), int(at));
      parts.push_back(build_.CreateShuffleVector(all, order));
    }
    return parts;
  };
  std::vector<std::vector<Value*>> parts;
  for (const Item& item : items) parts.push_back(parts_of(item.value));
  auto align_of = [&](size_t i) { return llvm::Align(uint64_t(bytes_of(parts[i][0]->getType()))); };
  // What ends in the part `part` of an item.
  auto store_line = [&](size_t i, size_t part, Value* before) {
    const uint64_t unit = align_of(i).value();
    Value* into = build_.CreateAnd(build_.CreatePtrToInt(items[i].place, build_.getInt64Ty()), unit - 1);
    Value* line = build_.CreateGEP(byte, items[i].place, build_.CreateSub(build_.getInt64(unit * part), into));
    Value* value = joined(before, parts[i][part], into, items[i].size);
    llvm::StoreInst* stored = build_.CreateAlignedStore(value, line, align_of(i));
    stored->setMetadata(llvm::LLVMContext::MD_nontemporal, once);
    annotate(stored);
  };
  llvm::BasicBlock *first = new_block(frame_, "past_cache_first"), *others = new_block(frame_, "past_cache_others");
  build_.CreateCondBr(build_.CreateICmpEQ(column, skipped_), others, first);
  build_.SetInsertPoint(first);
  for (size_t i = 0; i < items.size(); ++i)
    store_line(i, 0,
               build_.CreateAlignedLoad(parts[i][0]->getType(), left_over(i, parts[i][0]->getType()), align_of(i),
                                        /*volatile=*/true));
  build_.CreateBr(others);
  build_.SetInsertPoint(others);
  for (size_t i = 0; i < items.size(); ++i) {
    for (size_t part = 1; part < parts[i].size(); ++part) store_line(i, part, parts[i][part - 1]);
    build_.CreateAlignedStore(parts[i].back(), left_over(i, parts[i].back()->getType()), align_of(i),
                              /*volatile=*/true);
  }
}

/// Volatile, so that LLVM does not keep it in registers.
llvm::AllocaInst* PastCache::left_over(size_t value, llvm::Type* type) {
  while (left_over_.size() <= value) left_over_.push_back(nullptr);
  if (!left_over_[value]) {
    left_over_[value] = new_variable(frame_, type, "left_over");
    left_over_[value]->setAlignment(llvm::Align(uint64_t(bytes_of(type))));
  }
  return left_over_[value];
}

/// The last `into` bytes of `before` and behind them the first of `now`, as many as one of them has.
Value* PastCache::joined(Value* before, Value* now, Value* into, int64_t size) {
  const int64_t bytes = bytes_of(now->getType());
  Value* from = build_.CreateSub(int64(frame_, bytes), into);  // the place where both begin, side by side
  auto permuted = [&](size_t unit, const char* name, ID of_16, ID of_32, ID of_64) {
    llvm::Type* type =
        llvm::FixedVectorType::get(build_.getIntNTy(8 * unsigned(unit)), unsigned(bytes) / unsigned(unit));
    Value* order = table(counting(128, unit), from, type, name);
    Value* both = build_.CreateIntrinsic(bytes == 64   ? of_64
                                         : bytes == 32 ? of_32
                                                       : of_16,
                                         {build_.CreateBitCast(before, type), order, build_.CreateBitCast(now, type)});
    return build_.CreateBitCast(both, now->getType());
  };
  // Four bytes at a time go through one unit of Intel's, single ones through three.
  if (frame_.emission.vector_bytes >= 64 && size >= 4)
    return permuted(4, "fours_in_order", llvm::Intrinsic::x86_avx512_vpermi2var_d_128,
                    llvm::Intrinsic::x86_avx512_vpermi2var_d_256, llvm::Intrinsic::x86_avx512_vpermi2var_d_512);
  if (frame_.emission.target.permutes_bytes)
    return permuted(1, "bytes_in_order", llvm::Intrinsic::x86_avx512_vpermi2var_qi_128,
                    llvm::Intrinsic::x86_avx512_vpermi2var_qi_256, llvm::Intrinsic::x86_avx512_vpermi2var_qi_512);
  return joined_lanes(before, now, from);
}

/// The same by instructions that shuffle within lanes of 16 bytes: `lower` has the lane in which each lane of the
/// result begins, `upper` the one behind it.
Value* PastCache::joined_lanes(Value* before, Value* now, Value* from) {
  llvm::Type* type = now->getType();
  const int64_t bytes = bytes_of(type);
  // Lanes to skip, and bytes, at least 1, of the next one.
  Value* less = build_.CreateSub(from, int64(frame_, 1));
  Value *lanes = build_.CreateLShr(less, 4),
        *skip = build_.CreateAdd(build_.CreateAnd(less, kLane - 1), int64(frame_, 1));
  Value *lower = before, *upper = now;
  if (bytes == 64) {
    llvm::Type* words = llvm::FixedVectorType::get(build_.getInt64Ty(), 8);
    auto moved = [&](int64_t by) {
      Value* at = build_.CreateShl(build_.CreateAdd(lanes, int64(frame_, by)), 4);
      Value* order = table(counting(160, 8), at, words, "words_in_order");
      Value* both =
          build_.CreateIntrinsic(llvm::Intrinsic::x86_avx512_vpermi2var_q_512,
                                 {build_.CreateBitCast(before, words), order, build_.CreateBitCast(now, words)});
      return build_.CreateBitCast(both, type);
    };
    lower = moved(0), upper = moved(1);
  } else if (bytes == 32) {
    std::vector<int> order(32);
    std::iota(order.begin(), order.end(), 16);
    Value* middle = build_.CreateShuffleVector(before, now, order);
    Value* first = build_.CreateVectorSplat(32, build_.CreateICmpEQ(lanes, int64(frame_, 0)));
    lower = build_.CreateSelect(first, before, middle), upper = build_.CreateSelect(first, middle, now);
  }
  std::vector<uint8_t> lower_order(48, 0x80), upper_order(48, 0x80);  // 0x80: a zero
  std::iota(lower_order.begin(), lower_order.begin() + 16, 0),
      std::iota(upper_order.begin() + 16, upper_order.begin() + 32, 0);
  llvm::Type* lane = llvm::FixedVectorType::get(build_.getInt8Ty(), kLane);
  auto shuffled = [&](Value* value, llvm::ArrayRef<uint8_t> bytes_in_lane, const char* name) {
    std::vector<int> each(static_cast<size_t>(bytes));
    for (size_t i = 0; i < each.size(); ++i) each[i] = int(i % kLane);
    Value* order = build_.CreateShuffleVector(table(bytes_in_lane, skip, lane, name), each);
    const ID shuffle = bytes == 64   ? llvm::Intrinsic::x86_avx512_pshuf_b_512
                       : bytes == 32 ? llvm::Intrinsic::x86_avx2_pshuf_b
                                     : llvm::Intrinsic::x86_ssse3_pshuf_b_128;
    return build_.CreateIntrinsic(shuffle, {value, order});
  };
  return build_.CreateOr(shuffled(lower, lower_order, "lower_bytes"), shuffled(upper, upper_order, "upper_bytes"));
}

/// A register of what lies `at` bytes behind the begin of these.
Value* PastCache::table(llvm::ArrayRef<uint8_t> bytes, Value* at, llvm::Type* type, const char* name) {
  llvm::Module& module = frame_.emission.llvm;
  llvm::GlobalVariable* all = module.getNamedGlobal(name);
  if (!all) {
    llvm::Constant* data = llvm::ConstantDataArray::get(build_.getContext(), bytes);
    all = new llvm::GlobalVariable(module, data->getType(), true, llvm::GlobalValue::PrivateLinkage, data, name);
    all->setAlignment(llvm::Align(64));
  }
  Value* place = build_.CreateGEP(build_.getInt8Ty(), all, at);
  return build_.CreateAlignedLoad(type, place, llvm::Align(1));
}

}  // namespace nf::codegen
