// Operations on each element of lazy arrays: stencils that read nothing but their own point.
#include <fmt/format.h>

#include <map>
#include <mutex>

#include "array/array.h"
#include "array/operations.h"
#include "array/promote.h"
#include "engine/engine.h"
#include "nearfield/error.h"
#include "syntax/syntax.h"

namespace nf {
namespace {

using array::Operation;
using array::Rule;

/// The compiled function of a text. There are as many as operations and dtypes in use; they are kept.
engine::FunctionPtr function_of(const std::string& text) {
  static std::mutex& mutex = *new std::mutex;
  static auto& known = *new std::map<std::string, engine::FunctionPtr>;
  std::lock_guard lock(mutex);
  engine::FunctionPtr& function = known[text];
  if (!function) {
    auto module = syntax::parse(std::make_shared<Source>("<operation>", text, 1));
    types::FileDefinitions file = types::read_definitions(module);
    file.diagnostics.throw_if_any();
    function = std::make_shared<engine::Function>(file.kernels.at(0));
  }
  return function;
}

[[noreturn]] void refuse(const Operation& operation, DType dtype, std::string hint = {}) {
  std::vector<std::string> notes;
  if (!hint.empty()) notes.push_back(std::move(hint));
  throw Error(ErrorKind::Type, fmt::format("`{}` is not defined for {}", operation.name, name_of(dtype)),
              std::move(notes));
}

/// The dtype that an operation computes with, from the common one.
DType computed_dtype(const Operation& operation, DType common) {
  switch (operation.rule) {
    case Rule::Arithmetic:
      if (is_bool(common) && operation.of_bool.empty())
        refuse(operation, common, "hint: use `^` or `~`, or cast it: x.astype(nf.int8)");
      return common;
    case Rule::Small: return is_bool(common) ? DType::Int8 : common;
    case Rule::Division: return is_float(common) ? common : DType::Float64;
    case Rule::Bits:
      if (is_float(common)) refuse(operation, common);
      return common;
    case Rule::Shift:
      if (is_float(common)) refuse(operation, common);
      return is_bool(common) ? DType::Int8 : common;
    case Rule::Truth: return DType::Bool;
    default: return common;
  }
}

/// NumPy takes the narrowest float loop that each operand fits into: 8 bits fit float16, 16 bits float32. Weak integers
/// fit all.
DType floating_dtype(const Operation& operation, std::span<const Operand> operands) {
  std::optional<DType> widest;
  bool weak_float = false, floats = false;
  DType narrow = DType::Bool;
  for (const Operand& operand : operands) {
    const DType own = array::dtype_of(operand);
    if (operand.is_weak()) {
      weak_float |= is_float(own);
      continue;
    }
    floats |= is_float(own);
    if (size_of(own) == 1) {
      narrow = own;  // float16, which gives way to the others
      continue;
    }
    const DType needs = is_float(own) ? own : size_of(own) == 2 ? DType::Float32 : DType::Float64;
    widest = widest ? array::promote(*widest, needs) : needs;
  }
  if (weak_float && !floats) return DType::Float64;
  if (!widest) refuse(operation, narrow, "hint: NumPy gives float16, which is not there; x.astype(nf.float32)");
  return *widest;
}

bool gives_bool(Rule rule) { return rule == Rule::Comparison || rule == Rule::Test || rule == Rule::Truth; }

/// A number as the kernel gets it.
Scalar number_for(const Operand& operand, const Operation& operation, DType computed, bool by_value,
                  bool is_condition) {
  if (is_condition || operation.rule == Rule::Truth) return Scalar::of(DType::Bool, operand.number().to_double() != 0);
  return by_value ? operand.number() : array::as_dtype(operand, computed);
}

/// The views as flat rows of one length; `held` keeps copies of those that are broadcast or strided.
std::vector<View> flattened(std::span<const View> views, const View& out, std::vector<runtime::Buffer>& held) {
  const int64_t count = out.size();
  std::vector<View> flat;
  for (View view : views) {
    View wide = out;
    wide.dtype = view.dtype, wide.data = view.data, wide.readonly = true;
    // Axes that the frame does not have count one frame; those that the view lacks repeat it.
    bool same = view.c_contiguous() && view.size() == count;
    for (int axis = 1; axis <= out.rank; ++axis) {
      const int own = view.rank - axis, to = out.rank - axis;
      wide.strides[size_t(to)] = own < 0 || view.shape[size_t(own)] == 1 ? 0 : view.strides[size_t(own)];
    }
    if (!same) {
      held.emplace_back(size_t(std::max<int64_t>(count * size_of(view.dtype), 1)));
      const View copy = View::contiguous(held.back().data(), view.dtype, out.shape.data(), out.rank);
      array::copy_elements(wide, copy);
      view = copy;
    }
    flat.push_back(View::contiguous(view.data, view.dtype, &count, 1));
    flat.back().readonly = true;
  }
  return flat;
}

array::Stage stage_of(const Operation& operation, const engine::FunctionPtr& function,
                      const std::vector<Scalar>& numbers, DType result) {
  array::Stage stage;
  stage.name = operation.name;
  stage.rank = 1;
  stage.casts = false;
  stage.elementwise = true;
  auto options = [](std::span<const std::optional<ir::Range>> ranges) {
    engine::StencilOptions made;
    made.input_ranges.assign(ranges.begin(), ranges.end());
    made.fill_border = true;
    return made;
  };
  stage.infer = [function, numbers, result, options](std::span<const array::ArrayType> inputs) {
    std::vector<Type> types;
    std::vector<std::optional<ir::Range>> ranges;
    for (const array::ArrayType& in : inputs) types.push_back(Type::array(in.dtype, 1)), ranges.push_back(in.range);
    for (const Scalar& number : numbers) types.push_back(Type::scalar(number.dtype));
    engine::StencilType type = function->stencil_type(types, options(ranges));
    return array::StageType{result, type.ranges.empty() ? std::nullopt : type.ranges[0], {}};
  };
  stage.compute = [function, numbers, options](std::span<const View> in, const View& out,
                                               const array::StageCall& call) {
    std::vector<runtime::Buffer> held;
    std::vector<Argument> args;
    for (const View& view : flattened(in, out, held)) args.emplace_back(view);
    for (const Scalar& number : numbers) args.emplace_back(number);
    const int64_t count = out.size();
    engine::StencilOptions made = options(call.input_ranges);
    made.parallel = call.parallel;
    function->apply(args, View::contiguous(out.data, out.dtype, &count, 1), made);
  };
  return stage;
}

}  // namespace

Array elementwise(std::string_view name, const std::vector<Operand>& operands) {
  const Operation& operation = array::operation_named(name);
  if (int(operands.size()) != operation.operands)
    throw Error(ErrorKind::Type,
                fmt::format("`{}` takes {} operands, not {}", name, operation.operands, operands.size()));
  std::span<const Operand> values(operands);
  if (operation.rule == Rule::Choice) {
    if (!is_bool(array::dtype_of(operands[0])))
      refuse(operation, array::dtype_of(operands[0]), "hint: the condition is bool");
    values = values.subspan(1);
  }
  const DType computed = operation.rule == Rule::Floating ? floating_dtype(operation, values)
                                                          : computed_dtype(operation, array::promote(values));
  const DType result = gives_bool(operation.rule) ? DType::Bool : computed;
  std::vector<array::OperandKind> kinds;
  for (const Operand& operand : operands) kinds.push_back({array::dtype_of(operand), operand.is_array()});
  const bool by_value = compares_by_value(operation, kinds);
  std::vector<Array> arrays;
  std::vector<Scalar> numbers;
  for (size_t i = 0; i < operands.size(); ++i) {
    if (operands[i].is_array()) {
      arrays.push_back(operands[i].array());
      continue;
    }
    numbers.push_back(number_for(operands[i], operation, computed, by_value, operation.rule == Rule::Choice && i == 0));
    kinds[i].dtype = numbers.back().dtype;
  }
  if (arrays.empty()) throw Error(ErrorKind::Type, fmt::format("`{}` of numbers alone is no lazy array", name));
  const std::string text = kernel_text(operation, kinds, computed, result);
  return array::with_stage(arrays, stage_of(operation, function_of(text), numbers, result));
}

}  // namespace nf
