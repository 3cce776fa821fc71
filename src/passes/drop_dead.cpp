// Drops what nothing uses and what does nothing: unused values, variables nobody reads, empty loops and branches.
//
//     %4 = load %x[%i]          (unchecked, unused)
//     set %s, %4                (%s is never read)      becomes   nothing
//     if %c { }
//
// Functions that nothing calls any more go too. What may raise, write or never end stays.
#include "base/match.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

class Liveness {
 public:
  explicit Liveness(const Function& f)
      : f_(f), ranges_(analyse_ranges(f)), owner_(f.insts.size()), sets_(f.insts.size()), live_(f.insts.size()) {
    survey(f.body, InstId::none());
    while (!pending_.empty()) {
      InstId inst = pending_.back();
      pending_.pop_back();
      follow(inst);
    }
  }
  bool operator[](InstId inst) const { return live_[inst.index]; }

 private:
  void survey(BlockId id, InstId owner) {
    for (InstId inst : f_[id].insts) {
      owner_[inst] = owner;
      if (const Set* set = std::get_if<Set>(&f_[inst].op)) sets_[set->slot].push_back(inst);
      if (has_effect(f_[inst].op)) need(inst);
      for_blocks(f_[inst].op, [&](BlockId inner) { survey(inner, inst); });
    }
  }

  bool has_effect(const Op& op) const {
    return match(
        op, [](const NeighborAt&) { return true; }, [](const Load& n) { return n.check; },
        [](const Store&) { return true; }, [](const Copy&) { return true; }, [](const Call&) { return true; },
        [&](const Alloc& n) {
          for (InstId extent : n.shape)
            if (ranges_[extent].lo < 0) return true;
          return false;
        },
        [](const Reduce& n) { return n.op != ReduceOp::Sum; }, [](const While&) { return true; },
        [](const Break&) { return true; }, [](const Continue&) { return true; }, [](const Return&) { return true; },
        [](const Raise&) { return true; }, [](const auto&) { return false; });
  }

  void need(InstId inst) {
    if (!inst || live_[inst.index]) return;
    live_[inst.index] = true;
    pending_.push_back(inst);
  }
  void follow(InstId inst) {
    const Op& op = f_[inst].op;
    need(owner_[inst]);
    for_operands(op, [&](InstId operand) { need(operand); });
    if (const Get* get = std::get_if<Get>(&op))
      for (InstId set : sets_[get->slot]) need(set);
    if (const While* loop = std::get_if<While>(&op)) need(loop->test);
  }

  const Function& f_;
  Table<Inst, Range> ranges_;
  Table<Inst, InstId> owner_;
  Table<Inst, std::vector<InstId>> sets_;
  std::vector<bool> live_;
  std::vector<InstId> pending_;
};

}  // namespace

Function drop_dead(const Function& in, const Module&) {
  Liveness live(in);
  return rewrite(in, [&](Rewriter&, InstId old, const Inst&) -> std::optional<InstId> {
    if (live[old]) return {};
    return InstId::none();
  });
}

namespace {

void reach(const Module& module, uint32_t function, std::vector<bool>& reached) {
  if (reached[function]) return;
  reached[function] = true;
  for (const Inst& inst : module.functions[function].insts)
    if (const Call* call = std::get_if<Call>(&inst.op)) reach(module, call->function, reached);
}

}  // namespace

Module drop_dead(const Module& in) {
  Module module = in;
  for (Function& function : module.functions) function = drop_dead(function, in);
  std::vector<bool> reached(module.functions.size());
  reach(module, 0, reached);
  std::vector<uint32_t> position(module.functions.size());
  std::vector<Function> kept;
  for (size_t i = 0; i < module.functions.size(); ++i) {
    position[i] = uint32_t(kept.size());
    if (reached[i]) kept.push_back(std::move(module.functions[i]));
  }
  module.functions.clear();
  for (Function& function : kept)
    module.functions.push_back(rewrite(function, [&](Rewriter& out, InstId, const Inst& inst) -> std::optional<InstId> {
      const Call* call = std::get_if<Call>(&inst.op);
      if (!call) return {};
      Call moved = std::get<Call>(out.copy_op(*call));
      moved.function = position[call->function];
      return out.out().emit(moved, inst.type, inst.span);
    }));
  return module;
}

}  // namespace nf::passes
