// Stores past the cache, by rows that may begin anywhere in a cache line.
#pragma once
#include "codegen/cpu/frame.h"
#include "codegen/cpu/stencil_body.h"

namespace nf::codegen {

/// The names of blocks that only run where a tile stores past the cache begin so.
inline constexpr const char* kPastCache = "past_cache";

/// How the steps of a tile store past the cache (Note [Joined lines]).
class PastCache {
 public:
  /// Where `wanted` (i1) is true, the tile's columns from `lo` on are whole steps; where `whole` (i1) is too, each row
  /// has the element `lo` at the begin of a line.
  PastCache(Frame& frame, llvm::Value* wanted, llvm::Value* whole, llvm::Value* lo);

  llvm::Value* wanted() const { return wanted_; }

  struct Item {
    llvm::Value *value, *place;
    int64_t size;  ///< of an element
  };
  /// Emits the stores of one step, the next one of the tile, whose first column is `column`. Stored are the lines that
  /// end in the step; of the first line of a row that is not whole, nothing.
  void store(llvm::Value* column, const std::vector<Item>& items, llvm::function_ref<void(llvm::StoreInst*)> annotate);

 private:
  llvm::AllocaInst* left_over(size_t item);
  llvm::Value* joined(llvm::Value* before, llvm::Value* now, llvm::Value* into, int64_t size);
  llvm::Value* joined_lanes(llvm::Value* before, llvm::Value* now, llvm::Value* from);
  llvm::Value* table(llvm::ArrayRef<uint8_t> bytes, llvm::Value* at, llvm::Type* type, const char* name);

  Frame& frame_;
  llvm::IRBuilder<>& build_;
  llvm::Value *wanted_, *whole_, *lo_;
  std::vector<llvm::AllocaInst*> left_over_;  ///< of each item: what the step before left to this one
};

/// Whether the steps of a stencil with these results can be stored so: in registers of a whole line.
bool stores_past_cache(const Target& target, const std::vector<Type>& results, StencilStep step);

}  // namespace nf::codegen
