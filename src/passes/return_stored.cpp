// A function that stores what stencils make into its parameters, as one that returns it: such a function can be a graph
// of stages, whose last ones store there themselves.
//
//     %4 = call 1(%3) site 2              %4 = call 1(%3) site 2
//     copy %out, %4 site 3     becomes    return %4
//     return
//
// Where the dtypes differ the stencil stores the parameter's. It declines when a parameter that is stored into is used
// otherwise, and when anything but such copies follows the first of them.
#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

/// The call of a stencil that makes this array.
InstId maker_of(const Module& module, const Function& f, InstId array) {
  if (const Item* item = std::get_if<Item>(&f[array].op)) array = item->tuple;
  const Call* call = std::get_if<Call>(&f[array].op);
  return call && !call->out && module.functions[call->function].kind == FunctionKind::Stencil ? array : InstId::none();
}

/// Makes the array of the target's dtype; false where that is not possible.
bool convert(Module& module, Function& f, InstId array, InstId target, int uses) {
  const DType dtype = f[target].type.dtype();
  if (f[array].type.rank() != f[target].type.rank()) return false;
  if (f[array].type.dtype() == dtype) return true;
  Call* call = std::get_if<Call>(&f.insts[array].op);
  if (!call || uses != 1) return false;
  module.functions.push_back(store_as(module.functions[call->function], {dtype}));
  call->function = uint32_t(module.functions.size() - 1);
  f.insts[array].type = Type::array(dtype, f[target].type.rank());
  return true;
}

}  // namespace

std::optional<Module> return_what_is_stored(const Module& in, std::vector<uint32_t>& into) {
  Module module = in;
  Function f = in.functions[0];
  Table<Inst, int> uses(f.insts.size());
  for (const Inst& inst : f.insts) for_operands(inst.op, [&](InstId id) { ++uses[id]; });
  std::vector<InstId> kept;
  Return back;
  into.clear();
  for (InstId id : f[f.body].insts) {
    if (const Copy* copy = std::get_if<Copy>(&f[id].op)) {
      const Param* target = std::get_if<Param>(&f[copy->target].op);
      if (!target || uses[copy->target] != 1 || !maker_of(module, f, copy->value) ||
          !convert(module, f, copy->value, copy->target, uses[copy->value]))
        return {};
      into.push_back(target->position), back.values.push_back(copy->value);
      continue;
    }
    const Return* end = std::get_if<Return>(&f[id].op);
    if (end ? !end->values.empty() : !into.empty() && !is_pure(f[id].op)) return {};
    if (!end) kept.push_back(id);
  }
  if (into.empty()) return {};
  f.results.clear();
  for (InstId value : back.values) f.results.push_back(f[value].type);
  f.blocks[f.body].insts = std::move(kept);
  Builder(f, f.body).emit(std::move(back), Type::none());
  module.functions[0] = std::move(f);
  return module;
}

}  // namespace nf::passes
