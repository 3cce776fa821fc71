// A stencil on one chunk of a larger array. Rows whose neighbourhood lies in one piece are computed from it as it lies;
// others from copies of few rows, which are still in the nearest cache when they are read.
#include <algorithm>
#include <tuple>

#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/image.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

/// Bytes of the copies that are made at a time.
constexpr int64_t kCopied = 128 << 10;
/// So many times as many rows are copied at a time as the stencil reads around a row: those are copied twice.
constexpr int64_t kTimesReach = 8;

struct Rows {
  int64_t begin, end;
};

/// Copies elements that lie behind each other; `Bytes` of them, when they are few.
template <int64_t Bytes>
void copy_rows(const char* from, int64_t step, char* to, int64_t to_step, int64_t rows, int64_t bytes) {
  for (int64_t row = 0; row < rows; ++row, from += step, to += to_step)
    std::memcpy(to, from, size_t(Bytes ? Bytes : bytes));
}

/// `copy_view` for a few whole rows and for columns of few elements, which it takes long for.
void copy_piece(const View& from, const View& to) {
  if (to.rank != 2 || from.dtype != to.dtype || from.strides[1] != size_of(from.dtype)) return copy_view(from, to);
  const int64_t bytes = to.shape[1] * size_of(to.dtype);
  const auto copy = bytes == 1   ? copy_rows<1>
                    : bytes == 2 ? copy_rows<2>
                    : bytes == 4 ? copy_rows<4>
                    : bytes == 8 ? copy_rows<8>
                                 : copy_rows<0>;
  copy(static_cast<const char*>(from.data), from.strides[0], static_cast<char*>(to.data), to.strides[0], to.shape[0],
       bytes);
}

/// What a stencil reads of one argument and one image, for rows of the box. It reads `reach` rows beside each.
class Reader {
 public:
  Reader(const PiecedArgument& argument, DType dtype, std::vector<View> pieces, int64_t reach)
      : axes_(argument.axes), dtype_(dtype), pieces_(std::move(pieces)), reach_(reach) {
    in_rows_ = std::all_of(axes_.begin() + 1, axes_.end(), [](const auto& runs) { return runs.size() == 1; }) &&
               std::all_of(axes_.begin() + 1, axes_.end(), [](const auto& runs) { return runs[0].step == 1; }) &&
               std::all_of(pieces_.begin(), pieces_.end(),
                           [&](const View& piece) { return piece.dtype == dtype && unit_inner_stride(piece); });
  }

  /// The end of the rows from `row` on that are all read in place, or all from a copy.
  int64_t end_of_kind(int64_t row, int64_t end) const {
    if (!in_rows_) return end;
    if (const PieceRun* run = holding(row)) return std::min(end, run->end - reach_);
    for (const PieceRun& run : axes_[0])
      if (run.step == 1 && run.begin > row && run.end - run.begin > reach_) return std::min(end, run.begin);
    return end;
  }
  bool copies(int64_t row) const { return !holding(row); }
  int64_t row_bytes() const {
    int64_t bytes = size_of(dtype_);
    for (size_t axis = 1; axis < axes_.size(); ++axis) bytes *= axes_[axis].back().end;
    return bytes;
  }

  /// What rows of one kind read; `room` takes the copy.
  View rows(Rows rows, std::byte* room) const {
    const PieceRun* run = holding(rows.begin);
    std::array<PieceRun, kMaxRank> chosen{};
    if (run) {
      for (size_t axis = 1; axis < axes_.size(); ++axis) chosen[axis] = axes_[axis][0];
      chosen[0] = cut(*run, rows);
      return piece_of(chosen);
    }
    std::array<int64_t, kMaxRank> shape{rows.end + reach_ - rows.begin};
    for (size_t axis = 1; axis < axes_.size(); ++axis) shape[axis] = axes_[axis].back().end;
    const View copy = View::contiguous(room, dtype_, shape.data(), int(axes_.size()));
    for (const PieceRun& each : axes_[0]) {
      chosen[0] = cut(each, rows);
      if (chosen[0].begin < chosen[0].end) gather(chosen, 1, copy);
    }
    return copy;
  }

 private:
  /// The run that holds all that a row reads in the order in which it is read.
  const PieceRun* holding(int64_t row) const {
    if (!in_rows_) return nullptr;
    for (const PieceRun& run : axes_[0])
      if (run.step == 1 && run.begin <= row && row + reach_ < run.end) return &run;
    return nullptr;
  }
  /// The part of a run that some rows read, counted from the first of them.
  PieceRun cut(PieceRun run, Rows rows) const {
    const int64_t begin = std::max(run.begin, rows.begin), end = std::min(run.end, rows.end + reach_);
    run.from += (begin - run.begin) * run.step;
    run.begin = begin - rows.begin, run.end = end - rows.begin;
    return run;
  }
  View piece_of(const std::array<PieceRun, kMaxRank>& chosen) const {
    int64_t piece = 0;
    for (size_t axis = 0; axis < axes_.size(); ++axis) piece += chosen[axis].piece;
    View view = pieces_[size_t(piece)];
    for (size_t axis = 0; axis < axes_.size(); ++axis) {
      view.data = static_cast<char*>(view.data) + chosen[axis].from * view.strides[axis];
      view.shape[axis] = chosen[axis].end - chosen[axis].begin;
      view.strides[axis] *= chosen[axis].step;
    }
    return view;
  }
  void gather(std::array<PieceRun, kMaxRank>& chosen, size_t axis, const View& copy) const {
    if (axis < axes_.size()) {
      for (const PieceRun& run : axes_[axis]) chosen[axis] = run, gather(chosen, axis + 1, copy);
      return;
    }
    Region place;
    for (size_t d = 0; d < axes_.size(); ++d) place.lo[d] = chosen[d].begin, place.hi[d] = chosen[d].end;
    copy_piece(piece_of(chosen), part(copy, place));
  }

  const std::vector<std::vector<PieceRun>>& axes_;
  DType dtype_;
  std::vector<View> pieces_;
  int64_t reach_;
  bool in_rows_ = false;  ///< whole rows lie in one piece each
};

/// The rows of the box in parts: each is read in place by all arguments, or takes copies of bounded size.
std::vector<Rows> parts_of(int64_t rows, const std::vector<std::optional<Reader>>& readers, int64_t reach,
                           int64_t most) {
  std::vector<Rows> parts;
  for (int64_t row = 0; row < rows;) {
    int64_t end = std::min(rows, row + most), copied = 0;
    for (const auto& reader : readers) {
      if (!reader) continue;
      end = reader->end_of_kind(row, end);
      if (reader->copies(row)) copied += reader->row_bytes();
    }
    if (copied) end = std::min(end, row + std::max({kCopied / copied, kTimesReach * reach, int64_t(1)}));
    parts.push_back({row, end});
    row = end;
  }
  return parts;
}

/// Computes the box of one image. `region` counts its points from the box's first one.
void run_image(const Image& image, const std::vector<std::optional<Reader>>& readers, const Region& region,
               int64_t reach, int64_t most, bool parallel) {
  const std::vector<Rows> parts = parts_of(region.hi[0], readers, reach, most);
  Region origin;
  for (size_t d = 0; d < image.made->footprint.axes.size(); ++d)
    origin.lo[d] = std::min<int64_t>(0, image.made->footprint.axes[d].first);
  runtime::parallel_for(0, int64_t(parts.size()), 1, parallel, [&](int64_t first, int64_t last) {
    std::vector<runtime::Buffer> rooms(image.args.size());
    std::vector<Argument> args = image.args;
    std::vector<Region> origins(args.size(), origin);
    for (int64_t p = first; p < last; ++p) {
      const Rows rows = parts[size_t(p)];
      for (size_t i = 0; i < args.size(); ++i) {
        if (!readers[i]) continue;
        if (readers[i]->copies(rows.begin)) {
          const size_t needed = size_t((rows.end - rows.begin + reach) * readers[i]->row_bytes());
          if (rooms[i].size() < needed) rooms[i] = runtime::Buffer(needed);
        }
        args[i] = readers[i]->rows(rows, rooms[i].data());
        origins[i].lo[0] = origin.lo[0] + rows.begin;
      }
      Region piece = region;
      piece.lo[0] = rows.begin, piece.hi[0] = rows.end;
      run_region(image, args, origins, piece);
    }
  });
}

}  // namespace

Result Function::apply_to_pieces(const PiecedCall& call, const StencilOptions& options) {
  const View& given = std::get<View>(call.args.at(0));
  const View whole = View::contiguous(nullptr, given.dtype, call.shape.data(), int(call.shape.size()));
  std::vector<Argument> args = call.args;
  args[0] = whole;
  const int rank = int(call.box.size()), leading = whole.rank - rank;
  nf_assert(rank > 0, "a point has no neighbours");
  const auto made = specialize(stencil_types(definition(), args, rank), options, whole.size());
  Region box, region;
  for (size_t d = 0; d < size_t(rank); ++d) {
    std::tie(box.lo[d], box.hi[d]) = call.box[d];
    region.hi[d] = box.hi[d] - box.lo[d];
  }

  std::vector<NewArray> results;
  const int64_t bytes = whole.size() * bytes_per_point(*made);
  int64_t images = 1;
  for (const Type& type : made->results) results.push_back(new_array(type.dtype(), call.shape.data(), whole.rank));
  for (int d = 0; d < leading; ++d) images *= whole.shape[size_t(d)];
  const auto [lo, hi] = made->footprint.axes[0];
  const int64_t reach = std::max<int64_t>(0, hi) - std::min<int64_t>(0, lo);
  const int64_t image_bytes = std::max<int64_t>(1, bytes / std::max<int64_t>(images, 1));
  const int64_t row_bytes = std::max<int64_t>(1, image_bytes / std::max<int64_t>(whole.shape[size_t(leading)], 1));
  const int64_t rows_of_a_task = std::max<int64_t>(1, runtime::tuning().task_bytes / row_bytes);
  std::vector<View> whole_results;
  for (const auto& result : results) whole_results.push_back(result.view);
  const abi::StencilFunction code = stencil_code(*made, bytes);
  const Storing storing = storing_of(*made, image_bytes, options.parallel, whole_results);
  for (int64_t index = 0; index < images; ++index) {
    Image image{made.get(), code, args, {}, {}, BorderMode::Valid, false, 1, 0, nullptr};
    for (size_t r = 0; r < results.size(); ++r) {
      const View target = leading_part(results[r].view, rank, whole, leading, index);
      for (const Region& strip : border_of(box, target)) fill_view(part(target, strip), made->border[r]);
      image.targets.push_back(part(target, box));
    }
    if (region.empty(rank)) continue;
    std::vector<std::optional<Reader>> readers(args.size());
    bool cold = note_use(made->module.functions[0], args, image.targets);
    for (size_t i = 0; i < args.size(); ++i) {
      if (!call.pieces[i]) continue;
      std::vector<View> pieces = call.pieces[i]->pieces;
      for (View& piece : pieces) {
        piece = leading_part(piece, rank, whole, leading, index);
        cold |= note_use(piece);
      }
      readers[i].emplace(*call.pieces[i], std::get<View>(args[i]).dtype, std::move(pieces), reach);
    }
    image.flags = flags_for(
        {storing == Storing::PastCache, options.parallel, cold, double(image_bytes), planes_of(image.targets[0])});
    run_image(image, readers, region, reach, options.parallel ? rows_of_a_task : region.hi[0], options.parallel);
  }
  if (results.size() == 1) return std::move(results[0]);
  auto tuple = std::make_shared<ResultTuple>();
  for (NewArray& result : results) tuple->items.push_back(std::move(result));
  return tuple;
}

}  // namespace nf::engine
