// The one list of passes, and the loop that runs it.
#include "passes/passes.h"

#include "base/assert.h"
#include "nearfield/error.h"
#include "passes/narrow_floats.h"
#include "passes/rules.h"

namespace nf::passes {
namespace {

// A pass over functions as a pass over the module.
template <ir::Function (*pass)(const ir::Function&, const ir::Module&)>
ir::Module each(const ir::Module& in) {
  ir::Module out = in;
  for (size_t i = 0; i < in.functions.size(); ++i) out.functions[i] = pass(in.functions[i], in);
  return out;
}

}  // namespace

const std::vector<Pass>& pipeline() {
  static const std::vector<Pass> passes = {
      {"inline-calls", each<inline_calls>},
      {"fold-constants", each<fold_constants>},
      {"promote-slots", each<promote_slots>},
      {"unroll-loops", each<unroll_loops>},
      {"if-convert", each<if_convert>},
      {"fold-constants", each<fold_constants>},  // what unrolling and merging made constant
      {"share-values", each<share_values>},
      {"find-min-max", each<find_min_max>},
      {"prove-indexes", each<prove_indexes>},
      {"drop-broadcasts", each<drop_broadcasts>},
      {"fuse-stages", fuse_stages},
      {"narrow-stages", narrow_stages},
      {"store-through", store_through},  // before narrowing: it adds stencils that store a narrower dtype
      {"narrow-floats", each<narrow_floats>},
      {"narrow-ranges", each<narrow_ranges>},
      {"drop-dead", drop_dead},
  };
  return passes;
}

ir::Module run(ir::Module module, std::string_view after, bool verify, bool float32) {
  bool found = after.empty();
  for (const Pass& pass : pipeline()) found = found || pass.name == after;
  if (!found) throw Error(ErrorKind::Value, fmt::format("there is no pass `{}`", after));
  // Before any pass, since reads that nobody uses count.
  for (ir::Function& function : module.functions)
    if (function.kind == ir::FunctionKind::Stencil) function.footprint = infer_footprint(function);
  for (const Pass& pass : pipeline()) {
    if (float32 && pass.name == "narrow-floats") module.functions[0] = narrow_floats(module.functions[0], true);
    module = pass.run(module);
    if (verify) {
      try {
        ir::verify(module);
      } catch (const Error& error) {
        throw Error(ErrorKind::Internal, fmt::format("after {}: {}", pass.name, error.message), error.notes);
      }
    }
    if (pass.name == after) break;
  }
  return module;
}

}  // namespace nf::passes
