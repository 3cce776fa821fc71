// Jitted functions that only apply stencils to whole arrays: they run as one chain, tile by tile, without an array for
// what lies between the stages.
#pragma once
#include <optional>
#include <span>
#include <vector>

#include "codegen/run_chain.h"
#include "engine/engine.h"
#include "passes/passes.h"

namespace nf::engine {

struct Specialization;

/// A function as stages, with the code of each once it is made.
struct Stages {
  passes::StageGraph graph;
  ir::Module module;  ///< after all passes: what `graph` names the functions of
  struct Code {
    const codegen::StencilPlan* plan = nullptr;
    codegen::StencilTile tile = nullptr, strips = nullptr;
  };
  std::vector<Code> code;      ///< empty when a stage has no code in vectors: then the function is called as a whole
  std::vector<uint32_t> into;  ///< arguments that the outputs are stored into; empty: they are returned
};

/// The stages of a lowered function, if it is made of nothing else. With `stores` it may store its results into
/// parameters: the function of the stages returns them then, so that it is no substitute for the lowered one. Neither
/// is it for arguments that the lowered one broadcasts.
std::optional<Stages> make_stages(const ir::Module& lowered, bool stores);
/// Whether the arguments have one shape where the stages want it.
bool have_one_shape(const Stages& stages, std::span<const Argument> args);
/// Runs them. Nothing where these arguments need the compiled function itself: shapes that differ (then it raises what
/// it raises), border modes that do not go together.
std::optional<Result> run_stages(const Specialization& made, std::span<const Argument> args);

}  // namespace nf::engine
