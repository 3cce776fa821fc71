// See points.h.
#include "engine/points.h"

#include <algorithm>
#include <cstring>

#include "codegen/strided.h"
#include "engine/arguments.h"
#include "engine/call_cost.h"
#include "engine/specialization.h"
#include "passes/passes.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

/// Rows that are shorter are computed several together: a call of the code costs as much as some tens of points.
constexpr int64_t kShortRow = 128;
/// Points of a piece where elements are copied: all its buffers stay in the first cache.
constexpr int64_t kPackedPoints = 2048;
/// Points between two looks at the cancel flag.
constexpr int64_t kMostPoints = int64_t(1) << 22;
/// Results are written past the cache only in pieces that are much longer than a line.
constexpr int64_t kStreamedPoints = 4096;

int64_t ceil_divide(int64_t n, int64_t by) { return (n + by - 1) / by; }

}  // namespace

void FirstFault::note(int64_t point, int32_t status, const abi::Fault& fault) {
  std::lock_guard lock(mutex_);
  if (point < point_) point_ = point, status_ = status, fault_ = fault;
}

void FirstFault::rethrow(const ir::Module& module) const {
  if (status_) throw_fault(module, status_, fault_);
}

void compute_row(const Specialization& made, abi::StencilFunction code, abi::StencilCall& call, int64_t lo, int64_t hi,
                 int64_t first, FirstFault& faults) {
  call.lo[0] = lo, call.hi[0] = hi;
  CallContext context;
  const int32_t status = code(&context, &call);
  if (status == 0) [[likely]]
    return;
  if (status < 0) throw_fault(made.module, status, context.fault);
  if (hi - lo == 1) return faults.note(first + lo, status, context.fault);
  // The code stops at some point of the row and does not say where: the others are found by halves.
  const int64_t middle = lo + (hi - lo) / 2;
  compute_row(made, code, call, lo, middle, first, faults);
  compute_row(made, code, call, middle, hi, first, faults);
}

PointWalk::PointWalk(std::vector<PointOperand> operands, const int64_t* shape, int rank)
    : operands_(std::move(operands)), rank_(rank) {
  std::copy_n(shape, rank, extents_.begin());
  for (int d = 0; d < rank; ++d) points_ *= shape[d];
  for (const PointOperand& operand : operands_) bytes_per_point_ += size_of(operand.dtype);
  if (points_ == 0) {
    inputs_.assign(operands_.size() - 1, Passing::Direct);
    return;
  }
  order_axes();
  join_axes();
  choose_rows();
}

/// Drops axes of one element, turns those round on which the result runs backwards, and puts the one with the smallest
/// steps last.
void PointWalk::order_axes() {
  int kept = 0;
  for (int d = 0; d < rank_; ++d) {
    if (extents_[size_t(d)] == 1) continue;
    extents_[size_t(kept)] = extents_[size_t(d)];
    for (PointOperand& operand : operands_) operand.strides[size_t(kept)] = operand.strides[size_t(d)];
    ++kept;
  }
  rank_ = kept;
  for (size_t d = 0; d < size_t(rank_); ++d) {
    if (operands_.back().strides[d] >= 0) continue;
    for (PointOperand& operand : operands_) {
      operand.data += (extents_[d] - 1) * operand.strides[d];
      operand.strides[d] = -operand.strides[d];
    }
  }
  // The result's order counts first, then that of the inputs.
  auto swap_needed = [&](size_t outer, size_t inner) {
    for (size_t i = operands_.size(); i-- > 0;) {
      const int64_t a = std::abs(operands_[i].strides[outer]), b = std::abs(operands_[i].strides[inner]);
      if (a != b) return a < b;
    }
    return false;
  };
  for (size_t d = 1; d < size_t(rank_); ++d)
    for (size_t at = d; at > 0 && swap_needed(at - 1, at); --at) {
      std::swap(extents_[at - 1], extents_[at]);
      for (PointOperand& operand : operands_) std::swap(operand.strides[at - 1], operand.strides[at]);
    }
}

/// Makes one axis of two along which all operands go on as if they were one.
void PointWalk::join_axes() {
  int last = 0;
  for (size_t d = 1; d < size_t(rank_); ++d) {
    const auto at = size_t(last);
    const bool joins = std::all_of(operands_.begin(), operands_.end(), [&](const PointOperand& operand) {
      return operand.strides[at] == operand.strides[d] * extents_[d];
    });
    if (!joins) ++last;
    extents_[size_t(last)] = joins ? extents_[at] * extents_[d] : extents_[d];
    for (PointOperand& operand : operands_) operand.strides[size_t(last)] = operand.strides[d];
  }
  rank_ = rank_ ? last + 1 : 0;
  if (rank_) return;
  rank_ = 1, extents_[0] = 1;
  for (PointOperand& operand : operands_) operand.strides[0] = size_of(operand.dtype);
}

Passing PointWalk::passing(const PointOperand& operand) const {
  const auto last = size_t(rank_ - 1);
  const int64_t step = operand.strides[last], row_step = rows_ > 1 ? operand.strides[last - 1] : 0;
  if (step == 0 && row_step == 0) return Passing::Constant;
  const bool unit = step == size_of(operand.dtype);
  return unit && (rows_ == 1 || row_step == step * extents_[last]) ? Passing::Direct : Passing::Packed;
}

void PointWalk::choose_rows() {
  const auto last = size_t(rank_ - 1);
  if (rank_ > 1 && extents_[last] < kShortRow)
    rows_ = std::clamp<int64_t>(kPackedPoints / extents_[last], 1, extents_[last - 1]);
  const size_t count = operands_.size() - 1;
  for (size_t i = 0; i < count; ++i) inputs_.push_back(passing(operands_[i]));
  // The stencil runs over some array.
  if (std::all_of(inputs_.begin(), inputs_.end(), [](Passing p) { return p == Passing::Constant; }))
    inputs_.at(0) = Passing::Packed;
  const PointOperand& result = operands_.back();
  aside_ = passing(result) != Passing::Direct ||
           std::any_of(operands_.begin(), operands_.end() - 1,
                       [&](const PointOperand& input) { return input.data == result.data; });
  const bool copies = aside_ || std::find(inputs_.begin(), inputs_.end(), Passing::Packed) != inputs_.end();
  if (rows_ > 1)
    columns_ = extents_[last];
  else
    columns_ = std::min(extents_[last], copies ? kPackedPoints : kMostPoints);
  pieces_of_row_ = ceil_divide(extents_[last], columns_);
  pieces_ = pieces_of_row_;
  for (size_t d = 0; d < last; ++d)
    pieces_ *= rows_ > 1 && d == last - 1 ? ceil_divide(extents_[d], rows_) : extents_[d];
}

/// What one thread needs to compute pieces.
struct PointWalk::Row {
  const Specialization& made;
  abi::StencilFunction code;
  FirstFault& faults;
  bool keeps;  ///< points may be left out: what the result holds there is needed
  uint64_t flags;
  std::vector<size_t> order;                    ///< the operand of each parameter
  std::vector<std::vector<std::byte>> buffers;  ///< of each operand that is copied
  std::vector<const char*> packed;              ///< what a buffer holds: the elements from here on,
  std::vector<int64_t> packed_points;           ///< and how many
  std::vector<abi::Array> arrays;
  std::vector<abi::Value> values;
};

void PointWalk::run(const Specialization& made, bool parallel, CallTrace* trace) const {
  if (points_ == 0) return;
  const auto& tuning = runtime::tuning();
  const double total = double(bytes());
  const bool threads =
      parallel && runtime::worth_threads(total * made.nanoseconds_per_byte.load(std::memory_order_relaxed));
  PointWalk walk = *this;
  // Pieces of one long row, for all threads.
  if (threads && walk.rows_ == 1) {
    const int64_t length = extents_[size_t(rank_ - 1)];
    const int64_t wanted = std::max<int64_t>(tuning.task_bytes / bytes_per_point_, kPackedPoints);
    walk.columns_ = std::min({columns_, wanted, std::max<int64_t>(ceil_divide(length, runtime::num_threads()), 1)});
    walk.pieces_ = pieces_ / pieces_of_row_;
    walk.pieces_of_row_ = ceil_divide(length, walk.columns_);
    walk.pieces_ *= walk.pieces_of_row_;
  }
  const int64_t piece_points = walk.columns_ * rows_;
  const bool streaming = !aside_ && piece_points >= kStreamedPoints && total > double(tuning.streaming_from(threads));
  if (trace) {
    trace->threads = threads, trace->streaming = streaming;
    trace->packed = std::find(inputs_.begin(), inputs_.end(), Passing::Packed) != inputs_.end();
    trace->tasks = walk.pieces_, trace->rows_of_a_task = rows_;
  }
  std::vector<Type> types;
  for (Passing passing : inputs_)
    types.push_back(passing == Passing::Constant ? Type::scalar(DType::Bool) : Type::array(DType::Bool, 1));
  const abi::StencilFunction code = stencil_code(made, bytes());
  FirstFault faults;
  const SerialTime time(made, threads ? 0 : total);
  const int64_t grain = std::max<int64_t>(1, tuning.task_bytes / std::max<int64_t>(1, piece_points * bytes_per_point_));
  runtime::parallel_for(0, walk.pieces_, grain, threads, [&](int64_t from, int64_t to) {
    Row row{made,
            code,
            faults,
            made.module.sites.size() > 1,
            streaming ? abi::kStreaming : 0,
            passes::arrays_first(types),
            {},
            {},
            {},
            {},
            {}};
    walk.run_pieces(row, from, to);
  });
  faults.rethrow(made.module);
}

void PointWalk::run_pieces(Row& row, int64_t from, int64_t to) const {
  const size_t count = operands_.size();
  row.buffers.resize(count), row.packed.resize(count), row.packed_points.resize(count);
  row.arrays.resize(count), row.values.resize(count);
  const auto piece = size_t(columns_ * rows_);
  for (size_t i = 0; i < count; ++i)
    if (i + 1 < count ? inputs_[i] == Passing::Packed : aside_)
      row.buffers[i].resize(piece * size_t(size_of(operands_[i].dtype)));
  for (int64_t at = from; at < to; ++at) {
    runtime::throw_if_cancelled();
    run_piece(row, at);
  }
}

void PointWalk::run_piece(Row& row, int64_t piece) const {
  const auto last = size_t(rank_ - 1);
  const int64_t lo = piece % pieces_of_row_ * columns_, columns = std::min(columns_, extents_[last] - lo);
  // Where the piece lies on the axes before the last one.
  std::array<int64_t, kMaxRank> index{};
  int64_t left = piece / pieces_of_row_, rows = 1;
  for (size_t d = last; d-- > 0;) {
    const bool grouped = rows_ > 1 && d == last - 1;
    const int64_t count = grouped ? ceil_divide(extents_[d], rows_) : extents_[d];
    index[d] = left % count * (grouped ? rows_ : 1);
    left /= count;
    if (grouped) rows = std::min(rows_, extents_[d] - index[d]);
  }
  const int64_t points = rows * columns;
  auto start_of = [&](const PointOperand& operand) {
    char* at = operand.data + lo * operand.strides[last];
    for (size_t d = 0; d < last; ++d) at += index[d] * operand.strides[d];
    return at;
  };
  // The elements of the piece where they lie, and one after the other in a buffer.
  auto in_place = [&](const PointOperand& operand, char* at) {
    abi::Array array{};
    array.data = at;
    array.shape[0] = rows, array.shape[1] = columns;
    array.strides[0] = last ? operand.strides[last - 1] : 0, array.strides[1] = operand.strides[last];
    return array;
  };
  auto in_buffer = [&](size_t i) {
    const int64_t shape[] = {rows, columns};
    return codegen::contiguous_array(row.buffers[i].data(), shape, 2, size_of(operands_[i].dtype));
  };

  for (size_t p = 0; p < row.order.size(); ++p) {
    const size_t i = row.order[p];
    const PointOperand& operand = operands_[i];
    const int size = size_of(operand.dtype);
    char* at = start_of(operand);
    if (inputs_[i] == Passing::Constant) {
      row.values[p].bits = 0;
      std::memcpy(&row.values[p].bits, at, size_t(size));
      continue;
    }
    if (inputs_[i] == Passing::Packed) {
      if (row.packed[i] != at || row.packed_points[i] != points) {
        codegen::copy_strided(in_buffer(i), in_place(operand, at), 2, size);
        row.packed[i] = at, row.packed_points[i] = points;
      }
      at = reinterpret_cast<char*>(row.buffers[i].data());
    }
    row.arrays[i].data = at, row.arrays[i].shape[0] = points, row.arrays[i].strides[0] = size;
    row.values[p].array = &row.arrays[i];
  }

  const PointOperand& result = operands_.back();
  const size_t r = operands_.size() - 1;
  const int size = size_of(result.dtype);
  char* const target = start_of(result);
  if (aside_ && row.keeps) codegen::copy_strided(in_buffer(r), in_place(result, target), 2, size);
  row.arrays[r].data = aside_ ? reinterpret_cast<char*>(row.buffers[r].data()) : target;
  row.arrays[r].shape[0] = points, row.arrays[r].strides[0] = size;
  abi::StencilCall call{};
  call.args = row.values.data(), call.outs = &row.arrays[r];
  call.flags = row.flags;
  compute_row(row.made, row.code, call, 0, points, piece * columns_ * rows_, row.faults);
  if (aside_) codegen::copy_strided(in_place(result, target), in_buffer(r), 2, size);
}

}  // namespace nf::engine
