// Checks that all points of a stencil pass or none: of arguments, not of what is read near a point.
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

void find_varying(const Function& f, BlockId block, Table<Inst, char>& varies) {
  for (InstId id : f[block].insts) {
    const Op& op = f[id].op;
    // A variable may hold what varies; so may what a call or a loop makes.
    bool fixed = is_pure(op) && !std::holds_alternative<Neighbor>(op);
    varies[id] = !fixed;
    for_operands(op, [&](InstId operand) { varies[id] = varies[id] || varies[operand]; });
    if (const For* loop = std::get_if<For>(&op)) varies[loop->var] = true;
    for_blocks(op, [&](BlockId inner) { find_varying(f, inner, varies); });
  }
}

}  // namespace

Table<Inst, char> varying(const Function& function) {
  Table<Inst, char> varies(function.insts.size());
  find_varying(function, function.body, varies);
  return varies;
}

bool is_invariant_check(const Function& function, InstId inst, const Table<Inst, char>& varies) {
  const If* branch = std::get_if<If>(&function[inst].op);
  if (!branch || varies[branch->condition] || !function[branch->otherwise].insts.empty()) return false;
  const std::vector<InstId>& inside = function[branch->then].insts;
  const Raise* raise = inside.size() == 1 ? std::get_if<Raise>(&function[inside[0]].op) : nullptr;
  if (!raise) return false;
  for (InstId value : raise->values)
    if (varies[value]) return false;
  return true;
}

void copy_check(Builder& build, const Function& from, InstId inst, const std::function<InstId(InstId)>& now) {
  const If& branch = std::get<If>(from[inst].op);
  const InstId raised = from[branch.then].insts[0];
  Raise raise = std::get<Raise>(from[raised].op);
  If copy{now(branch.condition), {}, {}};
  for (InstId& value : raise.values) value = now(value);
  copy.then = build.function().blocks.add({});
  copy.otherwise = build.function().blocks.add({});
  BlockId outer = build.enter(copy.then);
  build.emit(std::move(raise), Type::none(), from[raised].span);
  build.enter(outer);
  build.emit(copy, Type::none(), from[inst].span);
}

}  // namespace nf::passes
