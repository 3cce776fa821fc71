// Values and variables: tuples as several instructions, merged versions as slots, choices between values.
#include <algorithm>

#include "base/assert.h"
#include "lower/lowering.h"

namespace nf::lower {
namespace {
const Type kBool = Type::scalar(DType::Bool);

bool is_plain(const Lowering& l, VersionId id) {
  return l.typed.versions[id].kind != types::Version::Kind::Merged || l.is_direct[id.index];
}

InstId set_flag_of(Lowering& l, VersionId id) {
  auto [found, is_new] = l.set_flags.try_emplace(l.typed.versions[id].variable);
  if (is_new) found->second = l.new_slot(kBool);
  return found->second;
}

/// The value of a version without the check that it is set.
Value value_of(Lowering& l, VersionId id) {
  if (is_plain(l, id)) return l.values[id];
  const Value slots = slots_of(l, id);
  std::vector<InstId> leaves;
  each_leaf(slots, [&](InstId slot) { leaves.push_back(l.emit(ir::Get{slot}, l.type_of(slot))); });
  size_t at = 0;
  return make_value(l.typed.versions[id].type, [&](Type) { return leaves[at++]; });
}

void perform(Lowering& l, types::Move move) {
  const types::Version& to = l.typed.versions[move.to];
  if (move.from) {
    if (share_slots(l, move.to, move.from)) return;  // and the flag, if there is one
    const types::Version& from = l.typed.versions[move.from];
    Value value = convert(l, value_of(l, move.from), from.type, to.type);
    std::vector<InstId> leaves;
    each_leaf(value, [&](InstId leaf) { leaves.push_back(leaf); });
    const Value slots = slots_of(l, move.to);
    size_t at = 0;
    each_leaf(slots, [&](InstId slot) { l.emit(ir::Set{slot, leaves[at++]}); });
    if (to.maybe_unset) {
      InstId is_set = from.maybe_unset ? l.emit(ir::Get{set_flag_of(l, move.from)}, kBool) : l.boolean(true);
      l.emit(ir::Set{set_flag_of(l, move.to), is_set});
    }
  } else if (to.maybe_unset) {
    l.emit(ir::Set{set_flag_of(l, move.to), l.boolean(false)});
  }
}

bool all_pure(const Lowering& l, ir::BlockId block) {
  const auto& insts = l.function[block].insts;
  return std::all_of(insts.begin(), insts.end(), [&](InstId id) { return ir::is_pure(l.function[id].op); });
}

/// `condition ? a : b`; of truths it is `and` or `or`.
InstId select_value(Lowering& l, InstId condition, InstId a, InstId b) {
  if (is_bool(l.dtype_of(a))) {
    auto* constant = std::get_if<ir::Const>(&l.function[b].op);
    if (b == condition || (constant && constant->value.bits == 0)) return l.binary(ir::BinaryOp::And, condition, a);
    if (a == condition) return l.binary(ir::BinaryOp::Or, condition, b);
  }
  return l.select(condition, a, b);
}

/// Appends what `block` holds to the current block.
void splice(Lowering& l, ir::BlockId block) {
  auto& into = l.function.blocks[l.builder.block()].insts;
  auto& from = l.function.blocks[block].insts;
  into.insert(into.end(), from.begin(), from.end());
  from.clear();
}
}  // namespace

InstId Lowering::number(double value, DType dtype) {
  return constant(ir::cast_scalar(Scalar::of(DType::Float64, value), dtype));
}

InstId Lowering::new_slot(Type type) {
  InstId slot = function.insts.add({ir::Slot{}, type, span});
  all_slots.push_back(slot);
  return slot;
}

uint32_t Lowering::site(std::string exception, std::string message) {
  for (uint32_t i = uint32_t(module.sites.size()); i-- > 1;) {
    const ir::Site& known = module.sites[i];
    if (known.span == span && known.exception == exception && known.message == message) return i;
  }
  module.sites.push_back({std::move(exception), std::move(message), span});
  return uint32_t(module.sites.size() - 1);
}

Value convert(Lowering& l, const Value& value, Type from, Type to) {
  if (from == to || from.is_none()) return value;
  if (to.is_scalar()) return {l.cast(value.inst, to.dtype()), {}};
  if (!to.is_tuple()) return value;
  Value result;
  for (size_t i = 0; i < value.items.size(); ++i)
    result.items.push_back(convert(l, value.items[i], from.items()[i], to.items()[i]));
  return result;
}

void each_leaf(const Value& value, const std::function<void(InstId)>& f) {
  if (value.inst) f(value.inst);
  for (const Value& item : value.items) each_leaf(item, f);
}

std::vector<Type> leaf_types(Type type) {
  if (type.is_none()) return {};
  if (!type.is_tuple()) return {type};
  std::vector<Type> all;
  for (Type item : type.items())
    for (Type leaf : leaf_types(item)) all.push_back(leaf);
  return all;
}

Value make_value(Type type, const std::function<InstId(Type)>& make) {
  Value value;
  if (type.is_tuple()) {
    for (Type item : type.items()) value.items.push_back(make_value(item, make));
  } else if (!type.is_none()) {
    value.inst = make(type);
  }
  return value;
}

Value slots_of(Lowering& l, VersionId id) {
  const types::Version& version = l.typed.versions[id];
  auto [found, is_new] = l.slots.try_emplace({version.variable, version.type.bits()});
  if (is_new) found->second = make_value(version.type, [&](Type leaf) { return l.new_slot(leaf); });
  return found->second;
}

bool share_slots(const Lowering& l, VersionId a, VersionId b) {
  if (is_plain(l, a) || is_plain(l, b)) return false;
  const types::Version &left = l.typed.versions[a], &right = l.typed.versions[b];
  return left.variable == right.variable && left.type == right.type && left.maybe_unset == right.maybe_unset;
}

Value read_version(Lowering& l, VersionId id) {
  const types::Version& version = l.typed.versions[id];
  if (version.maybe_unset && !is_plain(l, id)) {
    InstId is_set = l.emit(ir::Get{set_flag_of(l, id)}, kBool);
    const std::string& name = l.typed.variables[version.variable];
    raise_if(l, l.emit(ir::Unary{ir::UnaryOp::Not, is_set}, kBool),
             l.site("UnboundLocalError", "local variable '" + name + "' referenced before assignment"));
  }
  return value_of(l, id);
}

void perform(Lowering& l, const types::Moves& moves) {
  for (types::Move move : moves)
    if (!l.is_direct[move.to.index]) perform(l, move);
}

InstId truth(Lowering& l, InstId value) { return is_bool(l.dtype_of(value)) ? value : l.cast(value, DType::Bool); }

InstId truth(Lowering& l, const Value& value, Type type) {
  if (type.is_scalar()) return truth(l, value.inst);
  return l.boolean(type.is_tuple() && !value.items.empty());
}

void raise_if(Lowering& l, InstId condition, uint32_t site) {
  ir::If branch{condition, l.new_block(), l.new_block()};
  ir::BlockId outer = l.builder.enter(branch.then);
  l.emit(ir::Raise{site, {}});
  l.builder.enter(outer);
  l.emit(branch);
}

Value choose(Lowering& l, InstId condition, Type type, const std::function<Value()>& then,
             const std::function<Value()>& otherwise) {
  ir::If branch{condition, l.new_block(), l.new_block()};
  ir::BlockId outer = l.builder.enter(branch.then);
  std::vector<InstId> left, right;
  each_leaf(then(), [&](InstId leaf) { left.push_back(leaf); });
  ir::BlockId then_end = l.builder.enter(branch.otherwise);
  each_leaf(otherwise(), [&](InstId leaf) { right.push_back(leaf); });
  l.builder.enter(outer);
  nf_assert(then_end == branch.then, "a block was left open");
  std::vector<Type> types = leaf_types(type);
  bool scalars = std::all_of(types.begin(), types.end(), [](Type t) { return t.is_scalar(); });
  std::vector<InstId> chosen;
  if (scalars && all_pure(l, branch.then) && all_pure(l, branch.otherwise)) {
    splice(l, branch.then), splice(l, branch.otherwise);
    for (size_t i = 0; i < left.size(); ++i) chosen.push_back(select_value(l, condition, left[i], right[i]));
  } else {
    std::vector<InstId> slots;
    for (Type t : types) slots.push_back(l.new_slot(t));
    l.builder.enter(branch.then);
    for (size_t i = 0; i < slots.size(); ++i) l.emit(ir::Set{slots[i], left[i]});
    l.builder.enter(branch.otherwise);
    for (size_t i = 0; i < slots.size(); ++i) l.emit(ir::Set{slots[i], right[i]});
    l.builder.enter(outer);
    l.emit(branch);
    for (InstId slot : slots) chosen.push_back(l.emit(ir::Get{slot}, l.type_of(slot)));
  }
  size_t at = 0;
  return make_value(type, [&](Type) { return chosen[at++]; });
}

}  // namespace nf::lower
