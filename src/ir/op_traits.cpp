// What kind of thing each instruction is: pure, ending its block.
#include <algorithm>

#include "base/match.h"
#include "ir/ir.h"

namespace nf::ir {

bool is_pure(const Op& op) {
  // A list of what is pure, so that a new instruction is impure until somebody decides otherwise. Get, Load and Reduce
  // read what others write; Alloc, Ravel, Apart and Slot yield something with an identity; NeighborAt and Broadcast can
  // raise.
  auto is = [&]<class... Pure>() { return (std::holds_alternative<Pure>(op) || ...); };
  return is.
  operator()<Const, Param, Global, Unary, Binary, Compare, Select, Cast, Math, Neighbor, Dim, Row, Item, MakeTuple>();
}

bool ends_block(const Op& op) {
  auto is = [&]<class... Ends>() { return (std::holds_alternative<Ends>(op) || ...); };
  return is.operator()<Break, Continue, Return, Raise>();
}

bool is_check(const Function& function, InstId inst) {
  const If* branch = std::get_if<If>(&function[inst].op);
  if (!branch || !function[branch->otherwise].insts.empty()) return false;
  const std::vector<InstId>& inside = function[branch->then].insts;
  return !inside.empty() && std::holds_alternative<Raise>(function[inside.back()].op) &&
         std::all_of(inside.begin(), inside.end() - 1, [&](InstId id) { return is_pure(function[id].op); });
}

}  // namespace nf::ir
