// What one block of a stencil reads: loads, several columns of a row from one of them, and rows asked for ahead.
#pragma once
#include <map>
#include <vector>

#include "codegen/cpu/stencil_body.h"

namespace nf::codegen {

/// Elements of an array that a block reads: its row, relative to the block's first, and the column of the first of
/// them, relative to the step's.
struct ReadPlace {
  uint32_t param;
  std::vector<int64_t> outer;
  int64_t row, column;
  auto operator<=>(const ReadPlace&) const = default;
};
/// Where the block's output row `row` reads its neighbour.
ReadPlace place_of(const ir::Function& function, const ir::Neighbor& neighbor, int64_t row);

/// The address so many bytes behind another one.
llvm::Value* behind(llvm::IRBuilder<>& build, llvm::Value* address, llvm::Value* bytes);

class BlockReads {
 public:
  BlockReads(llvm::IRBuilder<>& build, const StencilBody& body, StencilStep step, const StencilPlace& place,
             llvm::Value* column);

  /// One vector of `type` from memory; the elements have `size` bytes. The same one is loaded once.
  llvm::Value* load(const ReadPlace& place, llvm::Type* type, int size);
  /// Loads what the points read, in halves where `StencilPlace::halves` asks for that.
  void load_in_halves();
  /// Whether what is loaded would not stay in registers until all of it is used. Behind all loads.
  bool outnumber_registers() const;
  /// Asks for what is read and written next (rows of the next block, or more of the only row), where the place wants
  /// that. Behind all loads.
  void prefetch();

 private:
  struct Columns {
    int64_t first, last;
  };
  struct Window {
    llvm::Value *now, *before;  ///< the load at the last column in this step and in the one before
  };

  llvm::LoadInst* emit_load(const ReadPlace& place, llvm::Type* type, int size);
  bool compute_more_than_load() const;
  std::map<ReadPlace, Columns> read_columns() const;
  llvm::Value* from_window(const ReadPlace& place, llvm::Type* type, int size);
  bool read_one_row() const;
  void prefetch_row(const RowAddress& row, int64_t size, bool writes, int64_t ahead = 0);
  void prefetch_next_reads();
  void prefetch_next_outputs();

  llvm::IRBuilder<>& build_;
  const StencilBody& body_;
  const ir::Function& function_;
  const StencilStep step_;
  const StencilPlace& place_;
  llvm::Value* column_;
  const bool heavy_;  ///< more time goes into arithmetic than into loads
  std::map<std::pair<ReadPlace, llvm::Type*>, llvm::Value*> loads_;
  std::map<ReadPlace, Columns> windowed_;  ///< rows that are loaded once
  std::map<ReadPlace, Window> windows_;
};

}  // namespace nf::codegen
