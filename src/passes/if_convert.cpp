// Makes the body of a stencil straight-line code: both sides of an `if` are computed and the condition selects.
//
//     %3 = slot : int64
//     set %3, %a
//     if %c { set %3, %b }                     %8 = select %c, %b, %a : int64
//     %7 = get %3                   becomes    return %8
//     return %7
//
// A return inside an `if` becomes a select as well. It declines loops, what raises, reads that may not be valid on the
// other path, and sides with too much to compute for nothing; such bodies stay loops around scalar code.
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

 private:
  bool block(BlockId id, bool conditional) {
    for (InstId inst : f_[id].insts) {
      const Op& op = f_[inst].op;
      if (const If* branch = std::get_if<If>(&op)) {
        if (!block(branch->then, true) || !block(branch->otherwise, true)) return false;
        conditional = conditional || returns_;
        continue;
      }
      if (std::holds_alternative<Slot>(op) && !f_[inst].type.is_scalar()) return false;
      returns_ = returns_ || std::holds_alternative<Return>(op);
      const Load* load = std::get_if<Load>(&op);
      bool known = is_pure(op) || std::holds_alternative<Slot>(op) || std::holds_alternative<Get>(op) ||
                   std::holds_alternative<Set>(op) || std::holds_alternative<Return>(op) ||
                   (load && !load->check && !conditional);
      if (!known) return false;
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

  const Function& f_;
  bool returns_ = false;
  int speculated_ = 0, calls_ = 0;
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
    State state{Table<Inst, InstId>(in_.insts.size()), InstId::none(), false, {}};
    block(in_.body, state);
    build_.emit(Return{state.results}, Type::none());
    return std::move(out_);
  }

 private:
  struct State {
    Table<Inst, InstId> slots;    // what each variable holds
    InstId returned;              // a bool: whether a return was passed; none: certainly not
    bool done;                    // a return was certainly passed
    std::vector<InstId> results;  // of the return, where it was passed
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
          [&](const Set& n) { state.slots[n.slot] = to_[n.value]; }, [&](const Return& n) { give_back(n, state); },
          [&](const If& n) { branch(n, state); },
          [&](const auto& n) {
            Op op = n;
            std::visit([&](auto& m) { operands(m, [&](InstId& id) { id = to_[id]; }); }, op);
            to_[inst] = build_.emit(std::move(op), old.type, old.span);
          });
    }
  }

  void give_back(const Return& n, State& state) {
    for (size_t i = 0; i < n.values.size(); ++i) {
      InstId value = to_[n.values[i]];
      if (state.returned) value = select(state.returned, state.results[i], value);
      if (i < state.results.size())
        state.results[i] = value;
      else
        state.results.push_back(value);
    }
    state.done = true;
  }

  void branch(const If& n, State& state) {
    InstId condition = to_[n.condition];
    State other = state;
    block(n.then, state);
    block(n.otherwise, other);
    for (uint32_t i = 0; i < in_.insts.size(); ++i) {
      InstId slot{i};
      InstId then = state.slots[slot], otherwise = other.slots[slot];
      // A variable made inside one side is not seen behind the `if`.
      if (then && otherwise && then != otherwise) state.slots[slot] = select(condition, then, otherwise);
    }
    for (size_t r = 0; r < std::max(state.results.size(), other.results.size()); ++r) {
      if (r >= state.results.size())
        state.results.push_back(other.results[r]);
      else if (r < other.results.size())
        state.results[r] = select(condition, state.results[r], other.results[r]);
    }
    if (state.done && other.done) return;
    InstId left = returned(state), right = returned(other);
    if (left || right) state.returned = select(condition, left ? left : truth(false), right ? right : truth(false));
    state.done = false;
  }

  InstId returned(const State& state) { return state.done ? truth(true) : state.returned; }
  InstId truth(bool value) { return build_.constant(integer_scalar(DType::Bool, value)); }
  InstId select(InstId condition, InstId a, InstId b) {
    if (a == b) return a;
    std::optional<Scalar> left = constant(out_, a), right = constant(out_, b);
    if (out_[a].type == Type::scalar(DType::Bool) && left && right) {
      if (left == right) return a;
      Type type = out_[a].type;
      return integer_value(*left) ? condition : build_.emit(Unary{UnaryOp::Not, condition}, type);
    }
    return build_.emit(Select{condition, a, b}, out_[a].type, out_[a].span);
  }

  const Function& in_;
  Function out_;
  Table<Inst, InstId> to_;
  Builder build_;
};

bool has_control(const Function& in) {
  for (const Inst& inst : in.insts)
    if (std::holds_alternative<If>(inst.op) || std::holds_alternative<Slot>(inst.op)) return true;
  return false;
}

}  // namespace

Function if_convert(const Function& in, const Module&) {
  if (in.kind != FunctionKind::Stencil || !has_control(in) || !Survey(in).fits()) return in;
  return Converter(in).run();
}

}  // namespace nf::passes
