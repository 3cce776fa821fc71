// Recognises the functions that only apply stencils to whole arrays.
#include <map>

#include "base/match.h"
#include "passes/passes.h"
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

class Finder {
 public:
  explicit Finder(const Module& module) : module_(module), f_(module.functions[0]) {}

  std::optional<StageGraph> run(std::string* why) {
    if (f_.kind == FunctionKind::Jit)
      for (InstId id : f_[f_.body].insts)
        if (why_.empty()) add(id);
    if (why_.empty() && graph_.stages.empty()) why_ = "it applies no stencil to whole arrays";
    if (why) *why = why_;
    if (!why_.empty()) return {};
    return graph_;
  }

 private:
  void add(InstId id) {
    const Inst& inst = f_[id];
    match(
        inst.op, [&](const Call& n) { stage(id, n); }, [&](const If& n) { shape_check(n); },
        [&](const Broadcast&) { refuse("it broadcasts arrays of different shapes"); },
        [&](const Return& n) {
          for (InstId value : n.values) {
            auto made = made_.find(value);
            if (made == made_.end()) return refuse("it returns more than what stencils make");
            graph_.outputs.push_back(made->second);
          }
        },
        [&](const Item& n) {
          auto made = made_.find(n.tuple);
          if (made == made_.end()) return refuse("it takes tuples apart");
          made_[id] = {made->second.stage, n.position, {}};
        },
        [&](const auto& n) {
          if (!is_pure(Op(n))) refuse("it does more than apply stencils");
        });
  }

  void refuse(std::string why) {
    if (why_.empty()) why_ = std::move(why);
  }

  void stage(InstId id, const Call& call) {
    const Function& callee = module_.functions[call.function];
    if (callee.kind != FunctionKind::Stencil) return refuse("it calls a jitted function");
    if (call.out) return refuse("a stencil stores into a given array");
    StageGraph::Stage stage{call.function, {}, f_[id].span};
    for (size_t a = 0; a < call.args.size(); ++a) {
      const InstId arg = call.args[a];
      const Parameter& param = callee.params[a];
      auto made = made_.find(arg);
      if (const Param* n = std::get_if<Param>(&f_[arg].op)) {
        stage.inputs.push_back({-1, n->position, {}});
      } else if (auto value = constant(f_, arg)) {
        stage.inputs.push_back({-1, 0, *value});
      } else if (made != made_.end() && param.relative) {
        stage.inputs.push_back(made->second);
      } else {
        return refuse(param.type.is_scalar() ? "it computes a number for a stencil"
                                             : "a stencil reads an array that is computed as a whole");
      }
    }
    made_[id] = {int(graph_.stages.size()), 0, {}};
    graph_.stages.push_back(std::move(stage));
  }

  /// `if <shapes differ>: raise`.
  void shape_check(const If& n) {
    const std::vector<InstId>& then = f_[n.then].insts;
    if (then.empty() || !std::holds_alternative<Raise>(f_[then.back()].op) || !f_[n.otherwise].insts.empty() ||
        !compares_shapes(n.condition))
      refuse("it has branches");
  }
  bool compares_shapes(InstId id) {
    if (const Binary* n = std::get_if<Binary>(&f_[id].op))
      return n->op == BinaryOp::Or && compares_shapes(n->a) && compares_shapes(n->b);
    const Compare* n = std::get_if<Compare>(&f_[id].op);
    if (!n || n->op != CompareOp::Ne) return false;
    const Dim *a = std::get_if<Dim>(&f_[n->a].op), *b = std::get_if<Dim>(&f_[n->b].op);
    if (!a || !b || a->axis != b->axis) return false;
    const Param *x = std::get_if<Param>(&f_[a->array].op), *y = std::get_if<Param>(&f_[b->array].op);
    if (!x || !y) return false;
    graph_.same_shape.emplace_back(x->position, y->position);
    return true;
  }

  const Module& module_;
  const Function& f_;
  std::map<InstId, StageGraph::Input> made_;
  StageGraph graph_;
  std::string why_;
};

}  // namespace

std::optional<StageGraph> find_stages(const Module& module, std::string* why) { return Finder(module).run(why); }

}  // namespace nf::passes
