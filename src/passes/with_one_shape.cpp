// A function for arrays that have one shape wherever it broadcasts them: it compares shapes instead, so that its stages
// can be fused and run as a chain. Calls with other shapes take the function as it was.
//
//     %3 = broadcast %x with (%y) site 1
//     %4 = broadcast %y with (%x) site 1          if ne(dim %x, 0, dim %y, 0) { raise site 1 }
//     %5 = call 2(%3, %4)                becomes  %5 = call 2(%x, %y)
#include <set>

#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

void compare_shapes(Builder& build, InstId a, InstId b, uint32_t site, Span span) {
  Function& f = build.function();
  for (uint32_t axis = 0; axis < uint32_t(f[a].type.rank()); ++axis) {
    const Type int64 = Type::scalar(DType::Int64);
    const InstId x = build.emit(Dim{a, axis}, int64, span), y = build.emit(Dim{b, axis}, int64, span);
    const InstId differ = build.emit(Compare{CompareOp::Ne, x, y}, Type::scalar(DType::Bool), span);
    const If branch{differ, f.blocks.add({}), f.blocks.add({})};
    const BlockId outer = build.enter(branch.then);
    build.emit(Raise{site, {build.constant(int64_t(axis), span), x, y}}, Type::none(), span);
    build.enter(outer);
    build.emit(branch, Type::none(), span);
  }
}

}  // namespace

Module with_one_shape(const Module& in) {
  Module module = in;
  const Function shapes_known = drop_broadcasts(in.functions[0], in);
  std::set<std::pair<InstId, InstId>> compared;
  module.functions[0] = rewrite(shapes_known, [&](Rewriter& out, InstId, const Inst& inst) -> std::optional<InstId> {
    const Broadcast* n = std::get_if<Broadcast>(&inst.op);
    if (!n) return {};
    const int rank = shapes_known[n->array].type.rank();
    for (InstId other : n->with)
      if (shapes_known[other].type.rank() != rank) return {};
    for (InstId other : n->with)
      if (compared.insert(std::minmax(n->array, other)).second)
        compare_shapes(out.out(), out[n->array], out[other], n->site, inst.span);
    return out[n->array];
  });
  return module;
}

}  // namespace nf::passes
