// A stencil as several that run one after the other on pieces of rows: first what lies below each other is combined
// into lines of a scratch, then what lies beside each other is read from these. Large windows need far fewer
// operations so, and no more registers than there are.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "codegen/cpu/stencil_body.h"

namespace nf::codegen {

/// A line of the scratch: it stands for an array that later stages read, in the row of the output only.
struct ScratchLine {
  DType dtype;
  int64_t first = INT64_MAX, last = INT64_MIN;  ///< the columns around an output column that are wanted of it
  ir::Range range{};                            ///< of sums of integers
};

/// One stage: a stencil over the parameters and the lines made so far. Its results are lines, those of the last stage
/// the stencil's own.
struct Stage {
  std::unique_ptr<ir::Function> function;
  std::unique_ptr<StencilBody> body;
  StencilStep step;
  std::vector<size_t> lines;  ///< that its results go to
};

struct Stages {
  std::vector<Stage> list;
  std::vector<ScratchLine> lines;
  uint32_t params = 0;  ///< of the stencil; the parameters behind them are the lines
  int64_t points = 1;   ///< a row is at least as wide as this: the longest step of any stage
};

/// The stages when they are clearly cheaper than the body as a whole.
std::optional<Stages> split_into_stages(const StencilBody& body, int rows, int vector_bytes);

/// What one output costs in the body's reductions, in operations on vectors of one byte for each lane (the rest is the
/// same in all forms).
double cost_of_reductions(const StencilBody& body, StencilStep step, int rows);

}  // namespace nf::codegen
