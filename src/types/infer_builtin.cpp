// Calls of what is built in: functions of numbers by their rule, the others one by one.
#include <algorithm>
#include <sstream>

#include "types/builtins.h"
#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

/// One call while it is typed: arguments by position of the parameters, `none()` where absent.
struct Bound {
  ExprId id;
  const BuiltinEntry& entry;
  std::string name;  ///< as the user wrote it
  std::vector<ExprId> args;
};

std::vector<std::string> words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

/// Binds the arguments of a call to the entry's parameters; reports what does not fit.
std::optional<Bound> bind_builtin(Inference& in, ExprId id, const Call& call, const BuiltinEntry& entry,
                                  ExprId receiver) {
  Bound bound{id, entry, in.text(call.function), {}};
  bool any_number = entry.params == "*";
  std::vector<std::string> params = words(any_number ? "" : entry.params);
  if (!any_number) bound.args.resize(params.size());
  size_t position = 0;
  for (const CallArgument& argument : call.arguments) {
    if (argument.star || argument.double_star) {
      in.report_unsupported(argument.span, argument.star ? "`*` in a call is" : "`**` in a call is");
      return {};
    }
    if (!argument.name.empty()) {
      auto found = std::find(params.begin(), params.end(), argument.name);
      if (found == params.end()) {
        Diagnostic& error = in.report(Code::wrong_argument_count, argument.span, "`{}=` of `{}` is not supported",
                                      argument.name, bound.name);
        if (auto near = closest(argument.name, params)) error.hint("did you mean `{}`?", *near);
        return {};
      }
      bound.args[size_t(found - params.begin())] = argument.value;
    } else if (any_number) {
      bound.args.push_back(argument.value);
    } else {
      if (position < params.size()) bound.args[position] = argument.value;
      ++position;
    }
  }
  bool enough = int(bound.args.size()) >= entry.required;
  for (int i = 0; enough && i < entry.required; ++i) enough = bool(bound.args[size_t(i)]);
  if (!enough || (!any_number && position > params.size())) {
    std::string wanted = any_number ? "at least " + std::to_string(entry.required)
                         : size_t(entry.required) == params.size()
                             ? std::to_string(params.size())
                             : fmt::format("{} to {}", entry.required, params.size());
    in.report(Code::wrong_argument_count, in.span(id), "`{}` takes {} argument{}, got {}", bound.name, wanted,
              wanted == "1" ? "" : "s", call.arguments.size());
    return {};
  }
  if (receiver) bound.args.insert(bound.args.begin(), receiver);
  return bound;
}

Type bad_argument(Inference& in, const Bound& call, ExprId argument, std::string_view wanted) {
  Type type = in.typed.types[argument];
  Diagnostic& error =
      in.report(Code::bad_argument, in.span(argument), "`{}` takes {}, this is {}", call.name, wanted, describe(type));
  bool is_extreme = call.entry.builtin == Builtin::Min || call.entry.builtin == Builtin::Max;
  if (type.is_array() && is_extreme) error.hint("`np.{}` takes an array", call.name);
  return Type::unknown();
}

Type finish(Inference& in, const Bound& call, std::vector<ExprId> args, DType dtype, Type result) {
  in.typed.meanings[call.id] = BuiltinCall{call.entry.builtin, std::move(args), dtype};
  return result;
}

/// NumPy's functions of numbers are functions of whole arrays too, and so is `abs`.
bool works_on_arrays(const BuiltinEntry& entry) {
  return entry.path.starts_with("numpy.") || entry.path == "builtins.abs";
}

/// A function of one or two numbers, or of any number of them (`min`, `max`), by its rule.
Type infer_number_function(Inference& in, const Bound& call) {
  std::vector<DType> dtypes;
  std::vector<Type> operands;
  bool failed = false;
  const bool takes_arrays = !in.is_stencil() && works_on_arrays(call.entry);
  for (ExprId argument : call.args) {
    Type type = infer(in, argument);
    operands.push_back(type);
    if (type.is_unknown()) {
      failed = true;
    } else if (!type.is_scalar() && !(takes_arrays && type.is_array())) {
      bad_argument(in, call, argument, call.args.size() == 1 ? "a number" : "numbers");
      failed = true;
    } else {
      dtypes.push_back(type.dtype());
    }
  }
  if (failed) return Type::unknown();
  const int rank = elementwise_rank(in, operands);
  ResultRule rule = *call.entry.rule;
  DType result = function_result(rule, dtypes[0]);
  for (size_t i = 1; i < dtypes.size(); ++i) result = function_result(rule, i == 1 ? dtypes[0] : result, dtypes[i]);
  DType computed = result;
  if (rule == ResultRule::MathInteger) computed = dtypes[0];
  if (rule == ResultRule::Truth) computed = is_float(dtypes[0]) ? dtypes[0] : DType::Float64;
  return finish(in, call, call.args, computed, elements_of(result, rank));
}

/// `min` and `max` of one tuple of numbers.
Type infer_extreme_of_tuple(Inference& in, const Bound& call) {
  Type type = infer(in, call.args[0]);
  if (type.is_unknown()) return type;
  if (!type.is_tuple()) return bad_argument(in, call, call.args[0], "two numbers or more, or a tuple");
  std::optional<DType> result;
  for (Type item : type.items()) {
    if (!item.is_scalar()) return bad_argument(in, call, call.args[0], "a tuple of numbers");
    result = result ? unify(*result, item.dtype()) : item.dtype();
  }
  if (!result) return bad_argument(in, call, call.args[0], "a tuple that is not empty");
  return finish(in, call, call.args, *result, Type::scalar(*result));
}

/// `sorted` and `np.median` of a tuple of numbers, or of a list that is written out.
Type infer_ranked(Inference& in, const Bound& call) {
  const bool is_median = call.entry.builtin == Builtin::Median;
  const ExprId argument = call.args[0];
  Type type;
  if (auto* list = std::get_if<ListExpr>(&in.tree[argument].node)) {
    std::vector<Type> items;
    for (ExprId item : list->items) {
      items.push_back(infer(in, item));
      if (items.back().is_unknown()) return Type::unknown();
    }
    in.typed.meanings[argument] = std::monostate{};
    type = in.typed.types[argument] = Type::tuple(items);
  } else {
    type = infer(in, argument);
  }
  if (type.is_unknown()) return type;
  const std::string_view wanted = "a tuple of numbers or a list that is written out";
  if (!type.is_tuple() || type.items().empty()) return bad_argument(in, call, argument, wanted);
  std::optional<DType> dtype;
  for (Type item : type.items()) {
    if (!item.is_scalar()) return bad_argument(in, call, argument, wanted);
    dtype = dtype ? unify(*dtype, item.dtype()) : item.dtype();
  }
  const size_t count = type.items().size();
  if (count > size_t(kMaxRanked)) {
    in.report(Code::bad_argument, in.span(argument), "`{}` takes at most {} numbers, these are {}", call.name,
              kMaxRanked, count);
    return Type::unknown();
  }
  if (is_median) return finish(in, call, {argument}, *dtype, Type::scalar(DType::Float64));
  return finish(in, call, {argument}, *dtype, Type::tuple(std::vector<Type>(count, Type::scalar(*dtype))));
}

/// The shape of a new array: a number or a tuple of them. Returns the rank.
std::optional<int> infer_shape(Inference& in, const Bound& call, ExprId shape) {
  Type type = infer(in, shape);
  if (type.is_unknown()) return {};
  auto is_extent = [](Type t) { return t.is_scalar() && is_integer(t.dtype()); };
  if (is_extent(type)) return 1;
  if (type.is_tuple() && std::all_of(type.items().begin(), type.items().end(), is_extent)) {
    if (int rank = int(type.items().size()); rank <= kMaxRank) return rank;
    in.report(Code::bad_argument, in.span(shape), "an array has at most {} dimensions", kMaxRank);
    return {};
  }
  bad_argument(in, call, shape, "an integer or a tuple of integers as its shape");
  return {};
}

/// np.zeros(shape, dtype), np.full(shape, value, dtype) and their `_like` forms.
Type infer_new_array(Inference& in, const Bound& call, bool like, bool filled) {
  ExprId value = filled ? call.args[1] : ExprId::none();
  ExprId dtype_name = call.args[filled ? 2 : 1];
  std::optional<int> rank;
  std::optional<DType> dtype;
  if (like) {
    Type model = infer(in, call.args[0]);
    if (!model.is_unknown() && !model.is_array()) bad_argument(in, call, call.args[0], "an array");
    if (model.is_array()) rank = model.rank(), dtype = model.dtype();
  } else {
    rank = infer_shape(in, call, call.args[0]);
    dtype = DType::Float64;
  }
  if (value) {
    Type type = infer(in, value);
    if (type.is_unknown()) return type;
    if (!type.is_scalar()) return bad_argument(in, call, value, "a number to fill with");
    if (!like) dtype = type.dtype();
  }
  if (dtype_name) {
    dtype = named_dtype(in, dtype_name);
    in.typed.meanings[dtype_name] = std::monostate{};
  }
  if (!rank || !dtype) return Type::unknown();
  std::vector<ExprId> args{call.args[0]};
  if (value) args.push_back(value);
  return finish(in, call, args, *dtype, Type::array(*dtype, *rank));
}

Type infer_reduction(Inference& in, const Bound& call) {
  Type type = infer(in, call.args[0]);
  if (type.is_unknown()) return type;
  if (!type.is_array()) return bad_argument(in, call, call.args[0], "an array");
  DType result = call.entry.builtin == Builtin::Sum ? sum_dtype(type.dtype()) : type.dtype();
  return finish(in, call, {call.args[0]}, result, Type::scalar(result));
}

Type infer_ravel(Inference& in, const Bound& call) {
  Type type = infer(in, call.args[0]);
  if (type.is_unknown()) return type;
  if (!type.is_array()) return bad_argument(in, call, call.args[0], "an array");
  bool is_view = type.layout() == Layout::C;
  return finish(in, call, {call.args[0]}, type.dtype(),
                Type::array(type.dtype(), 1, Layout::C, is_view && type.readonly()));
}

/// `x.astype(dtype)`: a new array.
Type infer_astype(Inference& in, const Bound& call) {
  Type type = infer(in, call.args[0]);
  std::optional<DType> dtype = named_dtype(in, call.args[1]);
  in.typed.meanings[call.args[1]] = std::monostate{};
  if (type.is_unknown() || !dtype) return Type::unknown();
  if (in.is_stencil()) return bad_argument(in, call, call.args[0], "a number in a stencil");
  return finish(in, call, {call.args[0]}, *dtype, Type::array(*dtype, type.rank()));
}

Type infer_len(Inference& in, const Bound& call) {
  Type type = infer(in, call.args[0]);
  if (type.is_unknown()) return type;
  if (type.is_tuple()) {
    in.typed.meanings[call.id] = ConstantNumber{Scalar::of(DType::Int64, int64_t(type.items().size()))};
    return Type::scalar(DType::Int64);
  }
  if (!type.is_array() || type.rank() == 0) return bad_argument(in, call, call.args[0], "an array or a tuple");
  return finish(in, call, {call.args[0]}, DType::Int64, Type::scalar(DType::Int64));
}

/// Two numbers, of which some builtins make something of their own.
std::optional<std::pair<DType, DType>> two_numbers(Inference& in, const Bound& call) {
  Type a = infer(in, call.args[0]), b = infer(in, call.args[1]);
  if (a.is_unknown() || b.is_unknown()) return {};
  if (!a.is_scalar() || !b.is_scalar()) {
    bad_argument(in, call, call.args[a.is_scalar() ? 1 : 0], "numbers");
    return {};
  }
  return std::pair(a.dtype(), b.dtype());
}

Type infer_divmod(Inference& in, const Bound& call) {
  auto pair = two_numbers(in, call);
  if (!pair) return Type::unknown();
  DType dtype = widened(unify(pair->first, pair->second));
  return finish(in, call, call.args, dtype, Type::tuple(std::vector<Type>(2, Type::scalar(dtype))));
}

Type infer_power(Inference& in, const Bound& call) {
  auto pair = two_numbers(in, call);
  if (!pair) return Type::unknown();
  DType dtype = *binary_result(BinaryOp::Pow, pair->first, pair->second);
  return finish(in, call, call.args, dtype, Type::scalar(dtype));
}

Type infer_round(Inference& in, Bound call) {
  Type type = infer(in, call.args[0]);
  if (type.is_unknown()) return type;
  if (!type.is_scalar()) return bad_argument(in, call, call.args[0], "a number");
  if (!call.args[1]) return finish(in, call, {call.args[0]}, type.dtype(), Type::scalar(DType::Int64));
  Type digits = infer(in, call.args[1]);
  if (digits.is_unknown()) return digits;
  auto count = fold_integer(in.typed, call.args[1]);
  if (!digits.is_scalar() || !is_integer(digits.dtype()) || !count || *count < 0 || *count > 15)
    return bad_argument(in, call, call.args[1], "a constant number of digits from 0 to 15");
  DType dtype = unify(type.dtype(), DType::Float32);
  in.typed.meanings[call.id] = BuiltinCall{Builtin::RoundDigits, call.args, dtype};
  return Type::scalar(dtype);
}

Type only_in_for(Inference& in, const Bound& call) {
  in.report(Code::unsupported_value, in.span(call.id), "`{}` is no value in kernels", call.name)
      .hint("use it in a `for`");
  return Type::unknown();
}
}  // namespace

Type infer_builtin(Inference& in, ExprId id, const Call& call, const BuiltinEntry& entry, ExprId receiver) {
  auto bound = bind_builtin(in, id, call, entry, receiver);
  if (!bound) {
    for (const CallArgument& argument : call.arguments)
      if (!argument.star && !argument.double_star && argument.name != "dtype") infer(in, argument.value);
    return Type::unknown();
  }
  switch (entry.builtin) {
    case Builtin::Min:
    case Builtin::Max:
      return bound->args.size() == 1 ? infer_extreme_of_tuple(in, *bound) : infer_number_function(in, *bound);
    case Builtin::Zeros:
    case Builtin::Empty:
    case Builtin::Ones: return infer_new_array(in, *bound, false, false);
    case Builtin::Full: return infer_new_array(in, *bound, false, true);
    case Builtin::ZerosLike:
    case Builtin::EmptyLike:
    case Builtin::OnesLike: return infer_new_array(in, *bound, true, false);
    case Builtin::FullLike: return infer_new_array(in, *bound, true, true);
    case Builtin::Sum:
    case Builtin::ArrayMin:
    case Builtin::ArrayMax: return infer_reduction(in, *bound);
    case Builtin::Ravel: return infer_ravel(in, *bound);
    case Builtin::Sorted:
    case Builtin::Median: return infer_ranked(in, *bound);
    case Builtin::Cast: return infer_astype(in, *bound);
    case Builtin::Len: return infer_len(in, *bound);
    case Builtin::DivMod: return infer_divmod(in, *bound);
    case Builtin::Round: return infer_round(in, *bound);
    case Builtin::Range:
    case Builtin::ParallelRange:
    case Builtin::Enumerate:
    case Builtin::Zip: return only_in_for(in, *bound);
    case Builtin::Power:
      if (!entry.rule) return infer_power(in, *bound);
      return infer_number_function(in, *bound);
    default: return infer_number_function(in, *bound);
  }
}

}  // namespace nf::types
