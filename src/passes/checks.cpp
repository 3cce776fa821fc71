// Copying checks of a stencil: what raises when a condition holds.
#include <algorithm>
#include <map>

#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

void copy_check(Builder& build, const Function& from, InstId inst, InstId condition,
                const std::function<InstId(InstId)>& now) {
  If copy{condition, build.function().blocks.add({}), build.function().blocks.add({})};
  const std::vector<InstId>& insts = from[std::get<If>(from[inst].op).then].insts;
  std::map<InstId, InstId> to;
  // What comes from outside is built outside.
  for (InstId id : insts)
    for_operands(from[id].op, [&](InstId operand) {
      if (std::find(insts.begin(), insts.end(), operand) == insts.end()) to.try_emplace(operand, now(operand));
    });
  const BlockId outer = build.enter(copy.then);
  for (InstId id : insts) {
    Op op = from[id].op;
    std::visit([&](auto& n) { operands(n, [&](InstId& operand) { operand = to.at(operand); }); }, op);
    to[id] = build.emit(std::move(op), from[id].type, from[id].span);
  }
  build.enter(outer);
  build.emit(copy, Type::none(), from[inst].span);
}

}  // namespace nf::passes
