// What names and dotted names stand for: variables, constants and functions from outside, members of libraries.
#include <algorithm>

#include "base/match.h"
#include "types/builtins.h"
#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

/// Where line `line` (counted as the source counts) of a text stands.
Span span_of_line(const Source& source, int line) {
  std::string_view text = source.text();
  size_t begin = 0;
  for (int at = source.first_line(); at < line; ++at) {
    size_t newline = text.find('\n', begin);
    if (newline == std::string_view::npos) return {};
    begin = newline + 1;
  }
  size_t end = std::min(text.find('\n', begin), text.size());
  return {uint32_t(begin), uint32_t(end)};
}

Type report_unknown_name(Inference& in, ExprId id, const std::string& name) {
  if (in.refused.count(name)) return Type::unknown();
  Diagnostic& error = in.report(Code::unknown_name, in.span(id), "`{}` is not defined", name);
  std::vector<std::string> candidates = in.typed.variables;
  if (Environment* names = in.typed.definition->names.get())
    for (std::string& outside : names->names()) candidates.push_back(std::move(outside));
  for (std::string& builtin : members_of("builtins")) candidates.push_back(std::move(builtin));
  if (auto near = closest(name, candidates)) error.hint("did you mean `{}`?", *near);
  return Type::unknown();
}

Type report_unusable(Inference& in, ExprId id, const Binding& binding) {
  std::string text = in.text(id);
  if (auto* unusable = std::get_if<UnusableValue>(&binding)) {
    in.report(Code::unsupported_value, in.span(id), "`{}` is {}", text, unusable->why);
  } else if (auto* skipped = std::get_if<SkippedName>(&binding)) {
    Diagnostic& error = in.report(Code::skipped_name, in.span(id),
                                  "`{}` is {}, which is skipped: this file is read, not executed", text, skipped->what);
    if (Span line = span_of_line(*in.source(), skipped->line); line.end > line.begin)
      error.label(in.source(), line, "not read");
    error.hint("what counts is a constant, an import, or a `def`");
  } else if (auto* member = std::get_if<ModuleMember>(&binding)) {
    in.report(Code::unsupported_value, in.span(id), "`{}` is a {} and no value in kernels", text,
              is_module(member->path) ? "module" : "function");
  } else if (std::holds_alternative<DTypeRef>(binding)) {
    in.report(Code::unsupported_value, in.span(id), "`{}` is a type and no value in kernels", text)
        .hint("call it (`{}(x)`), or give it as `dtype={}`", text, text);
  } else {
    in.report(Code::unsupported_value, in.span(id), "`{}` is a kernel and no value in kernels", text)
        .hint("call it: `{}(...)`", text);
  }
  return Type::unknown();
}

Type infer_global_array(Inference& in, ExprId id, const ConstantArray& array) {
  int rank = int(array.shape.size());
  if (rank > kMaxRank) {
    in.report(Code::unsupported_value, in.span(id), "`{}` is an array of {} dimensions; kernels take up to {}",
              in.text(id), rank, kMaxRank);
    return Type::unknown();
  }
  auto key = std::pair<const Environment*, std::string>(in.typed.definition->names.get(), in.text(id));
  auto [found, is_new] = in.program.constant_of.try_emplace(key, uint32_t(in.program.constants.size()));
  if (is_new) in.program.constants.push_back(array);
  in.typed.meanings[id] = GlobalArray{found->second};
  return Type::array(array.dtype, rank, Layout::C, true);
}

Type infer_binding(Inference& in, ExprId id, const Binding& binding) {
  if (auto* scalar = std::get_if<Scalar>(&binding)) {
    in.typed.meanings[id] = ConstantNumber{*scalar};
    return Type::scalar(scalar->dtype);
  }
  if (auto* tuple = std::get_if<ConstantTuple>(&binding)) {
    in.typed.meanings[id] = ConstantNumbers{tuple->items};
    std::vector<Type> items;
    for (const Scalar& item : tuple->items) items.push_back(Type::scalar(item.dtype));
    return Type::tuple(items);
  }
  if (auto* array = std::get_if<ConstantArray>(&binding)) return infer_global_array(in, id, *array);
  if (std::holds_alternative<NoneValue>(binding)) return Type::none();
  if (auto* member = std::get_if<ModuleMember>(&binding)) {
    if (auto value = find_library_constant(member->path)) {
      in.typed.meanings[id] = ConstantNumber{Scalar::of(DType::Float64, *value)};
      return Type::scalar(DType::Float64);
    }
  }
  return report_unusable(in, id, binding);
}

Type infer_variable(Inference& in, ExprId id, const std::string& name) {
  VersionId version = in.scope.reads[id];
  if (version && in.typed.versions[version].kind == Version::Kind::Parameter) {
    for (const TypedParameter& param : in.typed.params)
      if (param.version == version && param.constant) return infer_binding(in, id, *param.constant);
  }
  bool never_set = !version;
  if (version && in.typed.versions[version].maybe_unset) {
    // Set on some path: found when it runs. Set on none: an error now.
    std::set<VersionId> seen{version};
    std::vector<VersionId> work{version};
    never_set = true;
    while (!work.empty() && never_set) {
      const Version& at = in.typed.versions[work.back()];
      work.pop_back();
      if (at.kind != Version::Kind::Merged) never_set = false;
      for (VersionId from : at.incoming)
        if (from && seen.insert(from).second) work.push_back(from);
    }
  }
  if (never_set) {
    in.report(Code::unset_variable, in.span(id), "`{}` is read here, and nothing before sets it", name)
        .hint("a name that is assigned anywhere in a function is a variable of that function");
    return Type::unknown();
  }
  in.typed.meanings[id] = VariableRead{version};
  return in.typed.versions[version].type;
}
}  // namespace

std::optional<Binding> resolve(Inference& in, ExprId id) {
  const auto& node = in.tree[id].node;
  if (auto* name = std::get_if<Name>(&node)) {
    if (in.scope.is_local(name->text)) return {};
    if (auto found = in.program.find(in.typed.definition->names.get(), name->text)) return found;
    std::string path = "builtins." + name->text;
    if (find_builtin(path)) return ModuleMember{path};
    return {};
  }
  auto* attribute = std::get_if<Attribute>(&node);
  if (!attribute) return {};
  auto owner = resolve(in, attribute->value);
  auto* module = owner ? std::get_if<ModuleMember>(&*owner) : nullptr;
  if (!module) return {};
  std::string path = module->path + "." + attribute->name;
  size_t dot = path.rfind('.');
  if (path.starts_with("numpy.") || path.starts_with("nearfield."))
    if (!find_builtin(path) && !find_library_constant(path))
      if (auto dtype = dtype_named(std::string_view(path).substr(dot + 1))) return DTypeRef{*dtype};
  return ModuleMember{path};
}

Type infer_name(Inference& in, ExprId id, const Name& name) {
  if (in.scope.is_local(name.text)) return infer_variable(in, id, name.text);
  auto binding = resolve(in, id);
  if (!binding) return report_unknown_name(in, id, name.text);
  return infer_binding(in, id, *binding);
}

/// A member of a module that kernels do not have.
static void report_unknown_member(Inference& in, ExprId id, const Attribute& attribute, const std::string& path) {
  std::string module = path.substr(0, path.rfind('.'));
  if (!is_module(module)) {
    in.report(Code::unsupported_name, in.span(id), "`{}` is not supported in kernels", path);
    return;
  }
  Diagnostic& error = in.report(Code::unsupported_name, attribute.name_span, "`{}` is not supported in kernels", path);
  if (auto near = closest(attribute.name, members_of(module))) error.hint("did you mean `{}`?", *near);
}

Type infer_attribute(Inference& in, ExprId id, const Attribute& attribute) {
  if (auto binding = resolve(in, id)) {
    if (auto* member = std::get_if<ModuleMember>(&*binding)) {
      if (!find_builtin(member->path) && !find_library_constant(member->path)) {
        report_unknown_member(in, id, attribute, member->path);
        return Type::unknown();
      }
    }
    return infer_binding(in, id, *binding);
  }
  Type owner = infer(in, attribute.value);
  if (owner.is_unknown()) return owner;
  if (owner.is_array()) {
    if (attribute.name == "shape") {
      in.typed.meanings[id] = BuiltinCall{Builtin::Shape, {attribute.value}, DType::Int64};
      return Type::tuple(std::vector<Type>(size_t(owner.rank()), Type::scalar(DType::Int64)));
    }
    if (attribute.name == "size") {
      in.typed.meanings[id] = BuiltinCall{Builtin::Size, {attribute.value}, DType::Int64};
      return Type::scalar(DType::Int64);
    }
    if (attribute.name == "ndim") {
      in.typed.meanings[id] = ConstantNumber{Scalar::of(DType::Int64, int64_t(owner.rank()))};
      return Type::scalar(DType::Int64);
    }
    if (find_method(attribute.name)) {
      in.report(Code::unsupported_value, attribute.name_span, "`.{}` is a method", attribute.name)
          .hint("call it: `{}()`", in.text(id));
      return Type::unknown();
    }
  }
  Diagnostic& error = in.report(Code::unknown_attribute, attribute.name_span, "{} has no attribute `{}` in kernels",
                                describe(owner), attribute.name);
  if (owner.is_array())
    if (auto near = closest(attribute.name, method_names())) error.hint("did you mean `{}`?", *near);
  return Type::unknown();
}

std::optional<DType> named_dtype(Inference& in, ExprId id) {
  const auto& node = in.tree[id].node;
  if (auto* literal = std::get_if<StringLiteral>(&node))
    if (auto dtype = dtype_named(literal->value)) return dtype;
  if (auto* attribute = std::get_if<Attribute>(&node)) {
    if (attribute->name == "dtype" && !resolve(in, id)) {
      Type owner = infer(in, attribute->value);
      if (owner.is_unknown()) return {};
      if (owner.is_array() || owner.is_scalar()) return owner.dtype();
    }
  }
  if (auto binding = resolve(in, id)) {
    if (auto* dtype = std::get_if<DTypeRef>(&*binding)) return dtype->dtype;
    if (auto* member = std::get_if<ModuleMember>(&*binding)) {
      if (member->path == "builtins.int") return DType::Int64;
      if (member->path == "builtins.float") return DType::Float64;
      if (member->path == "builtins.bool") return DType::Bool;
      std::string_view name = std::string_view(member->path).substr(member->path.rfind('.') + 1);
      if (!member->path.starts_with("builtins."))
        if (auto dtype = dtype_named(name)) return dtype;
    }
  }
  in.report(Code::bad_argument, in.span(id), "`{}` is no dtype that kernels have", in.text(id))
      .hint("dtypes are bool, int8 to int64, uint8 to uint64, float32 and float64");
  return {};
}

}  // namespace nf::types
