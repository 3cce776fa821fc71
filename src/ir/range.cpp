// Value ranges of integers: what each instruction can yield at most, from the parameters up.
//
// Note [Wrapping undone]. `uint8 - uint8` is uint64 by Numba's rules and wraps, and a cast to int64 brings the
// difference back. So beside its range each integer has an interval that it is congruent to modulo 2**bits: the
// difference lies near 0 or near 2**64, but is congruent to something in -255..255. When all of such an interval wraps
// alike, the range is known again.
//
// Note [Choices]. In `select %c, %a, %b` a comparison says more of what `%a` and `%b` are made of. Both are worked out
// again with that knowledge, as deep as a fixed amount of work allows. `x if x > y else y` and `x - y if x > y else
// y - x` are known by it, and clamps by comparisons.
//
// Note [Totals]. A variable that is only added to holds what it was set to plus, for each place that adds to it, at
// most as many terms as the loops around that place have rounds. The order does not matter, nor where the variable was
// read: every value is a chain of different executions of these places.
#include <algorithm>
#include <optional>

#include "base/match.h"
#include "ir/interval.h"
#include "ir/ir.h"

namespace nf::ir {
namespace {

using Wide = __int128;

constexpr int kRounds = 6;                  // before variables that still grow get their whole type
constexpr int kChoiceFuel = 24;             // instructions that are worked out again for a select
constexpr size_t kMaxFacts = 16;            // that are used for one
constexpr Wide kUnbounded = Wide(1) << 62;  // rounds of a loop
constexpr Wide kFar = Wide(1) << 90;        // beyond every type; what lies further away is not followed

Range only(Wide value) { return {value, value}; }

Range loop_range(Range lo, Range hi, Range step) {
  std::optional<Range> result;
  if (step.hi > 0) result = Range{lo.lo, std::max(lo.lo, hi.hi - 1)};
  if (step.lo < 0) {
    Range down{std::min(lo.hi, hi.lo + 1), lo.hi};
    result = result ? join(*result, down) : down;
  }
  Range range = result.value_or(lo), all = Range::of(DType::Int64);
  return all.contains(range) ? range : all;
}

// At most so many rounds.
Wide most_rounds(Range lo, Range hi, Range step) {
  if (step.lo <= 0 && step.hi >= 0) step = step.hi > 0 ? Range{1, step.hi} : Range{step.lo, -1};  // 0 runs none
  Wide up = step.hi > 0 ? hi.hi - lo.lo : 0, down = step.lo < 0 ? lo.hi - hi.lo : 0;
  Wide least = step.lo > 0 ? step.lo : step.hi < 0 ? -step.hi : 1;
  return std::max<Wide>(0, (std::max(up, down) + least - 1) / least);
}

// What a comparison that is known to hold says: ranges of single values, and of pairs which is the larger.
struct Facts {
  struct Pair {
    InstId a, b;
    CompareOp op;
  };
  std::vector<std::pair<InstId, Range>> values;
  std::vector<Pair> pairs;
};

class Analysis {
 public:
  explicit Analysis(const Function& function)
      : f_(function),
        ranges_(function.insts.size()),
        congruent_(function.insts.size()),
        slots_(function.insts.size()),
        bases_(function.insts.size()),
        added_(function.insts.size()) {
    for (const Inst& inst : f_.insts)
      writes_ = writes_ || std::holds_alternative<Store>(inst.op) || std::holds_alternative<Copy>(inst.op) ||
                std::holds_alternative<Call>(inst.op);
  }

  // Variables start with what straight-line code gives them; loops add to that until nothing changes, and what still
  // grows after a few rounds gets its whole type.
  Table<Inst, Range> run() {
    for (int round = 0;; ++round) {
      changed_ = false;
      widen_ = round >= kRounds;
      block(f_.body);
      update_slots();
      if (!changed_) return std::move(ranges_);
    }
  }

 private:
  bool counts(Type type) const { return type.is_scalar() && !is_float(type.dtype()); }
  bool counts(InstId id) const { return counts(f_[id].type); }

  void block(BlockId id) {
    for (InstId inst : f_[id].insts) {
      const Op& op = f_[inst].op;
      if (counts(inst)) evaluate(inst);
      if (const Set* set = std::get_if<Set>(&op)) assign(inst, *set);
      Wide outside = rounds_;
      if (const For* loop = std::get_if<For>(&op)) {
        Range lo = ranges_[loop->lo], hi = ranges_[loop->hi], step = ranges_[loop->step];
        ranges_[loop->var] = congruent_[loop->var] = loop_range(lo, hi, step);
        rounds_ = std::min(kUnbounded, outside < kUnbounded ? outside * most_rounds(lo, hi, step) : outside);
      }
      if (std::holds_alternative<While>(op)) rounds_ = kUnbounded;
      for_blocks(op, [&](BlockId inner) { block(inner); });
      rounds_ = outside;
    }
  }

  // ---- single instructions

  void evaluate(InstId id) {
    DType dtype = f_[id].type.dtype();
    auto now = [&](InstId operand) { return ranges_[operand]; };
    std::optional<Range> exact = value(id, now);
    if (!exact || !Range::of(dtype).contains(*exact))  // Note [Wrapping undone]
      if (std::optional<Range> other = congruence(id)) exact = other;
    if (exact && !Range{-kFar, kFar}.contains(*exact)) exact = {};
    ranges_[id] = exact ? wrapped(dtype, *exact) : Range::of(dtype);
    congruent_[id] = ranges_[id] == Range::of(dtype) && exact ? *exact : ranges_[id];
    if (const Select* choice = std::get_if<Select>(&f_[id].op)) {
      Range chosen = choose(*choice);
      if (std::optional<Range> both = intersect(ranges_[id], chosen)) ranges_[id] = congruent_[id] = *both;
    }
  }

  // An interval that the value is congruent to modulo 2**bits, however the operands wrapped.
  std::optional<Range> congruence(InstId id) const {
    DType dtype = f_[id].type.dtype();
    if (is_bool(dtype)) return {};
    std::optional<Range> result;
    if (const Unary* n = std::get_if<Unary>(&f_[id].op); n && (n->op == UnaryOp::Neg || n->op == UnaryOp::Invert))
      result = interval_of(n->op, dtype, congruent_[n->a]);
    if (const Binary* n = std::get_if<Binary>(&f_[id].op);
        n && (n->op == BinaryOp::Add || n->op == BinaryOp::Sub || n->op == BinaryOp::Mul))
      result = interval_of(n->op, dtype, congruent_[n->a], congruent_[n->b], n->a == n->b);
    if (const Cast* n = std::get_if<Cast>(&f_[id].op); n && counts(n->a))
      result = size_of(dtype) <= size_of(f_[n->a].type.dtype()) ? congruent_[n->a] : ranges_[n->a];
    if (const Select* n = std::get_if<Select>(&f_[id].op)) result = join(congruent_[n->a], congruent_[n->b]);
    return result && Range{-kFar, kFar}.contains(*result) ? result : std::nullopt;
  }

  // What elements of an array can be: the parameter's range holds only while nothing is written.
  std::optional<Range> element(InstId array) const {
    const Param* param = std::get_if<Param>(&f_[array].op);
    return param && !writes_ ? f_.params[param->position].range : std::nullopt;
  }

  // The exact interval, or nothing when all of the type is possible; `of` gives the ranges of operands.
  template <class F>
  std::optional<Range> value(InstId id, F of) const {
    const Inst& inst = f_[id];
    DType dtype = inst.type.dtype();
    using Known = std::optional<Range>;
    return match(
        inst.op, [&](const Const& n) -> Known { return only(integer_value(n.value)); },
        [&](const Param& n) -> Known { return f_.params[n.position].range; },
        [&](const Unary& n) -> Known { return counts(n.a) ? interval_of(n.op, dtype, of(n.a)) : Known{}; },
        [&](const Binary& n) -> Known { return interval_of(n.op, dtype, of(n.a), of(n.b), n.a == n.b); },
        [&](const Compare& n) -> Known { return counts(n.a) ? interval_of(n.op, of(n.a), of(n.b)) : Known{}; },
        [&](const Select& n) -> Known {
          Range condition = of(n.condition);
          if (condition.lo == condition.hi) return of(condition.lo ? n.a : n.b);
          return join(of(n.a), of(n.b));
        },
        [&](const Cast& n) -> Known {
          if (!counts(n.a)) return {};
          Range from = of(n.a);
          if (is_bool(dtype)) return Range{from.lo > 0 || from.hi < 0, from != only(0)};
          return from;
        },
        [&](const Neighbor& n) -> Known { return element(n.array); },
        [&](const NeighborAt& n) -> Known { return element(n.array); },
        [&](const Load& n) -> Known { return element(n.array); },
        [&](const Dim&) -> Known {
          return Range{0, INT64_MAX};
        },
        [&](const Get& n) -> Known { return slots_[n.slot]; }, [&](const auto&) -> Known { return {}; });
  }

  // ---- Note [Choices]

  Range choose(const Select& n) {
    int fuel = kChoiceFuel;
    std::optional<Range> result;
    for (bool truth : {true, false}) {
      Facts facts;
      if (!learn(n.condition, truth, facts)) continue;
      Range range = under(truth ? n.a : n.b, facts, fuel);
      result = result ? join(*result, range) : range;
    }
    return result.value_or(join(ranges_[n.a], ranges_[n.b]));
  }

  // The value that casts only carry along.
  InstId root(InstId id) const {
    while (const Cast* cast = std::get_if<Cast>(&f_[id].op)) {
      if (!counts(cast->a) || is_bool(f_[id].type.dtype())) break;
      if (!Range::of(f_[id].type.dtype()).contains(ranges_[cast->a])) break;
      id = cast->a;
    }
    return id;
  }

  // False when the condition cannot have this truth.
  bool learn(InstId condition, bool truth, Facts& facts) const {
    if (!ranges_[condition].contains(only(truth))) return false;
    if (facts.values.size() >= kMaxFacts) return true;
    const Op& op = f_[condition].op;
    if (const Unary* n = std::get_if<Unary>(&op); n && n->op == UnaryOp::Not && counts(n->a)) {
      if (is_bool(f_[n->a].type.dtype())) return learn(n->a, !truth, facts);
    } else if (const Binary* n = std::get_if<Binary>(&op)) {
      if (n->op == (truth ? BinaryOp::And : BinaryOp::Or))
        return learn(n->a, truth, facts) && learn(n->b, truth, facts);
    } else if (const Compare* n = std::get_if<Compare>(&op); n && counts(n->a)) {
      CompareOp holds = truth ? n->op : negated(n->op);
      InstId a = root(n->a), b = root(n->b);
      facts.pairs.push_back({a, b, holds});
      facts.pairs.push_back({b, a, mirrored(holds)});
      return narrow(a, holds, range_under(b, facts), facts) && narrow(b, mirrored(holds), range_under(a, facts), facts);
    }
    return true;
  }
  bool narrow(InstId a, CompareOp op, Range other, Facts& facts) const {
    std::optional<Range> left = where(op, range_under(a, facts), other);
    if (left) facts.values.emplace_back(a, *left);
    return left.has_value();
  }
  Range range_under(InstId id, const Facts& facts) const {
    Range range = ranges_[id];
    for (auto& [known, now] : facts.values)
      if (known == id) range = intersect(range, now).value_or(range);
    return range;
  }

  // The range of a value where the facts hold.
  Range under(InstId id, const Facts& facts, int& fuel) const {
    Range known = range_under(id, facts);
    if (fuel-- <= 0 || !counts(id)) return known;
    const Op& op = f_[id].op;
    std::optional<Range> result;
    if (const Select* n = std::get_if<Select>(&op)) {
      for (bool truth : {true, false}) {
        Facts more = facts;
        if (!learn(n->condition, truth, more)) continue;
        Range range = under(truth ? n->a : n->b, more, fuel);
        result = result ? join(*result, range) : range;
      }
    } else if (std::holds_alternative<Unary>(op) || std::holds_alternative<Binary>(op) ||
               std::holds_alternative<Cast>(op)) {
      bool all = true;
      for_operands(op, [&](InstId operand) { all = all && counts(operand); });
      if (all) result = value(id, [&](InstId operand) { return under(operand, facts, fuel); });
      if (const Binary* n = std::get_if<Binary>(&op); n && n->op == BinaryOp::Sub && result)
        result = intersect(*result, difference(root(n->a), root(n->b), facts));
      if (result && !Range::of(f_[id].type.dtype()).contains(*result)) result = {};
    }
    return result ? intersect(known, *result).value_or(known) : known;
  }
  // What a - b can be, of all numbers, when it does not wrap.
  Range difference(InstId a, InstId b, const Facts& facts) const {
    Range range{-kFar, kFar};
    for (const Facts::Pair& pair : facts.pairs)
      if (pair.a == a && pair.b == b) range = where(pair.op, range, only(0)).value_or(range);
    return range;
  }

  // ---- variables

  // The value that is added where `id` is this slot's value plus something; nothing when it is not.
  std::optional<Range> increment(InstId id, InstId slot) const {
    if (const Get* get = std::get_if<Get>(&f_[id].op)) return get->slot == slot ? std::optional(only(0)) : std::nullopt;
    const Binary* n = std::get_if<Binary>(&f_[id].op);
    if (!n || (n->op != BinaryOp::Add && n->op != BinaryOp::Sub)) return {};
    if (std::optional<Range> left = increment(n->a, slot))
      return n->op == BinaryOp::Add ? Range{left->lo + ranges_[n->b].lo, left->hi + ranges_[n->b].hi}
                                    : Range{left->lo - ranges_[n->b].hi, left->hi - ranges_[n->b].lo};
    if (n->op == BinaryOp::Sub) return {};
    if (std::optional<Range> right = increment(n->b, slot))
      return Range{right->lo + ranges_[n->a].lo, right->hi + ranges_[n->a].hi};
    return {};
  }

  void assign(InstId id, const Set& set) {
    if (!counts(set.slot)) return;
    std::optional<Range> step = rounds_ < kUnbounded ? increment(set.value, set.slot) : std::nullopt;
    Range more = step ? join(*step, only(0)) : ranges_[set.value];
    // Note [Totals]: so many such terms, each of them or 0.
    if (step) more = interval_of(BinaryOp::Mul, DType::Int64, more, {0, rounds_}).value_or(Range{-kFar, kFar});
    if (step && (more.lo < -kFar || more.hi > kFar)) more = {-kFar, kFar};
    Range& known = step ? added_[id] : bases_[set.slot];
    known = join(known, more);
  }

  void update_slots() {
    Table<Inst, Range> now = bases_;
    for (uint32_t i = 0; i < f_.insts.size(); ++i)
      if (const Set* set = std::get_if<Set>(&f_.insts[{i}].op)) {
        Range& slot = now[set->slot];
        slot = {std::max(slot.lo + added_[{i}].lo, -kFar), std::min(slot.hi + added_[{i}].hi, kFar)};
      }
    for (uint32_t i = 0; i < f_.insts.size(); ++i) {
      const InstId slot{i};
      if (!std::holds_alternative<Slot>(f_[slot].op) || !counts(slot)) continue;
      Range all = Range::of(f_[slot].type.dtype()), next = join(slots_[slot], now[slot]);
      if (!all.contains(next)) next = all;
      if (next == slots_[slot]) continue;
      slots_[slot] = widen_ ? all : next;
      changed_ = true;
    }
  }

  const Function& f_;
  Table<Inst, Range> ranges_, congruent_;
  Table<Inst, Range> slots_;  // of a slot: what it can hold
  Table<Inst, Range> bases_;  // of a slot: what it is set to, but for what is added to it
  Table<Inst, Range> added_;  // of a set that adds: all of its terms together
  Wide rounds_ = 1;           // of all loops around the current place together, at most
  bool writes_ = false, changed_ = false, widen_ = false;
};

}  // namespace

Range Range::of(DType dtype) {
  if (is_bool(dtype)) return {0, 1};
  int bits = bits_of(dtype);
  if (is_signed(dtype)) return {-(Wide(1) << (bits - 1)), (Wide(1) << (bits - 1)) - 1};
  return {0, (Wide(1) << bits) - 1};
}

Table<Inst, Range> analyse_ranges(const Function& function) { return Analysis(function).run(); }

}  // namespace nf::ir
