// The loops of a chain of vectorised stencils: what one stage computes lies in a few rows that stay in the first cache
// levels until the next stage has read them. No stage is ever held whole.
#pragma once
#include <cstdint>
#include <vector>

#include "codegen/run_stencil.h"
#include "nearfield/environment.h"

namespace nf::codegen {

/// A whole array as the stages see it: an argument, or a result of a stage, which may exist only in part at a time.
/// `rows` and `columns` are the extents of its last two axes (one row when it has one axis).
struct ChainBuffer {
  int64_t size = 0;  ///< of one element in bytes
  int64_t rows = 1, columns = 0;
  const abi::Array* array = nullptr;  ///< an argument, with a unit inner stride
  const abi::Array* out = nullptr;    ///< a result that the caller wants: its place, with a unit inner stride
};

/// One stencil of the chain. An output point p reads its inputs at p + origin + offset, and lo <= offset <= hi; index 0
/// is the axis of rows, index 1 that of columns. On the axes before these two it reads no neighbours.
struct ChainStage {
  const StencilPlan* plan = nullptr;
  StencilTile tile = nullptr;
  StencilTile strips = nullptr;      ///< or null: the same strip by strip
  const abi::Value* args = nullptr;  ///< as the stencil's parameters; of relative arrays only the shape counts
  std::vector<int> inputs;           ///< of each parameter: the buffer it is read from, or -1
  std::vector<int> results;          ///< buffers
  BorderMode mode = BorderMode::Constant;
  int64_t lo[2] = {}, hi[2] = {}, origin[2] = {};
  std::vector<uint64_t> cval;  ///< of each result: the bits that cells outside get in mode "constant"
};

/// Stages in an order in which each reads only arguments and results of stages before it.
///
/// Note [Periodic]. Wrapping round commutes with computing: when every stage that reads neighbours wraps, stages are
/// computed beyond the edges, from arguments that are read modulo their extents, instead of being copied there.
struct Chain {
  int rank = 2;
  bool periodic = false;
  bool streaming = false;  ///< results go past the cache
  bool prefetches =
      false;  ///< arrays are read from memory: their rows are asked for ahead, and not gone down in strips
  std::vector<ChainBuffer> buffers;
  std::vector<ChainStage> stages;
};

/// A part of the results: rows and columns of one plane (counted in C order over the axes before the last two).
struct ChainPart {
  int64_t plane = 0;
  int64_t row = 0, row_end = 0;
  int64_t column = 0, column_end = INT64_MAX;
};

/// True when the loops can do without copies of whole stages: the border modes of what reads one buffer agree.
bool can_chain(const Chain& chain);
/// Computes one part of every wanted result. Threads may compute different parts of one chain at once.
/// Returns 0 or what a stage raised.
int32_t run_chain(abi::Context* context, const Chain& chain, const ChainPart& part) noexcept;

}  // namespace nf::codegen
