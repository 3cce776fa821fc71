// Stores what lies between whole-array stages in the narrowest integer type that holds it, and lets the stages that
// read it know what it can be: their lanes get narrow in turn (narrow-ranges).
//
//     %1 = call 1(%x)      -> int64, in 0..255           %1 = call 3(%x)    -> uint8; @3 is @1 with a cast
//     %2 = call 2(%1)                            becomes %2 = call 4(%1)    @4 is @2 that casts what it reads to int64
//
// It declines for arrays that are returned or read in any other way than near each point.
#include <fmt/format.h>

#include <algorithm>

#include "passes/passes.h"
#include "passes/rules.h"
#include "passes/stage_list.h"

namespace nf::passes {

using namespace ir;

namespace {

/// The stencil for an input that is stored as `dtype` and holds values in `range`.
Function read_as(const Function& f, size_t param, DType dtype, Range range) {
  const DType own = f.params[param].type.dtype();
  const Type array = Type::array(dtype, f.rank, f.params[param].type.layout(), f.params[param].type.readonly());
  auto reads = [&](InstId id) {
    const Param* n = std::get_if<Param>(&f[id].op);
    return n && n->position == param;
  };
  Function out = f;
  if (dtype != own)
    out = rewrite(f, [&](Rewriter& copy, InstId old, const Inst& inst) -> std::optional<InstId> {
      if (reads(old)) return copy.out().emit(Param{uint32_t(param)}, array, inst.span);
      bool narrow = false;
      if (const Neighbor* n = std::get_if<Neighbor>(&inst.op)) narrow = reads(n->array);
      if (const NeighborAt* n = std::get_if<NeighborAt>(&inst.op)) narrow = reads(n->array);
      if (!narrow) return {};
      InstId value = copy.out().emit(copy.copy_op(inst.op), Type::scalar(dtype), inst.span);
      return copy.out().cast(value, own, inst.span);
    });
  out.params[param].type = array;
  out.params[param].range = range;
  return out;
}

void narrow(Module& module, uint32_t index) {
  std::optional<StageList> list = list_stages(module, module.functions[index]);
  if (!list) return;
  std::vector<Note> notes;
  for (size_t s = 0; s < list->stages.size(); ++s) {
    StageCall& stage = list->stages[s];
    std::vector<std::optional<Range>> ranges = result_ranges(stage.body);
    std::vector<DType> stored;
    for (size_t r = 0; r < stage.results.size(); ++r) {
      DType dtype = stage.body.results[r].dtype();
      const InstId array = stage.results[r];
      const auto readers = array ? list->readers(array) : std::vector<std::pair<size_t, size_t>>{};
      const bool near = array && !list->used_otherwise[array.index] && !readers.empty();
      if (near && ranges[r] && is_integer(dtype)) {
        const DType wide = dtype;
        if (DType fit = fit_dtype(dtype, ranges[r], {}); size_of(fit) < size_of(dtype)) dtype = fit;
        for (auto [reader, param] : readers) {
          Function& body = list->stages[reader].body;
          if (!body.params[param].relative) continue;
          body = read_as(body, param, dtype, *ranges[r]);
          list->stages[reader].changed = true;
        }
        if (dtype != wide)
          notes.push_back({"narrow-stages", true,
                           fmt::format("what `{}` makes lies in {}..{} and is held as {} for the stages that read it",
                                       stage.body.name, int64_t(ranges[r]->lo), int64_t(ranges[r]->hi), name_of(dtype)),
                           module.functions[index][stage.call].span});
      }
      stored.push_back(dtype);
    }
    bool same = true;
    for (size_t r = 0; r < stored.size(); ++r) same &= stored[r] == stage.body.results[r].dtype();
    if (same) continue;
    stage.body = store_as(stage.body, stored);
    stage.changed = true;
  }
  if (std::none_of(list->stages.begin(), list->stages.end(), [](const StageCall& s) { return s.changed; })) return;
  const Function in = module.functions[index];
  Function out = call_changed(module, in, *list);
  out.notes.insert(out.notes.end(), notes.begin(), notes.end());
  module.functions[index] = std::move(out);
}

}  // namespace

Module narrow_stages(const Module& in) {
  Module module = in;
  for (Function& function : module.functions)
    if (function.kind == FunctionKind::Stencil) function.footprint = infer_footprint(function);
  for (uint32_t i = 0; i < in.functions.size(); ++i)
    if (in.functions[i].kind == FunctionKind::Jit) narrow(module, i);
  return module;
}

}  // namespace nf::passes
