// Functions of numbers called on whole arrays: which loop, which shape, and the walk over the points.
#include <algorithm>

#include "engine/arguments.h"
#include "engine/function_state.h"
#include "engine/points.h"
#include "engine/prepared_ufunc.h"
#include "passes/passes.h"

namespace nf::engine {
namespace {

std::string names_of(const std::vector<DType>& dtypes) {
  std::string names;
  for (DType dtype : dtypes) names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(dtype));
  return names;
}

Loop loop_of(const Signature& signature, const std::optional<DType>& result) {
  Loop loop;
  for (const SignatureType& type : signature.args) loop.inputs.push_back(type.dtype);
  loop.result = result;
  if (signature.result) loop.result = signature.result->dtype;
  return loop;
}

int rank_of(const Argument& argument) {
  const View* view = std::get_if<View>(&argument);
  return view ? view->rank : 0;
}

std::string shapes_text(const std::vector<Argument>& operands) {
  std::string text;
  for (const Argument& operand : operands) {
    const View* view = std::get_if<View>(&operand);
    std::string shape = view ? shape_text(view->shape.data(), view->rank) : "()";
    shape.erase(std::remove(shape.begin(), shape.end(), ' '), shape.end());
    text += (text.empty() ? "" : " ") + shape;
  }
  return text;
}

/// NumPy's broadcasting; a view without data.
View broadcast_shape(const std::vector<Argument>& operands) {
  View shape;
  for (const Argument& operand : operands) shape.rank = std::max(shape.rank, rank_of(operand));
  std::fill_n(shape.shape.begin(), shape.rank, 1);
  for (const Argument& operand : operands) {
    const View* view = std::get_if<View>(&operand);
    for (int d = 0; view && d < view->rank; ++d) {
      const int64_t extent = view->shape[size_t(d)];
      int64_t& common = shape.shape[size_t(d + shape.rank - view->rank)];
      if (extent != 1 && common != 1 && extent != common)
        throw Error(ErrorKind::Value, "operands could not be broadcast together with shapes " + shapes_text(operands));
      if (extent != 1) common = extent;
    }
  }
  return shape;
}

/// The operand for the axes of `shape`, to which it broadcasts.
PointOperand operand_of(const View& view, const View& shape) {
  PointOperand operand{static_cast<char*>(view.data), view.dtype, {}};
  const int leading = shape.rank - view.rank;
  for (int d = 0; d < view.rank; ++d)
    operand.strides[size_t(d + leading)] = view.shape[size_t(d)] == 1 ? 0 : view.strides[size_t(d)];
  return operand;
}

/// The axes in the order in which the operands have them in memory: NumPy's order "K". From the last one outwards,
/// an axis moves inwards past those in which the operands take larger steps; where operands differ, C's order wins.
std::vector<int> memory_order(const std::vector<PointOperand>& operands, int rank) {
  std::vector<int> order;
  for (int axis = rank - 1; axis >= 0; --axis) {
    size_t place = order.size();
    for (size_t at = order.size(); at-- > 0;) {
      bool decided = false, moves = true;
      for (const PointOperand& operand : operands) {
        const int64_t inner = std::abs(operand.strides[size_t(order[at])]),
                      own = std::abs(operand.strides[size_t(axis)]);
        if (inner == 0 || own == 0) continue;
        decided = true, moves = moves && inner > own;
      }
      if (!decided) continue;
      if (!moves) break;
      place = at;
    }
    order.insert(order.begin() + ptrdiff_t(place), axis);
  }
  std::reverse(order.begin(), order.end());
  return order;
}

NewArray allocate(DType dtype, const View& shape, const std::vector<PointOperand>& operands) {
  const std::vector<int> order = memory_order(operands, shape.rank);
  int64_t extents[kMaxRank];
  for (size_t d = 0; d < order.size(); ++d) extents[d] = shape.shape[size_t(order[d])];
  NewArray made = new_array(dtype, extents, shape.rank);
  const View packed = made.view;
  for (size_t d = 0; d < order.size(); ++d) {
    made.view.shape[size_t(order[d])] = packed.shape[d];
    made.view.strides[size_t(order[d])] = packed.strides[d];
  }
  return made;
}

/// True when both are the same elements in the same order.
bool same_elements(const PointOperand& a, const PointOperand& b, int rank) {
  return a.data == b.data && size_of(a.dtype) == size_of(b.dtype) &&
         std::equal(a.strides.begin(), a.strides.begin() + rank, b.strides.begin());
}

bool uses_threads(const KernelOptions& options) { return options.target == "parallel" || options.target == "auto"; }

}  // namespace

Loop Function::choose_loop(const std::vector<DType>& inputs) {
  const types::Definition& kernel = definition();
  const auto& signatures = kernel.options.signatures;
  if (signatures.empty()) return {inputs, kernel.options.dtype};
  for (const Signature& signature : signatures) {  // the first that fits, even where one has these very dtypes
    bool fits = signature.args.size() == inputs.size();
    for (size_t i = 0; fits && i < inputs.size(); ++i) fits = types::casts_safely(inputs[i], signature.args[i].dtype);
    if (fits) return loop_of(signature, kernel.options.dtype);
  }
  std::string declared;
  for (const Signature& signature : signatures)
    declared += fmt::format("{}({})", declared.empty() ? "" : " or ", names_of(loop_of(signature, {}).inputs));
  throw Error(
      ErrorKind::Type,
      fmt::format("ufunc '{}' not supported for the input types, and the inputs could not be safely coerced to any "
                  "supported types according to the casting rule ''safe''",
                  kernel.name),
      {fmt::format("it is declared for {} and was given ({})", declared, names_of(inputs)),
       "without declared types it takes every dtype"});
}

Loop Function::loop_for(const std::vector<Type>& args) {
  std::vector<DType> inputs;
  for (Type type : args) inputs.push_back(type.dtype());
  return choose_loop(inputs);
}

DType Function::loop_result(const Loop& loop) {
  std::vector<Type> types;
  for (DType dtype : loop.inputs) types.push_back(Type::array(dtype, 1));
  StencilOptions options;
  options.loop = loop;
  return specialize(types, options, {})->results.at(0).dtype();
}

Result Function::at_points(const Loop& loop, const std::vector<Argument>& given, const std::optional<View>& out,
                           bool parallel, CallTrace* trace) {
  const types::Definition& kernel = definition();
  if (given.size() != loop.inputs.size() || given.empty())
    throw Error(ErrorKind::Type, fmt::format("`{}` takes {} operand{}, got {}", kernel.name, loop.inputs.size(),
                                             loop.inputs.size() == 1 ? "" : "s", given.size()));
  View shape = broadcast_shape(given);
  if (out) {
    std::vector<Argument> all = given;
    all.emplace_back(*out);
    shape = broadcast_shape(all);
    if (shape.rank != out->rank || !std::equal(out->shape.begin(), out->shape.begin() + out->rank, shape.shape.begin()))
      throw Error(ErrorKind::Value,
                  fmt::format("non-broadcastable output operand with shape {} doesn't match the broadcast shape {}",
                              shapes_text({*out}), shapes_text({shape})));
    if (out->readonly) throw Error(ErrorKind::Value, "output array is read-only");
  }
  // Numbers lie in `args`, which must not move from here on.
  std::vector<Argument> args = given;
  std::vector<PointOperand> operands;
  for (Argument& argument : args) {
    if (auto* scalar = std::get_if<Scalar>(&argument))
      operands.push_back({reinterpret_cast<char*>(&scalar->bits), scalar->dtype, {}});
    else
      operands.push_back(operand_of(std::get<View>(argument), shape));
  }

  StencilOptions options;
  options.loop = loop;
  if (out) options.out_dtypes = {out->dtype};
  NewArray made;
  std::vector<NewArray> held;
  const DType stored = out ? out->dtype : loop_result(loop);
  if (!out) made = allocate(stored, shape, operands);
  const View& target = out ? *out : made.view;
  operands.push_back(operand_of(target, shape));
  // An input that is written while it is read is copied first, unless each element is read just before it is written.
  for (size_t i = 0; out && i < args.size(); ++i) {
    View* view = std::get_if<View>(&args[i]);
    if (!view || !overlap(*view, *out) || same_elements(operands[i], operands.back(), shape.rank)) continue;
    held.push_back(new_array(view->dtype, view->shape.data(), view->rank));
    copy_view(*view, held.back().view);
    operands[i] = operand_of(held.back().view, shape);
  }

  const PointWalk walk(std::move(operands), shape.shape.data(), shape.rank);
  std::vector<Type> types;
  for (size_t i = 0; i < args.size(); ++i) {
    const DType dtype = std::visit([](const auto& value) { return value.dtype; }, args[i]);
    types.push_back(walk.inputs()[i] == Passing::Constant ? Type::scalar(dtype) : Type::array(dtype, 1));
  }
  auto code = specialize(types, options, walk.points());
  if (trace && shape.rank > 1)
    trace->images = walk.points() / std::max<int64_t>(shape.shape[size_t(shape.rank - 1)], 1);
  walk.run(*code, parallel && uses_threads(kernel.options), trace);
  if (out) return AliasOf{int(args.size())};
  if (shape.rank > 0) return made;
  Scalar number{stored, 0};
  std::memcpy(&number.bits, made.view.data, size_t(size_of(stored)));
  return number;
}

std::optional<PreparedUfunc> Function::prepare_ufunc(const Loop& loop, const std::vector<Argument>& operands,
                                                     const std::optional<View>& out) {
  std::vector<Type> types, passed;
  for (const Argument& operand : operands) {
    const View* view = std::get_if<View>(&operand);
    types.push_back(view ? Type::array(view->dtype, 1) : Type::scalar(std::get<Scalar>(operand).dtype));
  }
  if (operands.empty()) return {};
  passed = types;
  const bool numbers = std::none_of(types.begin(), types.end(), [](Type type) { return type.is_array(); });
  if (numbers) passed[0] = Type::array(passed[0].dtype(), 1);
  StencilOptions options;
  options.loop = loop;
  if (out) options.out_dtypes = {out->dtype};
  auto made = specialize(passed, options, 0);
  return PreparedUfunc(std::move(made), std::move(types), passes::arrays_first(passed),
                       uses_threads(definition().options));
}

}  // namespace nf::engine
