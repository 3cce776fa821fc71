// See block_reads.h.
//
// Note [Windows of lanes]. Loads of neighbouring columns of a row overlap, and most of them reach into the next cache
// line, which costs as much as two. Instead a step loads each row once, at its last column; what it needs of the
// columns before comes from that and from the same load of the step before, shifted by whole lanes (valignd). Where
// there was no step before it - at the begin of a row, and at its last step, which overlaps the one before - a load at
// the first column stands in, so no load leaves the footprint. (Zen 5: Jacobi of float32 4.3 cycles a vector, 3.4 with
// windows; seven points 8.3 and 6.2; Harris' response, of three arrays, 130 us an image and 89. What the 36 rows of a
// window in four dimensions carry on no longer fits the registers: there it takes twice as long. Emerald Rapids: 3x3
// mean of float32 335 us and 305, of 96 MiB in blocks of four rows 4.0 ms and 3.8.) Where arithmetic
// takes longer than the loads, shifting only adds to it, and what is carried on takes registers from it (a 5x5 Gaussian
// of float32 265 us with windows, 233 without).
#include "codegen/cpu/block_reads.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "base/past_cache.h"
#include "codegen/cpu/ask_ahead.h"
#include "codegen/ops/emit.h"

namespace nf::codegen {
namespace {
using ir::InstId;
using llvm::Value;

/// Rows whose loads are carried on to the next step.
constexpr size_t kMostWindows = 18;
/// Instructions that go beside one load which reaches into the next cache line.
constexpr int64_t kManyForALoad = 5;

/// Where `condition` holds, what `emit` emits.
template <class Emit>
void where(llvm::IRBuilder<>& build, Value* condition, Emit emit) {
  llvm::Function* function = build.GetInsertBlock()->getParent();
  auto *ahead = llvm::BasicBlock::Create(build.getContext(), "ahead", function),
       *computed = llvm::BasicBlock::Create(build.getContext(), "computed", function);
  build.CreateCondBr(condition, ahead, computed);
  build.SetInsertPoint(ahead);
  emit();
  build.CreateBr(computed);
  build.SetInsertPoint(computed);
}

}  // namespace

Value* behind(llvm::IRBuilder<>& build, Value* address, Value* bytes) {
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(bytes);
  return constant && constant->isZero() ? address : build.CreateGEP(build.getInt8Ty(), address, bytes);
}

ReadPlace place_of(const ir::Function& function, const ir::Neighbor& neighbor, int64_t row) {
  ReadPlace place{std::get<ir::Param>(function[neighbor.array].op).position, neighbor.offset, row, 0};
  place.column = place.outer.back(), place.outer.pop_back();
  if (!place.outer.empty()) place.row += place.outer.back(), place.outer.pop_back();
  return place;
}

BlockReads::BlockReads(llvm::IRBuilder<>& build, const StencilBody& body, StencilStep step, const StencilPlace& place,
                       Value* column)
    : build_(build),
      body_(body),
      function_(body.function),
      step_(step),
      place_(place),
      column_(column),
      heavy_(compute_more_than_load()) {
  windowed_ = read_columns();
}

void BlockReads::prefetch() {
  if (!place_.prefetches) return;
  where(build_, place_.prefetches, [&] {
    prefetch_next_reads();
    if (place_.prefetches_output) where(build_, place_.prefetches_output, [&] { prefetch_next_outputs(); });
  });
}

/// Asks for the step `ahead` bytes behind `column_` of a row of elements of `size` bytes. It may lie outside the array:
/// prefetches never fault.
void BlockReads::prefetch_row(const RowAddress& row, int64_t size, bool writes, int64_t ahead) {
  Value* first = build_.CreateGEP(build_.getInt8Ty(), place_.pointer(row),
                                  build_.CreateMul(column_, build_.getInt64(uint64_t(size))));
  for (int64_t offset = 0; offset < size * step_.points(); offset += kCacheLine) {
    Value* address = build_.CreateGEP(build_.getInt8Ty(), first, build_.getInt64(uint64_t(ahead + offset)));
    ask_for(build_, address, writes);
  }
}

/// Whether all is read from the row of the results.
bool BlockReads::read_one_row() const {
  return place_.rows == 1 && std::all_of(loads_.begin(), loads_.end(), [](auto& load) {
           const ReadPlace& place = load.first.first;
           return place.row == 0 &&
                  std::all_of(place.outer.begin(), place.outer.end(), [](int64_t d) { return d == 0; });
         });
}

/// The rows that the next block of rows will be the first to read, or what lies behind in the only one.
void BlockReads::prefetch_next_reads() {
  std::map<uint32_t, ReadPlace> last;  // of each array the last plane, and its last row
  for (auto& [read, value] : loads_) {
    auto [at, fresh] = last.try_emplace(read.first.param, read.first);
    if (!fresh && at->second < read.first) at->second = read.first;
  }
  const bool one_row = read_one_row();
  for (auto& [param, place] : last) {
    const int64_t size = size_of(function_.params[param].type.dtype());
    if (one_row) {
      prefetch_row(place_.input(param, place.outer, 0), size, false, kAhead);
      continue;
    }
    for (int row = 1; row <= place_.rows; ++row)
      prefetch_row(place_.input(param, place.outer, place.row + row), size, false);
  }
}

/// A block goes on in as many rows at once as it has, and the processor finds out about each of them late.
void BlockReads::prefetch_next_outputs() {
  for (size_t result = 0; result < body_.results.size(); ++result)
    for (int row = 0; row < place_.rows; ++row)
      prefetch_row(place_.next_output(result, row), size_of(function_.results[result].dtype()), true);
}

Value* BlockReads::load(const ReadPlace& place, llvm::Type* type, int size) {
  auto [at, fresh] = loads_.try_emplace({place, type}, nullptr);
  if (!fresh) return at->second;
  if (Value* shifted = from_window(place, type, size)) return at->second = shifted;
  return at->second = emit_load(place, type, size);
}

void BlockReads::load_in_halves() {
  if (!place_.halves || step_.phases > 1) return;
  std::vector<std::pair<ReadPlace, DType>> reads;
  for (InstId id : body_.order)
    if (auto* n = std::get_if<ir::Neighbor>(&function_[id].op);
        n && size_of(function_[id].type.dtype()) * step_.lanes == kCacheLine)
      reads.emplace_back(place_of(function_, *n, 0), function_[id].type.dtype());
  if (reads.empty()) return;
  llvm::Function* function = build_.GetInsertBlock()->getParent();
  auto block = [&](const char* name) { return llvm::BasicBlock::Create(build_.getContext(), name, function); };
  llvm::BasicBlock *in_halves = block("in_halves"), *at_once = block("at_once"), *loaded = block("loaded");
  build_.CreateCondBr(place_.halves, in_halves, at_once);
  auto load_all = [&](llvm::BasicBlock* where, auto load) {
    build_.SetInsertPoint(where);
    std::vector<Value*> values;
    for (auto& [place, dtype] : reads) values.push_back(load(place, dtype));
    build_.CreateBr(loaded);
    return values;
  };
  auto type = [&](DType dtype, int lanes) { return memory_type(build_.getContext(), dtype, lanes); };
  const auto first = load_all(in_halves, [&](const ReadPlace& place, DType dtype) {
    const int lanes = step_.lanes / 2;
    auto half = [&](int64_t lane) {
      ReadPlace at = place;
      at.column += lane;
      auto* value = emit_load(at, type(dtype, lanes), size_of(dtype));
      value->setVolatile(true);  // or LLVM makes one load of both
      return value;
    };
    std::vector<int> both(size_t(step_.lanes));
    std::iota(both.begin(), both.end(), 0);
    Value *low = half(0), *high = half(lanes);
    return build_.CreateShuffleVector(low, high, both);
  });
  const auto second = load_all(at_once, [&](const ReadPlace& place, DType dtype) {
    return emit_load(place, type(dtype, step_.lanes), size_of(dtype));
  });
  build_.SetInsertPoint(loaded);
  for (size_t i = 0; i < reads.size(); ++i) {
    const auto& [place, dtype] = reads[i];
    llvm::PHINode* value = build_.CreatePHI(type(dtype, step_.lanes), 2);
    value->addIncoming(first[i], in_halves), value->addIncoming(second[i], at_once);
    loads_.try_emplace({place, value->getType()}, value);
  }
}

llvm::LoadInst* BlockReads::emit_load(const ReadPlace& place, llvm::Type* type, int size) {
  Value* row = place_.pointer(place_.input(place.param, place.outer, place.row));
  Value* address = behind(build_, row, build_.CreateMul(column_, build_.getInt64(size)));
  address = behind(build_, address, build_.getInt64(place.column * size));
  llvm::LoadInst* loaded = build_.CreateAlignedLoad(type, address, llvm::Align(1));
  loaded->setMetadata(llvm::LLVMContext::MD_alias_scope, place_.inputs_scope);
  loaded->setMetadata(llvm::LLVMContext::MD_noalias, place_.outputs_scope);
  return loaded;
}

bool BlockReads::compute_more_than_load() const {
  if (!body_.reductions.empty()) return false;
  std::set<ReadPlace> loads;
  int64_t reads = 0;
  for (InstId id : body_.order)
    if (auto* n = std::get_if<ir::Neighbor>(&function_[id].op)) {
      ++reads;
      for (int row = 0; row < place_.rows; ++row) loads.insert(place_of(function_, *n, row));
    }
  return place_.rows * (row_size(body_, step_) - reads) >= kManyForALoad * int64_t(loads.size());
}

bool BlockReads::outnumber_registers() const {
  return windows_.empty() && (heavy_ || 2 * loads_.size() > size_t(step_.registers));
}

/// The first and last column that is read of each row that is read in several. By a place whose column is 0.
std::map<ReadPlace, BlockReads::Columns> BlockReads::read_columns() const {
  std::map<ReadPlace, Columns> columns;
  if (step_.phases > 1 || !place_.before || heavy_) return columns;
  for (InstId id : function_[function_.body].insts)
    if (auto* n = std::get_if<ir::Neighbor>(&function_[id].op))
      for (int row = 0; row < place_.rows; ++row) {
        ReadPlace line = place_of(function_, *n, row);
        const int64_t column = std::exchange(line.column, 0);
        auto [at, fresh] = columns.try_emplace(line, Columns{column, column});
        at->second = {std::min(at->second.first, column), std::max(at->second.last, column)};
      }
  std::erase_if(columns, [&](auto& line) {
    const auto [first, last] = line.second;
    return first == last || last - first > step_.lanes || size_of(function_.params[line.first.param].type.dtype()) < 4;
  });
  if (columns.size() > kMostWindows) columns.clear();
  return columns;
}

/// Note [Windows of lanes]. Null where the row has no window.
Value* BlockReads::from_window(const ReadPlace& place, llvm::Type* type, int size) {
  ReadPlace line = place;
  line.column = 0;
  const auto found = windowed_.find(line);
  if (found == windowed_.end()) return nullptr;
  const auto [first, last] = found->second;
  if (place.column < first || place.column > last) return nullptr;
  // As integers: LLVM has no valignd for floats.
  llvm::Type* words = llvm::FixedVectorType::get(build_.getIntNTy(unsigned(8 * size)), unsigned(step_.lanes));
  auto shifted = [&](Value* a, Value* b, int64_t by) {
    std::vector<int> lanes;
    for (int lane = 0; lane < step_.lanes; ++lane) lanes.push_back(lane + int(by));
    return build_.CreateShuffleVector(a, b, lanes);
  };
  line.column = last;
  auto [window, fresh] = windows_.try_emplace(line, Window{});
  if (fresh) {
    window->second.now = emit_load(line, words, size);
    window->second.before = place_.before(window->second.now, [&, first = first, last = last] {
      line.column = first;
      Value* begin = emit_load(line, words, size);
      return shifted(begin, begin, last - first);
    });
  }
  if (place.column == last) return build_.CreateBitCast(window->second.now, type);
  return build_.CreateBitCast(shifted(window->second.before, window->second.now, step_.lanes - (last - place.column)),
                              type);
}

}  // namespace nf::codegen
