// Operands of one shape that lie in memory in any way, walked in rows that the code of a stencil with one axis
// computes: what is not there in a row is packed into one, what is one number along the row is passed as a number.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "abi/abi.h"
#include "engine/engine.h"

namespace nf::engine {

struct Specialization;

/// One operand: strides in bytes for the axes of the walk, 0 where it is the same element all along.
struct PointOperand {
  char* data = nullptr;
  DType dtype = DType::Float64;
  std::array<int64_t, kMaxRank> strides{};
};

/// How the elements of an operand come to the code.
enum class Passing : uint8_t {
  Direct,    ///< they lie one after the other: where they are
  Constant,  ///< one number for the whole row
  Packed,    ///< by a copy of the row
};

/// What raised first, in the order of the points.
class FirstFault {
 public:
  void note(int64_t point, int32_t status, const abi::Fault& fault);
  /// Throws it, if something did.
  void rethrow(const ir::Module& module) const;

 private:
  std::mutex mutex_;
  int64_t point_ = INT64_MAX;
  int32_t status_ = 0;
  abi::Fault fault_{};
};

/// Computes the points [lo, hi) of a row. Where one raises, its element stays as it is and the others are computed;
/// `first` is the number of point 0 in the call. Throws only what stops a call: cancellation, lack of memory.
void compute_row(const Specialization& made, abi::StencilFunction code, abi::StencilCall& call, int64_t lo, int64_t hi,
                 int64_t first, FirstFault& faults);

/// The walk over all points of a call: axes are dropped, reordered, flipped and joined so that rows are long.
class PointWalk {
 public:
  /// `operands`: the inputs, then the result, which is written. They may overlap only where an input is exactly the
  /// result.
  PointWalk(std::vector<PointOperand> operands, const int64_t* shape, int rank);

  const std::vector<Passing>& inputs() const { return inputs_; }
  int64_t points() const { return points_; }
  int64_t bytes() const { return points_ * bytes_per_point_; }
  /// Runs the code that was made for these `inputs()`.
  void run(const Specialization& made, bool parallel, CallTrace* trace = nullptr) const;

 private:
  struct Row;
  void order_axes();
  void join_axes();
  void choose_rows();
  Passing passing(const PointOperand& operand) const;
  void run_pieces(Row& row, int64_t from, int64_t to) const;
  void run_piece(Row& row, int64_t piece) const;

  std::vector<PointOperand> operands_;
  std::array<int64_t, kMaxRank> extents_{};
  int rank_;
  int64_t points_ = 1, bytes_per_point_ = 0;
  int64_t rows_ = 1;  ///< of the axis before the last that are computed together, where the last one is short
  std::vector<Passing> inputs_;
  bool aside_ = false;   ///< the result is computed in a buffer and copied from there
  int64_t columns_ = 1;  ///< of a piece
  int64_t pieces_ = 1, pieces_of_row_ = 1;
};

}  // namespace nf::engine
