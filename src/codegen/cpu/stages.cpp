// Splits reductions over large windows into stages.
//
// Note [Stages]. Across the columns a reduction falls into slices (Note [Plans]). The first stage combines each pattern
// of a slice, which is what lies below each other (and in other planes), into a line of its own, as narrow as its range
// allows; the rows of a block share its work. The last stage is the stencil with the reduction read from the lines. A
// long window of equal weights goes through lines of shorter windows: 15 places are five windows of three, and minima
// may overlap. All stages are ordinary stencils in IR, and are emitted as such.
#include "codegen/cpu/stages.h"

#include <algorithm>
#include <cmath>

#include "base/assert.h"
#include "codegen/cpu/reduction_plan.h"
#include "ir/rewrite.h"

namespace nf::codegen {
namespace {
using ir::BinaryOp;
using ir::InstId;

constexpr size_t kMostLines = 4;
constexpr size_t kFewTaps = 10;     // up to which registers are enough
constexpr double kClearly = 0.85;   // of the cost as a whole
constexpr int64_t kMostJoined = 8;  // windows that make one of a longer line

/// A copy of the stencil that is changed into a stage.
class StageWriter {
 public:
  StageWriter(const ir::Function& function, const std::vector<ScratchLine>& lines) : f_(function) {
    for (const ScratchLine& line : lines) f_.params.push_back({"line", Type::array(line.dtype, f_.rank), true, {}});
    body_ = f_.blocks[f_.body].insts;
    at_ = body_.size() - 1;  // before the return
  }
  ir::Function& function() { return f_; }

  /// What is emitted from now on stands before `id`.
  void go_before(InstId id) { at_ = size_t(std::find(body_.begin(), body_.end(), id) - body_.begin()); }
  InstId emit(ir::Op op, DType dtype) { return emit(std::move(op), Type::scalar(dtype)); }
  InstId emit(ir::Op op, Type type) {
    InstId id = f_.insts.add({std::move(op), type, {}});
    body_.insert(body_.begin() + ptrdiff_t(at_++), id);
    return id;
  }
  InstId read(InstId array, std::vector<int64_t> offset, DType as) {
    const DType dtype = f_[array].type.dtype();
    InstId value = emit(ir::Neighbor{array, std::move(offset)}, dtype);
    return dtype == as ? value : emit(ir::Cast{value}, as);
  }
  InstId line(size_t number, uint32_t params, int64_t column, DType as) {
    auto [array, fresh] = lines_.try_emplace(number);
    if (fresh) {
      const uint32_t position = params + uint32_t(number);
      array->second = f_.insts.add({ir::Param{position}, f_.params[position].type, {}});
      body_.insert(body_.begin(), array->second), ++at_;
    }
    std::vector<int64_t> offset(size_t(f_.rank));
    offset.back() = column;
    return read(array->second, std::move(offset), as);
  }
  InstId number(double value, DType dtype) {
    const Scalar scalar = is_float(dtype) ? ir::float_scalar(dtype, value) : ir::integer_scalar(dtype, __int128(value));
    return emit(ir::Const{scalar}, dtype);
  }
  InstId weighted(InstId value, double weight, DType dtype) {
    return weight == 1 ? value : emit(ir::Binary{BinaryOp::Mul, value, number(weight, dtype)}, dtype);
  }

  /// The finished function: `results` (or what it returned before), and only what they need.
  ir::Function finish(const std::vector<InstId>& results) {
    if (!results.empty()) {
      f_.results.clear();
      for (InstId result : results) f_.results.push_back(f_[result].type);
      f_.insts[body_.back()].op = ir::Return{results};
    }
    std::vector<bool> needed(f_.insts.size());
    for (size_t i = body_.size(); i-- > 0;) {
      if (i + 1 == body_.size()) needed[body_[i].index] = true;
      if (needed[body_[i].index]) ir::for_operands(f_[body_[i]].op, [&](InstId id) { needed[id.index] = true; });
    }
    std::erase_if(body_, [&](InstId id) { return !needed[id.index]; });
    f_.blocks[f_.body].insts = body_;
    return std::move(f_);
  }

 private:
  ir::Function f_;
  std::vector<InstId> body_;
  std::map<size_t, InstId> lines_;  ///< the parameters that were made
  size_t at_;
};

/// A read of a line in the last stage.
struct Read {
  size_t line;
  int64_t column;
  double weight;
};

/// One reduction of the body and what it becomes.
struct Split {
  InstId root;
  const Reduction* reduction;
  std::vector<Read> reads;
};

BinaryOp operation(Combine combine) {
  return combine == Combine::Sum ? BinaryOp::Add : combine == Combine::Min ? BinaryOp::Min : BinaryOp::Max;
}

class Splitter {
 public:
  Splitter(const StencilBody& body, int rows, int vector_bytes)
      : body_(body), function_(body.function), rows_(rows), vector_bytes_(vector_bytes) {}

  std::optional<Stages> split() {
    stages_.params = uint32_t(function_.params.size());
    StageWriter first(function_, {});
    std::vector<InstId> patterns;
    std::vector<Part> parts;
    size_t taps = 0;
    for (InstId id : body_.order) {
      auto found = body_.reductions.find(id);
      if (found == body_.reductions.end()) continue;
      taps = std::max(taps, found->second.taps.size());
      splits_.push_back({id, &found->second, {}});
      for (auto& [tap, weights] : weights_by_source(found->second))
        for (auto& [pattern, terms] : slices(weights, size_t(function_.rank) - 1, found->second.floats)) {
          auto [value, range] = pattern_of(first, found->second, tap, pattern);
          patterns.push_back(value);
          stages_.lines.push_back({first.function()[value].type.dtype(), INT64_MAX, INT64_MIN, range});
          parts.push_back({splits_.size() - 1, stages_.lines.size() - 1, terms});
        }
    }
    // Where all weights are zero there are no lines.
    if (taps < kFewTaps || stages_.lines.empty() || stages_.lines.size() > kMostLines) return {};
    const double whole = cost_of_reductions(body_, wide_step(body_, vector_bytes_), rows_);
    add_stage(first.finish(patterns), 0);
    for (const Part& part : parts) read(part);
    finish_last();
    if (!complete_) return {};
    double staged = 0;
    for (const Stage& stage : stages_.list) {
      staged += cost_of_reductions(*stage.body, stage.step, rows_);
      for (size_t line : stage.lines) staged += size_of(stages_.lines[line].dtype);
      stages_.points = std::max<int64_t>(stages_.points, stage.step.points());
    }
    if (staged > kClearly * whole) return {};
    for (const Stage& stage : stages_.list)  // the lines of a stage are made together
      for (size_t line : stage.lines)
        for (size_t other : stage.lines) want(line, stages_.lines[other].first, stages_.lines[other].last);
    return std::move(stages_);
  }

 private:
  /// The places of one pattern in a reduction.
  struct Part {
    size_t split, line;
    std::vector<Weighted> terms;  ///< columns and factors
  };

  DType dtype_of(InstId id) const { return function_[id].type.dtype(); }

  /// The combination of one pattern as an expression of the first stage, in the narrowest type that holds it, and its
  /// range.
  std::pair<InstId, ir::Range> pattern_of(StageWriter& first, const Reduction& found, size_t tap,
                                          const Weights& pattern) {
    const InstId leaf = found.taps[tap].leaf;
    auto* cast = std::get_if<ir::Cast>(&function_[leaf].op);
    const InstId read = cast ? cast->a : leaf;
    const InstId array = std::get<ir::Neighbor>(function_[read].op).array;
    const DType wide = dtype_of(leaf), from = dtype_of(read);
    DType dtype = wide;
    ir::Range all{0, 0};
    if (found.combine != Combine::Sum) {
      // Conversions that keep the order can wait until one value is left.
      if (!is_float(from) && (is_float(wide) || ir::Range::of(wide).contains(ir::Range::of(from)))) dtype = from;
    } else if (!found.floats && !is_float(from)) {
      const ir::Range each = body_.ranges[read];
      for (auto& [at, weight] : pattern) {
        const __int128 w = __int128(weight);
        all.lo += std::min(w * each.lo, w * each.hi), all.hi += std::max(w * each.lo, w * each.hi);
      }
      dtype = narrowest(join(all, each), wide);
    }
    InstId total;
    for (auto& [at, weight] : pattern) {
      InstId term = first.weighted(first.read(array, at, dtype), weight, dtype);
      total = total ? first.emit(ir::Binary{operation(found.combine), total, term}, dtype) : term;
    }
    return {total, all};
  }

  static ir::Range join(ir::Range a, ir::Range b) { return {std::min(a.lo, b.lo), std::max(a.hi, b.hi)}; }
  /// The narrowest type for these values that is not wider than `wide`.
  static DType narrowest(ir::Range range, DType wide) {
    for (int bytes = 1; bytes < size_of(wide); bytes *= 2)
      if (DType narrow = integer_of(bytes, range.lo < 0); ir::Range::of(narrow).contains(range)) return narrow;
    return wide;
  }

  /// Whether a stage needs a number that is the same for all points and is not among the function's own, which are
  /// computed once before the loops: a weight times an argument, say.
  bool computes_invariants(const StencilBody& body) const {
    bool found = false;
    for (InstId id : body.order)
      ir::for_operands(body.function[id].op, [&](InstId operand) {
        const ir::Inst& inst = body.function[operand];
        found |= !body.varies[operand.index] && operand.index >= function_.insts.size() && inst.type.is_scalar() &&
                 !std::holds_alternative<ir::Const>(inst.op);
      });
    for (auto& [root, reduction] : body.reductions)
      for (auto& [other, weight] : reduction.others)
        found |= !body.varies[other.index] && other.index >= function_.insts.size() &&
                 !std::holds_alternative<ir::Const>(body.function[other].op);
    return found;
  }

  /// Appends a stage whose results are the lines from number `line` on; of the last stage there are none.
  void add_stage(ir::Function function, size_t line) {
    Stage stage{std::make_unique<ir::Function>(std::move(function)), nullptr, {}, {}};
    std::optional<StencilBody> body = straight_line(*stage.function);
    if (!body || computes_invariants(*body)) return void(complete_ = false);
    // What was known of a value is known of it still.
    for (uint32_t i = 0; i < function_.insts.size(); ++i) body->ranges[{i}] = body_.ranges[{i}];
    stage.body = std::make_unique<StencilBody>(std::move(*body));
    stage.step = wide_step(*stage.body, vector_bytes_);
    for (; line < stages_.lines.size(); ++line) stage.lines.push_back(line);
    stages_.list.push_back(std::move(stage));
  }

  void read(size_t split, size_t line, int64_t column, double weight) {
    splits_[split].reads.push_back({line, column, weight});
    want(line, column, column);
  }
  void want(size_t line, int64_t first, int64_t last) {
    ScratchLine& l = stages_.lines[line];
    l.first = std::min(l.first, first), l.last = std::max(l.last, last);
  }

  /// Reads a part in the last stage; a long window of equal weights from lines of shorter windows.
  void read(const Part& part) {
    const std::vector<Weighted>& terms = part.terms;
    bool is_window = true;
    for (size_t i = 1; i < terms.size(); ++i)
      is_window &= terms[i].at == terms[0].at + int64_t(i) && terms[i].weight == terms[0].weight;
    if (!is_window) {
      for (const Weighted& term : terms) read(part.split, part.line, term.at, term.weight);
      return;
    }
    const auto length = int64_t(terms.size());
    std::vector<Window> windows = {{part.line, 1}};
    const bool overlap = splits_[part.split].reduction->combine != Combine::Sum;
    auto reads = [&](const std::vector<Window>& of) { return 2 * int64_t(places(of, length, overlap).size()); };
    while (true) {
      int64_t best = reads(windows) * 8 / 10, joins = 0;  // a stage must pay
      for (int64_t k = 2; k <= kMostJoined && windows.back().span * k <= length; ++k) {
        std::vector<Window> longer = windows;
        longer.push_back({0, windows.back().span * k});
        if (2 * k + reads(longer) < best) best = 2 * k + reads(longer), joins = k;
      }
      if (joins == 0) break;
      windows.push_back({joined(part, windows.back(), joins, terms[0].at, length), windows.back().span * joins});
    }
    for (auto& [which, at] : places(windows, length, overlap))
      read(part.split, windows[which].line, terms[0].at + at, terms[0].weight);
  }

  struct Window {
    size_t line;
    int64_t span;
  };
  /// Windows and where they begin, that cover `length` places.
  static std::vector<std::pair<size_t, int64_t>> places(const std::vector<Window>& windows, int64_t length,
                                                        bool overlap) {
    std::vector<std::pair<size_t, int64_t>> list;
    int64_t at = 0;
    for (size_t w = windows.size(); w-- > 0;) {
      for (; at + windows[w].span <= length; at += windows[w].span) list.emplace_back(w, at);
      if (overlap && at > 0 && at < length) list.emplace_back(w, length - windows[w].span), at = length;
    }
    return list;
  }

  /// A new line: `joins` windows of another line, one behind the other.
  size_t joined(const Part& part, Window of, int64_t joins, int64_t first, int64_t length) {
    const Reduction& found = *splits_[part.split].reduction;
    StageWriter writer(function_, stages_.lines);
    ScratchLine line = stages_.lines[of.line];
    if (found.combine == Combine::Sum && !found.floats) {
      line.range.lo *= joins, line.range.hi *= joins;
      line.dtype = narrowest(join(line.range, ir::Range::of(line.dtype).lo < 0 ? ir::Range{-1, 0} : ir::Range{0, 0}),
                             dtype_of(splits_[part.split].root));
    }
    InstId total;
    for (int64_t i = 0; i < joins; ++i) {
      InstId term = writer.line(of.line, stages_.params, i * of.span, line.dtype);
      total = total ? writer.emit(ir::Binary{operation(found.combine), total, term}, line.dtype) : term;
    }
    line.first = INT64_MAX, line.last = INT64_MIN;
    stages_.lines.push_back(line);
    add_stage(writer.finish({total}), stages_.lines.size() - 1);
    want(of.line, first, first + length - 1);
    return stages_.lines.size() - 1;
  }

  void finish_last() {
    StageWriter last(function_, stages_.lines);
    for (const Split& split : splits_) {
      const Reduction& found = *split.reduction;
      const DType dtype = dtype_of(split.root);
      last.go_before(split.root);
      std::vector<InstId> values;
      for (const Read& read : split.reads)
        values.push_back(last.weighted(last.line(read.line, stages_.params, read.column, dtype), read.weight, dtype));
      for (auto& [other, weight] : found.others) values.push_back(last.weighted(other, weight, dtype));
      if (found.constant != 0)
        values.push_back(last.emit(ir::Const{ir::integer_scalar(dtype, __int128(found.constant))}, dtype));
      if (found.float_constant != 0) values.push_back(last.number(found.float_constant, dtype));
      if (values.size() < 2) return void(complete_ = false);  // the lines would be the results
      InstId total = values[0];
      for (size_t i = 1; i + 1 < values.size(); ++i)
        total = last.emit(ir::Binary{operation(found.combine), total, values[i]}, dtype);
      last.function().insts[split.root].op = ir::Binary{operation(found.combine), total, values.back()};
    }
    add_stage(last.finish({}), stages_.lines.size());
  }

  const StencilBody& body_;
  const ir::Function& function_;
  const int rows_, vector_bytes_;
  Stages stages_;
  std::vector<Split> splits_;
  bool complete_ = true;
};

}  // namespace

double cost_of_reductions(const StencilBody& body, StencilStep step, int rows) {
  double cost = 0;
  for (auto& [root, found] : body.reductions) {
    const ReductionPlan plan = plan_reduction(found, rows, step.phases, step.registers, step.pairs);
    double all = cost_of(plan, step.registers);
    // In phases a read is a shift or a mask of what other phases read too; else it is a load and a conversion.
    if (step.phases == 1 && std::holds_alternative<ir::Cast>(body.function[found.taps[0].leaf].op))
      all += count(plan, ReductionPlan::Kind::Tap);
    cost += all / (rows * step.phases) * size_of(body.function[root].type.dtype());
  }
  return cost;
}

std::optional<Stages> split_into_stages(const StencilBody& body, int rows, int vector_bytes) {
  if (body.reductions.empty() || !body.raises.empty()) return {};
  return Splitter(body, rows, vector_bytes).split();
}

}  // namespace nf::codegen
