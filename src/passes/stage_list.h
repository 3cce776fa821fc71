// The stencils that a jitted function applies to whole arrays in its own block, as passes over them see them.
#pragma once
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "ir/ir.h"

namespace nf::passes {

/// One call of a stencil that makes new arrays.
struct StageCall {
  ir::InstId call;
  uint32_t function = 0;
  ir::Function body;                ///< a copy, to change
  std::vector<ir::InstId> args;     ///< of the jitted function
  std::vector<ir::InstId> results;  ///< the arrays: the call itself, or the `Item`s of its tuple (`none()`: not taken)
  bool changed = false;             ///< `body` or `args` are no longer the module's
  bool dropped = false;
};

/// The calls in order, and how their arrays are used.
struct StageList {
  std::vector<StageCall> stages;
  std::map<ir::InstId, std::pair<size_t, size_t>> made_by;  ///< an array: its stage and which result it is
  std::vector<bool> used_otherwise;  ///< by instruction: returned, or read by anything but stages and `Dim`

  /// The stages that read this array near each point, with the parameter in which they get it.
  std::vector<std::pair<size_t, size_t>> readers(ir::InstId array) const;
};

/// Nothing where the function writes into arrays, since then the order of reads and writes counts.
std::optional<StageList> list_stages(const ir::Module& module, const ir::Function& function);

/// One block of values and a return of them.
bool is_pure_body(const ir::Function& function);
/// True when it reads no element but the point's own.
bool is_pointwise(const ir::Function& function);
/// A copy of the function in which the stages that changed are called as functions that are added to the module.
ir::Function call_changed(ir::Module& module, const ir::Function& function, const StageList& list);

}  // namespace nf::passes
