// Every rule of the IR in one place, so that a broken pass is named at its first wrong instruction.
#include <vector>

#include "base/assert.h"
#include "base/match.h"
#include "ir/ir.h"

namespace nf::ir {
namespace {

const Type kBool = Type::scalar(DType::Bool);
const Type kInt64 = Type::scalar(DType::Int64);

// Whether a value of type `from` may stand where `to` is expected: an array may lose what is known of its layout and
// the right to be written, never gain it.
bool accepts(Type to, Type from) {
  if (to == from) return true;
  return to.is_array() && from.is_array() && to.dtype() == from.dtype() && to.rank() == from.rank() &&
         (to.layout() == Layout::Any || to.layout() == from.layout()) && (to.readonly() || !from.readonly());
}

class Verifier {
 public:
  Verifier(const Module& module, const Function& function)
      : module_(module),
        f_(function),
        visible_(function.insts.size()),
        placed_(function.insts.size()),
        owned_(function.blocks.size()) {}

  void run() {
    signature();
    block(f_.body);
    now_ = InstId::none();
    check(f_.results.empty() || !completes(f_.body), "the body may end without a return");
  }

 private:
  template <class... Args>
  void check(bool holds, fmt::format_string<Args...> text, Args&&... args) {
    if (holds) return;
    std::string where = now_ ? fmt::format(", at `{}`", print(f_, now_)) : "";
    internal_error(
        __FILE__, __LINE__,
        fmt::format("ill-formed IR in @{}: {}{}", f_.name, fmt::format(text, std::forward<Args>(args)...), where));
  }

  // ---- the function as a whole
  void signature() {
    bool stencil = f_.kind == FunctionKind::Stencil;
    for (const Parameter& param : f_.params) {
      check(param.type.is_scalar() || param.type.is_array(), "parameter {} is neither a scalar nor an array",
            param.name);
      check(!param.type.is_array() || param.type.rank() <= kMaxRank, "parameter {} has too many axes", param.name);
      check(!param.relative || (stencil && param.type.is_array() && param.type.rank() == f_.rank),
            "parameter {} cannot be relative", param.name);
      if (param.range)
        check(!is_float(param.type.dtype()) && param.range->lo <= param.range->hi &&
                  Range::of(param.type.dtype()).contains(*param.range),
              "the range of parameter {} does not fit its type", param.name);
    }
    if (!stencil) return;
    check(!f_.params.empty() && f_.params[0].relative, "the first parameter of a stencil is not relative");
    check(f_.rank >= 0 && f_.rank <= kMaxRank, "a stencil of rank {}", f_.rank);
    check(!f_.results.empty(), "a stencil without results");
    for (Type result : f_.results) check(result.is_scalar(), "a result of a stencil is no scalar");
    check(f_.footprint.axes.empty() || int(f_.footprint.axes.size()) == f_.rank, "a footprint of another rank");
    for (auto [lo, hi] : f_.footprint.axes) check(lo <= 0 && hi >= 0, "a footprint without its own point");
    check(!f_.cval || f_.cval->dtype == f_.results[0].dtype(), "cval is not of the result's type");
  }

  // True when control may reach the end of the block.
  bool completes(BlockId id) {
    for (InstId inst : f_[id].insts) {
      const Op& op = f_[inst].op;
      if (ends_block(op)) return false;
      if (const If* branch = std::get_if<If>(&op))
        if (!completes(branch->then) && !completes(branch->otherwise)) return false;
      if (const While* loop = std::get_if<While>(&op)) {
        const Const* test = std::get_if<Const>(&f_[loop->test].op);
        if (test && integer_value(test->value) && !breaks(loop->body)) return false;
      }
    }
    return true;
  }
  bool breaks(BlockId id) {
    for (InstId inst : f_[id].insts) {
      if (std::holds_alternative<Break>(f_[inst].op)) return true;
      if (const If* branch = std::get_if<If>(&f_[inst].op))
        if (breaks(branch->then) || breaks(branch->otherwise)) return true;
    }
    return false;
  }

  // ---- blocks and places
  void block(BlockId id) { hide(open(id)); }
  // Checks the block and leaves its values visible.
  BlockId open(BlockId id) {
    check(id.index < f_.blocks.size(), "a block that does not exist");
    check(!owned_[id.index], "a block in two places");
    owned_[id.index] = true;
    const std::vector<InstId>& insts = f_[id].insts;
    for (size_t i = 0; i < insts.size(); ++i) {
      place(insts[i]);
      check(i + 1 == insts.size() || !ends_block(f_[now_].op), "more instructions behind it in its block");
      instruction(insts[i]);
      visible_[insts[i].index] = true;
    }
    return id;
  }
  void hide(BlockId id) {
    for (InstId inst : f_[id].insts) visible_[inst.index] = false;
  }
  void place(InstId id) {
    check(id.index < f_.insts.size(), "an instruction that does not exist");
    now_ = id;
    check(!placed_[id.index], "an instruction in two places");
    placed_[id.index] = true;
  }
  void instruction(InstId id) {
    const Inst& inst = f_[id];
    for_operands(inst.op, [&](InstId operand) { visible(operand); });
    match(inst.op, [&](const auto& n) { rule(n, inst.type); });
  }
  void visible(InstId id) {
    check(id.index < f_.insts.size() && visible_[id.index], "%{} is not defined before its use", int32_t(id.index));
  }

  // ---- types
  Type type(InstId id) const { return f_[id].type; }
  void scalar(Type t) { check(t.is_scalar(), "a scalar type is wanted"); }
  void none(Type t) { check(t.is_none(), "a statement with a type"); }
  void expect(InstId id, Type wanted) {
    check(type(id) == wanted, "%{} is {}, wanted {}", id.index, to_string(type(id)), to_string(wanted));
  }
  void expect_accepted(InstId id, Type wanted) {
    check(accepts(wanted, type(id)), "%{} is {}, wanted {}", id.index, to_string(type(id)), to_string(wanted));
  }
  void array(InstId id) { check(type(id).is_array(), "%{} is no array", id.index); }
  void writable(InstId id) {
    array(id);
    check(!type(id).readonly(), "%{} is readonly", id.index);
  }
  void site(uint32_t id, bool wanted) {
    check(id < std::max<size_t>(module_.sites.size(), 1), "site {} does not exist", id);
    check(id != 0 || !wanted, "a site is missing");
  }

  void rule(const Const& n, Type t) {
    check(t == Type::scalar(n.value.dtype), "the constant is {}", name_of(n.value.dtype));
    int bits = 8 * size_of(n.value.dtype);
    check(bits == 64 || n.value.bits >> bits == 0, "bits beyond the constant's width");
    check(!is_bool(n.value.dtype) || n.value.bits <= 1, "a bool that is neither 0 nor 1");
  }
  void rule(const Param& n, Type t) {
    check(n.position < f_.params.size(), "no such parameter");
    check(t == f_.params[n.position].type, "the parameter is {}", to_string(f_.params[n.position].type));
  }
  void rule(const Global& n, Type t) {
    check(n.constant < module_.constants.size(), "no such constant");
    const ConstantArray& array = module_.constants[n.constant];
    Type wanted = Type::array(array.dtype, int(array.shape.size()), Layout::C, true);
    check(t == wanted, "the constant is readonly {}", to_string(wanted));
  }
  void rule(const LoopVar&, Type) { check(false, "a loop variable in a block"); }
  void rule(const Unary& n, Type t) {
    scalar(t), expect(n.a, t);
    check(has_op(n.op, t.dtype()), "{} has no such operation", to_string(t));
  }
  void rule(const Binary& n, Type t) {
    scalar(t), expect(n.a, t), expect(n.b, t);
    check(has_op(n.op, t.dtype()), "{} has no such operation", to_string(t));
  }
  void rule(const Compare& n, Type t) {
    check(t == kBool, "a comparison is bool");
    scalar(type(n.a)), expect(n.b, type(n.a));
  }
  void rule(const Select& n, Type t) { scalar(t), expect(n.condition, kBool), expect(n.a, t), expect(n.b, t); }
  void rule(const Cast& n, Type t) { scalar(t), scalar(type(n.a)); }
  void rule(const Math& n, Type t) {
    check(int(n.args.size()) == arity(n.fn), "it takes {} arguments", arity(n.fn));
    bool test = n.fn == MathFn::IsNan || n.fn == MathFn::IsInf || n.fn == MathFn::IsFinite;
    check(t.is_scalar() && (test ? t == kBool : is_float(t.dtype())), "a wrong result type");
    for (InstId arg : n.args) {
      check(type(arg).is_scalar() && is_float(type(arg).dtype()), "%{} is no float", arg.index);
      if (!test) expect(arg, t);
    }
  }
  void relative(InstId id, size_t offsets, Type t) {
    check(f_.kind == FunctionKind::Stencil, "a neighbour outside a stencil");
    const Param* param = std::get_if<Param>(&f_[id].op);
    check(param && f_.params[param->position].relative, "%{} is no relative parameter", id.index);
    check(int(offsets) == f_.rank, "{} offsets in a stencil of rank {}", offsets, f_.rank);
    check(t == Type::scalar(type(id).dtype()), "the element is {}", name_of(type(id).dtype()));
  }
  void rule(const Neighbor& n, Type t) {
    relative(n.array, n.offset.size(), t);
    for (size_t d = 0; d < f_.footprint.axes.size(); ++d)
      check(f_.footprint.axes[d].first <= n.offset[d] && n.offset[d] <= f_.footprint.axes[d].second,
            "an offset outside the footprint");
  }
  void rule(const NeighborAt& n, Type t) {
    relative(n.array, n.offset.size(), t);
    for (InstId offset : n.offset) expect(offset, kInt64);
    check(int(f_.footprint.axes.size()) == f_.rank, "run-time offsets without a footprint");
    site(n.site, true);
  }
  void rule(const Dim& n, Type t) {
    array(n.array);
    check(t == kInt64, "an extent is int64");
    check(int(n.axis) < type(n.array).rank(), "no such axis");
  }
  void element(InstId id, const std::vector<InstId>& index, bool checked, uint32_t at) {
    array(id);
    check(int(index.size()) == type(id).rank(), "{} indexes, rank {}", index.size(), type(id).rank());
    for (InstId i : index) expect(i, kInt64);
    site(at, checked);
  }
  void rule(const Load& n, Type t) {
    element(n.array, n.index, n.check, n.site);
    check(t == Type::scalar(type(n.array).dtype()), "the element is {}", name_of(type(n.array).dtype()));
  }
  void rule(const Store& n, Type t) {
    element(n.array, n.index, n.check, n.site);
    none(t), writable(n.array), expect(n.value, Type::scalar(type(n.array).dtype()));
  }
  void rule(const Alloc& n, Type t) {
    check(t.is_array() && t.layout() == Layout::C && !t.readonly(), "a new array is C and writable");
    check(int(n.shape.size()) == t.rank() && t.rank() <= kMaxRank, "{} extents, rank {}", n.shape.size(), t.rank());
    for (InstId extent : n.shape) expect(extent, kInt64);
    site(n.site, !n.shape.empty());
  }
  void rule(const Copy& n, Type t) {
    none(t), writable(n.target);
    Type value = type(n.value);
    check(value.is_scalar() || (value.is_array() && value.rank() <= type(n.target).rank()), "the value does not fit");
    site(n.site, value.is_array());
  }
  void rule(const Ravel& n, Type t) {
    array(n.array);
    check(t.is_array() && t.rank() == 1 && t.layout() == Layout::C && t.dtype() == type(n.array).dtype(),
          "the flat array is C {}", name_of(type(n.array).dtype()));
    check(t.readonly() || !type(n.array).readonly(), "a writable view of a readonly array");
  }
  void rule(const Row& n, Type t) {
    array(n.array);
    for (InstId i : n.index) expect(i, kInt64);
    const int rank = type(n.array).rank() - int(n.index.size());
    check(rank >= 0 && t.is_array() && t.dtype() == type(n.array).dtype() && t.rank() == std::max(rank, 1),
          "a part of {} has its dtype and {} axes", to_string(type(n.array)), std::max(rank, 1));
    check(t.readonly() || !type(n.array).readonly(), "a writable view of a readonly array");
  }
  void rule(const Broadcast& n, Type t) {
    array(n.array);
    int rank = type(n.array).rank();
    for (InstId a : n.with) array(a), rank = std::max(rank, type(a).rank());
    const Type wanted = Type::array(type(n.array).dtype(), rank, Layout::Any, true);
    check(t == wanted, "the array is repeated as {}", to_string(wanted));
    site(n.site, true);
  }
  void rule(const Apart& n, Type t) {
    array(n.array);
    for (InstId a : n.from) array(a);
    const Type own = type(n.array);
    const Layout layout = own.layout() == Layout::C ? Layout::C : Layout::Any;
    const bool readonly = own.readonly() || t.readonly();
    check(t == Type::array(own.dtype(), own.rank(), layout, readonly),
          "it is an array like the first, in C or any order");
  }
  void rule(const Reduce& n, Type t) { scalar(t), array(n.array), site(n.site, n.op != ReduceOp::Sum); }
  void rule(const Slot&, Type t) { check(!t.is_none() && !t.is_unknown(), "a variable has a type"); }
  void slot(InstId id) { check(std::holds_alternative<Slot>(f_[id].op), "%{} is no slot", id.index); }
  void rule(const Get& n, Type t) { slot(n.slot), expect(n.slot, t); }
  void rule(const Set& n, Type t) { none(t), slot(n.slot), expect_accepted(n.value, type(n.slot)); }
  void rule(const For& n, Type t) {
    none(t);
    for (InstId bound : {n.lo, n.hi, n.step}) expect(bound, kInt64);
    InstId loop = now_;
    place(n.var);
    check(std::holds_alternative<LoopVar>(f_[n.var].op) && type(n.var) == kInt64, "it is no int64 loop variable");
    visible_[n.var.index] = true;
    body(n.body);
    visible_[n.var.index] = false;
    now_ = loop;
  }
  void body(BlockId id) {
    ++loops_;
    block(id);
    --loops_;
  }
  void rule(const While& n, Type t) {
    none(t);
    InstId loop = now_;
    int loops = std::exchange(loops_, 0);  // no break out of a condition
    open(n.condition);
    check(completes(n.condition), "the condition of a loop does not end");
    visible(n.test), expect(n.test, kBool);
    hide(n.condition);
    loops_ = loops;
    body(n.body);
    now_ = loop;
  }
  void rule(const If& n, Type t) {
    none(t), expect(n.condition, kBool);
    InstId branch = now_;
    block(n.then), block(n.otherwise);
    now_ = branch;
  }
  void rule(const Break&, Type t) { none(t), check(loops_ > 0, "it stands in no loop"); }
  void rule(const Continue&, Type t) { none(t), check(loops_ > 0, "it stands in no loop"); }
  void rule(const Return& n, Type t) {
    none(t);
    check(n.values.size() == f_.results.size(), "{} values for {} results", n.values.size(), f_.results.size());
    for (size_t i = 0; i < n.values.size(); ++i) expect_accepted(n.values[i], f_.results[i]);
  }
  void rule(const Raise& n, Type t) {
    none(t), site(n.site, true);
    check(n.values.size() <= 4, "more than four values in a message");
    for (InstId value : n.values) scalar(type(value));
  }
  void rule(const Call& n, Type t) {
    check(n.function < module_.functions.size(), "no such function");
    const Function& callee = module_.functions[n.function];
    check(n.args.size() == callee.params.size(), "@{} takes {} arguments", callee.name, callee.params.size());
    for (size_t i = 0; i < n.args.size(); ++i) expect_accepted(n.args[i], callee.params[i].type);
    if (callee.kind == FunctionKind::Jit) {
      check(!n.out, "only a stencil writes into `out`");
      const size_t count = callee.params.size();
      check(!n.parallel || (callee.results.empty() && count >= 2 && callee.params[count - 2].type == kInt64 &&
                            callee.params[count - 1].type == kInt64),
            "@{} does no rounds of a loop", callee.name);
      Type wanted = callee.results.empty()       ? Type::none()
                    : callee.results.size() == 1 ? callee.results[0]
                                                 : Type::tuple(callee.results);
      check(t == wanted, "@{} yields {}", callee.name, to_string(wanted));
      return;
    }
    site(n.site, true);
    check(!n.parallel, "a stencil does no rounds of a loop");
    if (!n.out) {
      std::vector<Type> arrays;
      for (Type result : callee.results) arrays.push_back(Type::array(result.dtype(), callee.rank));
      Type wanted = arrays.size() == 1 ? arrays[0] : Type::tuple(arrays);
      check(t == wanted, "@{} yields {}", callee.name, to_string(wanted));
      return;
    }
    check(callee.results.size() == 1, "@{} has several results", callee.name);
    writable(n.out);
    check(type(n.out).rank() == callee.rank, "`out` has rank {}", type(n.out).rank());
    check(t == type(n.out), "it yields `out`");
  }
  void rule(const Item& n, Type t) {
    check(type(n.tuple).is_tuple() && n.position < type(n.tuple).items().size(), "no such item");
    check(t == type(n.tuple).items()[n.position], "the item has another type");
  }
  void rule(const MakeTuple& n, Type t) {
    std::vector<Type> items;
    for (InstId item : n.items) items.push_back(type(item));
    check(t == Type::tuple(items), "the items make another type");
  }

  const Module& module_;
  const Function& f_;
  std::vector<bool> visible_, placed_, owned_;
  InstId now_;
  int loops_ = 0;
};

}  // namespace

void verify(const Module& module) {
  nf_assert(!module.functions.empty(), "ill-formed IR: a module without functions");
  for (const Function& function : module.functions) Verifier(module, function).run();
}

}  // namespace nf::ir
