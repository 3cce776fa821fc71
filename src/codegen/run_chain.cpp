// See run_chain.h.
//
// Note [Tiles]. A part of the results is walked in tiles of columns, each in blocks of rows from the top to the bottom.
// For each block every stage, the first ones first, computes the rows that later stages will read for the first time.
// A result that later stages read lies in a window of rows as wide as the tile and what is read around it, which slides
// down: rows that will be read again are moved to its top before each block. Rows are read by address, so a border that
// continues the array (nearest, reflect, mirror) costs other addresses for rows beyond the edge, and a few elements
// copied at the ends of rows at the left and right edge. Cells to which a stage gives its border value are filled. Only
// around a tile's columns and above a part's first row is anything computed twice.
//
// Note [Staged arguments]. Arguments are read where they are, except in tiles that need them beyond an edge or where
// fewer columns are computed than one step of a stage has: then rows of them are copied to a window too, with elements
// continued beyond the edges and room for what a whole step reads. So no load leaves the arguments.
#include "codegen/run_chain.h"
#include "codegen/crowded_rows.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/past_cache.h"
#include "codegen/chain_reach.h"
#include "codegen/chain_rows.h"

namespace nf::codegen {
namespace {

/// Of results between two stages' turns; with stages that are better in strips, which begin anew with each turn.
constexpr int64_t kBlockRows = 16, kBlockRowsOfStrips = 64;
constexpr int64_t kPlaneAxes = 2;  ///< rows and columns

int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/// A row that a block of a stage reads, for one tile.
struct Line {
  const ChainRows* place;
  int64_t row, shift;   ///< from the block's first row; bytes
  int64_t rows;         ///< of the buffer
  std::byte** address;  ///< in the table that the code reads
  bool ahead;           ///< prefetched: it may lie anywhere
  bool continued;       ///< rows beyond the edges are others again
};

/// How far one stage has come.
struct Progress {
  bool direct = false;  ///< nobody reads its results: they are not held in windows
  Extent rows;
  int64_t done = 0, end = 0;  ///< rows
  Extent columns, computed;   ///< that get a value; that are computed
  bool crowds = false;        ///< Note [Crowded rows]: it is not computed in strips
  bool narrow = false;        ///< fewer are computed than one step has
  bool aside = false;         ///< computed into a scratch, then written
  bool edges = false;         ///< some columns are not computed
  bool finished = false;      ///< rows need no more after they were computed
  std::vector<Line> lines;
  std::vector<std::byte*> table;  ///< rows of results, then lines
  std::vector<int64_t> still;     ///< the table's steps while blocks are computed one by one: none
  std::vector<int64_t> steps;     ///< from block to block
};

/// Tables and scratch of a call. A thread keeps them.
struct Workspace {
  std::vector<ChainRows> places;
  std::vector<Progress> stages;
  std::vector<int64_t> margin;  ///< of each buffer: how far its readers may be behind or ahead of the results
  std::vector<int64_t> staged;  ///< of each argument: rows copied so far
  std::vector<int64_t> ends;    ///< of each buffer: the rows needed by the end of a block
  std::vector<std::byte*> scratch;
  std::vector<std::byte> memory;
};

class Part {
 public:
  Part(abi::Context* context, const Chain& chain, const ChainPart& part, Workspace& work)
      : context_(context),
        chain_(chain),
        work_(work),
        places_(work.places),
        stages_(work.stages),
        staged_(work.staged),
        ends_(work.ends),
        column_(part.column),
        column_end_(part.column_end) {
    places_.assign(chain.buffers.size(), {});
    stages_.resize(chain.stages.size());
    const bool strips =
        std::any_of(chain.stages.begin(), chain.stages.end(), [&](auto& s) { return goes_in_strips(s); });
    block_rows_ = strips ? kBlockRowsOfStrips : kBlockRows;
    for (Progress& stage : stages_) stage.rows = {}, stage.done = stage.end = 0;
    find_arrays(part);
    find_rows();
  }

  int32_t all() {
    int64_t columns = 0, narrowest = 8, begin = INT64_MAX, end = INT64_MIN;
    for (size_t b = 0; b < places_.size(); ++b) {
      narrowest = std::min(narrowest, chain_.buffers[b].size);
      if (!chain_.buffers[b].out) continue;
      columns = std::max(columns, chain_.buffers[b].columns);
      if (places_[b].own_rows.empty()) continue;
      begin = std::min(begin, places_[b].own_rows.lo), end = std::max(end, places_[b].own_rows.hi);
    }
    // Windows that stay in the first cache level; from memory wider tiles, whose rows the processor fetches ahead, in
    // the second one.
    const int64_t width = (narrowest == 1 ? 1024 : narrowest == 8 ? 256 : 512) * (chain_.streaming ? 4 : 1);
    const int64_t tiles = std::max<int64_t>(1, columns / width);
    const int64_t step = round_up((columns + tiles - 1) / tiles, kCacheLine);
    columns = std::min(columns, column_end_);
    for (int64_t lo = column_; lo < columns && begin < end; lo += step) {
      find_columns({lo, std::min(lo + step, columns)});
      reserve();
      for (size_t s = 0; s < stages_.size(); ++s) prepare(s);
      staged_.assign(places_.size(), INT64_MIN);
      for (int64_t row = begin; row < end; row += block_rows_)
        if (int32_t status = block(std::min(row + block_rows_, end))) return status;
    }
    if (chain_.streaming) _mm_sfence();
    return 0;
  }

 private:
  // ---- what a part needs

  void find_arrays(const ChainPart& part) {
    for (size_t b = 0; b < places_.size(); ++b) {
      const ChainBuffer& buffer = chain_.buffers[b];
      const abi::Array* array = buffer.array ? buffer.array : buffer.out;
      places_[b].size = buffer.size;
      if (!array) continue;
      auto* at = static_cast<std::byte*>(array->data);
      int64_t plane = part.plane;
      for (int d = chain_.rank - 1 - int(kPlaneAxes); d >= 0; --d)
        at += plane % array->shape[d] * array->strides[d], plane /= array->shape[d];
      places_[b].base = at;
      places_[b].stride = chain_.rank > 1 ? array->strides[chain_.rank - 2] : 0;
      if (buffer.out) places_[b].own_rows = clip({part.row, part.row_end}, 0, buffer.rows);
    }
    for (size_t s = 0; s < stages_.size(); ++s) {
      const ChainStage& stage = chain_.stages[s];
      for (int input : stage.inputs) {
        if (input < 0) continue;
        places_[size_t(input)].consumed = true;
        if (continues(stage.mode) && (stage.lo[1] != 0 || stage.hi[1] != 0))
          places_[size_t(input)].continued = stage.mode;
      }
    }
    for (size_t s = 0; s < stages_.size(); ++s) {
      stages_[s].direct = true;
      for (int result : chain_.stages[s].results) stages_[s].direct &= !places_[size_t(result)].consumed;
    }
  }

  Extent inside(const ChainStage& stage, int axis, Extent points, int64_t extent) const {
    return chain_.periodic ? points : codegen::inside(stage, axis, points, extent);
  }
  Extent sources(const ChainStage& stage, Extent reached, int64_t extent) const {
    return chain_.periodic ? reached : codegen::sources(stage.mode, reached, extent);
  }
  int64_t rows_of(const ChainStage& stage) const { return chain_.buffers[size_t(stage.results[0])].rows; }
  int64_t columns_of(const ChainStage& stage) const { return chain_.buffers[size_t(stage.results[0])].columns; }

  /// The rows that the whole part needs of everything, and how many of them must be held at a time.
  void find_rows() {
    std::vector<int64_t>& margin = work_.margin;
    margin.assign(places_.size(), 0);
    for (ChainRows& place : places_) place.rows = place.own_rows;
    for (size_t s = stages_.size(); s-- > 0;) {
      const ChainStage& stage = chain_.stages[s];
      int64_t own_margin = 0;
      for (int result : stage.results) {
        stages_[s].rows.join(places_[size_t(result)].rows);
        own_margin = std::max(own_margin, margin[size_t(result)]);
      }
      for (int result : stage.results) places_[size_t(result)].rows = stages_[s].rows;
      const Extent reached = reach(stage, 0, inside(stage, 0, stages_[s].rows, rows_of(stage)));
      for (int input : stage.inputs) {
        if (input < 0) continue;
        places_[size_t(input)].rows.join(sources(stage, reached, chain_.buffers[size_t(input)].rows));
        int64_t& known = margin[size_t(input)];
        const int64_t around = std::max(-stage.lo[0] - stage.origin[0], stage.hi[0] + stage.origin[0]);
        known = std::max(known, own_margin + around + 1);
      }
    }
    for (size_t b = 0; b < places_.size(); ++b)
      places_[b].capacity = std::max<int64_t>(1, std::min(places_[b].rows.count(), block_rows_ + 2 * margin[b]));
  }

  /// The same for the columns of one tile.
  void find_columns(Extent tile) {
    for (size_t b = 0; b < places_.size(); ++b) {
      ChainRows& place = places_[b];
      place.own_columns = chain_.buffers[b].out ? clip(tile, 0, chain_.buffers[b].columns) : Extent{};
      place.columns = place.held = place.own_columns;
      place.window = false;
    }
    for (size_t s = stages_.size(); s-- > 0;) {
      const ChainStage& stage = chain_.stages[s];
      Progress& own = stages_[s];
      own.columns = {};
      for (int result : stage.results) own.columns.join(places_[size_t(result)].columns);
      for (int result : stage.results) {
        ChainRows& place = places_[size_t(result)];
        place.columns = own.columns, place.held.join(own.columns), place.window = !own.direct;
      }
      own.computed = inside(stage, 1, own.columns, columns_of(stage));
      own.narrow = !own.computed.empty() && own.computed.count() < stage.plan->points;
      const Extent reached = reach(stage, 1, own.computed);
      for (int input : stage.inputs) {
        if (input < 0) continue;
        ChainRows& place = places_[size_t(input)];
        const ChainBuffer& buffer = chain_.buffers[size_t(input)];
        place.held.join(reached);
        place.columns.join(sources(stage, reached, buffer.columns));
        if (buffer.array && !reached.empty())
          place.window |= own.narrow || reached.lo < 0 || reached.hi > buffer.columns;  // Note [Staged arguments]
      }
    }
  }

  void reserve() {
    int64_t spare = 0, rows = 0;
    for (const ChainStage& stage : chain_.stages) {
      spare = std::max(spare, stage.plan->points + stage.plan->last_column - stage.plan->first_column);
      rows = std::max(rows, stage.plan->rows * stage.plan->results);
    }
    int64_t bytes = 0, widest = 0;
    for (size_t b = 0; b < places_.size(); ++b) {
      ChainRows& place = places_[b];
      place.pitch = round_up((place.held.count() + spare) * chain_.buffers[b].size, kCacheLine);
      while (rows_crowd(place.pitch, kBlockRowsOfStrips)) place.pitch += kCacheLine;
      widest = std::max(widest, place.pitch);
      if (place.window) bytes += place.pitch * place.capacity;
    }
    const int64_t scratch_row = widest + 2 * kCacheLine;
    bytes += rows * scratch_row + kCacheLine;
    if (int64_t(work_.memory.size()) < bytes) work_.memory.assign(size_t(bytes), std::byte{});
    std::byte* at = work_.memory.data();
    at += -reinterpret_cast<uintptr_t>(at) % kCacheLine;
    for (ChainRows& place : places_) {
      if (!place.window) continue;
      place.memory = at - place.held.lo * place.size, place.first = place.rows.lo;
      at += place.pitch * place.capacity;
    }
    work_.scratch.resize(size_t(rows));
    for (std::byte*& row : work_.scratch) row = at, at += scratch_row;
  }

  // ---- computing

  /// All rows of the results before `end`.
  int32_t block(int64_t end) {
    if (*reinterpret_cast<const volatile int32_t*>(context_->cancelled)) return abi::kCancelled;
    ends_.assign(places_.size(), INT64_MIN);
    for (size_t b = 0; b < places_.size(); ++b)
      if (!places_[b].own_rows.empty()) ends_[b] = std::min(end, places_[b].own_rows.hi);
    for (size_t s = stages_.size(); s-- > 0;) {
      const ChainStage& stage = chain_.stages[s];
      Progress& own = stages_[s];
      own.end = own.done;
      for (int result : stage.results) own.end = std::max(own.end, ends_[size_t(result)]);
      for (int result : stage.results)
        if (!own.direct) places_[size_t(result)].slide_to(own.end, own.done);
      const Extent reached = reach(stage, 0, inside(stage, 0, {own.done, own.end}, rows_of(stage)));
      for (int input : stage.inputs)
        if (input >= 0 && !reached.empty())
          ends_[size_t(input)] =
              std::max(ends_[size_t(input)], sources(stage, reached, chain_.buffers[size_t(input)].rows).hi);
    }
    for (size_t b = 0; b < places_.size(); ++b) {
      if (!chain_.buffers[b].array || !places_[b].window) continue;
      staged_[b] = std::max(staged_[b], places_[b].rows.lo);
      places_[b].slide_to(std::max(staged_[b], ends_[b]), staged_[b]);
      stage_rows(b);
    }
    for (size_t s = 0; s < stages_.size(); ++s) {
      if (int32_t status = compute(s)) return status;
      stages_[s].done = stages_[s].end;
    }
    return 0;
  }

  /// Copies rows of an argument, with elements beyond its edges.
  void stage_rows(size_t b) {
    ChainRows& place = places_[b];
    const ChainBuffer& buffer = chain_.buffers[b];
    const BorderMode mode = chain_.periodic ? BorderMode::Wrap : place.continued;
    int64_t& done = staged_[b];
    const Extent here = clip(place.held, 0, buffer.columns);
    for (; done < ends_[b]; ++done) {
      const std::byte* from = place.base + ir::extend_index(mode, done, buffer.rows) * place.stride;
      std::byte* to = place.row(done);
      if (!here.empty())
        std::memcpy(to + here.lo * buffer.size, from + here.lo * buffer.size, size_t(here.count() * buffer.size));
      for_each_beyond(place.held, buffer.columns, [&](int64_t c) {
        std::memcpy(to + c * buffer.size, from + ir::extend_index(mode, c, buffer.columns) * buffer.size,
                    size_t(buffer.size));
      });
    }
  }

  template <class F>
  static void for_each_beyond(Extent held, int64_t extent, const F& f) {
    for (int64_t c = held.lo; c < std::min<int64_t>(held.hi, 0); ++c) f(c);
    for (int64_t c = std::max(held.lo, extent); c < held.hi; ++c) f(c);
  }

  int32_t compute(size_t s) {
    const ChainStage& stage = chain_.stages[s];
    const Progress& own = stages_[s];
    const Extent computed = inside(stage, 0, {own.done, own.end}, rows_of(stage));
    for (int64_t row = own.done; row < own.end;) {
      if (own.computed.empty() || row < computed.lo || row >= computed.hi) {
        fill(s, row++);
        continue;
      }
      const int64_t blocks = blocks_in_strips(s, row, computed.hi);
      const int64_t count = blocks > 0 ? blocks * stage.plan->rows : std::min(stage.plan->rows, computed.hi - row);
      if (int32_t status = rows(s, row, count, blocks)) return status;
      row += count;
    }
    return 0;
  }

  /// Note [Bands] in strips.cpp.
  bool goes_in_strips(const ChainStage& stage) const {
    return stage.strips && stage.plan->strips_pay > StripsPay::Small && !chain_.prefetches;
  }
  /// How many blocks of rows from `row` on, before `end`, are computed in strips.
  int64_t blocks_in_strips(size_t s, int64_t row, int64_t end) const {
    const ChainStage& stage = chain_.stages[s];
    const Progress& own = stages_[s];
    if (!goes_in_strips(stage) || own.narrow || own.aside || own.crowds) return 0;
    const int64_t rows = stage.plan->rows;
    int64_t blocks = (end - row) / rows;
    for (const Line& line : own.lines) {
      const int64_t first = row + line.row;
      if (line.ahead || !line.continued) continue;
      if (first < 0) return 0;
      blocks = std::min(blocks, (line.rows - first + rows - 1) / rows);
    }
    return blocks > 1 ? blocks : 0;
  }

  /// A row to which the stage gives its border value.
  void fill(size_t s, int64_t row) {
    const ChainStage& stage = chain_.stages[s];
    for (size_t r = 0; r < stage.results.size(); ++r) {
      const size_t b = size_t(stage.results[r]);
      std::byte* at = places_[b].row(row);
      fill_cells(at, 0, 1, stages_[s].columns, chain_.buffers[b].size, stage.cval[r]);
      if (needs_more(b)) finish_window(b, row, at);
    }
  }

  /// What is the same for all rows of a tile.
  void prepare(size_t s) {
    const ChainStage& stage = chain_.stages[s];
    const StencilPlan& plan = *stage.plan;
    Progress& own = stages_[s];
    own.done = own.rows.empty() ? 0 : own.rows.lo;
    own.aside = own.direct && (own.narrow || chain_.streaming);
    own.edges = own.columns.lo < own.computed.lo || own.computed.hi < own.columns.hi;
    own.finished = !own.edges && !own.aside;
    for (int result : stage.results) own.finished &= !needs_more(size_t(result));
    const int64_t outs = plan.results * plan.rows, entries = outs + plan.lines;
    own.table.resize(size_t((entries + kTableGroup - 1) / kTableGroup * kTableGroup));
    own.still.assign(own.table.size(), 0), own.steps.assign(own.table.size(), 0);
    for (int64_t i = 0; i < outs; ++i)
      own.steps[size_t(i)] = plan.rows * places_[size_t(stage.results[size_t(i / plan.rows)])].step();
    own.lines.clear();
    for (int64_t i = 0; i < plan.lines; ++i) {
      const StencilLine& line = plan.line()[i];
      const size_t b = size_t(stage.inputs[size_t(line.param)]);
      const ChainRows& place = places_[b];
      own.table[size_t(outs + i)] = place.memory, own.steps[size_t(outs + i)] = plan.rows * place.step();
      if (line.prefetched && place.window) continue;  // it is in the cache
      const bool continued = chain_.periodic ? !place.window : continues(stage.mode);
      own.lines.push_back({&place, line.row + stage.origin[0], stage.origin[1] * line.size, chain_.buffers[b].rows,
                           &own.table[size_t(outs + i)], line.prefetched != 0, continued});
    }
    own.crowds = std::any_of(own.steps.begin(), own.steps.end(),
                             [&](int64_t step) { return rows_crowd(step / plan.rows, kBlockRowsOfStrips); });
  }
  bool needs_more(size_t b) const {
    return places_[b].window && (chain_.buffers[b].out || (!chain_.periodic && continues(places_[b].continued)));
  }

  /// `count` rows: so many blocks in strips, or at most the rows of one block of the stage's code. The missing ones are
  /// stored to the last one's place before it is (see Note [One block] in run_stencil.cpp).
  int32_t rows(size_t s, int64_t row, int64_t count, int64_t blocks) {
    const ChainStage& stage = chain_.stages[s];
    Progress& own = stages_[s];
    const StencilPlan& plan = *stage.plan;
    const int64_t last = row + count - 1 + plan.last_row + stage.origin[0];
    const BorderMode mode = chain_.periodic ? BorderMode::Wrap : stage.mode;
    for (const Line& line : own.lines) {
      int64_t at = row + line.row;
      if (!line.ahead) {
        at = std::min(at, last);
        if (line.continued && (at < 0 || at >= line.rows)) at = ir::extend_index(mode, at, line.rows);
      }
      *line.address = line.place->row(at) + line.shift;
    }
    std::byte** outs = own.table.data();
    for (int64_t r = 0; r < plan.results; ++r) {
      const ChainRows& place = places_[size_t(stage.results[size_t(r)])];
      for (int64_t k = 0; k < plan.rows; ++k) {
        const int64_t below = std::min(k, count - 1);
        std::byte* at = place.row(row + below);
        if (own.aside) {  // as far behind the begin of a line as the place itself
          const auto behind = int64_t(reinterpret_cast<uintptr_t>(at + own.columns.lo * place.size) % kCacheLine);
          at = work_.scratch[size_t(r * plan.rows + below)] + behind - own.columns.lo * place.size;
        }
        *outs++ = at;
      }
    }
    const int64_t lo = own.computed.lo, hi = own.narrow ? lo + plan.points : own.computed.hi;
    const int32_t status =
        blocks > 0 ? stage.strips(context_, stage.args, own.table.data(), own.steps.data(), lo, hi, blocks, kTilePlain)
                   : stage.tile(context_, stage.args, own.table.data(), own.still.data(), lo, hi, 1,
                                chain_.prefetches ? kTilePrefetch : kTilePlain);
    if (status) return status;
    if (!own.finished) finish(s, row, count);
    return 0;
  }

  /// What `count` rows need after they were computed.
  void finish(size_t s, int64_t row, int64_t count) {
    const ChainStage& stage = chain_.stages[s];
    const Progress& own = stages_[s];
    for (size_t r = 0; r < stage.results.size(); ++r) {
      const size_t b = size_t(stage.results[r]);
      const ChainRows& place = places_[b];
      auto fill_edges = [&](std::byte* at, int64_t rows) {
        fill_cells(at, place.step(), rows, {own.columns.lo, own.computed.lo}, place.size, stage.cval[r]);
        fill_cells(at, place.step(), rows, {own.computed.hi, own.columns.hi}, place.size, stage.cval[r]);
      };
      if (own.edges && !own.aside) fill_edges(place.row(row), count);
      if (needs_more(b))
        for (int64_t k = 0; k < count; ++k) finish_window(b, row + k, place.row(row + k));
      for (int64_t k = 0; own.aside && k < count; ++k) {
        std::byte* at = own.table[r * size_t(stage.plan->rows) + size_t(k)];
        if (own.edges) fill_edges(at, 1);
        write(b, row + k, own.columns, at);
      }
    }
  }

  /// Continues a row of a window beyond the edges, and hands its part of a wanted result out.
  void finish_window(size_t b, int64_t row, std::byte* at) {
    const ChainRows& place = places_[b];
    const ChainBuffer& buffer = chain_.buffers[b];
    if (!chain_.periodic && continues(place.continued))
      for_each_beyond(place.held, buffer.columns, [&](int64_t c) {
        std::memcpy(at + c * buffer.size, at + ir::extend_index(place.continued, c, buffer.columns) * buffer.size,
                    size_t(buffer.size));
      });
    if (buffer.out && row >= place.own_rows.lo && row < place.own_rows.hi) write(b, row, place.own_columns, at);
  }

  void write(size_t b, int64_t row, Extent columns, const std::byte* from) {
    const int64_t size = chain_.buffers[b].size;
    std::byte* to = places_[b].base + row * places_[b].stride + columns.lo * size;
    if (columns.empty()) return;
    if (chain_.streaming)
      stream_row(to, from + columns.lo * size, columns.count() * size);
    else
      std::memcpy(to, from + columns.lo * size, size_t(columns.count() * size));
  }

  abi::Context* context_;
  const Chain& chain_;
  Workspace& work_;
  std::vector<ChainRows>& places_;
  std::vector<Progress>& stages_;
  std::vector<int64_t>&staged_, &ends_;
  const int64_t column_, column_end_;
  int64_t block_rows_;
};

}  // namespace

bool can_chain(const Chain& chain) {
  std::vector<BorderMode> modes(chain.buffers.size(), BorderMode::Constant);
  for (const ChainStage& stage : chain.stages) {
    for (int64_t i = 0; i < stage.plan->lines; ++i)
      for (int64_t outer : stage.plan->line()[i].outer)
        if (outer != 0) return false;  // only rows of one plane are held
    const bool pointwise = stage.lo[0] == 0 && stage.hi[0] == 0 && stage.lo[1] == 0 && stage.hi[1] == 0;
    if (pointwise || !continues(stage.mode)) {
      if (chain.periodic && !pointwise) return false;
      continue;
    }
    if (chain.periodic != (stage.mode == BorderMode::Wrap)) return false;
    for (int input : stage.inputs) {
      if (input < 0) continue;
      BorderMode& known = modes[size_t(input)];
      if (known != BorderMode::Constant && known != stage.mode) return false;
      known = stage.mode;
    }
  }
  return true;
}

namespace {

/// Not inlined: where it were, each use of the tables would look the thread's own up again.
[[gnu::noinline]] int32_t run_part(abi::Context* context, const Chain& chain, const ChainPart& part, Workspace& work) {
  return Part(context, chain, part, work).all();
}

}  // namespace

int32_t run_chain(abi::Context* context, const Chain& chain, const ChainPart& part) noexcept {
  thread_local Workspace work;
  try {
    return run_part(context, chain, part, work);
  } catch (const std::bad_alloc&) {
    return abi::kOutOfMemory;
  }
}

}  // namespace nf::codegen
