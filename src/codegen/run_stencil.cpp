// See run_stencil.h.
//
// Note [One block]. A stencil's computation is generated once, for a block of several rows and whole steps of columns:
// generating code is what compiling costs, and its time grows with the number of instructions. The last block of rows
// and the last step of columns are moved back so that they end with the region, and compute some points twice. That is
// possible since inputs and outputs never overlap. In a region with fewer rows than a block, the lines of the rows that
// are missing are those of the last row: what is computed of them is stored first and then overwritten. A region
// narrower than a step is computed on copies of its lines, some blocks at a time, which share lines, and written to a
// scratch from which it is copied. So no load
// leaves the footprint of the region, and no mask is needed.
//
// Note [One row]. Where a point reads nothing but itself, and the rows of all arrays follow each other without a gap,
// they are computed as one long row: a start for each row costs as much as some fifty cache lines (x + y of 32 MiB of
// uint8 in rows of 8192 on Zen 5: 2.0 ms row by row, 1.45 as one).
//
// Note [Split loads]. A load across the end of a cache line waits for both lines, which on Zen come from memory one
// after the other. Where arrays lie differently to lines, those of whole registers all do so, those of halves every
// other time (a * b + c of 10^7 uint8 on Zen 5: 570 us, in halves 490; from the caches halves cost an eighth more).
//
// Note [Streaming]. Data that is far larger than the cache is bound by memory, and plain stores would read every line
// the output first. So whole lines are stored past the cache as they are computed (Note [Joined lines] in
// cpu/past_cache.cpp). What a row has before its first whole line and behind its last one is computed aside, while what
// it reads is still in a cache, and copied: no line is stored both ways.
#include "codegen/run_stencil.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <numeric>
#include <utility>

#include "base/past_cache.h"
#include "codegen/crowded_rows.h"

namespace nf::codegen {
namespace {

constexpr int64_t kLine = kCacheLine;
/// Of the copies that are made at a time.
constexpr int64_t kCopiedBytes = 16 << 10;
/// Steps of the shortest row that goes past the cache.
constexpr int64_t kLeastStreamed = 4;
/// Blocks whose ends are computed after each other. (One by one, 27 points of float32 in rows of 512 take half as long
/// again on Zen 5.)
constexpr int64_t kBlocksOfGroup = 8;
/// At least, of a strip: two cache lines of each input and output row stay in the first cache level.
constexpr int64_t kRowsOfBand = 64;

int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/// Tables and scratch of a call. A thread keeps them: small regions are computed in less time than memory is found.
struct Workspace {
  std::vector<std::byte*> planes, out_planes;  ///< for each line, for each result
  std::vector<std::byte*> table, aside;        ///< a tile's table, and one whose rows of results are scratch
  std::vector<std::byte*> ends[2];             ///< the same for the begins and ends of rows
  std::vector<int64_t> strides, steps;         ///< of the table: from row to row, from block to block
  std::vector<int64_t> copied_steps;           ///< of the table aside, where it leads to copies
  std::vector<std::byte> memory;

  /// Room for `bytes`, aligned to a line. It has zeros or what was there before.
  std::byte* room(int64_t bytes = 0) {
    if (memory.size() < size_t(bytes + kLine)) memory.resize(size_t(bytes + kLine));
    return memory.data() + (-reinterpret_cast<intptr_t>(memory.data()) & (kLine - 1));
  }
};

class Run {
 public:
  Run(abi::Context* context, const abi::StencilCall& call, const StencilPlan& plan, StencilTile tile,
      StencilTile strips, StencilTile by_rows, Workspace& work)
      : context_(context), call_(call), plan_(plan), tile_(tile), strips_(strips), work_(work), last_(plan.rank - 1) {
    lo_ = call.lo[last_], hi_ = call.hi[last_];
    rows_ = plan.rows * plan.results;
    plain_ = asks() ? kTilePrefetch | kTilePrefetchOutput : kTilePlain;
    narrow_ = hi_ - lo_ < plan.points;
    by_rows_ = has(abi::kCached) && hi_ - lo_ >= plan.rows_pay_from ? by_rows : nullptr;
    streaming_ = !narrow_ && (call.flags & abi::kStreaming) != 0 && can_stream();
    work.planes.resize(size_t(plan.lines)), work.out_planes.resize(size_t(plan.results));
    work.table.resize(size_t(round_up(rows_ + plan.lines, kTableGroup)));
    work.strides.resize(work.table.size()), work.steps.resize(work.table.size());
    if (narrow_) reserve_copies();
    if (streaming_) reserve_ends();
    if (plan.rank == 1) return;
    for (int64_t result = 0, at = 0; result < plan.results; ++result)
      for (int64_t row = 0; row < plan.rows; ++row, ++at)
        work.strides[size_t(at)] = call.outs[result].strides[last_ - 1];
    for (int64_t i = 0; i < plan.lines; ++i) work.strides[size_t(rows_ + i)] = row_stride(i);
    for (size_t i = 0; i < size_t(rows_ + plan.lines); ++i) widest_ = std::max(widest_, std::abs(work.strides[i]));
    for (size_t i = 0; i < work.steps.size(); ++i) work.steps[i] = plan.rows * work.strides[i];
  }

  int32_t all() {
    const bool has_rows = plan_.rank > 1;
    const int64_t begin = has_rows ? call_.lo[last_ - 1] : 0, end = has_rows ? call_.hi[last_ - 1] : 1;
    const int64_t height = panel_height(plan_.panel_use(), call_.panel_bytes, end - begin, hi_ - lo_);
    for (first_ = begin; first_ < end; first_ = end_) {
      end_ = end - first_ < height + plan_.rows ? end : first_ + height;
      if (int32_t status = planes()) return status;
    }
    if (streaming_) _mm_sfence();
    return 0;
  }

 private:
  int64_t size_of_row(int64_t row) const { return plan_.result_size()[row / plan_.rows]; }
  int64_t row_stride(int64_t line) const { return call_.args[plan_.line()[line].param].array->strides[last_ - 1]; }

  /// The rows of a panel in all planes.
  int32_t planes() {
    int64_t outer[kMaxRank];
    std::copy_n(call_.lo, kMaxRank, outer);
    for (;;) {
      if (int32_t status = plane(outer)) return status;
      int64_t axis = plan_.rank - 3;
      for (; axis >= 0; --axis) {
        if (++outer[axis] < call_.hi[axis]) break;
        outer[axis] = call_.lo[axis];
      }
      if (axis < 0) break;
    }
    return 0;
  }

  /// The rows of the panel in one plane.
  int32_t plane(const int64_t* outer) {
    for (int64_t i = 0; i < plan_.lines; ++i) {
      const StencilLine& line = plan_.line()[i];
      const abi::Array& array = *call_.args[line.param].array;
      auto* at = static_cast<std::byte*>(array.data);
      for (int64_t d = 0; d < plan_.rank - 2; ++d) at += (outer[d] + line.outer[d]) * array.strides[d];
      work_.planes[size_t(i)] = at;
    }
    for (int64_t r = 0; r < plan_.results; ++r) {
      auto* at = static_cast<std::byte*>(call_.outs[r].data);
      for (int64_t d = 0; d < plan_.rank - 2; ++d) at += outer[d] * call_.outs[r].strides[d];
      work_.out_planes[size_t(r)] = at;
    }
    if (plan_.rank == 1) {
      std::copy(work_.out_planes.begin(), work_.out_planes.end(), work_.table.begin());
      std::copy(work_.planes.begin(), work_.planes.end(), work_.table.begin() + rows_);
      return blocks(1);
    }
    const int64_t whole = (end_ - first_) / plan_.rows;
    place_block(first_);
    if (whole != 0)
      if (int32_t status = blocks(whole)) return status;
    const int64_t computed = first_ + whole * plan_.rows;
    if (computed == end_) return 0;
    if (whole != 0) move_table(work_.strides, end_ - plan_.rows - computed);
    return blocks(1);
  }

  /// Fills the table for the block whose first output row is `row`.
  void place_block(int64_t row) {
    for (int64_t result = 0, at = 0; result < plan_.results; ++result)
      for (int64_t r = row; r < row + plan_.rows; ++r, ++at)
        work_.table[size_t(at)] =
            work_.out_planes[size_t(result)] + std::min(r, end_ - 1) * call_.outs[result].strides[last_ - 1];
    for (int64_t i = 0; i < plan_.lines; ++i) {
      const StencilLine& line = plan_.line()[i];
      int64_t at = row + line.row;
      if (!line.prefetched) at = std::min(at, end_ - 1 + plan_.last_row);
      work_.table[size_t(rows_ + i)] = work_.planes[size_t(i)] + at * row_stride(i);
      // Below the only row there is nothing to ask for: it asks for what it will read itself.
      if (line.prefetched && end_ - first_ == 1) work_.table[size_t(rows_ + i)] += kAhead - line.row * row_stride(i);
    }
  }

  /// Computes blocks below each other, of which the first one is in the table, and moves that on behind them.
  int32_t blocks(int64_t count) {
    if (streaming_) return streamed(count);
    if (!narrow_) {
      if (by_rows_ && count > 1) return in_order(by_rows_, count, count);
      if (strips_ && count > 1 && strips_pay() && !rows_crowd(count))
        return in_order(strips_, count, std::max<int64_t>(1, kRowsOfBand / plan_.rows));
      return tile_(context_, call_.args, work_.table.data(), work_.steps.data(), lo_, hi_, count, plain_);
    }
    for (int64_t blocks; count > 0; count -= blocks, move_table(work_.steps, blocks)) {
      blocks = std::min(count, group_);
      if (int32_t status = copied(blocks)) return status;
    }
    return 0;
  }
  bool strips_pay() const {
    switch (plan_.strips_pay) {
      case StripsPay::Never: return false;
      case StripsPay::Small: return (call_.flags & abi::kStrips) != 0;
      case StripsPay::Unasked: return plain_ == kTilePlain;
    }
    return false;
  }
  /// Note [Crowded rows]: of `count` blocks.
  bool rows_crowd(int64_t count) const {
    if (widest_ <= kNeverCrowds) return false;
    const int64_t rows = std::min(count * plan_.rows, kRowsOfBand);
    int64_t last = 0;
    return std::any_of(work_.strides.begin(), work_.strides.begin() + rows_ + plan_.lines, [&](int64_t stride) {
      return std::exchange(last, stride) != stride && codegen::rows_crowd(stride, rows);
    });
  }
  /// In another order, at most about so many blocks at a time.
  int32_t in_order(StencilTile code, int64_t count, int64_t most) {
    for (int64_t blocks; count > 0; count -= blocks, move_table(work_.steps, blocks)) {
      blocks = count < 2 * most ? count : most;
      if (int32_t status =
              code(context_, call_.args, work_.table.data(), work_.steps.data(), lo_, hi_, blocks, kTilePlain))
        return status;
    }
    return 0;
  }
  void move_table(const std::vector<int64_t>& by, int64_t times) {
    for (size_t i = 0; i < work_.table.size(); ++i) work_.table[i] += times * by[i];
  }

  // ---- Note [One block]: narrow regions

  /// Prepares the copies of some blocks below each other.
  void reserve_copies() {
    int64_t widest = 0;
    for (int64_t i = 0; i < plan_.lines; ++i) widest = std::max(widest, plan_.line()[i].size);
    for (int64_t r = 0; r < plan_.results; ++r) widest = std::max(widest, plan_.result_size()[r]);
    pitch_ = round_up((plan_.points + plan_.last_column - plan_.first_column) * widest, kLine);
    group_ = std::max<int64_t>(1, kCopiedBytes / ((plan_.planes + plan_.results) * plan_.rows * pitch_));
    work_.room(((plan_.planes + plan_.results) * (plan_.height + (group_ - 1) * plan_.rows)) * pitch_);
    work_.copied_steps.assign(work_.table.size(), plan_.rows * pitch_);
  }

  /// Computes the first `blocks` of the blocks that the table leads to.
  int32_t copied(int64_t blocks) {
    const int64_t height = plan_.height + (blocks - 1) * plan_.rows, step = plan_.rows * pitch_;
    work_.aside = work_.table;
    for (int64_t i = 0; i < plan_.lines; ++i) {
      const StencilLine& line = plan_.line()[i];
      if (line.prefetched) continue;
      const int64_t first = (lo_ + plan_.first_column) * line.size;
      const int64_t bytes = (hi_ - lo_ + plan_.last_column - plan_.first_column) * line.size;
      std::byte* copy = work_.room() + (line.plane * height + line.below) * pitch_;
      const std::byte* source = work_.table[size_t(rows_ + i)] + first;
      work_.aside[size_t(rows_ + i)] = copy - first;
      for (int64_t block = 0; block < (line.fresh ? blocks : 1); ++block)
        std::memcpy(copy + block * step, source + block * work_.steps[size_t(rows_ + i)], size_t(bytes));
    }
    std::byte* const results = work_.room() + plan_.planes * height * pitch_;
    place_results(work_.aside, results, blocks, lo_);
    if (int32_t status = (strips_ && blocks > 1 ? strips_ : tile_)(context_, call_.args, work_.aside.data(),
                                                                   work_.copied_steps.data(), lo_, lo_ + plan_.points,
                                                                   blocks, kTilePlain))
      return status;
    copy_results(work_.table, results, blocks, lo_,
                 [&](int64_t size, const std::byte*) { return std::pair(lo_ * size, hi_ * size); });
    return 0;
  }

  // ---- results that are computed aside: rows of `pitch_` bytes in `memory`, from the column `lo` on

  /// Lets a table lead to them.
  void place_results(std::vector<std::byte*>& table, std::byte* memory, int64_t blocks, int64_t lo) const {
    for (int64_t result = 0, at = 0; result < plan_.results; ++result)
      for (int64_t row = 0; row < plan_.rows; ++row, ++at)
        table[size_t(at)] = memory + (result * blocks * plan_.rows + row) * pitch_ - lo * plan_.result_size()[result];
  }
  /// Copies of each row the bytes that `wanted` tells for a result and the address of its column 0, to where a table
  /// leads.
  template <class Wanted>
  void copy_results(const std::vector<std::byte*>& table, const std::byte* memory, int64_t blocks, int64_t lo,
                    const Wanted& wanted) {
    for (int64_t result = 0; result < plan_.results; ++result)
      for (int64_t row = plan_.rows; row-- > 0;)
        for (int64_t block = 0; block < blocks; ++block) {
          const auto at = size_t(result * plan_.rows + row);
          std::byte* to = table[at] + block * work_.steps[at];
          const std::byte* from =
              memory + ((result * blocks + block) * plan_.rows + row) * pitch_ - lo * plan_.result_size()[result];
          auto [begin, end] = wanted(plan_.result_size()[result], to);
          std::memcpy(to + begin, from + begin, size_t(end - begin));
        }
  }

  // ---- Note [Streaming]

  bool can_stream() const {
    for (int64_t r = 0; r < plan_.results; ++r) {
      int64_t apart = int64_t(reinterpret_cast<uintptr_t>(call_.outs[r].data));
      for (int64_t d = 0; d < last_; ++d) apart |= call_.outs[r].strides[d];
      if (apart % plan_.result_size()[r] != 0) return false;
    }
    return plan_.past_cache && hi_ - lo_ >= kLeastStreamed * plan_.points + kLine;
  }

  void reserve_ends() {
    int64_t widest = 1, narrowest = kLine;
    for (int64_t r = 0; r < plan_.results; ++r)
      widest = std::max(widest, plan_.result_size()[r]), narrowest = std::min(narrowest, plan_.result_size()[r]);
    pitch_ = round_up((plan_.points + std::max(plan_.points, kLine / narrowest)) * widest, kLine);
    work_.room(2 * kBlocksOfGroup * rows_ * pitch_);
  }

  /// The first column from `lo_` on where all rows of the block in the table lie on multiples of 64 bytes, or `hi_`.
  int64_t aligned_column() const {
    for (int64_t column = lo_; column < std::min(lo_ + kLine, hi_); ++column) {
      bool all = true;
      for (int64_t row = 0; row < rows_; ++row)
        all &= reinterpret_cast<uintptr_t>(work_.table[size_t(row)] + column * size_of_row(row)) % kLine == 0;
      if (all) return column;
    }
    return hi_;
  }

  bool is_row() const { return plan_.rank == 1 || call_.hi[last_ - 1] - call_.lo[last_ - 1] == 1; }
  bool has(uint64_t flag) const { return (call_.flags & flag) != 0; }
  /// Whether it asks for what it reads next. From a cache the processor is fast enough along one row (a * b + c of 7e5
  /// to 2e6 numbers on Emerald Rapids: 4 % slower when asked for).
  bool asks() const {
    const bool far = has(abi::kPrefetch) || has(abi::kStreaming);
    if (!is_row()) return far;
    return plan_.unasked_row ? has(abi::kPrefetch) && has(abi::kStreaming) : far && !has(abi::kCached);
  }
  int64_t past_cache_mode(int64_t from) const {
    const int64_t mode = asks() ? kTileStoresPast | kTilePrefetch : kTileStoresPast;
    return splits_lines(from) ? mode | kTileLoadsHalves : mode;
  }
  /// Whether some line does not lie on a multiple of 64 bytes at that column.
  bool splits_lines(int64_t column) const {
    for (int64_t i = 0; i < plan_.lines; ++i) {
      const std::byte* at = work_.table[size_t(rows_ + i)] + column * plan_.line()[i].size;
      if (!plan_.line()[i].prefetched && reinterpret_cast<uintptr_t>(at) % kLine != 0) return true;
    }
    return false;
  }

  /// Note [Tables first]. What reads a table soon after it was written may have to wait for all stores before, when it
  /// reads more at once than was stored at once; behind stores past the cache that is long. So the tables for the ends
  /// of rows are written before their middle is computed. (Erosion of 512x512 planes of int16: 8.6 ms, so 6.8.)

  /// Past the cache, but for the ends of rows.
  int32_t streamed(int64_t count) {
    const bool alike = count == 1 || std::all_of(work_.steps.begin(), work_.steps.begin() + rows_,
                                                 [&](int64_t step) { return step / plan_.rows % kLine == 0; });
    const int64_t aligned = alike ? aligned_column() : hi_;
    const bool whole = aligned < hi_;
    const int64_t from = whole ? aligned : lo_, to = from + (hi_ - from) / plan_.points * plan_.points;
    const int64_t mode = past_cache_mode(from) | (whole ? kTileWholeLines : 0);
    // What lies before and behind these lines, and the columns where it is computed.
    struct {
      int64_t lo, hi;
      std::byte* memory;
    } ends[2];
    const int64_t begin = whole ? from : from + plan_.points, rest = whole ? to : to - plan_.points;
    ends[0] = {lo_, begin > lo_ ? std::max(begin, lo_ + plan_.points) : lo_, work_.room()};
    ends[1] = {rest < hi_ ? std::min(rest, hi_ - plan_.points) : hi_, hi_,
               ends[0].memory + kBlocksOfGroup * rows_ * pitch_};
    auto bytes_of = [&](size_t end, int64_t size, const std::byte* row) {
      const int64_t behind = whole ? 0 : int64_t(reinterpret_cast<uintptr_t>(row + from * size) % kLine);
      const int64_t first = whole ? 0 : kLine - behind;
      return end == 0 ? std::pair(lo_ * size, from * size + first) : std::pair(to * size - behind, hi_ * size);
    };
    work_.copied_steps = work_.steps;
    std::fill_n(work_.copied_steps.begin(), rows_, plan_.rows * pitch_);
    for (int64_t blocks; count > 0; count -= blocks) {
      blocks = std::min(count, kBlocksOfGroup);
      work_.aside = work_.table;
      for (size_t end = 0; end < 2; ++end) {  // Note [Tables first]
        work_.ends[end] = work_.table;
        place_results(work_.ends[end], ends[end].memory, blocks, ends[end].lo);
      }
      if (int32_t status = tile_(context_, call_.args, work_.table.data(), work_.steps.data(), from, to, blocks, mode))
        return status;
      for (size_t end = 0; end < 2; ++end)
        if (ends[end].lo < ends[end].hi)
          if (int32_t status = tile_(context_, call_.args, work_.ends[end].data(), work_.copied_steps.data(),
                                     ends[end].lo, ends[end].hi, blocks, kTilePlain))
            return status;
      for (size_t end = 0; end < 2; ++end)
        if (ends[end].lo < ends[end].hi)
          copy_results(work_.aside, ends[end].memory, blocks, ends[end].lo,
                       [&](int64_t size, const std::byte* row) { return bytes_of(end, size, row); });
    }
    return 0;
  }

  abi::Context* context_;
  const abi::StencilCall& call_;
  const StencilPlan& plan_;
  StencilTile tile_, strips_, by_rows_ = nullptr;  ///< null where an order does not pay
  Workspace& work_;
  const int64_t last_;           ///< axis
  int64_t first_ = 0, end_ = 1;  ///< rows of the panel
  int64_t lo_, hi_;              ///< columns
  int64_t rows_;                 ///< of a block, in all results
  int64_t widest_ = 0;           ///< the longest step from row to row
  int64_t plain_;                ///< the tile's mode for ordinary stores
  bool narrow_, streaming_;
  int64_t pitch_ = 0;  ///< of rows that are computed aside
  int64_t group_ = 1;  ///< blocks that are copied together
};

/// Note [One row]: makes the last axis of the region as long as it can be, and those before it 1.
void join_rows(abi::StencilCall& call, const StencilPlan& plan) {
  const int64_t last = plan.rank - 1;
  for (int64_t d = last - 1; d >= 0; --d) {
    const int64_t columns = call.hi[last] - call.lo[last];
    auto follow = [&](const abi::Array& array, int64_t size) { return array.strides[d] == columns * size; };
    for (int64_t i = 0; i < plan.lines; ++i)
      if (!follow(*call.args[plan.line()[i].param].array, plan.line()[i].size)) return;
    for (int64_t r = 0; r < plan.results; ++r)
      if (!follow(call.outs[r], plan.result_size()[r])) return;
    call.hi[last] = call.lo[last] + columns * (call.hi[d] - call.lo[d]);
    call.hi[d] = call.lo[d] + 1;
  }
}

/// Of one column of one row: of all planes and results, as `PanelUse` has it.
int64_t column_bytes(const std::vector<StencilLine>& lines, const std::vector<int64_t>& result_sizes) {
  std::map<int64_t, const StencilLine*> planes;
  bool several = false;  // planes of an array
  for (const StencilLine& line : lines) {
    if (line.prefetched) continue;
    for (auto& [plane, other] : planes) several |= plane != line.plane && other->param == line.param;
    planes.emplace(line.plane, &line);
  }
  if (!several) return 0;
  int64_t bytes = std::reduce(result_sizes.begin(), result_sizes.end());
  for (auto& [plane, line] : planes) bytes += line->size;
  return bytes;
}

/// Where copies of the lines lie: those of one plane below each other.
void place_copies(StencilPlan& plan, std::vector<StencilLine>& lines) {
  auto is_same_plane = [](const StencilLine& a, const StencilLine& b) {
    return a.param == b.param && std::equal(a.outer, a.outer + kMaxRank, b.outer);
  };
  plan.planes = 0, plan.height = 0;
  for (StencilLine& line : lines) {
    int64_t first = line.row, last = line.row;
    line.plane = -1, line.fresh = true;
    for (const StencilLine& other : lines) {
      if (other.prefetched || !is_same_plane(line, other)) continue;
      if (&other < &line) line.plane = other.plane;
      first = std::min(first, other.row), last = std::max(last, other.row);
      if (other.row == line.row + plan.rows) line.fresh = false;
    }
    if (line.prefetched) continue;
    if (line.plane < 0) line.plane = plan.planes++;
    line.below = line.row - first;
    plan.height = std::max(plan.height, last - first + 1);
  }
}

}  // namespace

std::vector<uint64_t> pack_plan(StencilPlan plan, std::vector<StencilLine> lines,
                                const std::vector<int64_t>& result_sizes) {
  static_assert(sizeof(StencilPlan) % 8 == 0 && sizeof(StencilLine) % 8 == 0);
  plan.lines = int64_t(lines.size()), plan.results = int64_t(result_sizes.size());
  place_copies(plan, lines);
  plan.column_bytes = column_bytes(lines, result_sizes);
  std::vector<uint64_t> words;
  auto append = [&](const void* data, size_t bytes) {
    words.resize(words.size() + bytes / 8);
    std::memcpy(words.data() + words.size() - bytes / 8, data, bytes);
  };
  append(&plan, sizeof plan);
  append(lines.data(), lines.size() * sizeof(StencilLine));
  append(result_sizes.data(), result_sizes.size() * sizeof(int64_t));
  return words;
}

int32_t run_stencil(abi::Context* context, const abi::StencilCall* call, const StencilPlan* plan, StencilTile tile,
                    StencilTile strips, StencilTile by_rows) noexcept {
  for (int64_t d = 0; d < plan->rank; ++d)
    if (call->lo[d] >= call->hi[d]) return 0;
  abi::StencilCall joined;
  if (plan->pointwise && plan->rows == 1 && plan->rank > 1) {
    joined = *call;
    join_rows(joined, *plan);
    call = &joined;
  }
  thread_local Workspace work;
  try {
    return Run(context, *call, *plan, tile, strips, by_rows, work).all();
  } catch (const std::bad_alloc&) {
    return abi::kOutOfMemory;
  }
}

}  // namespace nf::codegen
