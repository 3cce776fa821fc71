// Computes now what needs no input, and takes the branches that are decided.
//
//     %2 = const 3                       %4 = const 12
//     %3 = const 4               becomes
//     %4 = mul %2, %3
//     if %true { A } else { B }  becomes  A
//
// An integer whose value range is a single number is that number.
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

Function fold_constants(const Function& in, const Module& module) {
  Table<Inst, Range> ranges = analyse_ranges(in);
  return rewrite(in, [&](Rewriter& out, InstId old, const Inst& inst) -> std::optional<InstId> {
    if (is_pure(inst.op) && inst.type.is_scalar() && !is_float(inst.type.dtype()) && ranges[old].lo == ranges[old].hi)
      return out.out().constant(integer_scalar(inst.type.dtype(), ranges[old].lo), inst.span);
    const Function& f = out.out().function();
    if (const If* branch = std::get_if<If>(&inst.op)) {
      std::optional<Scalar> condition = constant(f, out[branch->condition]);
      if (!condition) return {};
      out.inline_block(integer_value(*condition) ? branch->then : branch->otherwise);
      return InstId::none();
    }
    if (const For* loop = std::get_if<For>(&inst.op)) {
      auto lo = constant(f, out[loop->lo]), hi = constant(f, out[loop->hi]), step = constant(f, out[loop->step]);
      if (lo && hi && step && trip_count(*lo, *hi, *step) == 0) return InstId::none();
      return {};
    }
    return fold(out, old, module);
  });
}

}  // namespace nf::passes
