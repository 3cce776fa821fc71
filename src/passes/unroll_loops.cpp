// Writes out the rounds of a stencil's short loops, so that its body can become straight-line code.
//
//     for %i = -1 to 2 step 1 {         (with %i = -1) set %sum, add(get %sum, neighbor %x[-1])
//       set %sum, %sum + %x[%i]  becomes (with %i = 0)  set %sum, add(get %sum, neighbor %x[0])
//     }                                 (with %i = 1)  set %sum, add(get %sum, neighbor %x[1])
//
// Only loops of constant bounds without break or continue, and only while the body stays small: compile time is
// bounded.
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

constexpr uint64_t kMaxRounds = 64;
constexpr uint64_t kMaxInsts = 4096;  // of the whole function

// Break and Continue that belong to this block's loop.
bool leaves_loop(const Function& f, BlockId id) {
  for (InstId inst : f[id].insts) {
    const Op& op = f[inst].op;
    if (std::holds_alternative<Break>(op) || std::holds_alternative<Continue>(op)) return true;
    if (const If* branch = std::get_if<If>(&op))
      if (leaves_loop(f, branch->then) || leaves_loop(f, branch->otherwise)) return true;
  }
  return false;
}

uint64_t count_insts(const Function& f, BlockId id) {
  uint64_t count = 0;
  for (InstId inst : f[id].insts) {
    ++count;
    for_blocks(f[inst].op, [&](BlockId inner) { count += count_insts(f, inner); });
  }
  return count;
}

}  // namespace

Function unroll_loops(const Function& in, const Module& module) {
  if (in.kind != FunctionKind::Stencil) return in;
  return rewrite(in, [&](Rewriter& out, InstId old, const Inst& inst) -> std::optional<InstId> {
    const For* loop = std::get_if<For>(&inst.op);
    if (!loop) return fold(out, old, module);  // bounds and offsets made of outer loop variables become constants
    const Function& f = out.out().function();
    auto lo = constant(f, out[loop->lo]), hi = constant(f, out[loop->hi]), step = constant(f, out[loop->step]);
    if (!lo || !hi || !step || leaves_loop(in, loop->body)) return {};
    uint64_t rounds = *trip_count(*lo, *hi, *step);
    if (rounds > kMaxRounds || f.insts.size() + rounds * count_insts(in, loop->body) > kMaxInsts) return {};
    __int128 value = integer_value(*lo);
    for (uint64_t round = 0; round < rounds && !out.ended(); ++round, value += integer_value(*step)) {
      out.map(loop->var, out.out().constant(integer_scalar(DType::Int64, value), inst.span));
      out.inline_block(loop->body);
    }
    return InstId::none();
  });
}

}  // namespace nf::passes
