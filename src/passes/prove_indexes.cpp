// Clears `check` and `wrap` of loads and stores whose indexes are proven to lie inside the array.
//
//     for %i = 1 to sub(dim(%x, 0), 1) {
//       %5 = load %x[sub(%i, 1)] wrap check site 2   becomes   %5 = load %x[sub(%i, 1)]
//     }
//
// The lower bound comes from value ranges. The upper bound needs symbols: beside its interval each int64 value has
// bounds "at most S + c", where S is an extent of a parameter, the extent given to an `alloc`, or any other value, and
// adding a constant to a value that cannot overflow moves its bounds. Arrays of one shape have the same symbols.
#include <fmt/format.h>

#include <algorithm>

#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

// What a bound counts from: the extent of an axis of a parameter, or (axis -1) the value of an instruction.
struct Symbol {
  uint32_t origin = 0;
  int axis = -1;
  bool operator==(const Symbol&) const = default;
};
// The value is at most `symbol + plus`.
struct Bound {
  Symbol symbol;
  __int128 plus = 0;
};

constexpr size_t kMaxBounds = 6;

class Bounds {
 public:
  explicit Bounds(const Function& f)
      : f_(f), ranges_(analyse_ranges(f)), exact_(f.insts.size()), upper_(f.insts.size()) {
    block(f.body);
  }

  bool at_least_zero(InstId index) const { return ranges_[index].lo >= 0; }
  bool below_extent(InstId index, InstId array, int axis, const Module& module) const {
    if (const Global* global = std::get_if<Global>(&f_[array].op))
      return ranges_[index].hi < module.constants[global->constant].shape[axis];
    Bound extent = extent_of(array, axis);
    for (const Bound& bound : upper_[index])
      if (bound.symbol == extent.symbol && bound.plus < extent.plus) return true;
    if (extent.symbol.axis >= 0) return false;
    Range known = extent_range(array, axis);
    return ranges_[index].hi < known.lo;
  }

 private:
  // The extent as a symbol and a constant. An array that a stencil makes has the shape of its first argument, but for
  // the border mode Valid, which the call does not show: there it is a symbol of its own.
  Bound extent_of(InstId array, int axis) const {
    const Op& op = f_[array].op;
    if (const Param* param = std::get_if<Param>(&op)) return {{param->position, axis}, 0};
    if (const Alloc* alloc = std::get_if<Alloc>(&op)) return exact_[alloc->shape[axis]];
    return {{array.index, kMaxRank + axis}, 0};
  }
  Range extent_range(InstId array, int axis) const {
    if (const Alloc* alloc = std::get_if<Alloc>(&f_[array].op)) return ranges_[alloc->shape[axis]];
    return {0, INT64_MAX};
  }

  void block(BlockId id) {
    for (InstId inst : f_[id].insts) {
      if (f_[inst].type == Type::scalar(DType::Int64)) value(inst);
      if (const For* loop = std::get_if<For>(&f_[inst].op)) loop_variable(*loop);
      for_blocks(f_[inst].op, [&](BlockId inner) { block(inner); });
    }
  }

  void loop_variable(const For& loop) {
    own(loop.var);
    if (ranges_[loop.step].lo > 0) inherit(loop.var, loop.hi, -1);
    if (ranges_[loop.step].hi < 0) inherit(loop.var, loop.lo, 0);
  }

  void own(InstId id) {
    exact_[id] = {{id.index, -1}, 0};
    upper_[id] = {exact_[id]};
  }
  // `id` is at most `from + plus`.
  void inherit(InstId id, InstId from, __int128 plus) {
    for (Bound bound : upper_[from])
      if (upper_[id].size() < kMaxBounds) upper_[id].push_back({bound.symbol, bound.plus + plus});
  }
  // `id` is `from + plus`, exactly: the type's range was not left.
  void shift(InstId id, InstId from, __int128 plus) {
    exact_[id] = {exact_[from].symbol, exact_[from].plus + plus};
    upper_[id].clear();
    inherit(id, from, plus);
  }

  void value(InstId id) {
    const Op& op = f_[id].op;
    own(id);
    if (const Dim* dim = std::get_if<Dim>(&op)) {
      exact_[id] = extent_of(dim->array, int(dim->axis));
      upper_[id] = {exact_[id]};
    }
    const Binary* n = std::get_if<Binary>(&op);
    if (!n) return;
    Range a = ranges_[n->a], b = ranges_[n->b];
    Range all = Range::of(DType::Int64);
    bool sum = n->op == BinaryOp::Add && all.contains({a.lo + b.lo, a.hi + b.hi});
    bool difference = n->op == BinaryOp::Sub && all.contains({a.lo - b.hi, a.hi - b.lo});
    if (sum && b.lo == b.hi)
      shift(id, n->a, b.lo);
    else if (sum && a.lo == a.hi)
      shift(id, n->b, a.lo);
    else if (difference && b.lo == b.hi)
      shift(id, n->a, -b.lo);
    else if (sum)
      inherit(id, n->a, b.hi), inherit(id, n->b, a.hi);
    else if (difference)
      inherit(id, n->a, -b.lo);
    else if (n->op == BinaryOp::Min)
      inherit(id, n->a, 0), inherit(id, n->b, 0);
    else if ((n->op == BinaryOp::FloorDiv || n->op == BinaryOp::Mod) && a.lo >= 0 && b.lo > 0)
      inherit(id, n->a, 0);
    if (n->op == BinaryOp::Mod && b.lo > 0) inherit(id, n->b, -1);
  }

  const Function& f_;
  Table<Inst, Range> ranges_;
  Table<Inst, Bound> exact_;  // each int64 value is its symbol and a constant
  Table<Inst, std::vector<Bound>> upper_;
};

}  // namespace

Function prove_indexes(const Function& in, const Module& module) {
  Bounds bounds(in);
  int checked = 0, proven = 0;
  std::vector<Note> notes;
  auto prove = [&]<class T>(T access, Span span) {
    bool natural = true, inside = true;
    for (size_t axis = 0; axis < access.index.size(); ++axis) {
      natural = natural && bounds.at_least_zero(access.index[axis]);
      inside = inside && bounds.below_extent(access.index[axis], access.array, int(axis), module);
    }
    if (access.check) ++checked, proven += natural && inside;
    if (access.check && !(natural && inside))
      notes.push_back({"prove-indexes", false,
                       natural ? "this index is checked when it runs: it is not proven to be below the extent"
                               : "this index is checked when it runs: it may be negative",
                       span});
    if (natural) access.wrap = false;
    if (natural && inside) access.check = false, access.site = 0;
    return access;
  };
  Function result = rewrite(in, [&](Rewriter& out, InstId old, const Inst& inst) -> std::optional<InstId> {
    Op changed = inst.op;
    if (const Load* load = std::get_if<Load>(&inst.op))
      changed = prove(*load, inst.span);
    else if (const Store* store = std::get_if<Store>(&inst.op))
      changed = prove(*store, inst.span);
    else
      return {};
    return out.out().emit(out.copy_op(changed), inst.type, inst.span);
  });
  if (proven != 0)
    add_note(result, {"prove-indexes", true,
                      fmt::format("{} of {} index{} proven to lie inside: not checked", proven, checked,
                                  checked == 1 ? " is" : "es are")});
  for (Note& note : notes) add_note(result, std::move(note));
  return result;
}

}  // namespace nf::passes
