// See run_chain.h.
//
// Note [Tiles]. A part of the results is walked in tiles of columns, each in blocks of rows from the top to the bottom.
// For each block every stage, the first ones first, computes the rows that later stages will read for the first time.
// A result that later stages read lies in a ring of rows as wide as the tile and what is read around it; rows are read
// by address, so a border that continues the array (nearest, reflect, mirror) costs other addresses for rows beyond the
// edge, and a few elements copied at the ends of rows at the left and right edge. Cells to which a stage gives its
// border value are filled. Only around a tile's columns and above a part's first row is anything computed twice.
//
// Note [Staged arguments]. Arguments are read where they are, except in tiles that need them beyond an edge or where
// fewer columns are computed than one step of a stage has: then rows of them are copied to a ring too, with elements
// continued beyond the edges and room for what a whole step reads. So no load leaves the arguments.
#include "codegen/run_chain.h"

#include <emmintrin.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "codegen/chain_reach.h"

namespace nf::codegen {
namespace {

constexpr int64_t kLine = 64;       ///< of the cache
constexpr int64_t kBlockRows = 16;  ///< of results between two stages' turns
constexpr int64_t kPlaneAxes = 2;   ///< rows and columns

int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

/// Where the rows of one buffer lie while a tile is computed.
struct Place {
  bool consumed = false;  ///< a stage reads it
  bool ring = false;
  std::byte* base = nullptr;                    ///< of an argument or a wanted result: element 0 of row 0 in this plane
  int64_t stride = 0;                           ///< of it
  BorderMode continued = BorderMode::Constant;  ///< how its rows go on beyond their ends
  Extent rows;                                  ///< of it that the part needs
  Extent own_rows;                              ///< of a wanted result: the part
  int64_t capacity = 0;                         ///< of the ring, in rows
  Extent columns;                               ///< that must hold values
  Extent own_columns;
  Extent held;  ///< columns of the ring
  std::byte* memory = nullptr;
  int64_t pitch = 0;  ///< of rows in the ring

  std::byte* row(int64_t at, int64_t size) const {
    if (!ring) return base + at * stride;
    return memory + (at - rows.lo) % capacity * pitch - held.lo * size;
  }
};

/// How far one stage has come.
struct Progress {
  bool direct = false;  ///< nobody reads its results: they are not held in rings
  Extent rows;
  int64_t done = 0, end = 0;  ///< rows
  Extent columns, computed;   ///< that get a value; that are computed
  bool narrow = false;        ///< fewer are computed than one step has
};

/// Tables and scratch of a call. A thread keeps them.
struct Workspace {
  std::vector<Place> places;
  std::vector<Progress> stages;
  std::vector<std::byte*> lines, outs, scratch;
  std::vector<std::byte> memory;
};

/// Writes bytes past the cache, whole lines of it at a time; what is left at both ends is stored plainly.
void stream_row(std::byte* to, const std::byte* from, int64_t bytes) {
  const int64_t head = std::min(bytes, int64_t(-reinterpret_cast<uintptr_t>(to) % kLine));
  std::memcpy(to, from, size_t(head));
  int64_t at = head;
  for (; at + kLine <= bytes; at += kLine)
    for (int64_t piece = at; piece < at + kLine; piece += 16)
      _mm_stream_si128(reinterpret_cast<__m128i*>(to + piece),
                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + piece)));
  std::memcpy(to + at, from + at, size_t(bytes - at));
}

void fill_cells(std::byte* row, Extent cells, int64_t size, uint64_t bits) {
  if (cells.empty()) return;
  if (size == 1) return void(std::memset(row + cells.lo, int(bits & 255), size_t(cells.count())));
  for (int64_t c = cells.lo; c < cells.hi; ++c) std::memcpy(row + c * size, &bits, size_t(size));
}

class Part {
 public:
  Part(abi::Context* context, const Chain& chain, const ChainPart& part, Workspace& work)
      : context_(context),
        chain_(chain),
        work_(work),
        places_(work.places),
        stages_(work.stages),
        column_(part.column),
        column_end_(part.column_end) {
    places_.assign(chain.buffers.size(), {});
    stages_.assign(chain.stages.size(), {});
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
    const int64_t width = narrowest == 1 ? 1024 : narrowest == 8 ? 256 : 512;
    const int64_t tiles = std::max<int64_t>(1, columns / width);
    const int64_t step = round_up((columns + tiles - 1) / tiles, kLine);
    columns = std::min(columns, column_end_);
    for (int64_t lo = column_; lo < columns && begin < end; lo += step) {
      find_columns({lo, std::min(lo + step, columns)});
      reserve();
      for (Progress& stage : stages_) stage.done = stage.rows.empty() ? 0 : stage.rows.lo;
      staged_.assign(places_.size(), INT64_MIN);
      for (int64_t row = begin; row < end; row += kBlockRows)
        if (int32_t status = block(std::min(row + kBlockRows, end))) return status;
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
    std::vector<int64_t> margin(places_.size());  // how far its consumers may be behind or ahead of the results
    for (Place& place : places_) place.rows = place.own_rows;
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
      places_[b].capacity = std::max<int64_t>(1, std::min(places_[b].rows.count(), kBlockRows + 2 * margin[b]));
  }

  /// The same for the columns of one tile.
  void find_columns(Extent tile) {
    for (size_t b = 0; b < places_.size(); ++b) {
      Place& place = places_[b];
      place.own_columns = chain_.buffers[b].out ? clip(tile, 0, chain_.buffers[b].columns) : Extent{};
      place.columns = place.held = place.own_columns;
      place.ring = false;
    }
    for (size_t s = stages_.size(); s-- > 0;) {
      const ChainStage& stage = chain_.stages[s];
      Progress& own = stages_[s];
      own.columns = {};
      for (int result : stage.results) own.columns.join(places_[size_t(result)].columns);
      for (int result : stage.results) {
        Place& place = places_[size_t(result)];
        place.columns = own.columns, place.held.join(own.columns), place.ring = !own.direct;
      }
      own.computed = inside(stage, 1, own.columns, columns_of(stage));
      own.narrow = !own.computed.empty() && own.computed.count() < stage.plan->points;
      const Extent reached = reach(stage, 1, own.computed);
      for (int input : stage.inputs) {
        if (input < 0) continue;
        Place& place = places_[size_t(input)];
        const ChainBuffer& buffer = chain_.buffers[size_t(input)];
        place.held.join(reached);
        place.columns.join(sources(stage, reached, buffer.columns));
        if (buffer.array && !reached.empty())
          place.ring |= own.narrow || reached.lo < 0 || reached.hi > buffer.columns;  // Note [Staged arguments]
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
      Place& place = places_[b];
      place.pitch = round_up((place.held.count() + spare) * chain_.buffers[b].size, kLine);
      widest = std::max(widest, place.pitch);
      if (place.ring) bytes += place.pitch * place.capacity;
    }
    const int64_t scratch_row = widest + 2 * kLine;
    bytes += rows * scratch_row + kLine;
    if (int64_t(work_.memory.size()) < bytes) work_.memory.assign(size_t(bytes), std::byte{});
    std::byte* at = work_.memory.data();
    at += -reinterpret_cast<uintptr_t>(at) % kLine;
    for (Place& place : places_)
      if (place.ring) place.memory = at, at += place.pitch * place.capacity;
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
      const Extent reached = reach(stage, 0, inside(stage, 0, {own.done, own.end}, rows_of(stage)));
      for (int input : stage.inputs)
        if (input >= 0 && !reached.empty())
          ends_[size_t(input)] =
              std::max(ends_[size_t(input)], sources(stage, reached, chain_.buffers[size_t(input)].rows).hi);
    }
    for (size_t b = 0; b < places_.size(); ++b)
      if (chain_.buffers[b].array && places_[b].ring) stage_rows(b);
    for (size_t s = 0; s < stages_.size(); ++s) {
      if (int32_t status = compute(s)) return status;
      stages_[s].done = stages_[s].end;
    }
    return 0;
  }

  /// Copies rows of an argument, with elements beyond its edges.
  void stage_rows(size_t b) {
    Place& place = places_[b];
    const ChainBuffer& buffer = chain_.buffers[b];
    const BorderMode mode = chain_.periodic ? BorderMode::Wrap : place.continued;
    int64_t& done = staged_[b];
    done = std::max(done, place.rows.lo);
    const Extent here = clip(place.held, 0, buffer.columns);
    for (; done < ends_[b]; ++done) {
      const std::byte* from = place.base + ir::extend_index(mode, done, buffer.rows) * place.stride;
      std::byte* to = place.row(done, buffer.size);
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
      const int64_t count = std::min(stage.plan->rows, computed.hi - row);
      if (int32_t status = rows(s, row, count)) return status;
      row += count;
    }
    return 0;
  }

  /// A row to which the stage gives its border value.
  void fill(size_t s, int64_t row) {
    const ChainStage& stage = chain_.stages[s];
    for (size_t r = 0; r < stage.results.size(); ++r) {
      const size_t b = size_t(stage.results[r]);
      std::byte* at = places_[b].row(row, chain_.buffers[b].size);
      fill_cells(at, stages_[s].columns, chain_.buffers[b].size, stage.cval[r]);
      if (places_[b].ring) finish_ring(b, row, at);
    }
  }

  /// `count` rows, at most those of a block of the stage's code. The missing ones are stored to the last one's place
  /// before it is (see Note [One block] in run_stencil.cpp).
  int32_t rows(size_t s, int64_t row, int64_t count) {
    const ChainStage& stage = chain_.stages[s];
    const Progress& own = stages_[s];
    const StencilPlan& plan = *stage.plan;
    find_lines(stage, row, count);
    std::vector<std::byte*>& outs = work_.outs;
    outs.resize(size_t(plan.results * plan.rows));
    const bool aside = own.direct && (own.narrow || chain_.streaming);
    for (int64_t r = 0; r < plan.results; ++r) {
      const size_t b = size_t(stage.results[size_t(r)]);
      const int64_t size = chain_.buffers[b].size;
      for (int64_t k = 0; k < plan.rows; ++k) {
        const int64_t below = std::min(k, count - 1);
        std::byte* place = places_[b].row(row + below, size);
        if (aside) {  // as far behind the begin of a line as the place itself
          const auto behind = int64_t(reinterpret_cast<uintptr_t>(place + own.columns.lo * size) % kLine);
          place = work_.scratch[size_t(r * plan.rows + below)] + behind - own.columns.lo * size;
        }
        outs[size_t(r * plan.rows + k)] = place;
      }
    }
    const int64_t lo = own.computed.lo, hi = own.narrow ? lo + plan.points : own.computed.hi;
    if (int32_t status = stage.tile(context_, stage.args, work_.lines.data(), outs.data(), lo, hi)) return status;
    for (int64_t r = 0; r < plan.results; ++r) {
      const size_t b = size_t(stage.results[size_t(r)]);
      const int64_t size = chain_.buffers[b].size;
      for (int64_t k = 0; k < count; ++k) {
        std::byte* at = outs[size_t(r * plan.rows + k)];
        fill_cells(at, {own.columns.lo, own.computed.lo}, size, stage.cval[size_t(r)]);
        fill_cells(at, {own.computed.hi, own.columns.hi}, size, stage.cval[size_t(r)]);
        if (places_[b].ring) finish_ring(b, row + k, at);
        if (aside) write(b, row + k, own.columns, at);
      }
    }
    return 0;
  }

  /// The addresses of the rows that a block reads.
  void find_lines(const ChainStage& stage, int64_t row, int64_t count) {
    const StencilPlan& plan = *stage.plan;
    work_.lines.resize(size_t(plan.lines));
    const int64_t last = row + count - 1 + plan.last_row;
    for (int64_t i = 0; i < plan.lines; ++i) {
      const StencilLine& line = plan.line()[i];
      const size_t b = size_t(stage.inputs[size_t(line.param)]);
      const Place& place = places_[b];
      int64_t at = row + line.row;
      if (!line.prefetched || place.ring) at = std::min(at, last);
      at += stage.origin[0];
      if (chain_.periodic && !place.ring && !line.prefetched)
        at = ir::extend_index(BorderMode::Wrap, at, chain_.buffers[b].rows);
      else if (!chain_.periodic && continues(stage.mode) && !(line.prefetched && !place.ring))
        at = ir::extend_index(stage.mode, at, chain_.buffers[b].rows);
      work_.lines[size_t(i)] = place.row(at, line.size) + stage.origin[1] * line.size;
    }
  }

  /// Continues a row of a ring beyond the edges, and hands its part of a wanted result out.
  void finish_ring(size_t b, int64_t row, std::byte* at) {
    const Place& place = places_[b];
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
  std::vector<Place>& places_;
  std::vector<Progress>& stages_;
  const int64_t column_, column_end_;
  std::vector<int64_t> staged_;  ///< of each argument: rows copied so far
  std::vector<int64_t> ends_;    ///< of each buffer: rows needed by the end of this block
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

int32_t run_chain(abi::Context* context, const Chain& chain, const ChainPart& part) noexcept {
  thread_local Workspace work;
  try {
    return Part(context, chain, part, work).all();
  } catch (const std::bad_alloc&) {
    return abi::kOutOfMemory;
  }
}

}  // namespace nf::codegen
