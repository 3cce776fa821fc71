// Arrays that are known to have one shape are not broadcast.
//
//     %2 = call 1(%x)
//     %3 = broadcast %x with (%2)
//     %4 = broadcast %2 with (%x)
//     %5 = call 2(%3, %4)                becomes   %5 = call 2(%x, %2)
//
// What a stencil makes has the shape of its first argument, but for the border mode Valid; a new array that is given
// the extents of another one has its shape. Nothing is known of two parameters: what may differ at run time stays.
#include "passes/rules.h"

namespace nf::passes {

using namespace ir;

namespace {

class Shapes {
 public:
  Shapes(const Function& function, const Module& module) : f_(function), module_(module) {}

  /// The array whose shape an array has: itself where nothing is known.
  InstId shape_of(InstId array) const {
    const Op& op = f_[array].op;
    if (const Item* item = std::get_if<Item>(&op)) return made_by(item->tuple, array);
    if (std::holds_alternative<Call>(op)) return made_by(array, array);
    if (const Apart* apart = std::get_if<Apart>(&op)) return shape_of(apart->array);
    if (const Broadcast* broadcast = std::get_if<Broadcast>(&op); broadcast && is_idle(*broadcast))
      return shape_of(broadcast->array);
    const Alloc* alloc = std::get_if<Alloc>(&op);
    if (!alloc || alloc->shape.empty()) return array;
    InstId like;
    for (uint32_t axis = 0; axis < alloc->shape.size(); ++axis) {
      const Dim* dim = std::get_if<Dim>(&f_[alloc->shape[axis]].op);
      if (!dim || dim->axis != axis || (like && dim->array != like)) return array;
      like = dim->array;
    }
    return f_[like].type.rank() == f_[array].type.rank() ? shape_of(like) : array;
  }

  /// True when no array has axes that the others lack, and all have one shape.
  bool is_idle(const Broadcast& n) const {
    for (InstId other : n.with)
      if (f_[other].type.rank() > f_[n.array].type.rank() || shape_of(other) != shape_of(n.array)) return false;
    return true;
  }

 private:
  InstId made_by(InstId call, InstId array) const {
    const Call* n = std::get_if<Call>(&f_[call].op);
    if (!n) return array;
    const Function& callee = module_.functions[n->function];
    if (callee.kind != FunctionKind::Stencil || callee.mode == BorderMode::Valid) return array;
    return shape_of(n->args[0]);
  }

  const Function& f_;
  const Module& module_;
};

}  // namespace

Function drop_broadcasts(const Function& in, const Module& module) {
  const Shapes shapes(in, module);
  return rewrite(in, [&](Rewriter& out, InstId, const Inst& inst) -> std::optional<InstId> {
    const Broadcast* n = std::get_if<Broadcast>(&inst.op);
    if (!n || !shapes.is_idle(*n)) return {};
    return out[n->array];
  });
}

}  // namespace nf::passes
