// A stencil calls no functions of numbers: it computes itself what they compute, so that it can be vectorised.
//
//     func @f(%a: i64) -> i64                    stencil @s(%x: i64[1] relative) -> i64
//     %1 = mul %a, %a                            %1 = neighbor %x, 0
//     return %1                                  %2 = mul %1, %1
//                                     becomes    return %2
//     stencil @s(%x: i64[1] relative) -> i64
//     %1 = neighbor %x, 0
//     %2 = call @f(%1)
//     return %2
//
// Where the function returns in several places its value goes through a slot, and what stands behind an `if` that
// returns goes into its other side. It declines functions with arrays or several results, returns inside of loops, and
// what would make the stencil too long.
#include <fmt/format.h>

#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

constexpr size_t kMostInstructions = 400;  ///< of the stencil with all that is copied into it

bool contains_return(const Function& f, BlockId block) {
  for (InstId inst : f[block].insts) {
    bool found = std::holds_alternative<Return>(f[inst].op);
    for_blocks(f[inst].op, [&](BlockId inner) { found = found || contains_return(f, inner); });
    if (found) return true;
  }
  return false;
}

/// True when every return of the block stands in it or in the sides of its `if`s.
bool returns_outside_loops(const Function& f, BlockId block) {
  for (InstId inst : f[block].insts) {
    bool fits = true;
    const bool branch = std::holds_alternative<If>(f[inst].op);
    for_blocks(f[inst].op, [&](BlockId inner) {
      fits = fits && (branch ? returns_outside_loops(f, inner) : !contains_return(f, inner));
    });
    if (!fits) return false;
  }
  return true;
}

bool is_of_numbers(const Function& f) {
  bool numbers = f.kind == FunctionKind::Jit && f.results.size() == 1 && f.results[0].is_scalar();
  for (const Parameter& param : f.params) numbers = numbers && param.type.is_scalar();
  return numbers && returns_outside_loops(f, f.body);
}

/// Copies what a function computes for given arguments to the place where a builder stands.
class Inliner {
 public:
  Inliner(Builder& build, const Module& module, const Function& callee, const std::vector<InstId>& args)
      : build_(build), module_(module), callee_(callee), args_(args), to_(callee.insts.size(), InstId::none()) {}

  /// Its value; nothing where it is too long, and then what was built is to be thrown away.
  std::optional<InstId> run() {
    const std::vector<InstId>& body = callee_[callee_.body].insts;
    const bool at_its_end = !body.empty() && std::holds_alternative<Return>(callee_[body.back()].op);
    size_t returns = 0;
    for (const Inst& inst : callee_.insts) returns += std::holds_alternative<Return>(inst.op);
    if (returns > 1 || !at_its_end) slot_ = build_.emit(Slot{}, callee_.results[0]);
    if (!copy(callee_.body, 0, {})) return {};
    return slot_ ? build_.emit(Get{slot_}, callee_.results[0]) : value_;
  }

 private:
  /// What stands behind a block that is being copied: places in blocks around it, the innermost last.
  using Rest = std::vector<std::pair<BlockId, size_t>>;

  bool copy(BlockId block, size_t from, Rest rest) {
    const std::vector<InstId>& insts = callee_[block].insts;
    for (size_t i = from; i < insts.size(); ++i) {
      const Inst& inst = callee_[insts[i]];
      if (build_.function().insts.size() > kMostInstructions) return false;
      if (const auto* back = std::get_if<Return>(&inst.op)) {
        value_ = to_[back->values.at(0)];
        if (slot_) build_.emit(Set{slot_, value_}, Type::none(), inst.span);
        return true;
      }
      const auto* branch = std::get_if<If>(&inst.op);
      if (branch && (contains_return(callee_, branch->then) || contains_return(callee_, branch->otherwise))) {
        rest.emplace_back(block, i + 1);
        return copy_sides(*branch, inst.span, rest);
      }
      if (!copy_inst(insts[i])) return false;
    }
    if (rest.empty()) return true;
    const auto [outer, behind] = rest.back();
    rest.pop_back();
    return copy(outer, behind, rest);
  }

  bool copy_sides(const If& branch, Span span, const Rest& rest) {
    If copied{to_[branch.condition], build_.function().blocks.add({}), build_.function().blocks.add({})};
    for (auto [from, into] : {std::pair(branch.then, copied.then), {branch.otherwise, copied.otherwise}}) {
      const BlockId outer = build_.enter(into);
      const bool fits = copy(from, 0, rest);
      build_.enter(outer);
      if (!fits) return false;
    }
    build_.emit(copied, Type::none(), span);
    return true;
  }

  bool copy_inst(InstId old) {
    const Inst& inst = callee_[old];
    if (const auto* param = std::get_if<Param>(&inst.op)) {
      to_[old] = args_[param->position];
      return true;
    }
    if (const auto* call = std::get_if<Call>(&inst.op)) {
      const Function& inner = module_.functions[call->function];
      if (is_of_numbers(inner) && inner.fastmath == callee_.fastmath) {
        std::vector<InstId> args;
        for (InstId arg : call->args) args.push_back(to_[arg]);
        std::optional<InstId> value = Inliner(build_, module_, inner, args).run();
        if (value) to_[old] = *value;
        return value.has_value();
      }
    }
    Op op = inst.op;
    std::visit([&](auto& n) { operands(n, [&](InstId& id) { id = to_[id]; }); }, op);
    if (auto* loop = std::get_if<For>(&op)) {
      const Inst& var = callee_[loop->var];
      loop->var = to_[loop->var] = build_.function().insts.add({LoopVar{}, var.type, var.span});
    }
    bool fits = true;
    std::visit([&](auto& n) { blocks_of(n, [&](BlockId& id) { id = copy_block(id, fits); }); }, op);
    if (auto* loop = std::get_if<While>(&op)) loop->test = to_[loop->test];
    to_[old] = build_.emit(std::move(op), inst.type, inst.span);
    return fits;
  }

  BlockId copy_block(BlockId old, bool& fits) {
    const BlockId block = build_.function().blocks.add({});
    const BlockId outer = build_.enter(block);
    fits = fits && copy(old, 0, {});
    build_.enter(outer);
    return block;
  }

  Builder& build_;
  const Module& module_;
  const Function& callee_;
  const std::vector<InstId>& args_;
  Table<Inst, InstId> to_;
  InstId slot_, value_;
};

}  // namespace

Function inline_calls(const Function& in, const Module& module) {
  if (in.kind != FunctionKind::Stencil) return in;
  bool too_long = false;
  Function out = rewrite(in, [&](Rewriter& copy, InstId, const Inst& inst) -> std::optional<InstId> {
    const auto* call = std::get_if<Call>(&inst.op);
    if (!call || too_long) return {};
    const Function& callee = module.functions[call->function];
    if (!is_of_numbers(callee) || callee.fastmath != in.fastmath) return {};
    std::vector<InstId> args;
    for (InstId arg : call->args) args.push_back(copy[arg]);
    std::optional<InstId> value = Inliner(copy.out(), module, callee, args).run();
    too_long = !value;
    return value;
  });
  if (!too_long) return out;
  Function kept = in;
  add_note(kept, {"inline-calls", false, "the functions that it calls are too long to be copied into it"});
  return kept;
}

}  // namespace nf::passes
