// Calls of gufuncs: loops over the broadcast leading axes around calls of the kernel, on views of each core.
#include <algorithm>
#include <map>

#include "base/assert.h"
#include "lower/lowering.h"

namespace nf::lower {
namespace {
const Type kInt64 = Type::scalar(DType::Int64);

/// One argument of the kernel.
struct Operand {
  InstId value;  ///< the whole array, or a number
  Type core;     ///< how the kernel sees it; a number's type when it is taken as one
  int leading;   ///< axes of `value` before the core; 0 for a number
  int rank;      ///< core axes
};

/// The call while it is lowered.
struct Loop {
  Lowering& l;
  const types::GufuncCall& call;
  const types::Typed& callee;
  std::map<std::string, InstId> sizes{};  ///< of core dimensions
  std::vector<InstId> extents{};          ///< of the loop
  std::vector<Operand> inputs{}, outs{};
  std::vector<InstId> index{};  ///< of the loops around the kernel's call

  InstId dim(InstId array, int axis) { return l.emit(ir::Dim{array, uint32_t(axis)}, kInt64); }
};

bool is_array(const Loop& loop, InstId value) { return loop.l.type_of(value).is_array(); }

/// The same array in another dtype, aside; with `copies` it begins with the same values.
InstId array_like(Loop& loop, InstId array, DType dtype, bool copies) {
  Lowering& l = loop.l;
  const int rank = l.type_of(array).rank();
  ir::Alloc alloc{{}, !copies};
  for (int d = 0; d < rank; ++d) alloc.shape.push_back(loop.dim(array, d));
  alloc.site = l.site("ValueError", "negative dimensions are not allowed");
  InstId made = l.emit(alloc, Type::array(dtype, rank));
  if (copies) l.emit(ir::Copy{made, array, l.site("ValueError", "axis {0} of an array has size {1}, wanted {2}")});
  return made;
}

/// An array of one element that holds the number.
InstId one_element(Loop& loop, InstId number) {
  Lowering& l = loop.l;
  const DType dtype = l.dtype_of(number);
  InstId array = l.emit(ir::Alloc{{l.integer(1)}, false, l.site("ValueError", "negative dimensions are not allowed")},
                        Type::array(dtype, 1));
  l.emit(ir::Copy{array, number, 0});
  return array;
}

void add_inputs(Loop& loop) {
  Lowering& l = loop.l;
  for (size_t i = 0; i < loop.call.inputs.size(); ++i) {
    const DType dtype = loop.call.input_dtypes[i];
    const int rank = int(loop.call.layout.inputs[i].size());
    InstId value = lower_expr(l, loop.call.inputs[i]).inst;
    const Type core = loop.callee.params[i].type;
    if (!is_array(loop, value)) {
      value = l.cast(value, dtype);
      if (core.is_array()) value = one_element(loop, value);
      loop.inputs.push_back({value, core, 0, core.is_array() ? 1 : 0});
      continue;
    }
    if (l.dtype_of(value) != dtype) value = array_like(loop, value, dtype, true);
    loop.inputs.push_back({value, core, l.type_of(value).rank() - rank, rank});
  }
}

/// Sizes of core dimensions agree, and fixed ones are as the layout says.
void check_core(Loop& loop, const Operand& operand, const std::vector<std::string>& names) {
  Lowering& l = loop.l;
  for (size_t d = 0; d < names.size(); ++d) {
    InstId own = loop.dim(operand.value, operand.leading + int(d));
    auto [known, added] = loop.sizes.try_emplace(names[d], own);
    if (added && !std::isdigit(uint8_t(names[d][0]))) continue;
    if (added) known->second = l.integer(std::stoll(names[d]));
    ir::If branch{l.compare(ir::CompareOp::Ne, own, known->second), l.new_block(), l.new_block()};
    const ir::BlockId outer = l.builder.enter(branch.then);
    l.emit(ir::Raise{l.site("ValueError", fmt::format("Operand has a mismatch in one of its core dimensions: `{}` of "
                                                      "{} is {{0}} here and {{1}} before",
                                                      names[d], to_string(loop.call.layout))),
                     {own, known->second}});
    l.builder.enter(outer);
    l.emit(branch);
  }
}

/// Takes the leading axes of an operand into the loop; those of an output must be the loop's.
void check_loop(Loop& loop, const Operand& operand, bool output) {
  Lowering& l = loop.l;
  for (int d = 0; d < operand.leading; ++d) {
    InstId own = loop.dim(operand.value, d);
    InstId& total = loop.extents[loop.extents.size() - size_t(operand.leading - d)];
    InstId differs = total ? l.compare(ir::CompareOp::Ne, own, total) : InstId::none();
    if (!total) {
      total = own;
      continue;
    }
    InstId one = l.integer(1);
    if (!output) {
      auto is_not_one = [&](InstId extent) { return l.compare(ir::CompareOp::Ne, extent, one); };
      differs = l.binary(ir::BinaryOp::And, differs, l.binary(ir::BinaryOp::And, is_not_one(own), is_not_one(total)));
    }
    ir::If branch{differs, l.new_block(), l.new_block()};
    const ir::BlockId outer = l.builder.enter(branch.then);
    l.emit(ir::Raise{l.site("ValueError",
                            "Loop and array shapes are incompatible: {0} elements along a leading axis "
                            "where others have {1}"),
                     {own, total}});
    l.builder.enter(outer);
    l.emit(branch);
    if (!output) total = l.select(l.compare(ir::CompareOp::Eq, total, one), own, total);
  }
}

/// A new output; it begins with zeros, since the kernel may add to it or store into parts of it.
InstId new_output(Loop& loop, size_t i) {
  Lowering& l = loop.l;
  ir::Alloc alloc{loop.extents, loop.call.stores};
  for (const std::string& name : loop.call.layout.outputs[i]) {
    const bool fixed = std::isdigit(uint8_t(name[0]));
    alloc.shape.push_back(fixed ? l.integer(std::stoll(name)) : loop.sizes.at(name));
  }
  if (alloc.shape.empty()) alloc.shape.push_back(l.integer(1));
  alloc.site = l.site("ValueError", "negative dimensions are not allowed");
  return l.emit(alloc, Type::array(loop.call.outputs[i], int(alloc.shape.size())));
}

/// The part of an operand that belongs to the current loop index.
InstId core_of(Loop& loop, const Operand& operand) {
  Lowering& l = loop.l;
  if (!is_array(loop, operand.value)) return operand.value;
  std::vector<InstId> index;
  for (int d = 0; d < operand.leading; ++d) {
    // An axis of one element is repeated.
    InstId own = loop.dim(operand.value, d), at = loop.index[loop.index.size() - size_t(operand.leading - d)];
    InstId repeats = l.compare(ir::CompareOp::Eq, own, l.integer(1));
    index.push_back(l.select(repeats, l.integer(0), at));
  }
  if (operand.core.is_scalar()) return l.emit(ir::Load{operand.value, index, false, false, 0}, operand.core);
  if (index.empty()) return operand.value;
  return l.emit(ir::Row{operand.value, index}, operand.core);
}

void store_result(Loop& loop, const Operand& out, InstId result) {
  Lowering& l = loop.l;
  InstId target = core_of(loop, out);
  const bool array = l.type_of(result).is_array();
  l.emit(ir::Copy{target, result,
                  array ? l.site("ValueError",
                                 "the kernel returned an array with {1} elements along axis {0}, its "
                                 "output has the core size {2}")
                        : 0});
}

void call_kernel(Loop& loop) {
  Lowering& l = loop.l;
  ir::Call op{loop.call.function, {}, InstId::none()};
  for (const Operand& input : loop.inputs) op.args.push_back(core_of(loop, input));
  const types::Typed& callee = loop.callee;
  Type result = callee.result;
  if (callee.is_stencil()) {
    op.site = l.site("ValueError",
                     "axis {0} of an array has size {1}, the stencil `" + callee.definition->name + "` wants {2}");
    const int rank = callee.rank;
    std::vector<Type> arrays;
    for (Type type : leaf_types(result)) arrays.push_back(Type::array(type.dtype(), rank));
    result = arrays.size() == 1 ? arrays[0] : Type::tuple(arrays);
    if (arrays.size() == 1) {
      op.out = core_of(loop, loop.outs[0]);
      l.emit(op, l.type_of(op.out));
      return;
    }
  }
  if (loop.call.stores) {
    for (const Operand& out : loop.outs) op.args.push_back(core_of(loop, out));
    l.emit(op, result);
    return;
  }
  InstId returned = l.emit(op, result);
  if (!result.is_tuple()) return loop.outs.empty() ? void() : store_result(loop, loop.outs[0], returned);
  for (uint32_t i = 0; i < loop.outs.size(); ++i)
    store_result(loop, loop.outs[i], l.emit(ir::Item{returned, i}, result.items()[i]));
}

void emit_loops(Loop& loop, size_t axis) {
  if (axis == loop.extents.size()) return call_kernel(loop);
  Lowering& l = loop.l;
  ir::For each{};
  each.lo = l.integer(0), each.hi = loop.extents[axis], each.step = l.integer(1);
  each.var = l.function.insts.add({ir::LoopVar{}, kInt64, l.span});
  each.body = l.new_block();
  const ir::BlockId outer = l.builder.enter(each.body);
  loop.index.push_back(each.var);
  emit_loops(loop, axis + 1);
  loop.index.pop_back();
  l.builder.enter(outer);
  l.emit(each);
}

}  // namespace

Value lower_gufunc_call(Lowering& l, ExprId id, const types::GufuncCall& call) {
  At at(l, l.tree()[id].span);
  Loop loop{l, call, *l.program.functions[call.function]};
  loop.extents.resize(size_t(call.loop));
  add_inputs(loop);
  for (size_t i = 0; i < loop.inputs.size(); ++i) {
    const Operand& input = loop.inputs[i];
    if (!is_array(loop, input.value)) continue;
    check_core(loop, input, call.layout.inputs[i]);
    check_loop(loop, input, false);
  }
  std::vector<InstId> given, made;
  for (size_t i = 0; i < call.outputs.size(); ++i) {
    const int rank = int(call.layout.outputs[i].size());
    Operand out{InstId::none(), {}, call.loop, rank};
    out.core = Type::array(call.outputs[i], std::max(rank, 1),
                           call.stores ? loop.callee.params[loop.inputs.size() + i].type.layout() : Layout::Any);
    if (call.outs.empty()) {
      out.value = new_output(loop, i);
    } else {
      given.push_back(lower_array(l, call.outs[i]));
      out.value = given.back();
      check_core(loop, out, call.layout.outputs[i]);
      check_loop(loop, out, true);
      const bool is_input = std::any_of(loop.inputs.begin(), loop.inputs.end(),
                                        [&](const Operand& input) { return input.value == out.value; });
      if (l.dtype_of(out.value) != call.outputs[i] || is_input)
        out.value = array_like(loop, out.value, call.outputs[i], true);
    }
    made.push_back(out.value);
    loop.outs.push_back(out);
  }
  emit_loops(loop, 0);
  for (size_t i = 0; i < given.size(); ++i)
    if (made[i] != given[i])
      l.emit(ir::Copy{given[i], made[i], l.site("ValueError", "axis {0} of an array has size {1}, wanted {2}")});
  std::vector<Value> results;
  for (size_t i = 0; i < made.size(); ++i) {
    InstId result = given.empty() ? made[i] : given[i];
    const bool number = given.empty() && call.loop == 0 && call.layout.outputs[i].empty();
    if (number) result = l.emit(ir::Load{result, {l.integer(0)}, false, false, 0}, Type::scalar(call.outputs[i]));
    results.push_back({result, {}});
  }
  if (results.empty()) return {};
  if (results.size() == 1) return results[0];
  return {InstId::none(), results};
}

}  // namespace nf::lower
