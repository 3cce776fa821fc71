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

/// `for var in range(lo, hi)` around what `body` emits.
void count(Lowering& l, InstId lo, InstId hi, const std::function<void(InstId)>& body) {
  ir::For each{};
  each.lo = lo, each.hi = hi, each.step = l.integer(1);
  each.var = l.function.insts.add({ir::LoopVar{}, kInt64, l.span});
  each.body = l.new_block();
  const ir::BlockId outer = l.builder.enter(each.body);
  body(each.var);
  l.builder.enter(outer);
  l.emit(each);
}

void emit_loops(Loop& loop, size_t axis) {
  if (axis == loop.extents.size()) return call_kernel(loop);
  count(loop.l, loop.l.integer(0), loop.extents[axis], [&](InstId at) {
    loop.index.push_back(at);
    emit_loops(loop, axis + 1);
    loop.index.pop_back();
  });
}

bool is_written(const Operand& operand) { return operand.core.is_array() && !operand.core.readonly(); }

/// An array of the caller's that the kernel writes, and the operand that stands for it in the loop.
struct Written {
  InstId given;
  Operand* operand;
  bool is_read;  ///< NumPy's READWRITE: inputs, and outputs that a kernel stores parts of
};

std::vector<Written> written_operands(Loop& loop, const std::vector<InstId>& outs) {
  auto is_number = [](const auto& core) { return core.empty(); };
  const types::GufuncLayout& layout = loop.call.layout;
  const bool numbers = std::all_of(layout.inputs.begin(), layout.inputs.end(), is_number) &&
                       std::all_of(layout.outputs.begin(), layout.outputs.end(), is_number);
  std::vector<Written> written;
  for (Operand& input : loop.inputs)
    if (is_written(input)) written.push_back({input.value, &input, true});
  for (size_t i = 0; i < outs.size(); ++i) written.push_back({outs[i], &loop.outs[i], loop.call.stores && !numbers});
  return written;
}

/// `operand`, or a copy where it shares memory with one of `from`; an array of C's layout stays one.
InstId apart(Lowering& l, InstId operand, std::vector<InstId> from, bool same, bool readonly) {
  if (from.empty()) return operand;
  const Type own = l.type_of(operand);
  const Layout layout = own.layout() == Layout::C ? Layout::C : Layout::Any;
  return l.emit(ir::Apart{operand, std::move(from), same}, Type::array(own.dtype(), own.rank(), layout, readonly));
}

/// Inputs that share memory with the one array that is written are copied: as if all of them were read first.
void read_inputs_first(Loop& loop, const Operand& to) {
  for (Operand& input : loop.inputs) {
    if (!is_array(loop, input.value) || is_written(input)) continue;
    // A number is read before the number at its place is written.
    const bool in_place = input.core.is_scalar() && to.rank == 0;
    if (in_place && to.value == input.value) continue;
    input.value = apart(loop.l, input.value, {to.value}, in_place, true);
  }
}

/// Of several arrays that are written, each that shares memory with what is read is computed aside, and these are
/// copied back after the loop in their order. That is NumPy's way, and so arrays that share memory with each other end
/// as NumPy leaves them. What is only written may be the very input that is read: a core is read before it is stored.
void write_aside(Loop& loop, const std::vector<Written>& written) {
  std::vector<InstId> read;
  for (const Operand& input : loop.inputs)
    if (is_array(loop, input.value) && !is_written(input)) read.push_back(input.value);
  for (auto to = written.begin(); to != written.end(); ++to) {
    if (to->operand->value != to->given) continue;  // aside already, in another dtype
    std::vector<InstId> from = read;
    for (auto later = to + 1; later != written.end(); ++later)  // of two the first is the one aside
      if (later->is_read) from.push_back(later->given);
    to->operand->value = apart(loop.l, to->given, from, !to->is_read, false);
  }
}

/// Loops of `target="parallel"` whose cores write into memory of their own: new arrays, or one of the caller's.
bool runs_parallel(const Loop& loop) {
  if (loop.callee.definition->options.target != "parallel" || loop.extents.empty()) return false;
  size_t callers = 0;
  for (const Operand& input : loop.inputs) callers += is_written(input);
  for (const Operand& out : loop.outs) callers += !std::holds_alternative<ir::Alloc>(loop.l.function[out.value].op);
  return callers <= 1;
}

/// The loops as a function of their own that does any run of rounds: of all rounds in C order those from `lo` to `hi`.
/// It goes along the last axis, so that one division finds the place of many rounds.
void emit_parallel_loops(Loop& loop) {
  Lowering& l = loop.l;
  ir::Function function;
  function.name = "loop_of_" + loop.callee.definition->name;
  function.fastmath = l.function.fastmath;
  function.body = function.blocks.add({});
  Lowering inner{l.program, l.typed, l.module, function, ir::Builder(function, function.body)};
  inner.source = l.source, inner.span = l.span, inner.numpy_errors = l.numpy_errors, inner.pointwise = l.pointwise;
  std::vector<InstId> args;
  auto parameter = [&](InstId value, Type type) {
    const auto position = uint32_t(args.size());
    function.params.push_back({fmt::format("p{}", position), type, false, {}});
    args.push_back(value);
    return inner.emit(ir::Param{position}, type);
  };
  Loop rounds{inner, loop.call, loop.callee};
  for (auto [from, to] : {std::pair(&loop.inputs, &rounds.inputs), std::pair(&loop.outs, &rounds.outs)})
    for (Operand operand : *from) {
      Type type = l.type_of(operand.value);
      if (type.is_array() && from == &loop.inputs && !is_written(operand))
        type = Type::array(type.dtype(), type.rank(), type.layout(), true);
      operand.value = parameter(operand.value, type);
      to->push_back(operand);
    }
  InstId total = l.integer(1);
  for (InstId extent : loop.extents) {
    rounds.extents.push_back(parameter(extent, kInt64));
    total = l.binary(ir::BinaryOp::Mul, total, extent);
  }
  InstId lo = parameter(l.integer(0), kInt64), hi = parameter(total, kInt64);
  // Rows of rounds, the first and the last of them in part.
  const InstId last = rounds.extents.back(), one = inner.integer(1), zero = inner.integer(0);
  auto binary = [&](ir::BinaryOp op, InstId a, InstId b) { return inner.binary(op, a, b); };
  InstId first_row = binary(ir::BinaryOp::FloorDiv, lo, last);
  InstId last_row = binary(ir::BinaryOp::FloorDiv, binary(ir::BinaryOp::Sub, hi, one), last);
  count(inner, first_row, binary(ir::BinaryOp::Add, last_row, one), [&](InstId row) {
    InstId begin = binary(ir::BinaryOp::Mul, row, last), left = row;
    std::vector<InstId> index(rounds.extents.size() - 1);
    for (size_t axis = index.size(); axis-- > 0;) {
      index[axis] = binary(ir::BinaryOp::Mod, left, rounds.extents[axis]);
      left = binary(ir::BinaryOp::FloorDiv, left, rounds.extents[axis]);
    }
    InstId from = binary(ir::BinaryOp::Max, binary(ir::BinaryOp::Sub, lo, begin), zero);
    InstId to = binary(ir::BinaryOp::Min, binary(ir::BinaryOp::Sub, hi, begin), last);
    count(inner, from, to, [&](InstId at) {
      rounds.index = index;
      rounds.index.push_back(at);
      call_kernel(rounds);
    });
  });
  ir::Call call{uint32_t(l.program.functions.size() + l.pointwise->size()), args, InstId::none()};
  call.parallel = true;
  inner.emit(ir::Return{});
  l.pointwise->push_back(std::move(function));
  l.emit(call);
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
  std::vector<InstId> given;
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
      if (l.dtype_of(out.value) != call.outputs[i]) out.value = array_like(loop, out.value, call.outputs[i], true);
    }
    loop.outs.push_back(out);
  }
  const std::vector<Written> written = written_operands(loop, given);
  if (written.size() == 1)
    read_inputs_first(loop, *written[0].operand);
  else
    write_aside(loop, written);
  if (runs_parallel(loop))
    emit_parallel_loops(loop);
  else
    emit_loops(loop, 0);
  for (const Written& to : written)
    if (to.operand->value != to.given)
      l.emit(
          ir::Copy{to.given, to.operand->value, l.site("ValueError", "axis {0} of an array has size {1}, wanted {2}")});
  std::vector<Value> results;
  for (size_t i = 0; i < loop.outs.size(); ++i) {
    InstId result = given.empty() ? loop.outs[i].value : given[i];
    const bool number = given.empty() && call.loop == 0 && call.layout.outputs[i].empty();
    if (number) result = l.emit(ir::Load{result, {l.integer(0)}, false, false, 0}, Type::scalar(call.outputs[i]));
    results.push_back({result, {}});
  }
  if (results.empty()) return {};
  if (results.size() == 1) return results[0];
  return {InstId::none(), results};
}

}  // namespace nf::lower
