// See stage_list.h.
#include "passes/stage_list.h"

#include <algorithm>

#include "ir/rewrite.h"

namespace nf::passes {

using namespace ir;

std::vector<std::pair<size_t, size_t>> StageList::readers(InstId array) const {
  std::vector<std::pair<size_t, size_t>> found;
  for (size_t s = 0; s < stages.size(); ++s)
    for (size_t a = 0; a < stages[s].args.size() && !stages[s].dropped; ++a)
      if (stages[s].args[a] == array) found.emplace_back(s, a);
  return found;
}

std::optional<StageList> list_stages(const Module& module, const Function& function) {
  if (function.kind != FunctionKind::Jit) return {};
  for (const Inst& inst : function.insts) {
    if (std::holds_alternative<Store>(inst.op) || std::holds_alternative<Copy>(inst.op)) return {};
    const Call* call = std::get_if<Call>(&inst.op);
    if (call && (call->out || module.functions[call->function].kind == FunctionKind::Jit)) return {};
  }
  StageList list;
  for (InstId id : function[function.body].insts) {
    const Call* call = std::get_if<Call>(&function[id].op);
    if (!call) continue;
    StageCall stage{id, call->function, module.functions[call->function], call->args, {}};
    stage.results.resize(stage.body.results.size());
    if (stage.results.size() == 1) stage.results[0] = id, list.made_by[id] = {list.stages.size(), 0};
    list.stages.push_back(std::move(stage));
  }
  list.used_otherwise.resize(function.insts.size());
  auto stage_of = [&](InstId call) {
    return std::find_if(list.stages.begin(), list.stages.end(), [&](const StageCall& s) { return s.call == call; });
  };
  for (uint32_t i = 0; i < function.insts.size(); ++i) {
    const InstId id{i};
    const Inst& inst = function[id];
    if (const Item* item = std::get_if<Item>(&inst.op)) {
      auto stage = stage_of(item->tuple);
      if (stage != list.stages.end()) {
        if (stage->results[item->position]) list.used_otherwise[id.index] = true;  // taken twice
        stage->results[item->position] = id;
        list.made_by[id] = {size_t(stage - list.stages.begin()), item->position};
        continue;
      }
    }
    const Call* call = std::get_if<Call>(&inst.op);
    const bool stage = call && stage_of(id) != list.stages.end();
    if (std::holds_alternative<Dim>(inst.op)) continue;
    for (size_t a = 0; stage && a < call->args.size(); ++a)
      if (!module.functions[call->function].params[a].relative) list.used_otherwise[call->args[a].index] = true;
    if (!stage) for_operands(inst.op, [&](InstId operand) { list.used_otherwise[operand.index] = true; });
  }
  return list;
}

bool is_pure_body(const Function& function) {
  const std::vector<InstId>& insts = function[function.body].insts;
  return !insts.empty() && std::holds_alternative<Return>(function[insts.back()].op) &&
         std::all_of(insts.begin(), insts.end() - 1, [&](InstId id) { return is_pure(function[id].op); });
}

bool is_pointwise(const Function& function) {
  return std::all_of(function.footprint.axes.begin(), function.footprint.axes.end(),
                     [](auto axis) { return axis.first == 0 && axis.second == 0; }) &&
         !function.footprint.axes.empty();
}

Function call_changed(Module& module, const Function& function, const StageList& list) {
  std::map<InstId, const StageCall*> by_call;
  for (const StageCall& stage : list.stages) by_call[stage.call] = &stage;
  return rewrite(function, [&](Rewriter& out, InstId old, const Inst& inst) -> std::optional<InstId> {
    auto found = by_call.find(old);
    if (found == by_call.end()) {
      const Item* item = std::get_if<Item>(&inst.op);
      auto tuple = item ? by_call.find(item->tuple) : by_call.end();
      return tuple != by_call.end() && tuple->second->dropped ? std::optional(InstId::none()) : std::nullopt;
    }
    const StageCall& stage = *found->second;
    if (stage.dropped) return InstId::none();
    if (!stage.changed) return {};
    Call call = std::get<Call>(inst.op);
    call.function = uint32_t(module.functions.size());
    module.functions.push_back(stage.body);
    call.args.clear();
    for (InstId arg : stage.args) call.args.push_back(out[arg]);
    Type type = Type::array(stage.body.results[0].dtype(), stage.body.rank);
    if (stage.body.results.size() > 1) {
      std::vector<Type> items;
      for (Type result : stage.body.results) items.push_back(Type::array(result.dtype(), stage.body.rank));
      type = Type::tuple(items);
    }
    return out.out().emit(std::move(call), type, inst.span);
  });
}

}  // namespace nf::passes
