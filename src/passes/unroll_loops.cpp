// Writes out the rounds of a stencil's short loops, so that its body can become straight-line code.
//
//     for %i = -1 to 2 step 1 {         (with %i = -1) set %sum, add(get %sum, neighbor %x[-1])
//       set %sum, %sum + %x[%i]  becomes (with %i = 0)  set %sum, add(get %sum, neighbor %x[0])
//     }                                 (with %i = 1)  set %sum, add(get %sum, neighbor %x[1])
//
// Only loops of constant bounds without break or continue, and only while the body stays small: compile time is
// bounded. A nest of loops is written out as a whole or not at all.
#include <fmt/format.h>

#include <algorithm>

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

struct Bounds {
  Scalar lo, hi, step;
};
std::optional<Bounds> bounds_of(const Function& f, InstId lo, InstId hi, InstId step) {
  std::optional<Scalar> first = constant(f, lo), end = constant(f, hi), by = constant(f, step);
  return first && end && by ? std::optional(Bounds{*first, *end, *by}) : std::nullopt;
}

// The instructions of the block with the loops inside it written out, as far as that is known; it stops counting when
// there are too many.
uint64_t count_insts(const Function& f, BlockId id) {
  uint64_t count = 0;
  for (InstId inst : f[id].insts) {
    uint64_t rounds = 1;
    if (const For* loop = std::get_if<For>(&f[inst].op))
      if (std::optional<Bounds> bounds = bounds_of(f, loop->lo, loop->hi, loop->step))
        rounds = std::min(*trip_count(bounds->lo, bounds->hi, bounds->step), kMaxInsts);
    ++count;
    for_blocks(f[inst].op, [&](BlockId inner) { count += rounds * count_insts(f, inner); });
    if (count > kMaxInsts) return kMaxInsts + 1;
  }
  return count;
}

class Unroller {
 public:
  explicit Unroller(const Module& module) : module_(module) {}

  std::optional<InstId> operator()(Rewriter& out, InstId old, const Inst& inst) {
    const For* loop = std::get_if<For>(&inst.op);
    if (!loop) return fold(out, old, module_);  // bounds and offsets made of outer loop variables become constants
    if (kept_ > 0) return {};
    const Function &in = out.in(), &f = out.out().function();
    std::optional<Bounds> bounds = bounds_of(f, out[loop->lo], out[loop->hi], out[loop->step]);
    if (!bounds) return keep("its bounds are not constant", out, old);
    if (leaves_loop(in, loop->body)) return keep("it has a `break` or `continue`", out, old);
    const uint64_t rounds = *trip_count(bounds->lo, bounds->hi, bounds->step);
    if (rounds > kMaxRounds) return keep(fmt::format("it has {} rounds, more than {}", rounds, kMaxRounds), out, old);
    if (f.insts.size() + rounds * count_insts(in, loop->body) > kMaxInsts)
      return keep(fmt::format("written out, the body would have more than {} instructions", kMaxInsts), out, old);
    note(true, fmt::format("writes out the {} rounds of a loop", rounds), inst);
    __int128 value = integer_value(bounds->lo);
    for (uint64_t round = 0; round < rounds && !out.ended(); ++round, value += integer_value(bounds->step)) {
      out.map(loop->var, out.out().constant(integer_scalar(DType::Int64, value), inst.span));
      out.inline_block(loop->body);
    }
    return InstId::none();
  }
  std::vector<Note> notes() && { return std::move(notes_); }

 private:
  std::optional<InstId> keep(const std::string& reason, Rewriter& out, InstId loop) {
    note(false, "keeps a loop: " + reason, out.in()[loop]);
    ++kept_;
    InstId copy = out.copy(loop);
    --kept_;
    return copy;
  }
  // Once for each loop: an outer one may be what is written out.
  void note(bool done, std::string text, const Inst& loop) {
    auto same = [&](const Note& note) { return note.span == loop.span && note.text == text; };
    if (std::none_of(notes_.begin(), notes_.end(), same))
      notes_.push_back({"unroll-loops", done, std::move(text), loop.span});
  }

  const Module& module_;
  std::vector<Note> notes_;
  int kept_ = 0;  // loops around the current place that stay
};

}  // namespace

Function unroll_loops(const Function& in, const Module& module) {
  if (in.kind != FunctionKind::Stencil) return in;
  Unroller unroller(module);
  Function out = rewrite(in, std::ref(unroller));
  for (Note& note : std::move(unroller).notes()) out.notes.push_back(std::move(note));
  return out;
}

}  // namespace nf::passes
