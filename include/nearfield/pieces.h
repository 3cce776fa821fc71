// Arguments of a stencil that lie in several arrays, as those of one chunk of a larger array do (owned by `engine`).
#pragma once
#include <optional>
#include <utility>
#include <vector>

#include "nearfield/environment.h"
#include "nearfield/view.h"

#pragma GCC visibility push(default)

namespace nf {

/// Elements along one axis of what a stencil reads that lie behind each other in one piece.
struct PieceRun {
  int64_t begin = 0, end = 0;  ///< where they stand in what is read
  int64_t piece = 0;           ///< how much further on the list their piece is
  int64_t from = 0, step = 1;  ///< the piece's element for `begin`, and from one to the next: 1, 0 or -1
};

/// What a stencil reads of one argument: the pieces, each with the leading axes of the chunk or without any, and for
/// each of the stencil's axes the runs one after the other. Element 0 is what the first point of the box reads first.
struct PiecedArgument {
  std::vector<View> pieces;
  std::vector<std::vector<PieceRun>> axes;
};

/// The arguments are numbers, arrays that are seen whole, and arrays of which only dtype and rank count (no axis beyond
/// the stencil's need have its shape): those come in `pieces`.
struct PiecedCall {
  std::vector<Argument> args;
  std::vector<std::optional<PiecedArgument>> pieces;  ///< one for each argument
  std::vector<int64_t> shape;                         ///< of the chunk, leading axes included
  /// The points of the chunk to compute along each of the stencil's axes; the others are border.
  std::vector<std::pair<int64_t, int64_t>> box;
};

}  // namespace nf

#pragma GCC visibility pop
