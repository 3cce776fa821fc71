// The cores of a gufunc, row by row: a compiled loop around the kernel, into which LLVM puts it, so that a small core
// costs no call. Kernels that allocate are called core by core, because what a call allocates lives to its end.
#include <algorithm>

#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/gufunc.h"
#include "engine/specialization.h"
#include "ir/rewrite.h"

namespace nf::engine {
namespace {

/// All functions move up by one: the loop becomes function 0.
void make_room(ir::Module& module) {
  for (ir::Function& function : module.functions)
    for (uint32_t i = 0; i < function.insts.size(); ++i)
      if (auto* call = std::get_if<ir::Call>(&function.insts[ir::InstId{i}].op)) ++call->function;
}

/// The data of an operand at a loop index.
char* data_at(const Operand& operand, std::span<const int64_t> loop, int64_t index) {
  char* data = static_cast<char*>(operand.view.data);
  for (int d = int(loop.size()) - 1; d >= 0; --d) {
    data += index % loop[size_t(d)] * operand.view.strides[size_t(d)];
    index /= loop[size_t(d)];
  }
  return data;
}

/// Stores what the kernel returned for one core.
void take_result(Type type, const abi::Value& value, const abi::Array& array, View target) {
  if (type.is_scalar()) return fill_view(target, Scalar{type.dtype(), value.bits});
  View from = target;
  from.dtype = type.dtype(), from.data = array.data;
  std::copy_n(array.strides, from.rank, from.strides.begin());
  if (!std::equal(from.shape.begin(), from.shape.begin() + from.rank, array.shape))
    throw Error(ErrorKind::Value,
                fmt::format("the kernel returned an array of shape {}, its output has the core shape {}",
                            shape_text(array.shape, from.rank), shape_text(target.shape.data(), target.rank)));
  copy_view(from, target);
}

void run_one_by_one(const GufuncCode& code, std::span<const Operand> operands, std::span<const int64_t> loop,
                    int64_t lo, int64_t hi) {
  const Specialization& made = *code.kernel;
  const size_t given = operands.size() - code.returned;
  Few<abi::Array> arrays(operands.size()), result_arrays(code.returned);
  Few<abi::Value> values(given), results(code.returned);
  for (size_t i = 0; i < operands.size(); ++i) write_abi(core_view(operands[i].view, operands[i].core_rank), arrays[i]);
  for (int64_t index = lo; index < hi; ++index) {
    for (size_t i = 0; i < operands.size(); ++i) {
      char* data = data_at(operands[i], loop, index);
      arrays[i].data = data;
      if (i >= given) continue;
      if (operands[i].by_value)
        values[i].bits = 0, std::memcpy(&values[i].bits, data, size_t(size_of(operands[i].view.dtype)));
      else
        values[i].array = &arrays[i];
    }
    for (size_t i = 0; i < code.returned; ++i) {
      results[i].bits = 0;
      if (made.results[i].is_array()) results[i].array = &result_arrays[i];
    }
    CallContext context;
    if (int32_t status = made.jit(&context, values.data(), results.data()))
      throw_fault(made.module, status, context.fault);
    for (size_t i = 0; i < code.returned; ++i) {
      View target = core_view(operands[given + i].view, operands[given + i].core_rank);
      target.data = arrays[given + i].data;
      take_result(made.results[i], results[i], result_arrays[i], target);
    }
  }
}

void run_rows(const Specialization& made, std::span<const Operand> operands, std::span<const int64_t> loop, int64_t lo,
              int64_t hi) {
  const int64_t row = loop.empty() ? 1 : loop.back();
  Few<abi::Array> arrays(operands.size());
  Few<abi::Value> values(operands.size());
  for (size_t i = 0; i < operands.size(); ++i) {
    const View& view = operands[i].view;
    const int core = operands[i].by_value ? 0 : operands[i].core_rank, leading = view.rank - core;
    arrays[i].strides[0] = loop.empty() ? 0 : view.strides[loop.size() - 1];
    for (int d = 0; d < core; ++d)
      arrays[i].shape[d + 1] = view.shape[leading + d], arrays[i].strides[d + 1] = view.strides[leading + d];
    values[i].array = &arrays[i];
  }
  for (int64_t index = lo; index < hi;) {
    const int64_t count = std::min(row - index % row, hi - index);
    for (size_t i = 0; i < operands.size(); ++i)
      arrays[i].data = data_at(operands[i], loop, index), arrays[i].shape[0] = count;
    CallContext context;
    if (int32_t status = made.jit(&context, values.data(), nullptr)) throw_fault(made.module, status, context.fault);
    index += count;
  }
}

}  // namespace

bool is_loopable(const Specialization& kernel) {
  for (Type result : kernel.results)
    if (!result.is_scalar()) return false;
  return std::none_of(kernel.module.functions.begin(), kernel.module.functions.end(), [](const ir::Function& function) {
    return function.kind == ir::FunctionKind::Stencil ||
           std::any_of(function.insts.begin(), function.insts.end(), [](const ir::Inst& inst) {
             return std::holds_alternative<ir::Alloc>(inst.op) || std::holds_alternative<ir::Ravel>(inst.op);
           });
  });
}

std::shared_ptr<Specialization> make_core_loop(const Specialization& kernel, const std::vector<bool>& by_value,
                                               const std::vector<int>& core_ranks, size_t inputs,
                                               const std::vector<DType>& returned) {
  auto made = std::make_shared<Specialization>();
  ir::Module& module = made->module;
  module = kernel.module;
  make_room(module);
  const ir::Function& callee = module.functions[0];
  nf_assert(callee.params.size() == by_value.size(), "@{} has {} parameters, not {}", callee.name, callee.params.size(),
            by_value.size());
  ir::Function loop;
  loop.name = callee.name, loop.fastmath = callee.fastmath;
  loop.body = loop.blocks.add({});
  ir::Builder build(loop, loop.body);
  std::vector<ir::InstId> operands;
  auto add_operand = [&](const std::string& name, DType dtype, int core, bool readonly) {
    const Type type = Type::array(dtype, 1 + core, Layout::Any, readonly);
    operands.push_back(build.emit(ir::Param{uint32_t(loop.params.size())}, type));
    loop.params.push_back({name, type, false, {}});
  };
  for (size_t i = 0; i < callee.params.size(); ++i) {
    const Type type = callee.params[i].type;
    add_operand(callee.params[i].name, type.dtype(), core_ranks[i], by_value[i] || type.readonly());
  }
  for (DType dtype : returned) add_operand("result", dtype, 0, false);

  ir::For each{};
  each.lo = build.constant(int64_t(0)), each.step = build.constant(int64_t(1));
  each.hi = build.emit(ir::Dim{operands.at(0), 0}, Type::scalar(DType::Int64));
  each.var = loop.insts.add({ir::LoopVar{}, Type::scalar(DType::Int64), {}});
  each.body = loop.blocks.add({});
  const ir::BlockId outer = build.enter(each.body);
  ir::Call call{1, {}, ir::InstId::none()};
  for (size_t i = 0; i < callee.params.size(); ++i) {
    const Type type = callee.params[i].type;
    call.args.push_back(by_value[i] ? build.emit(ir::Load{operands[i], {each.var}, false, false, 0}, type)
                                    : build.emit(ir::Row{operands[i], {each.var}}, type));
  }
  if (std::none_of(core_ranks.begin(), core_ranks.end(), [](int rank) { return rank > 0; }))
    for (size_t i = inputs; i < callee.params.size(); ++i)
      if (!writes_element(callee, uint32_t(i))) {
        const ir::InstId zero = build.constant(Scalar{callee.params[i].type.dtype(), 0});
        build.emit(ir::Store{operands[i], {each.var}, zero, false, false, 0}, Type::none());
      }
  const Type result = callee.results.size() == 1 ? callee.results[0]
                      : callee.results.empty()   ? Type::none()
                                                 : Type::tuple(callee.results);
  const ir::InstId value = build.emit(std::move(call), result);
  for (size_t i = 0; i < returned.size(); ++i) {
    ir::InstId one = returned.size() == 1 ? value : build.emit(ir::Item{value, uint32_t(i)}, callee.results[i]);
    one = build.cast(one, returned[i]);
    build.emit(ir::Store{operands[callee.params.size() + i], {each.var}, one, false, false, 0}, Type::none());
  }
  build.enter(outer);
  build.emit(each, Type::none());
  module.functions.insert(module.functions.begin(), std::move(loop));
  made->fastmath = kernel.fastmath;
  make_code(*made, 0);
  return made;
}

bool is_independent(std::span<const Operand> operands, size_t inputs, std::span<const int64_t> loop) {
  auto same = [](const View& a, const View& b) {
    return a.data == b.data && a.rank == b.rank && a.strides == b.strides && a.shape == b.shape;
  };
  for (size_t i = inputs; i < operands.size(); ++i) {
    const View& out = operands[i].view;
    for (size_t d = 0; d < loop.size(); ++d)
      if (loop[d] > 1 && out.strides[d] == 0) return false;  // reduced into
    for (size_t j = 0; j < i; ++j)
      if (overlap(operands[j].view, out) && !same(operands[j].view, out)) return false;
  }
  return true;
}

size_t merge_axes(std::span<Operand> operands, std::span<int64_t> loop) {
  size_t left = loop.size();
  for (size_t d = loop.size(); d-- > 1;) {
    const bool even = std::all_of(operands.begin(), operands.end(), [&](const Operand& operand) {
      return operand.view.strides[d - 1] == operand.view.strides[d] * loop[d];
    });
    if (!even && loop[d - 1] != 1 && loop[d] != 1) continue;
    for (Operand& operand : operands) {
      View& view = operand.view;
      if (loop[d] != 1) view.strides[d - 1] = view.strides[d];
      std::copy(view.shape.begin() + d + 1, view.shape.begin() + view.rank, view.shape.begin() + d);
      std::copy(view.strides.begin() + d + 1, view.strides.begin() + view.rank, view.strides.begin() + d);
      --view.rank;
      view.shape[d - 1] = loop[d - 1] * loop[d];
    }
    loop[d - 1] *= loop[d];
    std::copy(loop.begin() + std::ptrdiff_t(d) + 1, loop.begin() + std::ptrdiff_t(left--),
              loop.begin() + std::ptrdiff_t(d));
  }
  return left;
}

void run_cores(const GufuncCode& code, std::span<const Operand> operands, std::span<const int64_t> loop, int64_t lo,
               int64_t hi) {
  if (code.loop) return run_rows(*code.loop, operands, loop, lo, hi);
  run_one_by_one(code, operands, loop, lo, hi);
}

}  // namespace nf::engine
