// The code that computes a stencil's blocks of rows, in explicit vectors.
#pragma once
#include "codegen/cpu/frame.h"
#include "codegen/cpu/stencil_body.h"

namespace nf::codegen {

/// The code of a tile (`StencilTile` in run_stencil.h) and its plan.
struct Tile {
  llvm::Function* code;
  std::vector<uint64_t> plan;
  llvm::Function *strips = nullptr, *by_rows = nullptr;  ///< compute the same in another order, or null
};
Tile emit_tile(Emission& emission, const ir::Function& function, const StencilBody& body);

/// The step that a tile computes its columns in.
StencilStep step_of(const Emission& emission, const StencilBody& body);

/// The stencil's arguments, from `abi::Value`s.
void load_params(Frame& frame, llvm::Value* args);

}  // namespace nf::codegen
