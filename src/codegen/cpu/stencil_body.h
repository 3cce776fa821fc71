// The straight-line body of a stencil, prepared for emission in vectors.
#pragma once
#include <llvm/IR/IRBuilder.h>

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "codegen/cpu/product_pairs.h"
#include "codegen/cpu/reduction_plan.h"
#include "ir/ir.h"

namespace nf::codegen {

/// How many output points are computed together. Note [Phases]: with `phases` > 1 a value is held as that many vectors,
/// of which number p has the points p, p + phases, p + 2 * phases, ... of the step.
struct StencilStep {
  int lanes = 1;  ///< of each vector
  int phases = 1;
  int registers = 32;            ///< vectors that can be alive at a time
  std::optional<Pairs> pairs{};  ///< bytes are weighted and added in pairs
  int vector_bytes = 16;         ///< of a register
  int points() const { return lanes * phases; }
};

/// A body without control flow, and what is known of its instructions.
struct StencilBody {
  const ir::Function& function;
  std::vector<ir::InstId> order;  ///< what varies from point to point and is needed, operands first
  std::vector<ir::InstId> results;
  std::vector<ir::InstId> raises;              ///< conditions of the checks that differ from point to point
  std::vector<bool> varies;                    ///< depends on the point
  std::map<ir::InstId, Reduction> reductions;  ///< instructions that are computed by a `ReductionPlan`
  std::map<ir::InstId, ProductPair> products;  ///< instructions that are computed as one (Note [Pairs of products])
  std::set<ir::InstId> bound;                  ///< would be reductions if the order of floats were free
  std::vector<int64_t> turn;                   ///< of the row that an instruction reads last: plane by plane
  Table<ir::Inst, ir::Range> ranges;
  int64_t first_column = 0, last_column = 0;  ///< the least and greatest offset on the last axis
};

/// Longer bodies are not looked at: following their chains of operands would take a deep stack.
constexpr size_t kLongestBody = 6000;

/// The body, when it is straight-line code that can be computed in vectors: reads of absolutely indexed arrays are
/// allowed at places that do not depend on the point, and checks.
std::optional<StencilBody> straight_line(const ir::Function& function);

/// The step that fills registers of `vector_bytes`; in `phases` where that saves conversions.
StencilStep wide_step(const StencilBody& body, int vector_bytes, bool phases = true);

/// About how many instructions one row of a block becomes: what compiling it costs grows with that.
int64_t row_size(const StencilBody& body, StencilStep step);
/// A block of more instructions takes seconds to compile.
constexpr int64_t kMostInstructions = 16000;
inline bool is_too_long(const StencilBody& body, StencilStep step) { return row_size(body, step) > kMostInstructions; }

/// Where the address of a row is found.
struct RowAddress {
  llvm::Value* base;   ///< the address, or that of a table; as a float64 of the same bits: Note [Held addresses]
  int64_t entry = -1;  ///< of the table, from which the address is loaded when it is wanted
  llvm::Value* steps = nullptr;  ///< a table of offsets beside it: the same entry of it is added
};

/// Where the body reads and writes while one block of outputs is emitted.
struct StencilPlace {
  int rows;                        ///< output rows of the block
  llvm::Value* prefetches;         ///< i1: asks for the rows that the next block reads; null: never
  llvm::Value* prefetches_output;  ///< the same for the rows that it writes
  llvm::Value* halves = nullptr;   ///< i1: loads registers in two halves; null: never
  /// The element at column 0 of the row `row` rows below the first output row, in the plane `outer` away.
  std::function<RowAddress(uint32_t param, const std::vector<int64_t>& outer, int64_t row)> input;
  std::function<RowAddress(size_t result, int row)> output;
  std::function<RowAddress(size_t result, int row)> next_output;  ///< of the next block
  std::function<llvm::Value*(const RowAddress&)> pointer;         ///< for use at once; `emit_columns` sets it
  /// An invariant value as a scalar; splats of it go behind `splats_after`.
  std::function<llvm::Value*(ir::InstId)> invariant;
  llvm::Instruction* splats_before;
  int64_t widest_pinned = 0;  ///< results of so many bytes at most are pinned (Note [Pinned results])
  bool shifts = false;        ///< several columns of a row come from one load (Note [Windows of lanes])
  /// What `now` was in the step before, when that ended where this one begins; else what `restart` emits.
  /// `emit_columns` sets it.
  std::function<llvm::Value*(llvm::Value* now, const std::function<llvm::Value*()>& restart)> before;
  llvm::MDNode* inputs_scope;  ///< alias scopes: inputs and outputs never overlap
  llvm::MDNode* outputs_scope;
};

/// A block that was computed.
struct StencilBlock {
  std::vector<llvm::Value*> values;  ///< what is stored: the results of each row, from the last row to the first
  llvm::Value* raises = nullptr;     ///< i1: a check holds at some point; null without checks
};
/// Emits the computation of `place.rows` rows of `step.points()` outputs from `column` on.
StencilBlock emit_stencil_block(llvm::IRBuilder<>& build, const StencilBody& body, StencilStep step,
                                const StencilPlace& place, llvm::Value* column);

class PastCache;

/// Emits the stores of such values at `column`; past the cache where `past_cache` (or null) says so.
void store_stencil_block(llvm::IRBuilder<>& build, const StencilBody& body, StencilStep step, const StencilPlace& place,
                         llvm::Value* column, const std::vector<llvm::Value*>& values, PastCache* past_cache);

}  // namespace nf::codegen
