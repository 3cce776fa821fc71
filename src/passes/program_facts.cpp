// What a program does that its author may not know: integers that can wrap, floats that grow wider. Queries, not
// passes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

using Wide = __int128;

// Whether the exact result can lie outside of the instruction's type.
bool can_wrap(const Function& f, InstId id, const Table<Inst, Range>& ranges) {
  const Inst& inst = f[id];
  if (!inst.type.is_scalar() || !is_integer(inst.type.dtype())) return false;
  const Range all = Range::of(inst.type.dtype());
  if (const Unary* n = std::get_if<Unary>(&inst.op)) {
    const Range a = ranges[n->a];
    if (n->op == UnaryOp::Neg) return !all.contains({-a.hi, -a.lo});
    return n->op == UnaryOp::Abs && -a.lo > all.hi;
  }
  const Binary* n = std::get_if<Binary>(&inst.op);
  if (!n) return false;
  const Range a = ranges[n->a], b = ranges[n->b];
  switch (n->op) {
    case BinaryOp::Add: return !all.contains({a.lo + b.lo, a.hi + b.hi});
    case BinaryOp::Sub: return !all.contains({a.lo - b.hi, a.hi - b.lo});
    case BinaryOp::Mul:
      for (Wide x : {a.lo, a.hi})
        for (Wide y : {b.lo, b.hi}) {
          Wide product;
          if (__builtin_mul_overflow(x, y, &product) || product < all.lo || product > all.hi) return true;
        }
      return false;
    default: return false;
  }
}

// Without the casts around it.
InstId bare(const Function& f, InstId id) {
  while (const Cast* cast = std::get_if<Cast>(&f[id].op)) id = cast->a;
  return id;
}
// A number that stands in the text, or the negative of one.
bool is_written(const Function& f, InstId id) {
  const Unary* n = std::get_if<Unary>(&f[id].op);
  return std::holds_alternative<Const>(f[n && n->op == UnaryOp::Neg ? bare(f, n->a) : id].op);
}

}  // namespace

std::vector<Note> wrapping_places(const Function& function) {
  const Table<Inst, Range> ranges = analyse_ranges(function);
  std::set<InstId> wraps, inside;  // `inside`: operands of another that wraps
  for (uint32_t i = 0; i < function.insts.size(); ++i) {
    if (!can_wrap(function, {i}, ranges)) continue;
    wraps.insert({i});
    for_operands(function.insts[{i}].op, [&](InstId operand) { inside.insert(operand); });
  }
  std::vector<Note> notes;
  for (InstId id : wraps) {
    if (inside.contains(id)) continue;
    Note note{"values", true, fmt::format("this can leave {} and then wraps", name_of(function[id].type.dtype())),
              function[id].span};
    if (std::none_of(notes.begin(), notes.end(), [&](const Note& known) { return known.span == note.span; }))
      notes.push_back(std::move(note));
  }
  return notes;
}

std::vector<Note> widened_floats(const Function& function) {
  std::vector<Note> notes;
  for (const Inst& inst : function.insts) {
    const Binary* n = std::get_if<Binary>(&inst.op);
    if (!n || !(inst.type == Type::scalar(DType::Float64))) continue;
    for (auto [value, other] : {std::pair(n->a, n->b), std::pair(n->b, n->a)}) {
      const Cast* cast = std::get_if<Cast>(&function[value].op);
      const InstId number = bare(function, other);
      if (!cast || !(function[cast->a].type == Type::scalar(DType::Float32)) || !is_written(function, number)) continue;
      const std::string_view name = name_of(function[number].type.dtype());
      notes.push_back(
          {"types", true,
           fmt::format("float32 becomes float64 here, because this number is {} {}", name[0] == 'i' ? "an" : "a", name),
           function[number].span});
    }
  }
  return notes;
}

}  // namespace nf::passes
