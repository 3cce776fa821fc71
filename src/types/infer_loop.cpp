// What a `for` runs over: ranges, arrays, tuples, and `enumerate` and `zip` of them.
#include "types/builtins.h"
#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

/// The arguments of a call that takes no keywords; reports others.
std::optional<std::vector<ExprId>> plain_arguments(Inference& in, ExprId id, const Call& call, const std::string& name,
                                                   size_t least, size_t most) {
  std::vector<ExprId> args;
  for (const CallArgument& argument : call.arguments) {
    if (argument.star || argument.double_star || !argument.name.empty()) {
      in.report(Code::bad_argument, argument.span, "`{}` takes its arguments by position", name);
      return {};
    }
    args.push_back(argument.value);
  }
  if (args.size() >= least && args.size() <= most) return args;
  in.report(Code::wrong_argument_count, in.span(id), "`{}` takes {} to {} arguments, got {}", name, least, most,
            args.size());
  return {};
}

Type infer_range(Inference& in, ExprId id, const Call& call, Builtin builtin) {
  std::string name = in.text(call.function);
  auto args = plain_arguments(in, id, call, name, 1, 3);
  if (!args) return Type::unknown();
  std::vector<DType> dtypes;
  bool failed = false;
  for (ExprId arg : *args) {
    Type type = infer(in, arg);
    bool is_whole_number = type.is_scalar() && !is_float(type.dtype());
    if (!type.is_unknown() && !is_whole_number) {
      Diagnostic& error =
          in.report(Code::bad_argument, in.span(arg), "`{}` takes integers, this is {}", name, describe(type));
      if (type.is_scalar()) error.hint("`int(...)` or `//` give an integer");
      if (type.is_array()) error.hint("a loop runs over an array without `range`: `for value in {}`", in.text(arg));
    }
    failed |= !is_whole_number;
    if (is_whole_number) dtypes.push_back(type.dtype());
  }
  if (args->size() == 3) {
    auto step = fold_integer(in.typed, (*args)[2]);
    if (step && *step == 0) {
      in.report(Code::bad_argument, in.span((*args)[2]), "the step of `{}` must not be zero", name);
      failed = true;
    }
  }
  if (failed) return Type::unknown();
  if (args->size() == 1) args->insert(args->begin(), ExprId::none());
  args->resize(3);
  DType dtype = *range_dtype(dtypes);
  in.typed.meanings[id] = BuiltinCall{builtin, *args, dtype};
  return in.typed.types[id] = Type::scalar(dtype);
}

Type infer_enumerate(Inference& in, ExprId id, const Call& call) {
  std::string name = in.text(call.function);
  Call plain = call;
  for (CallArgument& argument : plain.arguments)
    if (argument.name == "start") argument.name.clear();
  auto args = plain_arguments(in, id, plain, name, 1, 2);
  if (!args) return Type::unknown();
  Type item = infer_iterable(in, (*args)[0]);
  if (args->size() == 2) {
    Type start = infer(in, (*args)[1]);
    if (!start.is_unknown() && !(start.is_scalar() && is_integer(start.dtype())))
      in.report(Code::bad_argument, in.span((*args)[1]), "`{}` starts at an integer, this is {}", name,
                describe(start));
    if (start.is_unknown()) return start;
  }
  if (item.is_unknown()) return item;
  args->resize(2);
  in.typed.meanings[id] = BuiltinCall{Builtin::Enumerate, *args, DType::Int64};
  return Type::tuple(std::vector<Type>{Type::scalar(DType::Int64), item});
}

Type infer_zip(Inference& in, ExprId id, const Call& call) {
  auto args = plain_arguments(in, id, call, in.text(call.function), 1, 32);
  if (!args) return Type::unknown();
  std::vector<Type> items;
  bool failed = false;
  for (ExprId arg : *args) items.push_back(infer_iterable(in, arg)), failed |= items.back().is_unknown();
  if (failed) return Type::unknown();
  in.typed.meanings[id] = BuiltinCall{Builtin::Zip, *args, DType::Int64};
  return Type::tuple(items);
}
}  // namespace

Type infer_iterable(Inference& in, ExprId id) {
  if (auto* call = std::get_if<Call>(&in.tree[id].node)) {
    auto binding = resolve(in, call->function);
    auto* member = binding ? std::get_if<ModuleMember>(&*binding) : nullptr;
    const BuiltinEntry* entry = member ? find_builtin(member->path) : nullptr;
    if (entry && (entry->builtin == Builtin::Range || entry->builtin == Builtin::ParallelRange))
      return infer_range(in, id, *call, entry->builtin);
    if (entry && entry->builtin == Builtin::Enumerate) return infer_enumerate(in, id, *call);
    if (entry && entry->builtin == Builtin::Zip) return infer_zip(in, id, *call);
  }
  Type type = infer(in, id);
  if (type.is_unknown()) return type;
  if (type.is_array() && type.rank() == 1) return Type::scalar(type.dtype());
  if (type.is_tuple()) {
    Type item = Type::unknown();
    for (Type next : type.items()) {
      auto both = unify_types(item, next);
      if (!both) {
        in.report(Code::bad_argument, in.span(id), "a loop cannot run over items as different as {} and {}",
                  describe(item), describe(next));
        return Type::unknown();
      }
      item = *both;
    }
    if (type.items().empty()) in.report(Code::bad_argument, in.span(id), "a loop over an empty tuple does nothing");
    return item;
  }
  Diagnostic& error = in.report(Code::bad_argument, in.span(id), "a loop cannot run over {}", describe(type));
  if (type.is_array())
    error.hint("loop over the indexes: `for i in range(len({}))`", in.text(id));
  else if (type.is_scalar())
    error.hint("did you mean `range({})`?", in.text(id));
  return Type::unknown();
}

}  // namespace nf::types
