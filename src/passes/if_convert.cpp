// Makes the body of a stencil straight-line code: both sides of an `if` are computed and the condition selects.
//
//     %3 = slot : int64
//     set %3, %a
//     if %c { set %3, %b }                     %8 = select %c, %b, %a : int64
//     %7 = get %3                   becomes    return %8
//     return %7
//
// A return inside an `if` becomes a select as well. A check (`if %c { raise }`) stays one, of the condition and of what
// led to it: code generation makes it for many points at a time. It declines loops, what else raises, reads that may
// not be valid on the other path, and sides with too much to compute for nothing; such bodies stay loops around scalar
// code.
#include <fmt/format.h>

#include "base/match.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

constexpr int kMaxSpeculated = 512;  // instructions inside ifs
constexpr int kMaxCalls = 8;         // of functions that cost like a call, inside ifs

class Survey {
 public:
  explicit Survey(const Function& f) : f_(f) {}
  bool fits() { return block(f_.body, false) && speculated_ <= kMaxSpeculated && calls_ <= kMaxCalls; }
  // Why it does not, when `fits` said so.
  Note refusal(const Module& module) const {
    if (blocking_) return {"if-convert", false, reason(f_[blocking_], module), f_[blocking_].span};
    if (speculated_ > kMaxSpeculated)
      return {"if-convert", false, "the sides of the tests hold too much to compute both of each"};
    return {"if-convert", false,
            "functions that cost as much as a call stand inside of tests: only one side is computed"};
  }

 private:
  bool block(BlockId id, bool conditional) {
    for (InstId inst : f_[id].insts) {
      const Op& op = f_[inst].op;
      if (is_check(f_, inst)) continue;
      if (const If* branch = std::get_if<If>(&op)) {
        if (!block(branch->then, true) || !block(branch->otherwise, true)) return false;
        conditional = conditional || returns_;
        continue;
      }
      if (std::holds_alternative<Slot>(op) && !f_[inst].type.is_scalar()) return blocking_ = inst, false;
      returns_ = returns_ || std::holds_alternative<Return>(op);
      const Load* load = std::get_if<Load>(&op);
      bool known = is_pure(op) || std::holds_alternative<Slot>(op) || std::holds_alternative<Get>(op) ||
                   std::holds_alternative<Set>(op) || std::holds_alternative<Return>(op) ||
                   (load && !load->check && !conditional);
      if (!known) return blocking_ = inst, false;
      if (conditional) count(op);
    }
    return true;
  }
  void count(const Op& op) {
    ++speculated_;
    const Binary* binary = std::get_if<Binary>(&op);
    const Math* math = std::get_if<Math>(&op);
    bool cheap_math = math && (math->fn == MathFn::Sqrt || (math->fn >= MathFn::Floor && math->fn <= MathFn::Round) ||
                               math->fn >= MathFn::Copysign);
    calls_ += (binary && binary->op == BinaryOp::Pow) || (math && !cheap_math);
  }

  static std::string reason(const Inst& inst, const Module& module) {
    return match(
        inst.op, [](const For&) -> std::string { return "a loop stays, so the tests stay branches"; },
        [](const While&) -> std::string { return "a loop stays, so the tests stay branches"; },
        [&](const Raise& n) {
          return fmt::format("this may raise {}, so the test stays a branch", module.sites[n.site].exception);
        },
        [](const NeighborAt&) -> std::string {
          return "a read at a run-time offset may raise, so the tests stay branches";
        },
        [](const Load& n) -> std::string {
          return n.check ? "an index that may lie outside raises, so the tests stay branches"
                         : "a read that is only valid on this side, so the test stays a branch";
        },
        [](const auto&) -> std::string { return "this cannot be computed on both sides, so the test stays a branch"; });
  }

  const Function& f_;
  bool returns_ = false;
  int speculated_ = 0, calls_ = 0;
  InstId blocking_;
};

// Runs the body on values instead of numbers. What a variable holds and what has been returned travel along both sides
// of an `if` and meet in selects.
class Converter {
 public:
  explicit Converter(const Function& in) : in_(in), out_(in), to_(in.insts.size()), build_(out_, BlockId::none()) {
    out_.insts = {};
    out_.blocks = {};
    out_.body = out_.blocks.add({});
    build_.enter(out_.body);
  }

  Function run() {
    State state{Table<Inst, InstId>(in_.insts.size()), {}, false, {}};
    block(in_.body, state);
    build_.emit(Return{finish(state, 0)}, Type::none());
    return std::move(out_);
  }

 private:
  using Values = std::vector<InstId>;
  // A return that is passed when its condition holds and that of none before it.
  struct Early {
    InstId condition;
    Values values;
  };
  struct State {
    Table<Inst, InstId> slots;  // what each variable holds
    std::vector<Early> early;
    bool done;  // a return was certainly passed: this is what it returned if no early one was
    Values values;
  };

  void block(BlockId id, State& state) {
    for (InstId inst : in_[id].insts) {
      if (state.done) return;
      const Inst& old = in_[inst];
      match(
          old.op,
          [&](const Slot&) {
            state.slots[inst] = build_.constant(Scalar{old.type.dtype(), 0}, old.span);
          },
          [&](const Get& n) { to_[inst] = state.slots[n.slot]; },
          [&](const Set& n) { state.slots[n.slot] = to_[n.value]; },
          [&](const Return& n) {
            for (InstId value : n.values) state.values.push_back(to_[value]);
            state.done = true;
          },
          [&](const If& n) {
            if (is_check(in_, inst))
              check(inst, n, state);
            else
              branch(n, state);
          },
          [&](const auto& n) {
            Op op = n;
            std::visit([&](auto& m) { operands(m, [&](InstId& id) { id = to_[id]; }); }, op);
            to_[inst] = build_.emit(std::move(op), old.type, old.span);
          });
    }
  }

  // It raises where all that led here holds and no early return was passed.
  void check(InstId inst, const If& n, const State& state) {
    InstId condition = to_[n.condition];
    for (auto [test, holds] : path_) condition = both(holds ? test : negated(test), condition);
    for (const Early& early : state.early) condition = both(negated(early.condition), condition);
    copy_check(build_, in_, inst, condition, [&](InstId id) { return to_[id]; });
  }

  void branch(const If& n, State& state) {
    InstId condition = to_[n.condition];
    size_t known = state.early.size();
    State then = state, otherwise = state;
    path_.emplace_back(condition, true);
    block(n.then, then);
    path_.back().second = false;
    block(n.otherwise, otherwise);
    path_.pop_back();
    if (then.done && otherwise.done) {
      Values left = finish(then, known), right = finish(otherwise, known);
      for (size_t r = 0; r < left.size(); ++r) state.values.push_back(select(condition, left[r], right[r]));
      state.done = true;
    } else if (then.done || otherwise.done) {
      State& gone = then.done ? then : otherwise;
      State& stays = then.done ? otherwise : then;
      state.slots = std::move(stays.slots);
      state.early.push_back({then.done ? condition : negated(condition), finish(gone, known)});
      state.early.insert(state.early.end(), stays.early.begin() + ptrdiff_t(known), stays.early.end());
    } else {
      merge(condition, then, otherwise, state);
      for (size_t i = known; i < then.early.size(); ++i)
        state.early.push_back({both(condition, then.early[i].condition), then.early[i].values});
      for (size_t i = known; i < otherwise.early.size(); ++i)
        state.early.push_back({both(negated(condition), otherwise.early[i].condition), otherwise.early[i].values});
    }
  }

  void merge(InstId condition, const State& then, const State& otherwise, State& state) {
    for (uint32_t i = 0; i < in_.insts.size(); ++i) {
      InstId a = then.slots[{i}], b = otherwise.slots[{i}];
      if (a && b) state.slots[{i}] = select(condition, a, b);  // else it was made inside one side and is not seen here
    }
  }

  // The values of a state that has returned, the early returns from number `first` on included.
  Values finish(const State& state, size_t first) {
    Values values = state.values;
    for (size_t i = state.early.size(); i-- > first;)
      for (size_t r = 0; r < values.size(); ++r)
        values[r] = select(state.early[i].condition, state.early[i].values[r], values[r]);
    return values;
  }

  InstId negated(InstId condition) { return build_.emit(Unary{UnaryOp::Not, condition}, Type::scalar(DType::Bool)); }
  InstId both(InstId a, InstId b) { return build_.emit(Binary{BinaryOp::And, a, b}, Type::scalar(DType::Bool)); }
  InstId select(InstId condition, InstId a, InstId b) {
    return a == b ? a : build_.emit(Select{condition, a, b}, out_[a].type, out_[a].span);
  }

  const Function& in_;
  Function out_;
  Table<Inst, InstId> to_;
  std::vector<std::pair<InstId, bool>> path_;  // the tests around what is converted, and how they came out
  Builder build_;
};

bool has_control(const Function& in) {
  for (const Inst& inst : in.insts)
    if (std::holds_alternative<If>(inst.op) || std::holds_alternative<Slot>(inst.op)) return true;
  return false;
}

}  // namespace

Function if_convert(const Function& in, const Module& module) {
  if (in.kind != FunctionKind::Stencil || !has_control(in)) return in;
  Survey survey(in);
  if (!survey.fits()) {
    Function same = in;
    add_note(same, survey.refusal(module));
    return same;
  }
  Function result = Converter(in).run();
  for (const Inst& inst : in.insts)
    if (std::holds_alternative<If>(inst.op))
      add_note(result, {"if-convert", true, "both sides are computed, and the test selects", inst.span});
  return result;
}

}  // namespace nf::passes
