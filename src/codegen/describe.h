// What generated code looks like, in figures: for people who want to know why their kernel is as fast as it is.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "codegen/codegen.h"
#include "codegen/panels.h"
#include "ir/ir.h"

namespace nf::codegen {

/// What an instruction does, as far as its cost is concerned.
enum class Work : uint8_t { Add, Multiply, MultiplyAdd, Divide, MinMax, Select, Compare, Bits, Convert, Shuffle, Math };

/// Function 0 of a module as code. Figures of work are for one output point, with what neighbouring points share
/// divided among them; they are those of the code after LLVM's passes.
struct Description {
  bool vectors = false;         ///< a stencil in explicit vectors; else it is a loop around scalar code
  ir::InstId obstacle;          ///< loop form: the instruction that prevents vectors
  std::string why_not;          ///< the same in words, lower case, no full stop
  std::string way_out;          ///< what to write instead; empty when there is nothing
  std::vector<DType> lanes_of;  ///< the types that the arithmetic is done in, the most frequent first
  int lanes = 1, phases = 1;    ///< see StencilStep
  int rows = 1, points = 1;     ///< of a block
  int vector_bytes = 0;
  std::vector<std::string> functions;  ///< "exp", "sqrt": the math functions that are computed
  std::vector<std::string> divisions;  ///< "multiply-high", "shift", ...: how each kind of division is done

  bool counted = false;  ///< the figures below are known
  double loads = 0, stores = 0, bytes_loaded = 0, bytes_stored = 0;
  std::map<Work, double> work;
  int instructions = 0;           ///< of the machine code's loop, for `rows` times `points` outputs
  int registers = 0, spills = 0;  ///< vector registers that the loop uses; stores of them to the stack
  int carried = 0;                ///< vectors that strips leave from block to block; 0: no code in strips
  bool bands = false;             ///< larger images go down strips too, some rows at a time
  bool by_rows = false;           ///< in the caches one row is computed at a time,
  int64_t by_rows_from = 0;       ///< where it has at least so many columns
  PanelUse panels;                ///< of volumes
  int vector_loops = 0;           ///< jitted functions: loops that LLVM vectorised
};
Description describe(const ir::Module& module, const Target& target);

/// "AVX-512", "AVX2" or "SSE2".
std::string instruction_set(const Target& target);

}  // namespace nf::codegen
