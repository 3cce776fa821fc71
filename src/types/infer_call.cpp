// Calls: which function is meant, how its arguments are bound, and calls of other kernels.
#include <algorithm>

#include "base/match.h"
#include "types/builtins.h"
#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

/// Positions and names of arguments against the names of parameters; `none()` for a parameter without an argument.
/// Reports what does not fit.
std::optional<std::vector<ExprId>> bind_arguments(Inference& in, ExprId id, const Call& call,
                                                  const std::vector<Parameter>& params, const std::string& name) {
  std::vector<ExprId> bound(params.size());
  size_t position = 0;
  bool failed = false;
  for (const CallArgument& argument : call.arguments) {
    if (argument.star || argument.double_star) {
      in.report_unsupported(argument.span, argument.star ? "`*` in a call is" : "`**` in a call is");
      return {};
    }
    if (argument.name.empty()) {
      if (position < bound.size()) bound[position] = argument.value;
      ++position;
      continue;
    }
    size_t at = 0;
    while (at < params.size() && params[at].name != argument.name) ++at;
    if (at == params.size()) {
      std::vector<std::string> names;
      for (const Parameter& param : params) names.push_back(param.name);
      Diagnostic& error =
          in.report(Code::wrong_argument_count, argument.span, "`{}` has no parameter `{}`", name, argument.name);
      if (auto near = closest(argument.name, names)) error.hint("did you mean `{}`?", *near);
      failed = true;
    } else if (bound[at]) {
      in.report(Code::wrong_argument_count, argument.span, "`{}` gets its parameter `{}` twice", name, argument.name);
      failed = true;
    } else {
      bound[at] = argument.value;
    }
  }
  if (position > params.size()) {
    in.report(Code::wrong_argument_count, in.span(id), "`{}` takes {} argument{}, got {}", name, params.size(),
              params.size() == 1 ? "" : "s", position);
    failed = true;
  }
  if (failed) return {};
  return bound;
}

Type infer_cast(Inference& in, ExprId id, const Call& call, const std::string& name, std::optional<DType> to) {
  if (call.arguments.size() != 1 || !call.arguments[0].name.empty() || call.arguments[0].star) {
    in.report(Code::wrong_argument_count, in.span(id), "`{}` takes one number", name);
    return Type::unknown();
  }
  ExprId value = call.arguments[0].value;
  Type type = infer(in, value);
  if (type.is_unknown()) return type;
  if (!type.is_scalar()) {
    Diagnostic& error =
        in.report(Code::bad_argument, in.span(value), "`{}` takes a number, this is {}", name, describe(type));
    if (type.is_array()) error.hint("`.astype(...)` casts an array");
    return Type::unknown();
  }
  DType from = type.dtype();
  if (!to && name == "int") to = is_integer(from) ? from : DType::Int64;
  if (!to && name == "float") to = is_float(from) ? from : DType::Float64;
  if (!to) to = DType::Bool;
  in.typed.meanings[id] = BuiltinCall{Builtin::Cast, {value}, *to};
  return Type::scalar(*to);
}

void infer_arguments(Inference& in, const Call& call) {
  for (const CallArgument& argument : call.arguments)
    if (!argument.star && !argument.double_star) infer(in, argument.value);
}

Type infer_library_call(Inference& in, ExprId id, const Call& call, const std::string& path) {
  if (path == "builtins.int" || path == "builtins.float" || path == "builtins.bool")
    return infer_cast(in, id, call, path.substr(path.find('.') + 1), std::nullopt);
  if (const BuiltinEntry* entry = find_builtin(path)) return infer_builtin(in, id, call, *entry, ExprId::none());
  if (auto* attribute = std::get_if<Attribute>(&in.tree[call.function].node)) {
    infer_attribute(in, call.function, *attribute);
  } else {
    in.report(Code::unsupported_name, in.span(call.function), "`{}` is not supported in kernels", path);
  }
  infer_arguments(in, call);
  return Type::unknown();
}

Type infer_method(Inference& in, ExprId id, const Call& call, const Attribute& attribute) {
  Type owner = infer(in, attribute.value);
  if (owner.is_unknown()) return owner;
  const BuiltinEntry* entry = owner.is_array() ? find_method(attribute.name) : nullptr;
  if (entry) return infer_builtin(in, id, call, *entry, attribute.value);
  Diagnostic& error = in.report(Code::unknown_attribute, attribute.name_span, "{} has no method `{}` in kernels",
                                describe(owner), attribute.name);
  if (owner.is_array())
    if (auto near = closest(attribute.name, method_names())) error.hint("did you mean `{}`?", *near);
  return Type::unknown();
}

Type not_callable(Inference& in, ExprId id, const Call& call) {
  infer_arguments(in, call);
  in.report(Code::not_callable, in.span(call.function), "`{}` is not a function", in.text(call.function));
  return Type::unknown();
}

/// The position of the argument called `out` in a stencil call, taken off the list.
ExprId take_out(Call& call) {
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    if (call.arguments[i].name != "out") continue;
    ExprId out = call.arguments[i].value;
    call.arguments.erase(call.arguments.begin() + std::ptrdiff_t(i));
    return out;
  }
  return ExprId::none();
}

/// Checks the array that receives a stencil's result, and notes that it is written.
bool check_out(Inference& in, ExprId out, const Type& first) {
  Type type = infer(in, out);
  if (type.is_unknown()) return false;
  if (!type.is_array() || (first.is_array() && type.rank() != first.rank())) {
    in.report(Code::bad_argument, in.span(out), "`out` must be an array of {} dimensions, this is {}", first.rank(),
              describe(type));
    return false;
  }
  if (type.readonly()) {
    in.report(Code::readonly_array, in.span(out), "`{}` may not be written", in.text(out));
    return false;
  }
  if (auto param = parameter_read(in, out)) in.written_params.insert(*param);
  return true;
}

/// The output that a call of a ufunc names, taken off the list: behind the inputs, or as `out=`.
ExprId take_ufunc_out(Call& call, const std::vector<Parameter>& params) {
  const auto named = std::find_if(params.begin(), params.end(), [](const Parameter& p) { return p.name == "out"; });
  if (named == params.end())
    if (ExprId out = take_out(call)) return out;
  if (call.arguments.size() != params.size() + 1) return ExprId::none();
  const CallArgument& last = call.arguments.back();
  if (last.star || last.double_star || !last.name.empty()) return ExprId::none();
  const ExprId out = last.value;
  call.arguments.pop_back();
  return out;
}

/// The same for the array that a ufunc of arrays with `rank` axes (-1: of numbers) stores into.
bool check_ufunc_out(Inference& in, ExprId out, const std::string& name, int rank, DType result) {
  if (in.is_stencil()) {
    in.report(Code::bad_argument, in.span(out), "a stencil computes numbers, so `{}` has no output here", name);
    return false;
  }
  const Type type = infer(in, out);
  if (type.is_unknown()) return false;
  if (!type.is_array() || type.rank() < rank) {
    Diagnostic& error = in.report(Code::bad_argument, in.span(out), "`{}`: the output is {}", name, describe(type));
    if (type.is_array())
      error.hint("its inputs are broadcast to {} dimensions, an output is not", rank);
    else
      error.hint("an output is an array");
    return false;
  }
  if (type.readonly()) {
    in.report(Code::readonly_array, in.span(out), "`{}` may not be written", in.text(out));
    return false;
  }
  if (!casts_same_kind(result, type.dtype())) {
    in.report(Code::bad_argument, in.span(out), "`{}`: {} cannot be stored into {} with casting rule 'same_kind'", name,
              name_of(result), describe(type));
    return false;
  }
  if (auto param = parameter_read(in, out)) in.written_params.insert(*param), note_store(in, *param, result, {});
  return true;
}

}  // namespace

void append_errors(Inference& in, ExprId id, const Diagnostics& errors, const Definition& callee,
                   const std::vector<Type>& types) {
  std::string list;
  for (Type type : types) list += (list.empty() ? "" : ", ") + to_string(type);
  for (Diagnostic error : errors.list()) {
    error.label(in.source(), in.span(id), "`{}` called here with ({})", callee.name, list);
    if (callee.options.kind == KernelOptions::Kind::Stencil && error.code == Code::wrong_index_count)
      error.hint("called directly a stencil runs over stacks too; in a function it takes arrays of its own rank");
    in.diagnostics.add(std::move(error));
  }
}

Type infer_kernel_call(Inference& in, ExprId id, const Call& original, const DefinitionPtr& callee) {
  const KernelOptions& options = callee->options;
  bool stencil = options.kind == KernelOptions::Kind::Stencil;
  if (options.kind == KernelOptions::Kind::Gufunc) {
    if (!in.is_stencil()) return infer_gufunc_call(in, id, original, callee);
    infer_arguments(in, original);
    in.report(Code::unsupported_value, in.span(original.function), "`{}` is a gufunc, which stencils cannot call",
              callee->name)
        .hint("call it in a jitted function, or call the function that it is made of");
    return Type::unknown();
  }
  if (stencil && in.is_stencil()) {
    infer_arguments(in, original);
    in.report(Code::bad_argument, in.span(original.function), "a stencil cannot call the stencil `{}`", callee->name)
        .hint("a stencil runs over whole arrays: call one after the other in a jitted function");
    return Type::unknown();
  }
  Call call = original;
  const bool ufunc = options.kind == KernelOptions::Kind::Vectorize;
  const std::vector<Parameter>& params = parameters_of(*callee);
  ExprId out = stencil ? take_out(call) : ufunc ? take_ufunc_out(call, params) : ExprId::none();
  auto bound = bind_arguments(in, id, call, params, callee->name);
  if (!bound) {
    infer_arguments(in, original);
    return Type::unknown();
  }
  KernelCall meaning{0, {}, out};
  ArgumentTypes args;
  std::vector<Type> given;
  bool failed = false;
  for (size_t i = 0; i < params.size(); ++i) {
    ExprId argument = (*bound)[i];
    if (!argument) {
      args.push_back(std::nullopt);
      if (params[i].default_value) continue;
      in.report(Code::wrong_argument_count, in.span(id), "`{}` needs an argument for its parameter `{}`", callee->name,
                params[i].name)
          .label(callee->module->source, params[i].span, "has no default");
      failed = true;
      continue;
    }
    Type type = infer(in, argument);
    failed |= type.is_unknown();
    args.push_back(type);
    given.push_back(type);
    meaning.args.push_back(argument);
    if (auto param = parameter_read(in, argument); param && !stencil) in.written_params.insert(*param);
  }
  Type first = args.empty() || !args[0] ? Type::none() : *args[0];
  if (out && stencil) failed |= !check_out(in, out, first);
  if (failed) return Type::unknown();
  int elements = -1;  // the rank of what a ufunc is applied to element by element
  if (ufunc) {
    elements = elementwise_rank(in, given);
    for (auto& arg : args)
      if (elements >= 0 && arg) arg = Type::scalar(arg->dtype());
  }
  if (stencil && options.fit) {
    in.report(Code::bad_option, in.span(id), "`{}` has `dtype=\"fit\"`, which is not known inside another kernel",
              callee->name)
        .hint("name the dtype in the stencil's options");
    return Type::unknown();
  }
  // An environment may hand out a new definition at each question, so that a recursion never meets itself again.
  constexpr int max_depth = 100;
  bool too_deep = in.program.depth >= max_depth;
  uint32_t index = too_deep ? 0 : in.program.request(callee, args);
  if (too_deep || in.program.requests[index].in_progress) {
    in.report(Code::recursion, in.span(id), "`{}` calls itself here{}", callee->name,
              callee == in.typed.definition ? "" : " by way of other kernels")
        .hint("write the recursion as a loop");
    return Type::unknown();
  }
  meaning.function = index;
  const Request& request = in.program.requests[index];
  if (!request.diagnostics.empty()) {
    append_errors(in, id, request.diagnostics, *callee, given);
    return Type::unknown();
  }
  in.typed.meanings[id] = meaning;
  Type result = request.typed->result;
  if (out && ufunc) {
    if (!check_ufunc_out(in, out, callee->name, elements, result.dtype())) return Type::unknown();
    return in.typed.types[out];
  }
  if (out && !result.is_tuple())
    if (auto param = parameter_read(in, out)) note_store(in, *param, result.dtype(), std::nullopt);
  for (size_t i = 0; !stencil && i < meaning.args.size(); ++i)
    if (auto param = parameter_read(in, meaning.args[i]))
      if (auto stored = request.typed->stored.find(uint32_t(i));
          stored != request.typed->stored.end() && stored->second.all)
        note_store(in, *param, *stored->second.all, std::nullopt);
  if (!stencil) return elements < 0 ? result : elements_of(result.dtype(), elements);
  if (result.is_tuple()) {
    if (out) {
      in.report(Code::bad_argument, in.span(out), "`{}` makes {} arrays, so it cannot store into one", callee->name,
                result.items().size())
          .hint("take what it returns: `a, b = {}(...)`", callee->name);
      return Type::unknown();
    }
    std::vector<Type> arrays;
    for (Type number : result.items()) arrays.push_back(Type::array(number.dtype(), first.rank()));
    return Type::tuple(arrays);
  }
  if (out) return in.typed.types[out];
  return Type::array(result.dtype(), first.rank());
}

Type infer_call(Inference& in, ExprId id, const Call& call) {
  if (auto binding = resolve(in, call.function)) {
    if (auto* kernel = std::get_if<KernelRef>(&*binding)) return infer_kernel_call(in, id, call, kernel->definition);
    if (auto* dtype = std::get_if<DTypeRef>(&*binding))
      return infer_cast(in, id, call, in.text(call.function), dtype->dtype);
    if (auto* member = std::get_if<ModuleMember>(&*binding)) return infer_library_call(in, id, call, member->path);
    if (std::holds_alternative<UnusableValue>(*binding) || std::holds_alternative<SkippedName>(*binding)) {
      infer_arguments(in, call);
      return infer(in, call.function);
    }
    return not_callable(in, id, call);
  }
  const auto& node = in.tree[call.function].node;
  if (auto* attribute = std::get_if<Attribute>(&node)) return infer_method(in, id, call, *attribute);
  Type function = infer(in, call.function);
  if (function.is_unknown()) {
    infer_arguments(in, call);
    return function;
  }
  return not_callable(in, id, call);
}

}  // namespace nf::types
