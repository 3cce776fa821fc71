// Computes in float32 what is float64 only because of numbers, where the kernel allows it and the result is rounded to
// float32 anyway.
//
//     %2 = cast %1 : float64  (%1 : float32)
//     %3 = const 9.0 : float64                      %2 = const 9.0 : float32
//     %4 = div %2, %3 : float64         becomes     %3 = div %1, %2 : float32
//     %5 = cast %4 : float32                        return %3
//     return %5
//
// By Numba's rules `float32 / 9` is float64. `dtype="float32"` allows this for what is returned, `fastmath=True` for
// every cast to float32. It changes the last bits: each step rounds, not only the last. Leaves may be float32,
// constants, and integers that float32 holds exactly; a value that is float64 by itself keeps its precision.
//
// One operation is computed in float32 always: a sum, difference, product, quotient or square root of numbers that
// float32 holds, rounded to float32, is the same number whether or not it was rounded to float64 before, since that has
// more than twice as many bits (S. Figueroa, "When is double rounding innocuous?", 1995).
#include "passes/narrow_floats.h"

#include <algorithm>
#include <cmath>

#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

constexpr __int128 kExact = 1 << 24;  // integers of at most this size are float32s

class Floats {
 public:
  Floats(const Function& in, bool results)
      : in_(in), ranges_(analyse_ranges(in)), known_(in.insts.size()), now_(in.insts.size()), roots_(in.insts.size()) {
    for (InstId id : in[in.body].insts) {
      const Op& op = in[id].op;
      if (is_root(id)) roots_[id] = in.fastmath || rounds_once(std::get<Cast>(op).a);
      if (const Return* back = std::get_if<Return>(&op); back && results)
        for (InstId value : back->values) roots_[value] = is_root(value);
    }
  }

  std::optional<InstId> operator()(Rewriter& out, InstId old, const Inst& inst) {
    if (!roots_[old]) return {};
    InstId value = std::get<Cast>(inst.op).a;
    if (rounds_once(value)) {
      note(true, "computed in float32: rounding to float64 before changes nothing", value);
      return narrow(out, value);
    }
    if (!is_narrow(value)) {
      if (holder_) note(false, "computed in float64: it is made of a value that float32 does not hold", *holder_);
      holder_.reset();
      return {};
    }
    note(true, "computed in float32, as the kernel allows", value);
    return narrow(out, value);
  }
  std::vector<Note> notes() && { return std::move(notes_); }

 private:
  enum class Known : uint8_t { No, Asked, Narrow, Wide };

  bool is_float64(InstId id) const { return in_[id].type == Type::scalar(DType::Float64); }
  bool is_root(InstId id) const {
    const Cast* cast = std::get_if<Cast>(&in_[id].op);
    return cast && in_[id].type == Type::scalar(DType::Float32) && is_float64(cast->a);
  }
  /// One operation on numbers that float32 holds.
  bool rounds_once(InstId id) const {
    const Op& op = in_[id].op;
    const Binary* binary = std::get_if<Binary>(&op);
    const Math* math = std::get_if<Math>(&op);
    const bool known = binary ? binary->op == BinaryOp::Add || binary->op == BinaryOp::Sub ||
                                    binary->op == BinaryOp::Mul || binary->op == BinaryOp::Div
                              : math && math->fn == MathFn::Sqrt;
    if (!known) return false;
    bool all = true;
    for_operands(op, [&](InstId operand) {
      const Const* number = std::get_if<Const>(&in_[operand].op);
      const Cast* cast = std::get_if<Cast>(&in_[operand].op);
      if (number) {
        const double value = float_value(number->value);
        all = all && std::isfinite(value) && std::abs(value) <= 3e38 && double(float(value)) == value;
      } else {
        all = all && cast && is_exact(cast->a);
      }
    });
    return all;
  }
  void note(bool done, std::string text, InstId about) {
    auto same = [&](const Note& other) { return other.text == text && other.span == in_[about].span; };
    if (std::none_of(notes_.begin(), notes_.end(), same))
      notes_.push_back({"narrow-floats", done, std::move(text), in_[about].span});
  }

  // ---- may a float64 be computed in float32?

  bool is_narrow(InstId id) {
    Known& known = known_[id];
    if (known == Known::No) {
      known = Known::Wide;
      bool narrow = decide(id);
      known_[id] = narrow ? Known::Narrow : Known::Wide;
      if (!narrow && !holder_) holder_ = id;
    }
    return known_[id] == Known::Narrow;
  }
  bool decide(InstId id) {
    const Op& op = in_[id].op;
    if (const Const* n = std::get_if<Const>(&op)) {
      double value = float_value(n->value);
      return !std::isfinite(value) || std::isfinite(float(value));
    }
    if (const Cast* n = std::get_if<Cast>(&op)) return is_exact(n->a);
    if (const Select* n = std::get_if<Select>(&op)) {
      const Compare* compare = std::get_if<Compare>(&in_[n->condition].op);
      bool condition = !compare || !is_float64(compare->a) || (is_narrow(compare->a) && is_narrow(compare->b));
      return condition && is_narrow(n->a) && is_narrow(n->b);
    }
    const Math* math = std::get_if<Math>(&op);
    if (!math && !std::holds_alternative<Unary>(op) && !std::holds_alternative<Binary>(op)) return false;
    bool all = true;
    for_operands(op, [&](InstId operand) { all = all && is_float64(operand) && is_narrow(operand); });
    return all;
  }
  // A value that a cast to float64 may as well take to float32.
  bool is_exact(InstId id) const {
    DType dtype = in_[id].type.dtype();
    return is_float(dtype) ? dtype == DType::Float32 : Range{-kExact, kExact}.contains(ranges_[id]);
  }

  // ---- the same in float32

  InstId narrow(Rewriter& out, InstId id) {
    if (now_[id]) return now_[id];
    const Inst& inst = in_[id];
    Builder& build = out.out();
    const Type type = Type::scalar(DType::Float32);
    InstId made;
    if (const Const* n = std::get_if<Const>(&inst.op)) {
      made = build.constant(cast_scalar(n->value, DType::Float32), inst.span);
    } else if (const Cast* n = std::get_if<Cast>(&inst.op)) {
      made = build.cast(out[n->a], DType::Float32, inst.span);
    } else if (const Select* n = std::get_if<Select>(&inst.op)) {
      InstId chosen = narrow(out, n->a), other = narrow(out, n->b);
      made = build.emit(Select{condition(out, n->condition), chosen, other}, type, inst.span);
    } else {
      Op op = inst.op;
      std::visit([&](auto& n) { operands(n, [&](InstId& operand) { operand = narrow(out, operand); }); }, op);
      made = build.emit(std::move(op), type, inst.span);
    }
    return now_[id] = made;
  }
  InstId condition(Rewriter& out, InstId id) {
    const Compare* n = std::get_if<Compare>(&in_[id].op);
    if (!n || !is_float64(n->a)) return out[id];
    InstId a = narrow(out, n->a), b = narrow(out, n->b);
    return out.out().emit(Compare{n->op, a, b}, in_[id].type, in_[id].span);
  }

  const Function& in_;
  Table<Inst, Range> ranges_;
  Table<Inst, Known> known_;
  Table<Inst, InstId> now_;
  Table<Inst, char> roots_;
  std::optional<InstId> holder_;  // what keeps the current root wide
  std::vector<Note> notes_;
};

// Values of the one block are seen everywhere behind them.
bool is_one_block(const Function& f) {
  return std::none_of(f[f.body].insts.begin(), f[f.body].insts.end(), [&](InstId id) {
    bool inner = false;
    for_blocks(f[id].op, [&](BlockId block) {
      for (InstId inside : f[block].insts) inner = inner || !std::holds_alternative<Raise>(f[inside].op);
    });
    return inner;
  });
}

}  // namespace

Function narrow_floats(const Function& in, bool results) {
  if (in.kind != FunctionKind::Stencil || !is_one_block(in)) return in;
  Floats floats(in, results);
  Function out = rewrite(in, std::ref(floats));
  for (Note& note : std::move(floats).notes()) out.notes.push_back(std::move(note));
  return out;
}

Function narrow_floats(const Function& in, const Module&) { return narrow_floats(in, false); }

}  // namespace nf::passes
