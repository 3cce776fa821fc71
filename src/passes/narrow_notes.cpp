// Says in a sentence why lanes are as narrow as they are.
#include "passes/narrow_notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "ir/text.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

constexpr size_t kMaxNotes = 8;  // of one function: the first places say enough
constexpr char kPass[] = "narrow-ranges";

std::string text_of(__int128 number) {
  if (number < 0) return "-" + text_of(-number);
  if (number < 10) return std::string(1, char('0' + int(number)));
  return text_of(number / 10) + char('0' + int(number % 10));
}
std::string text_of(Range range) { return text_of(range.lo) + ".." + text_of(range.hi); }

const char* noun_of(BinaryOp op) {
  switch (op) {
    case BinaryOp::Add: return "sum";
    case BinaryOp::Sub: return "difference";
    case BinaryOp::Mul: return "product";
    case BinaryOp::FloorDiv: return "quotient";
    case BinaryOp::Mod: return "remainder";
    case BinaryOp::Pow: return "power";
    default: return "result";
  }
}

// The terms of a tree of additions and subtractions.
struct Terms {
  int count = 0;
  std::optional<DType> dtype;  ///< of all of them
  bool mixed = false;
};

class Notes {
 public:
  Notes(const Function& f, const Table<Inst, Range>& ranges, const Table<Inst, std::optional<DType>>& lanes)
      : f_(f), ranges_(ranges), lanes_(lanes), inside_(f.insts.size()) {}

  std::vector<Note> all() {
    for (InstId id : f_[f_.body].insts) for_sum(id, [&](InstId operand) { inside_[operand] = true; });
    for (InstId id : f_[f_.body].insts) {
      if (notes_.size() == kMaxNotes) break;
      if (!lanes_[id] || !std::holds_alternative<Binary>(f_[id].op)) continue;
      if (size_of(*lanes_[id]) < size_of(dtype(id)))
        narrow(id);
      else
        wide(id);
    }
    return std::move(notes_);
  }

 private:
  DType dtype(InstId id) const { return f_[id].type.dtype(); }
  void add(bool done, std::string text, InstId about) {
    Note note{kPass, done, std::move(text), f_[about].span};
    auto same = [&](const Note& other) { return other.text == note.text; };
    if (std::none_of(notes_.begin(), notes_.end(), same)) notes_.push_back(std::move(note));
  }

  // Calls `f` on the operands of an addition or subtraction.
  template <class F>
  void for_sum(InstId id, F f) const {
    const Binary* n = std::get_if<Binary>(&f_[id].op);
    if (n && (n->op == BinaryOp::Add || n->op == BinaryOp::Sub)) f(n->a), f(n->b);
  }
  void collect(InstId id, Terms& terms) const {
    bool sum = false;
    for_sum(id, [&](InstId operand) { sum = true, collect(operand, terms); });
    if (sum) return;
    while (const Cast* cast = std::get_if<Cast>(&f_[id].op)) id = cast->a;
    terms.mixed = terms.mixed || (terms.dtype && *terms.dtype != dtype(id));
    terms.dtype = dtype(id);
    ++terms.count;
  }

  void narrow(InstId id) {
    if (inside_[id]) return;
    Terms terms;
    collect(id, terms);
    if (terms.count < 3) return;
    std::string kind = terms.mixed ? "numbers" : std::string(name_of(*terms.dtype));
    add(true,
        fmt::format("{} {} add up in {} lanes: the sum lies in {}", terms.count, kind, name_of(*lanes_[id]),
                    text_of(ranges_[id])),
        id);
  }

  // The first place that stays wide although its operands are narrower.
  void wide(InstId id) {
    const Binary& n = std::get<Binary>(f_[id].op);
    DType half = integer_of(std::max(1, size_of(dtype(id)) / 2), is_signed(dtype(id)));
    if (size_of(dtype(id)) < 4 || Range::of(half).contains(ranges_[id])) return;
    for (InstId operand : {n.a, n.b})
      if (!Range::of(half).contains(ranges_[operand])) return;  // that one is the cause
    bool wraps = ranges_[id] == Range::of(dtype(id));
    add(false,
        fmt::format("computed in {}: the {} {}, which {} does not hold", name_of(dtype(id)), noun_of(n.op),
                    wraps ? "can be anything" : "may lie in " + text_of(ranges_[id]), name_of(half)),
        id);
  }

  const Function& f_;
  const Table<Inst, Range>& ranges_;
  const Table<Inst, std::optional<DType>>& lanes_;
  Table<Inst, char> inside_;  // operands of a sum
  std::vector<Note> notes_;
};

}  // namespace

std::vector<Note> narrowing_notes(const Function& function, const Table<Inst, Range>& ranges,
                                  const Table<Inst, std::optional<DType>>& lanes) {
  return Notes(function, ranges, lanes).all();
}

Note not_narrowed(const Function& function, InstId because) {
  const Op& op = function[because].op;
  std::string_view what = "of what it calls or writes";
  if (std::holds_alternative<For>(op) || std::holds_alternative<While>(op)) what = "of a loop";
  if (std::holds_alternative<If>(op)) what = "a branch is taken at run time";
  if (std::holds_alternative<Load>(op) || std::holds_alternative<NeighborAt>(op))
    what = "an index is checked at run time";
  return {kPass, false, fmt::format("integers keep their 64 bits because {}", what), function[because].span};
}

}  // namespace nf::passes
