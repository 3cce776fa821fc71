#include "codegen/cpu/tile.h"

#include <llvm/IR/MDBuilder.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/assert.h"
#include "base/past_cache.h"
#include "codegen/cpu/columns.h"
#include "codegen/cpu/rows.h"
#include "codegen/cpu/strips.h"
#include "codegen/optimize.h"
#include "codegen/run_stencil.h"

namespace nf::codegen {
namespace {
using llvm::Value;

/// Rows that are computed together: they share loads and partial sums. Fast code has fewer: it is generated in three
/// quarters of the time, and takes a tenth longer.
constexpr int kRows = 4, kFastRows = 2;
/// Of a row, in a block of four rows of a stencil in three dimensions.
constexpr int64_t kFewInstructions = 24;
/// About how many instructions a block may have to be emitted a second time, for strips.
constexpr int64_t kMostOfStrips = 400;
/// That the second cache level moves while a core computes one.
constexpr int64_t kBytesOfAnInstruction = 6;
/// In bytes, of an element.
constexpr int64_t kWide = 4;
/// Of a block of rows, in bytes: more do not stay in the first cache level.
constexpr int64_t kFitsTheFirstLevel = 36 << 10;
constexpr int64_t kNeverPays = INT64_MAX;
/// Of a point, for each array: so few cost little beside what a cache moves, even where loads are dear.
constexpr int64_t kFewLoads = 4;

/// The rows that a tile reads, in the order of its table of lines.
class Lines {
 public:
  /// The table has the lines behind its first `begin` entries. The first `most_pointers` of them that are asked for
  /// are pointers, the others are held (Note [Held addresses]).
  Lines(Frame& frame, int rows, size_t begin, size_t most_pointers)
      : frame_(frame), begin_(begin), most_pointers_(most_pointers) {
    const ir::Function& function = frame.function;
    for (ir::InstId id : function[function.body].insts)
      if (auto* read = std::get_if<ir::Neighbor>(&function[id].op); read && read->offset.size() > 1)
        last_row_ = std::max(last_row_, read->offset[read->offset.size() - 2]);
    last_of_block_ = last_row_ + rows - 1;
  }
  int64_t last_row() const { return last_row_; }
  const std::vector<StencilLine>& list() const { return list_; }

  /// Of the table.
  size_t entry(uint32_t param, const std::vector<int64_t>& outer, int64_t row) const {
    const auto found = std::find_if(list_.begin(), list_.end(), [&](const StencilLine& line) {
      return line.param == param && line.row == row && !line.prefetched &&
             std::equal(outer.begin(), outer.end(), line.outer);
    });
    nf_assert(found != list_.end(), "a tile does not read row {} of parameter {}", row, param);
    return begin_ + size_t(found - list_.begin());
  }

  /// The element at column 0 of a line. It is loaded from `table` before `before`, or, since rows to prefetch are
  /// rarely asked for, from `table_held` when it is wanted.
  RowAddress address(uint32_t param, const std::vector<int64_t>& outer, int64_t row, Value* table, Value* table_held,
                     llvm::Instruction* before) {
    StencilLine line{param, size_of(frame_.function.params[param].type.dtype()), row, row > last_of_block_, {}, 0, 0,
                     0};
    std::copy(outer.begin(), outer.end(), line.outer);
    auto [made, fresh] = made_.try_emplace(line, RowAddress{table_held, int64_t(begin_ + list_.size())});
    if (!fresh) return made->second;
    list_.push_back(line);
    if (line.prefetched) return made->second;
    llvm::IRBuilder<> build(before);
    Value* slot = build.CreateConstInBoundsGEP1_64(build.getPtrTy(), table, uint64_t(made->second.entry));
    llvm::Type* type = build.getPtrTy();
    if (loaded_++ >= most_pointers_) type = build.getDoubleTy();
    return made->second = {build.CreateLoad(type, slot)};
  }

 private:
  Frame& frame_;
  int64_t last_row_ = 0;       ///< the last row that a point reads, relative to it
  int64_t last_of_block_ = 0;  ///< the last that a block reads; rows below it are prefetched
  std::vector<StencilLine> list_;
  std::map<StencilLine, RowAddress> made_;
  size_t begin_, most_pointers_, loaded_ = 0;
};

/// The rows that a point reads of each array: their offsets on all axes but the last.
std::map<ir::InstId, std::set<std::vector<int64_t>>> rows_of_a_point(const StencilBody& body) {
  std::map<ir::InstId, std::set<std::vector<int64_t>>> rows;
  const ir::Function& function = body.function;
  for (ir::InstId id : function[function.body].insts)
    if (auto* read = std::get_if<ir::Neighbor>(&function[id].op))
      rows[read->array].insert({read->offset.begin(), read->offset.end() - 1});
  return rows;
}

/// The rows that one block of `rows` rows reads.
size_t count_lines(const StencilBody& body, int rows) {
  size_t count = 0;
  for (auto& [array, of_a_point] : rows_of_a_point(body)) {
    std::set<std::vector<int64_t>> of_a_block;
    for (std::vector<int64_t> line : of_a_point)
      for (int row = 0; row < rows; ++row) {
        of_a_block.insert(line);
        if (!line.empty()) ++line.back();
      }
    count += of_a_block.size();
  }
  return count;
}

/// Whether a point reads the same array in several rows, so that rows computed together share loads.
bool reads_several_rows(const StencilBody& body) {
  const auto rows = rows_of_a_point(body);
  return std::any_of(rows.begin(), rows.end(), [](auto& of_array) { return of_array.second.size() > 1; });
}

/// Moves a tile's table on to the next block.
void move_table(Frame& frame, Value* table, Value* steps, size_t entries) {
  llvm::IRBuilder<>& build = frame.build;
  llvm::Type* group = llvm::FixedVectorType::get(build.getInt64Ty(), kTableGroup);
  for (size_t at = 0; at < entries; at += kTableGroup) {
    auto part = [&](Value* base) { return build.CreateConstInBoundsGEP1_64(build.getInt64Ty(), base, at); };
    Value* before = build.CreateAlignedLoad(group, part(table), llvm::Align(8));
    Value* step = build.CreateAlignedLoad(group, part(steps), llvm::Align(8));
    build.CreateAlignedStore(build.CreateAdd(before, step), part(table), llvm::Align(8));
  }
}

/// That are read near each point.
int64_t arrays_of(const ir::Function& function) {
  return std::count_if(function.params.begin(), function.params.end(),
                       [](const ir::Parameter& param) { return param.relative; });
}

/// The sizes of an element of each array that is read near a point or written.
std::vector<int64_t> moved_sizes(const ir::Function& function) {
  std::vector<int64_t> sizes;
  for (const ir::Parameter& param : function.params)
    if (param.relative) sizes.push_back(size_of(param.type.dtype()));
  for (Type result : function.results) sizes.push_back(size_of(result.dtype()));
  return sizes;
}

/// Instructions on vectors of one row of a block, those for several registers counted as often: loads, and stores of
/// both kinds, are among them.
double vector_instructions(const Emission& emission, const llvm::Function& code, int rows) {
  double count = 0;
  for (const llvm::BasicBlock& block : code)
    for (const llvm::Instruction& inst : block) {
      auto* call = llvm::dyn_cast<llvm::CallInst>(&inst);
      auto* store = llvm::dyn_cast<llvm::StoreInst>(&inst);
      const llvm::Type* type = store ? store->getValueOperand()->getType() : inst.getType();
      if (!type->isVectorTy() || llvm::isa<llvm::BitCastInst>(inst) || (call && call->isInlineAsm())) continue;
      const double bytes = double(type->getPrimitiveSizeInBits().getFixedValue()) / 8;
      count += std::max(1.0, bytes / emission.vector_bytes);
    }
  return count / rows;
}

/// Whether there is less to compute than to move.
bool moves_most_of_the_time(const StencilBody& body, StencilStep step) {
  const std::vector<int64_t> sizes = moved_sizes(body.function);
  const int64_t bytes = step.points() * std::reduce(sizes.begin(), sizes.end());
  return row_size(body, step) * kBytesOfAnInstruction <= bytes;
}

/// The same of an image.
bool is_bound_by_memory(const StencilBody& body, StencilStep step) {
  return body.function.rank == 2 && moves_most_of_the_time(body, step);
}

/// Whether four rows do not stay in the first cache level until the next block.
bool is_wide(const ir::Function& function) {
  const std::vector<int64_t> sizes = moved_sizes(function);
  return *std::max_element(sizes.begin(), sizes.end()) >= kWide;
}

/// Whether some elements are bytes: there is much to compute for a cache line of them.
bool has_bytes(const ir::Function& function) {
  const std::vector<int64_t> sizes = moved_sizes(function);
  return *std::min_element(sizes.begin(), sizes.end()) == 1;
}

/// Of a point.
int64_t loads_of(const StencilBody& body) {
  return std::count_if(body.order.begin(), body.order.end(),
                       [&](ir::InstId id) { return std::holds_alternative<ir::Neighbor>(body.function[id].op); });
}

/// Whether most loads cost two: those across the end of a cache line wait for both lines on Zen, and loads of a whole
/// line's size nearly all go across one.
bool loads_are_dear(const Target& target) { return target.slow_split_loads || target.vector_bytes >= kCacheLine; }

/// Whether a point of a volume is one long sum in the order of the kernel: each addition waits for the one before it,
/// so several rows are under way. (96 MiB of float32, 27 points, two threads of Emerald Rapids: 5.1 ms with two rows,
/// 4.3 with four; columns from one load, which moves between lanes, take the unit that adds: 5.9 and 5.2.)
bool waits_for_additions(const Emission& emission, const StencilBody& body, StencilStep step) {
  return !emission.target.slow_split_loads && body.function.rank > 2 && body.bound.size() == 1 &&
         row_size(body, step) > kFewInstructions;
}

/// Four rows, which share loads and partial sums, unless they would not fit the registers. Where there is less to
/// compute than to move, one row at a time is what memory and the first cache level like best; but where loads are
/// dear, more rows share them (96 MiB on Zen 5: 3x3 mean of float32 2.80 ms with one row, 2.33 with two, 1.88 with
/// four; upwind advection, of three arrays, 2.78, 2.37 and 2.94; Jacobi in three dimensions 5.30, 4.70 and 3.52. On
/// Emerald Rapids the mean 5.9, 3.9 and 3.9).
int most_rows_of(const Emission& emission, const StencilBody& body, StencilStep step) {
  if (!body.reductions.empty()) return emission.fast ? kFastRows : kRows;
  if (is_bound_by_memory(body, step)) {
    if (!reads_several_rows(body)) return 1;
    const bool dear = loads_are_dear(emission.target);
    if (is_wide(body.function) && !(dear && arrays_of(body.function) == 1)) return dear ? kFastRows : 1;
  }
  const bool slow = emission.target.slow_split_loads;
  // In three dimensions a block reads so many rows that it needs more addresses and loads than there are registers.
  const bool few = slow && row_size(body, step) <= kFewInstructions;
  const bool many = few || waits_for_additions(emission, body, step);
  return emission.fast || (body.function.rank > 2 && !many) ? kFastRows : kRows;
}

llvm::Function* new_tile(Emission& emission, llvm::GlobalValue::LinkageTypes linkage, const char* name) {
  llvm::IRBuilder<> types(emission.llvm.getContext());
  llvm::Type *pointer = types.getPtrTy(), *number = types.getInt64Ty();
  llvm::Type* params[] = {pointer, pointer, pointer, pointer, number, number, number, number};
  llvm::Function* code =
      llvm::Function::Create(llvm::FunctionType::get(types.getInt32Ty(), params, false), linkage, name, emission.llvm);
  code->addFnAttr(kExplicitVectors);
  code->addFnAttr("min-legal-vector-width", std::to_string(8 * emission.vector_bytes));
  code->addFnAttr("prefer-vector-width", std::to_string(8 * emission.vector_bytes));
  return code;
}

/// Emits what a tile computes before its loops.
void begin_tile(Frame& frame, const StencilBody& body) {
  const ir::Function& function = frame.function;
  frame.build.SetInsertPoint(new_block(frame, "entry"));
  if (function.fastmath) frame.build.setFastMathFlags(llvm::FastMathFlags::getFast());
  frame.values.resize(function.insts.size());
  frame.ranges = body.ranges;
  frame.context = frame.code->getArg(0);
  load_params(frame, frame.code->getArg(1));
  for (ir::InstId id : function[function.body].insts)
    if (!body.varies[id.index] && !std::holds_alternative<ir::Return>(function[id].op)) emit_instruction(frame, id);
}

/// What all blocks of a tile have in common.
StencilPlace place_of_tile(Frame& frame, int rows) {
  llvm::LLVMContext& context = frame.build.getContext();
  llvm::MDBuilder metadata(context);
  llvm::MDNode* domain = metadata.createAnonymousAliasScopeDomain("tile");
  auto scope = [&](const char* name) {
    return llvm::MDNode::get(context, {metadata.createAnonymousAliasScope(domain, name)});
  };
  StencilPlace place{};
  place.rows = rows;
  place.inputs_scope = scope("inputs"), place.outputs_scope = scope("outputs");
  place.invariant = [&frame](ir::InstId id) { return frame.values[id].scalar; };
  place.splats_before = mark_place(frame);
  return place;
}

/// Emits a tile in another order by `emit`; null where that says it never pays.
template <class Emit>
llvm::Function* in_other_order(Emission& emission, const StencilBody& body, const Lines& lines, int rows,
                               const char* name, Emit emit) {
  llvm::Function* code = new_tile(emission, llvm::Function::ExternalLinkage, name);
  Frame frame{emission, body.function, code, llvm::IRBuilder<>(emission.llvm.getContext())};
  begin_tile(frame, body);
  StencilPlace place = place_of_tile(frame, rows);
  llvm::Instruction* splats = place.splats_before;
  const bool pays = emit(frame, std::move(place), [&](uint32_t param, const std::vector<int64_t>& outer, int64_t row) {
    return lines.entry(param, outer, row);
  });
  if (!pays) {
    code->eraseFromParent();
    return nullptr;
  }
  splats->eraseFromParent();
  return code;
}

/// Volumes are larger than the first cache level: a strip waits for it where there is little to compute.
bool may_go_in_strips(const StencilBody& body, StencilStep step) {
  return body.function.rank == 2 || row_size(body, step) > kFewInstructions;
}

/// Note [Rows]: from how many columns on. `lines` are those of a tile.
int64_t rows_pay_from(const Emission& emission, const StencilBody& body, StencilStep step, int rows_of_tile,
                      const Lines& lines) {
  const ir::Function& function = body.function;
  const bool shares_dear_loads = rows_of_tile > 1 && !emission.target.slow_split_loads;
  if (!may_go_in_strips(body, step))
    return arrays_of(function) > 1 || (shares_dear_loads && is_wide(function)) ? 0 : kNeverPays;
  const int64_t few = kFewLoads * int64_t(moved_sizes(function).size());
  if (!shares_dear_loads || !is_bound_by_memory(body, step)) return kNeverPays;
  if (is_wide(function) && loads_of(body) <= few) return 0;
  if (has_bytes(function)) return kNeverPays;
  int64_t bytes = 0;  // of a column of a block
  for (Type result : function.results) bytes += rows_of_tile * size_of(result.dtype());
  for (const StencilLine& line : lines.list()) bytes += line.prefetched ? 0 : line.size;
  return kFitsTheFirstLevel / bytes;
}

/// The code that goes strip by strip, and the code that goes row by row, where they pay.
void emit_other_orders(Emission& emission, const StencilBody& body, StencilStep step, int rows_of_tile,
                       const Lines& lines, Tile& tile, StencilPlan& plan) {
  if (emission.fast || body.function.rank < 2 || !body.raises.empty()) return;
  plan.rows_pay_from = rows_pay_from(emission, body, step, rows_of_tile, lines);
  if (plan.rows_pay_from != kNeverPays)
    tile.by_rows =
        in_other_order(emission, body, lines, 1, kRowsName, [&](Frame& frame, StencilPlace place, auto entry) {
          emit_rows(frame, body, step, std::move(place), rows_of_tile, entry);
          return true;
        });
  if (plan.rows_pay_from == 0 || !may_go_in_strips(body, step)) return;
  const int most = body.function.rank > 2 ? kFastRows : kRows;
  for (int rows = std::min(rows_of_tile, most); rows > 1 && !tile.strips; rows /= 2)
    if (rows * row_size(body, step) <= kMostOfStrips)
      tile.strips =
          in_other_order(emission, body, lines, rows, kStripsName, [&](Frame& frame, StencilPlace place, auto entry) {
            plan.strips_pay = emit_strips(frame, body, step, std::move(place), rows_of_tile, entry);
            return plan.strips_pay != StripsPay::Never;
          });
}

}  // namespace

void load_params(Frame& frame, Value* args) {
  llvm::IRBuilder<>& build = frame.build;
  const ir::Function& function = frame.function;
  for (size_t p = 0; p < function.params.size(); ++p) {
    const Type type = parameter_form(function.params[p]);
    Value* slot = field(frame, args, sizeof(abi::Value) * p);
    RegisterValue value;
    if (type.is_scalar())
      value.scalar = load_scalar(frame, type.dtype(), slot);
    else
      value.array = load_array(frame, type, build.CreateLoad(build.getPtrTy(), slot), Scope::Caller);
    if (function.params[p].relative) value.array.strides.back() = int64(frame, size_of(type.dtype()));
    frame.params.push_back(value);
  }
}

StencilStep step_of(const Emission& emission, const StencilBody& body) {
  // Phases are a third faster, and LLVM takes ten times as long over their shifts and masks.
  return wide_step(body, emission.vector_bytes, /*phases=*/!emission.fast);
}

/// Whether a point of the results reads nothing of the arrays but itself.
bool is_pointwise(const StencilBody& body) {
  return std::all_of(body.order.begin(), body.order.end(), [&](ir::InstId id) {
    auto* read = std::get_if<ir::Neighbor>(&body.function[id].op);
    return !read || std::all_of(read->offset.begin(), read->offset.end(), [](int64_t d) { return d == 0; });
  });
}

Tile emit_tile(Emission& emission, const ir::Function& function, const StencilBody& body) {
  Tile tile;
  tile.code = new_tile(emission, llvm::Function::ExternalLinkage, "tile");
  Frame frame{emission, function, tile.code, llvm::IRBuilder<>(emission.llvm.getContext())};
  begin_tile(frame, body);
  llvm::IRBuilder<>& build = frame.build;
  llvm::Type *pointer = build.getPtrTy(), *number = build.getInt64Ty();
  const StencilStep step = step_of(emission, body);
  const int most_rows = most_rows_of(emission, body, step);
  const int rows = function.rank > 1 && most_rows * row_size(body, step) <= kMostInstructions ? most_rows : 1;
  const std::optional<Stages> stages =
      emission.fast ? std::nullopt : split_into_stages(body, rows, emission.vector_bytes);
  const int64_t points = stages ? stages->points : step.points();
  const size_t out_rows = function.results.size() * size_t(rows);
  const bool holds = !emission.fast && emission.vector_bytes >= 64;  // there are 32 vector registers
  const size_t pointers = holds ? kAddressesInRegisters : SIZE_MAX;
  const size_t out_pointers = pointers - std::min(pointers, count_lines(body, rows));
  Lines lines(frame, rows, out_rows, pointers);
  Value *table = tile.code->getArg(2), *steps = tile.code->getArg(3), *lo = tile.code->getArg(4),
        *hi = tile.code->getArg(5);
  auto does = [&](int64_t what, const char* name) {
    return build.CreateICmpNE(build.CreateAnd(tile.code->getArg(7), int64(frame, what)), int64(frame, 0), name);
  };
  Value *prefetches = does(kTilePrefetch, "prefetches"), *ahead = does(kTilePrefetchOutput, "ahead"),
        *halves = does(kTileLoadsHalves, "halves");
  const StencilStep stored = stages ? stages->list.back().step : step;
  std::optional<PastCache> past_cache;
  if (!emission.fast && stores_past_cache(emission.target, function.results, stored))  // fast code is for small images
    past_cache.emplace(frame, does(kTileStoresPast, "past_cache"), does(kTileWholeLines, "whole_lines"), lo);
  std::vector<int64_t> sizes;
  for (Type result : function.results) sizes.push_back(size_of(result.dtype()));
  auto held = [&](Value* address) {
    return holds ? build.CreateBitCast(build.CreatePtrToInt(address, number), build.getDoubleTy()) : address;
  };
  Value *table_held = held(table), *steps_held = held(steps);
  StencilPlace place = place_of_tile(frame, rows);
  const bool pointwise = is_pointwise(body), waits = waits_for_additions(emission, body, step);
  each_step(frame, int64(frame, 0), tile.code->getArg(6), 1, [&](Value*) {
    std::vector<Value*> outs;
    for (size_t row = 0; row < out_rows; ++row)
      outs.push_back(build.CreateLoad(row < out_pointers ? pointer : build.getDoubleTy(),
                                      build.CreateConstInBoundsGEP1_64(pointer, table, row)));
    llvm::Instruction* entered = mark_place(frame);
    place.shifts = emission.target.shifts_lanes && !emission.fast && !waits;
    place.prefetches = prefetches;
    if (rows > 1) place.prefetches_output = ahead;
    if (emission.target.slow_split_loads && pointwise) place.halves = halves;
    place.input = [&](uint32_t param, const std::vector<int64_t>& outer, int64_t row) {
      return lines.address(param, outer, row, table, table_held, entered);
    };
    place.output = [&](size_t result, int row) { return RowAddress{outs[result * size_t(rows) + size_t(row)]}; };
    place.next_output = [&](size_t result, int row) {
      return RowAddress{table_held, int64_t(result) * rows + row, steps_held};
    };
    PastCache* past = past_cache ? &*past_cache : nullptr;
    if (stages)
      emit_staged_columns(frame, *stages, place, lo, hi, past);
    else
      emit_columns(frame, body, step, place, lo, hi, past);
    entered->eraseFromParent();
    move_table(frame, table, steps, out_rows + lines.list().size());
  });
  place.splats_before->eraseFromParent();
  build.CreateRet(int32(frame, 0));

  const std::vector<int64_t> moved = moved_sizes(function);
  const double lines_of_cache = double(points * std::reduce(moved.begin(), moved.end())) / double(kCacheLine);
  StencilPlan plan{function.rank,
                   rows,
                   points,
                   body.first_column,
                   body.last_column,
                   lines.last_row(),
                   0,
                   0,
                   0,
                   0,
                   0,
                   pointwise,
                   pointwise && emission.target.slow_split_loads && moves_most_of_the_time(body, step),
                   past_cache.has_value(),
                   int64_t(vector_instructions(emission, *tile.code, rows) / lines_of_cache),
                   StripsPay::Never,
                   kNeverPays};
  if (!stages) emit_other_orders(emission, body, step, rows, lines, tile, plan);
  tile.plan = pack_plan(plan, lines.list(), sizes);
  return tile;
}

}  // namespace nf::codegen
