// A stencil called for an array that is only copied into another writes there directly when the shapes are equal.
//
//     %4 = call 1(%x) site 2                  if %same_shape {
//     copy %out, %4 site 3          becomes     call 1(%x) out %out site 2
//                                             } else {
//                                               %4 = call 1(%x) site 2
//                                               copy %out, %4 site 3
//                                             }
//
// Where the dtypes differ both go to a version of the stencil that stores `out`'s dtype, and so do calls that were
// written with `out`. It declines when the array has another use, when anything but pure instructions stands between,
// and when `out` is no parameter. The arrays may overlap at run time: see ir::Call.
#include <fmt/format.h>

#include <map>

#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

struct Pair {
  InstId call, copy;
};

// A copy directly behind a call (pure instructions may stand between) whose value nothing else uses.
std::vector<Pair> find_pairs(const Function& f, const Module& module) {
  Table<Inst, int> uses(f.insts.size());
  for (const Inst& inst : f.insts) for_operands(inst.op, [&](InstId id) { ++uses[id]; });
  std::vector<Pair> pairs;
  for (const Block& block : f.blocks) {
    InstId call;
    for (InstId inst : block.insts) {
      const Op& op = f[inst].op;
      const Copy* copy = std::get_if<Copy>(&op);
      if (copy && call && copy->value == call && uses[call] == 1 &&
          f[copy->target].type.rank() == f[call].type.rank() && std::holds_alternative<Param>(f[copy->target].op))
        pairs.push_back({call, inst});
      const Call* made = std::get_if<Call>(&op);
      if (made && !made->out && module.functions[made->function].kind == FunctionKind::Stencil)
        call = inst;
      else if (!is_pure(op))
        call = InstId::none();
    }
  }
  return pairs;
}

// The position of the stencil that stores `dtype`, added to the module when it is new.
class Versions {
 public:
  explicit Versions(Module& module) : module_(module) {}
  uint32_t find(uint32_t function, DType dtype) {
    if (module_.functions[function].results[0].dtype() == dtype) return function;
    auto [found, is_new] = versions_.try_emplace({function, dtype}, uint32_t(module_.functions.size()));
    if (is_new) module_.functions.push_back(store_as(module_.functions[function], {dtype}));
    return found->second;
  }
  const Function& operator[](uint32_t function) const { return module_.functions[function]; }

 private:
  Module& module_;
  std::map<std::pair<uint32_t, DType>, uint32_t> versions_;
};

// A bool: `target` has the shape of the stencil's result.
InstId same_shape(Builder& build, const Function& stencil, InstId input, InstId target) {
  const Type extent = Type::scalar(DType::Int64), truth = Type::scalar(DType::Bool);
  InstId all = build.constant(integer_scalar(DType::Bool, 1));
  for (uint32_t axis = 0; int(axis) < stencil.rank; ++axis) {
    InstId wanted = build.emit(Dim{input, axis}, extent);
    if (stencil.mode == BorderMode::Valid && !stencil.footprint.axes.empty()) {
      auto [lo, hi] = stencil.footprint.axes[axis];
      wanted = build.emit(Binary{BinaryOp::Sub, wanted, build.constant(hi - lo)}, extent);
      wanted = build.emit(Binary{BinaryOp::Max, wanted, build.constant(0)}, extent);
    }
    InstId equal = build.emit(Compare{CompareOp::Eq, build.emit(Dim{target, axis}, extent), wanted}, truth);
    all = axis == 0 ? equal : build.emit(Binary{BinaryOp::And, all, equal}, truth);
  }
  return all;
}

// The copies of a stencil's new array that are no pair, and why.
std::vector<Note> refusals(const Function& f, const Module& module, const std::map<InstId, InstId>& calls) {
  Table<Inst, int> uses(f.insts.size());
  for (const Inst& inst : f.insts) for_operands(inst.op, [&](InstId id) { ++uses[id]; });
  std::vector<Note> notes;
  for (const Block& block : f.blocks)
    for (InstId inst : block.insts) {
      const Copy* copy = std::get_if<Copy>(&f[inst].op);
      const Call* call = copy ? std::get_if<Call>(&f[copy->value].op) : nullptr;
      if (!call || call->out || calls.contains(inst) || module.functions[call->function].kind != FunctionKind::Stencil)
        continue;
      const char* why = uses[copy->value] > 1                                ? "the array has another use"
                        : !std::holds_alternative<Param>(f[copy->target].op) ? "the target is no parameter"
                                                                             : "something happens in between";
      notes.push_back({"store-through", false,
                       fmt::format("the result of `{}` is made anew and then copied: {}",
                                   module.functions[call->function].name, why),
                       f[inst].span});
    }
  return notes;
}

void write_through(Rewriter& out, InstId old_call, InstId old_copy, Versions& versions) {
  Builder& build = out.out();
  Call call = std::get<Call>(out.copy_op(out.in()[old_call].op));
  Copy copy = std::get<Copy>(out.copy_op(out.in()[old_copy].op));
  Type target = build.function()[copy.target].type;
  Span span = out.in()[old_call].span;
  call.function = versions.find(call.function, target.dtype());
  If branch{same_shape(build, versions[call.function], call.args[0], copy.target), build.function().blocks.add({}),
            build.function().blocks.add({})};
  BlockId outer = build.enter(branch.then);
  Call direct = call;
  direct.out = copy.target;
  build.emit(direct, target, span);
  build.enter(branch.otherwise);
  copy.value = build.emit(call, Type::array(target.dtype(), target.rank()), span);
  build.emit(copy, Type::none(), out.in()[old_copy].span);
  build.enter(outer);
  build.emit(branch, Type::none(), span);
}

}  // namespace

Module store_through(const Module& in) {
  Module module = in;
  Versions versions(module);
  for (size_t i = 0; i < in.functions.size(); ++i) {
    const Function& f = in.functions[i];
    std::map<InstId, InstId> copies;  // call -> copy
    std::map<InstId, InstId> calls;   // copy -> call
    for (Pair pair : find_pairs(f, in)) copies[pair.call] = pair.copy, calls[pair.copy] = pair.call;
    module.functions[i] = rewrite(f, [&](Rewriter& out, InstId old, const Inst& inst) -> std::optional<InstId> {
      if (copies.contains(old)) return InstId::none();
      if (auto found = calls.find(old); found != calls.end()) {
        write_through(out, found->second, old, versions);
        return InstId::none();
      }
      const Call* call = std::get_if<Call>(&inst.op);
      if (!call || !call->out) return {};
      Call direct = std::get<Call>(out.copy_op(*call));
      direct.function = versions.find(call->function, f[call->out].type.dtype());
      return out.out().emit(direct, inst.type, inst.span);
    });
    for (auto [copy, call] : calls)
      add_note(module.functions[i],
               {"store-through", true, "the stencil writes there directly when the shapes are equal", f[copy].span});
    for (Note& note : refusals(f, in, calls)) add_note(module.functions[i], std::move(note));
  }
  return module;
}

}  // namespace nf::passes
