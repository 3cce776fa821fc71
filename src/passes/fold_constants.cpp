// Computes now what needs no input, and takes the branches that are decided.
//
//     %2 = const 3                       %4 = const 12
//     %3 = const 4               becomes
//     %4 = mul %2, %3
//     if %true { A } else { B }  becomes  A
//
// An integer whose value range is a single number is that number.
#include <fmt/format.h>

#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

// An `if` of which one side is left.
Note note_of(const Function& in, const Module& module, const Inst& branch, BlockId dropped) {
  for (InstId inst : in[dropped].insts)
    if (const Raise* raise = std::get_if<Raise>(&in[inst].op))
      return {"fold-constants", true, fmt::format("{} cannot happen here", module.sites[raise->site].exception),
              branch.span};
  return {"fold-constants", true, "this test is decided by constants and value ranges", branch.span};
}

}  // namespace

Function fold_constants(const Function& in, const Module& module) {
  Table<Inst, Range> ranges = analyse_ranges(in);
  std::vector<Note> notes;
  Function result = rewrite(in, [&](Rewriter& out, InstId old, const Inst& inst) -> std::optional<InstId> {
    if (is_pure(inst.op) && inst.type.is_scalar() && !is_float(inst.type.dtype()) && ranges[old].lo == ranges[old].hi)
      return out.out().constant(integer_scalar(inst.type.dtype(), ranges[old].lo), inst.span);
    const Function& f = out.out().function();
    if (const If* branch = std::get_if<If>(&inst.op)) {
      std::optional<Scalar> condition = constant(f, out[branch->condition]);
      if (!condition) return {};
      notes.push_back(note_of(in, module, inst, integer_value(*condition) ? branch->otherwise : branch->then));
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
  for (Note& note : notes) add_note(result, std::move(note));
  return result;
}

}  // namespace nf::passes
