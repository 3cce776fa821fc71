// Whole-array stages that only move numbers about become part of the stages that read them, so that no array is made
// of their results.
//
//     %1 = call 1(%x)            @1: x[0, 0] * 2
//     %2 = call 2(%1)            @2: s[-1, 0] + s[1, 0]        becomes   %2 = call 3(%x)   @3: x[-1, 0] * 2 + x[1, 0] *
//     2
//
// A stage that reads only the point itself has no border, so putting its body in the place of each read of it is exact,
// whatever the border mode of the reader. It is done where computing it again for every offset costs no more than
// writing a row of it and reading it back; else it stays a stage, and its rows are kept in the cache when the chain
// runs (codegen/run_chain.h). The other way round, a pointwise stage becomes part of the stencil that it reads when
// that continues its input at the edges: in mode "constant" the cells of the border would need another formula. A
// stencil that reads a stencil stays one too: its border depends on that of the other. Equal calls are made once.
//
// It declines where the function writes into arrays, and where stages that become one might read arrays of different
// shapes.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/match.h"
#include "passes/passes.h"
#include "passes/rules.h"
#include "passes/stage_list.h"

namespace nf::passes {

using namespace ir;

namespace {

/// What writing an element to a row in the cache and reading it back costs, in operations.
constexpr int kBufferCost = 4;

int operations(const Function& f) {
  int count = 0;
  for (InstId id : f[f.body].insts)
    count += match(
        f[id].op, [](const Math&) { return 12; },
        [&](const Binary& n) {
          switch (n.op) {
            case BinaryOp::FloorDiv:
            case BinaryOp::Mod: return constant(f, n.b) ? 4 : 16;
            case BinaryOp::Div: return 4;
            case BinaryOp::Pow: return 30;
            default: return 1;
          }
        },
        [](const Unary&) { return 1; }, [](const Compare&) { return 1; }, [](const Select&) { return 1; },
        [](const auto&) { return 0; });
  return count;
}

/// The offsets at which a function reads this parameter; nothing where it does more with it than that.
std::optional<std::set<std::vector<int64_t>>> offsets_of(const Function& f, size_t param) {
  std::set<std::vector<int64_t>> offsets;
  for (InstId id : f[f.body].insts) {
    bool reads = false;
    for_operands(f[id].op, [&](InstId operand) {
      const Param* n = std::get_if<Param>(&f[operand].op);
      reads |= n && n->position == param;
    });
    if (!reads || std::holds_alternative<Dim>(f[id].op)) continue;
    const Neighbor* read = std::get_if<Neighbor>(&f[id].op);
    if (!read) return {};
    offsets.insert(read->offset);
  }
  return offsets;
}

/// One function out of two: `reader` with the body of `made` in the place of each read of its parameter `at`. What they
/// are called with is put together in the same way.
class Merge {
 public:
  Merge(const StageCall& made, size_t result, const StageCall& reader, size_t at)
      : made_(made), reader_(reader), result_(result), at_(at), out_(header(reader.body)), build_(out_, out_.body) {
    for (size_t p = 0; p < reader.args.size(); ++p) {
      if (p != at) {
        of_reader_.push_back(add(reader.body.params[p], reader.args[p]));
        continue;
      }
      for (size_t q = 0; q < made.args.size(); ++q) of_made_.push_back(add(made.body.params[q], made.args[q]));
      of_reader_.push_back(of_made_[0]);
    }
    for (uint32_t p = 0; p < out_.params.size(); ++p) params_.push_back(build_.emit(Param{p}, out_.params[p].type));
  }

  StageCall run() {
    const Function& f = reader_.body;
    std::map<InstId, InstId> to;
    for (InstId id : f[f.body].insts) {
      const Inst& inst = f[id];
      if (const Neighbor* read = std::get_if<Neighbor>(&inst.op); read && position(f, read->array) == at_) {
        to[id] = instance(read->offset);
        continue;
      }
      to[id] = copy(f, id, to, of_reader_, {});
    }
    StageCall merged = reader_;
    Module none;
    merged.body = drop_dead(share_values(out_, none), none);
    merged.args = args_;
    merged.changed = true;
    return merged;
  }

 private:
  static Function header(const Function& f) {
    Function out = f;
    out.params.clear(), out.insts = {}, out.blocks = {};
    out.body = out.blocks.add({});
    return out;
  }
  static size_t position(const Function& f, InstId array) { return std::get<Param>(f[array].op).position; }

  uint32_t add(Parameter param, InstId arg) {
    for (uint32_t i = 0; i < args_.size(); ++i)
      if (args_[i] == arg && out_.params[i].relative == param.relative) return i;
    auto taken = [&](const std::string& name) {
      return std::any_of(out_.params.begin(), out_.params.end(), [&](const auto& p) { return p.name == name; });
    };
    const std::string base = param.name;
    for (int n = 2; taken(param.name); ++n) param.name = fmt::format("{}_{}", base, n);
    out_.params.push_back(std::move(param));
    args_.push_back(arg);
    return uint32_t(args_.size() - 1);
  }

  InstId copy(const Function& f, InstId id, const std::map<InstId, InstId>& to, const std::vector<uint32_t>& params,
              const std::vector<int64_t>& shift) {
    const Inst& inst = f[id];
    if (const Param* n = std::get_if<Param>(&inst.op)) return params_[params[n->position]];
    Op op = inst.op;
    std::visit([&](auto& n) { operands(n, [&](InstId& operand) { operand = to.at(operand); }); }, op);
    if (Neighbor* n = std::get_if<Neighbor>(&op))
      for (size_t d = 0; d < shift.size(); ++d) n->offset[d] += shift[d];
    return build_.emit(std::move(op), inst.type, inst.span);
  }

  /// The value of the stage that was read, as far away as it was read.
  InstId instance(const std::vector<int64_t>& offset) {
    auto [known, is_new] = instances_.try_emplace(offset);
    if (!is_new) return known->second;
    const Function& f = made_.body;
    std::map<InstId, InstId> to;
    for (InstId id : f[f.body].insts) {
      if (const Return* n = std::get_if<Return>(&f[id].op)) return instances_[offset] = to.at(n->values[result_]);
      to[id] = copy(f, id, to, of_made_, offset);
    }
    return instances_[offset];
  }

  const StageCall &made_, &reader_;
  size_t result_, at_;
  Function out_;
  Builder build_;
  std::vector<InstId> args_, params_;
  std::vector<uint32_t> of_reader_, of_made_;  ///< where their parameters went
  std::map<std::vector<int64_t>, InstId> instances_;
};

class Fuse {
 public:
  Fuse(Module& module, uint32_t index) : module_(module), index_(index), in_(module.functions[index]) {}

  void run() {
    std::optional<StageList> list = list_stages(module_, in_);
    if (!list || list->stages.empty()) return;
    list_ = std::move(*list);
    find_equal_shapes();
    share_calls();
    for (StageCall& stage : list_.stages) insert_constants(stage);
    for (size_t s = 0; s < list_.stages.size(); ++s) give_to_readers(s);
    for (size_t s = 0; s < list_.stages.size(); ++s) take_reader(s);
    Function out = resolve_extents(in_);
    out = call_changed(module_, out, list_);
    out.notes.insert(out.notes.end(), notes_.begin(), notes_.end());
    module_.functions[index_] = fold_constants(share_values(out, module_), module_);
  }

 private:
  template <class... Args>
  void note(bool done, const StageCall& stage, fmt::format_string<Args...> text, Args&&... args) {
    notes_.push_back({"fuse-stages", done, fmt::format(text, std::forward<Args>(args)...), in_[stage.call].span});
  }

  // ---- shapes

  /// The argument of the function whose shape an array has; `none()` when it may have another one.
  InstId shape_of(InstId array) const {
    auto made = list_.made_by.find(array);
    if (made == list_.made_by.end()) {
      auto known = same_shape_.find(array);
      return known == same_shape_.end() ? array : known->second;
    }
    const StageCall& stage = list_.stages[made->second.first];
    if (stage.body.mode == BorderMode::Valid && !is_pointwise(stage.body)) return InstId::none();
    return shape_of(stage.args[0]);
  }

  /// Arguments whose extents are compared before anything is computed: where they differ the function raises.
  void find_equal_shapes() {
    std::map<std::pair<InstId, InstId>, std::set<uint32_t>> axes;
    auto visit = [&](auto& self, InstId id) -> void {
      const Op& op = in_[id].op;
      if (const Binary* n = std::get_if<Binary>(&op); n && n->op == BinaryOp::Or)
        return self(self, n->a), self(self, n->b);
      const Compare* n = std::get_if<Compare>(&op);
      if (!n || n->op != CompareOp::Ne) return;
      const Dim *a = std::get_if<Dim>(&in_[n->a].op), *b = std::get_if<Dim>(&in_[n->b].op);
      if (!a || !b || a->axis != b->axis) return;
      InstId x = shape_of(a->array), y = shape_of(b->array);
      if (x && y) axes[{x, y}].insert(a->axis);
    };
    for (InstId id : in_[in_.body].insts)
      if (const If* branch = std::get_if<If>(&in_[id].op)) {
        const std::vector<InstId>& then = in_[branch->then].insts;
        if (!then.empty() && std::holds_alternative<Raise>(in_[then.back()].op)) visit(visit, branch->condition);
      }
    for (auto& [pair, compared] : axes)
      if (int(compared.size()) == in_[pair.first].type.rank()) same_shape_[pair.second] = shape_of(pair.first);
  }

  bool one_shape(const StageCall& a, const StageCall& b) const {
    InstId shape;
    for (const StageCall* stage : {&a, &b})
      for (size_t i = 0; i < stage->args.size(); ++i) {
        if (!stage->body.params[i].relative) continue;
        const InstId own = shape_of(stage->args[i]);
        if (!own || (shape && own != shape)) return false;
        shape = own;
      }
    return true;
  }

  /// The extents of what stages make, said by the arguments', so that stages may go.
  Function resolve_extents(const Function& in) {
    return rewrite(in, [&](Rewriter& out, InstId, const Inst& inst) -> std::optional<InstId> {
      const Dim* n = std::get_if<Dim>(&inst.op);
      if (!n) return {};
      InstId array = n->array;
      int64_t less = 0;
      for (auto made = list_.made_by.find(array); made != list_.made_by.end(); made = list_.made_by.find(array)) {
        const StageCall& stage = list_.stages[made->second.first];
        auto [lo, hi] = stage.body.footprint.axes[n->axis];
        if (stage.body.mode == BorderMode::Valid) less += hi - lo;
        array = stage.args[0];
      }
      if (array == n->array) return {};
      ir::Builder& build = out.out();
      InstId extent = build.emit(Dim{out[array], n->axis}, inst.type, inst.span);
      if (less == 0) return extent;
      extent = build.emit(Binary{BinaryOp::Sub, extent, build.constant(less, inst.span)}, inst.type, inst.span);
      return build.emit(Binary{BinaryOp::Max, extent, build.constant(0, inst.span)}, inst.type, inst.span);
    });
  }

  // ---- stages

  void share_calls() {
    for (size_t s = 0; s < list_.stages.size(); ++s)
      for (size_t t = 0; t < s && !list_.stages[s].dropped; ++t) {
        StageCall &first = list_.stages[t], &again = list_.stages[s];
        if (first.dropped || first.function != again.function || first.args != again.args) continue;
        bool private_results = true;
        for (size_t r = 0; r < again.results.size(); ++r)
          private_results &= !again.results[r] || (!list_.used_otherwise[again.results[r].index] && first.results[r]);
        if (!private_results) continue;  // the caller may write into either array
        for (size_t r = 0; r < again.results.size(); ++r)
          if (again.results[r]) replace(again.results[r], first.results[r]);
        again.dropped = true;
      }
  }
  void replace(InstId array, InstId by) {
    for (StageCall& stage : list_.stages)
      for (InstId& arg : stage.args)
        if (arg == array) arg = by, stage.changed = true;
  }

  /// Scalars that are known now become part of the body: what they are narrows ranges.
  void insert_constants(StageCall& stage) {
    if (stage.dropped) return;
    Function& f = stage.body;
    std::vector<uint32_t> position(f.params.size());
    std::vector<Parameter> params;
    std::vector<InstId> args;
    for (size_t p = 0; p < f.params.size(); ++p) {
      position[p] = uint32_t(params.size());
      if (f.params[p].type.is_scalar() && constant(in_, stage.args[p])) continue;
      params.push_back(f.params[p]), args.push_back(stage.args[p]);
    }
    if (params.size() == f.params.size()) return;
    f = rewrite(f, [&](Rewriter& out, InstId, const Inst& inst) -> std::optional<InstId> {
      const Param* n = std::get_if<Param>(&inst.op);
      if (!n) return {};
      if (inst.type.is_scalar())
        if (std::optional<Scalar> value = constant(in_, stage.args[n->position]))
          return out.out().constant(*value, inst.span);
      return out.out().emit(Param{position[n->position]}, inst.type, inst.span);
    });
    f.params = std::move(params);
    stage.args = std::move(args);
    stage.changed = true;
  }

  /// A pointwise stage becomes part of all its readers, or of none.
  void give_to_readers(size_t s) {
    const StageCall made = list_.stages[s];
    if (made.dropped || !is_pointwise(made.body) || !is_pure_body(made.body)) return;
    std::vector<std::tuple<size_t, size_t, size_t>> reads;  // result, reader, parameter
    size_t offsets = 0;
    bool kept = false;
    for (size_t r = 0; r < made.results.size(); ++r) {
      if (!made.results[r]) continue;
      if (list_.used_otherwise[made.results[r].index]) kept = true;
      for (auto [reader, param] : list_.readers(made.results[r])) {
        const StageCall& stage = list_.stages[reader];
        auto own = is_pure_body(stage.body) && stage.body.params[param].relative ? offsets_of(stage.body, param)
                                                                                 : std::nullopt;
        if (!own || !one_shape(made, stage)) return;
        offsets += own->size();
        reads.emplace_back(r, reader, param);
      }
    }
    if (reads.empty()) return;
    const int cost = operations(made.body);
    const size_t again = offsets + kept - 1;
    if (int64_t(again) * cost > kBufferCost) {
      note(false, made,
           "`{}` stays a stage of its own: {} more evaluations of {} operations cost more than a row of it",
           made.body.name, again, cost);
      return;
    }
    std::sort(reads.begin(), reads.end(), [](auto& a, auto& b) { return std::get<2>(a) > std::get<2>(b); });
    for (auto [result, reader, param] : reads) {
      note(true, made, "`{}` is computed inside `{}`", made.body.name, list_.stages[reader].body.name);
      // Merging moves the parameters behind it only: those with lower positions keep theirs.
      const StageCall merged = Merge(made, result, list_.stages[reader], param).run();
      list_.stages[reader] = merged;
    }
    if (!kept) list_.stages[s].dropped = true;
  }

  /// The one pointwise reader of a stencil that continues its input becomes part of it.
  void take_reader(size_t s) {
    const StageCall made = list_.stages[s];
    const BorderMode mode = made.body.mode;
    if (made.dropped || made.results.size() != 1 || is_pointwise(made.body) || !is_pure_body(made.body)) return;
    if (list_.used_otherwise[made.results[0].index]) return;
    auto readers = list_.readers(made.results[0]);
    if (readers.size() != 1) return;
    auto [reader, param] = readers[0];
    const StageCall& stage = list_.stages[reader];
    if (!stage.body.params[param].relative || !is_pointwise(stage.body) || !is_pure_body(stage.body)) return;
    if (!offsets_of(stage.body, param)) return;
    if (mode == BorderMode::Constant || mode == BorderMode::Valid) {
      note(false, made, "`{}` stays a stage of its own: `{}` would need another formula for the cells of its border",
           made.body.name, stage.body.name);
      return;
    }
    if (!one_shape(made, stage)) return;
    note(true, made, "`{}` is computed inside `{}`", stage.body.name, made.body.name);
    StageCall merged = Merge(made, 0, stage, param).run();
    merged.body.mode = mode, merged.body.footprint = made.body.footprint;
    list_.stages[reader] = std::move(merged);
    list_.stages[s].dropped = true;
  }

  Module& module_;
  uint32_t index_;
  const Function in_;
  StageList list_;
  std::map<InstId, InstId> same_shape_;  ///< an argument: another one of its shape
  std::vector<Note> notes_;
};

}  // namespace

Module fuse_stages(const Module& in) {
  Module module = in;
  for (Function& function : module.functions)
    if (function.kind == FunctionKind::Stencil) function.footprint = infer_footprint(function);
  for (uint32_t i = 0; i < in.functions.size(); ++i)
    if (in.functions[i].kind == FunctionKind::Jit) Fuse(module, i).run();
  return module;
}

}  // namespace nf::passes
