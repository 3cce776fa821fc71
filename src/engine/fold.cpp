// Folds with a function of two numbers, as `reduce` and `accumulate` need them: each step takes what the one before
// made, so they are loops around the function and not stencils.
#include "base/assert.h"
#include "engine/arguments.h"
#include "engine/function_state.h"
#include "engine/points.h"
#include "ir/rewrite.h"
#include "lower/lower.h"

namespace nf::engine {
namespace {

/// A jitted function (start, elements, out) that calls function 1 of its module for one element after the other.
ir::Function folding(const std::string& name, Type value, DType element, DType taken) {
  ir::Function fold;
  fold.name = name;
  const Type elements = Type::array(element, 1, Layout::Any, true), out = Type::array(value.dtype(), 1, Layout::Any);
  fold.params = {{"start", value, false, {}}, {"elements", elements, false, {}}, {"out", out, false, {}}};
  fold.body = fold.blocks.add({});
  ir::Builder build(fold, fold.body);
  const ir::InstId slot = build.emit(ir::Slot{}, value);
  const ir::InstId start = build.emit(ir::Param{0}, value), from = build.emit(ir::Param{1}, elements),
                   to = build.emit(ir::Param{2}, out);
  build.emit(ir::Set{slot, start}, Type::none());
  const Type index = Type::scalar(DType::Int64);
  const ir::InstId count = build.emit(ir::Dim{from, 0}, index);
  ir::For loop{fold.insts.add({ir::LoopVar{}, index, {}}), build.constant(0), count, build.constant(1),
               fold.blocks.add({})};
  const ir::BlockId outer = build.enter(loop.body);
  const ir::InstId read = build.emit(ir::Load{from, {loop.var}, false, false}, Type::scalar(element));
  const ir::InstId before = build.emit(ir::Get{slot}, value);
  const ir::InstId made = build.emit(ir::Call{1, {before, build.cast(read, taken)}, ir::InstId::none()}, value);
  build.emit(ir::Set{slot, made}, Type::none());
  build.emit(ir::Store{to, {loop.var}, made, false, false}, Type::none());
  build.enter(outer);
  build.emit(loop, Type::none());
  build.emit(ir::Return{}, Type::none());
  return fold;
}

/// The function with its value cast to `dtype`.
ir::Function returning(const ir::Function& function, DType dtype) {
  ir::Function out =
      ir::rewrite(function, [&](ir::Rewriter& copy, ir::InstId, const ir::Inst& inst) -> std::optional<ir::InstId> {
        const auto* back = std::get_if<ir::Return>(&inst.op);
        if (!back) return {};
        const ir::InstId value = copy.out().cast(copy[back->values.at(0)], dtype, inst.span);
        return copy.out().emit(ir::Return{{value}}, inst.type, inst.span);
      });
  out.results = {Type::scalar(dtype)};
  return out;
}

std::shared_ptr<Specialization> make_fold(const types::DefinitionPtr& definition, const Loop& loop, DType element) {
  auto made = std::make_shared<Specialization>();
  const Type value = Type::scalar(loop.inputs[0]), taken = Type::scalar(loop.inputs[1]);
  ir::Module& module = made->module;
  module = lower::lower(*types::infer_types(definition, {value, taken}));
  module.functions[0] = returning(module.functions[0], value.dtype());
  for (ir::Function& function : module.functions)  // all move up by one
    for (uint32_t i = 0; i < function.insts.size(); ++i)
      if (auto* call = std::get_if<ir::Call>(&function.insts[ir::InstId{i}].op)) ++call->function;
  module.functions.insert(module.functions.begin(), folding(definition->name, value, element, taken.dtype()));
  made->fastmath = definition->options.fastmath;
  make_code(*made, 0);
  return made;
}

/// The same by one call of the function for each element: where one raises, the value stays.
void fold_one_by_one(const Specialization& made, Scalar value, const View& elements, const View& out) {
  FirstFault faults;
  Scalar next = value;
  abi::Array arrays[3]{};
  abi::Value values[2];
  values[0].array = &arrays[0], values[1].array = &arrays[1];
  arrays[0].data = &value.bits, arrays[2].data = &next.bits;
  for (abi::Array& array : arrays) array.shape[0] = 1;
  abi::StencilCall call{};
  call.args = values, call.outs = &arrays[2];
  const auto size = size_t(size_of(out.dtype));
  for (int64_t i = 0; i < elements.shape[0]; ++i) {
    arrays[1].data = static_cast<char*>(elements.data) + i * elements.strides[0];
    compute_row(made, stencil_code(made, int64_t(size)), call, 0, 1, i, faults);
    value = next;
    std::memcpy(static_cast<char*>(out.data) + i * out.strides[0], &value.bits, size);
  }
  faults.rethrow(made.module);
}

}  // namespace

void Function::fold_points(const Loop& loop, const void* start, const View& elements, const View& out) {
  nf_assert(loop.inputs.size() == 2 && out.dtype == loop.inputs[0], "a fold with {} operands", loop.inputs.size());
  Scalar value{out.dtype, 0};
  std::memcpy(&value.bits, start, size_t(size_of(out.dtype)));
  StencilOptions options;
  options.loop = loop;
  options.loop->result = out.dtype;
  auto pointwise = specialize({Type::array(out.dtype, 1), Type::array(elements.dtype, 1)}, options, 0);
  if (pointwise->module.sites.size() > 1) return fold_one_by_one(*pointwise, value, elements, out);
  std::shared_ptr<const Specialization> fold;
  {
    std::lock_guard lock(state_->mutex);
    std::shared_ptr<Specialization>& known = state_->folds[{loop.inputs[0], loop.inputs[1], elements.dtype}];
    if (!known) known = make_fold(state_->definition, loop, elements.dtype);
    fold = known;
  }
  run_function(*fold, std::vector<Argument>{value, elements, out});
}

}  // namespace nf::engine
