// Reads of a variable become the value that it is known to hold.
//
//     set %s, %a
//     %5 = get %s          becomes   store %a, ...
//     store %5, ...
//
// Known is what the last `set` on the only way here left behind; a loop forgets the variables that it sets, an `if`
// those that a side sets. The slots and sets that nothing reads any more go with `drop-dead`.
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

class Promotion {
 public:
  explicit Promotion(const Function& in) : known_(in.insts.size()) {}

  std::optional<InstId> operator()(Rewriter& out, const InstId old, const Inst& inst) {
    if (std::holds_alternative<Slot>(inst.op)) known_[old] = {true, InstId::none()};
    if (const Set* set = std::get_if<Set>(&inst.op)) {
      // An array that loses its layout in the slot keeps its own type here, which may not be that of the `get`.
      bool same = out.in()[set->value].type == out.in()[set->slot].type;
      known_[set->slot] = {same, out[set->value]};
    }
    if (const Get* get = std::get_if<Get>(&inst.op)) return read(out, known_[get->slot], inst);
    if (const If* branch = std::get_if<If>(&inst.op)) {
      If copy{out[branch->condition], {}, {}};
      Table<Inst, Known> before = known_;
      copy.then = out.copy_block(branch->then);
      known_ = before;
      copy.otherwise = out.copy_block(branch->otherwise);
      known_ = std::move(before);
      forget(out.in(), branch->then), forget(out.in(), branch->otherwise);
      return out.out().emit(copy, inst.type, inst.span);
    }
    if (const For* loop = std::get_if<For>(&inst.op)) {
      forget(out.in(), loop->body);
      Table<Inst, Known> before = known_;
      InstId copy = out.copy(old);
      known_ = std::move(before);
      return copy;
    }
    if (const While* loop = std::get_if<While>(&inst.op)) {
      forget(out.in(), loop->condition), forget(out.in(), loop->body);
      Table<Inst, Known> before = known_;
      While copy{};
      copy.condition = out.copy_block(loop->condition);
      copy.test = out[loop->test];
      known_ = before;  // the body does not see values of the condition
      copy.body = out.copy_block(loop->body);
      known_ = std::move(before);
      return out.out().emit(copy, inst.type, inst.span);
    }
    return {};
  }

 private:
  // `value` none: still zero.
  struct Known {
    bool is = false;
    InstId value;
  };

  std::optional<InstId> read(Rewriter& out, const Known& known, const Inst& inst) {
    if (!known.is) return {};
    if (known.value) return known.value;
    if (!inst.type.is_scalar()) return {};
    return out.out().constant(Scalar{inst.type.dtype(), 0}, inst.span);
  }
  void forget(const Function& in, BlockId id) {
    for (InstId inst : in[id].insts) {
      if (const Set* set = std::get_if<Set>(&in[inst].op)) known_[set->slot] = {};
      for_blocks(in[inst].op, [&](BlockId inner) { forget(in, inner); });
    }
  }

  Table<Inst, Known> known_;
};

}  // namespace

Function promote_slots(const Function& in, const Module&) {
  auto promotion = std::make_shared<Promotion>(in);
  return rewrite(in, [promotion](Rewriter& out, InstId old, const Inst& inst) { return (*promotion)(out, old, inst); });
}

}  // namespace nf::passes
