// Evaluates the expressions of a file that is read and not run: constants, types, decorators, and nothing with effects.
#include "types/file_value.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "base/match.h"

namespace nf::types {
namespace {

using namespace syntax;
using Found = std::optional<FileValue>;

std::optional<double> named_number(std::string_view path) {
  size_t dot = path.find('.');
  std::string_view module = path.substr(0, dot);
  if (dot == path.npos || (module != "numpy" && module != "math")) return {};
  std::string_view name = path.substr(dot + 1);
  if (name == "pi") return std::numbers::pi;
  if (name == "e") return std::numbers::e;
  if (name == "inf") return std::numeric_limits<double>::infinity();
  if (name == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (name == "tau" && module == "math") return 2 * std::numbers::pi;
  return {};
}

class Evaluator {
 public:
  Evaluator(File& file, Diagnostics& diagnostics) : file_(file), tree_(*file.module), diagnostics_(diagnostics) {}

  Found operator()(ExprId id) {
    auto nothing = [](const auto&) { return Found{}; };
    return match(
        tree_[id].node, [&](const Name& n) { return name(n.text); },
        [](const IntegerLiteral& n) -> Found {
          if (!n.fits) return {};
          return FileValue{Scalar{n.value > uint64_t(INT64_MAX) ? DType::UInt64 : DType::Int64, n.value}};
        },
        [](const FloatLiteral& n) -> Found { return FileValue{Scalar::of(DType::Float64, n.value)}; },
        [](const BoolLiteral& n) -> Found { return FileValue{Scalar::of(DType::Bool, n.value)}; },
        [](const StringLiteral& n) -> Found { return FileValue{n.value}; },
        [](const NoneLiteral&) -> Found { return FileValue{NoneValue{}}; },
        [&](const TupleExpr& n) { return sequence(n.items, false); },
        [&](const ListExpr& n) { return sequence(n.items, true); },
        [&](const Unary& n) -> Found {
          if (auto a = scalar(n.operand))
            if (auto result = constant_unary(n.op, *a)) return FileValue{*result};
          return {};
        },
        [&](const Binary& n) -> Found {
          auto a = scalar(n.left), b = scalar(n.right);
          if (a && b)
            if (auto result = constant_binary(n.op, *a, *b)) return FileValue{*result};
          return {};
        },
        [&](const Attribute& n) -> Found {
          Found base = (*this)(n.value);
          const ModuleMember* module = base ? std::get_if<ModuleMember>(&base->value) : nullptr;
          if (!module) return {};
          return member_value(module->path + "." + n.name);
        },
        [&](const Subscript& n) { return subscript(n); }, [&](const Call& n) { return call(n); },
        [&](const Lambda&) -> Found {
          FileFunction function;
          function.name = "<lambda>", function.lambda = id;
          file_.functions.push_back(std::move(function));
          return FileValue{FunctionRef{file_.functions.size() - 1}};
        },
        [&](const ImaginaryLiteral& n) { return nothing(n); }, [&](const EllipsisLiteral& n) { return nothing(n); },
        [&](const BoolExpr& n) { return nothing(n); }, [&](const Compare& n) { return nothing(n); },
        [&](const Conditional& n) { return nothing(n); }, [&](const Slice& n) { return nothing(n); },
        [&](const Starred& n) { return nothing(n); }, [&](const UnsupportedExpr& n) { return nothing(n); });
  }

 private:
  Found name(const std::string& text) {
    auto found = file_.names.find(text);
    if (found == file_.names.end()) return {};
    const FileValue* value = std::get_if<FileValue>(&found->second);
    return value ? Found(*value) : Found();
  }

  std::optional<Scalar> scalar(ExprId id) {
    Found value = (*this)(id);
    const Scalar* found = value ? std::get_if<Scalar>(&value->value) : nullptr;
    return found ? std::optional(*found) : std::nullopt;
  }

  Found sequence(const std::vector<ExprId>& items, bool is_list) {
    Sequence made{is_list, {}};
    for (ExprId item : items) {
      Found value = (*this)(item);
      if (!value) return {};
      made.items.push_back(std::move(*value));
    }
    return FileValue{std::move(made)};
  }

  /// `nf.uint8[:, ::1]`.
  Found subscript(const Subscript& n) {
    Found base = (*this)(n.value);
    const SignatureType* scalar_type = base ? std::get_if<SignatureType>(&base->value) : nullptr;
    if (!scalar_type || scalar_type->rank != 0 || n.index.size() > size_t(kMaxRank)) return {};
    SignatureType type{scalar_type->dtype, int(n.index.size()), false};
    for (ExprId index : n.index) {
      const Slice* slice = std::get_if<Slice>(&tree_[index].node);
      if (!slice || slice->lo || slice->hi) return {};
      const auto* step = slice->step ? std::get_if<IntegerLiteral>(&tree_[slice->step].node) : nullptr;
      if (slice->step && (!step || step->value != 1)) return {};
      type.contiguous = step != nullptr;  // on the last axis
    }
    return FileValue{type};
  }

  Found call(const Call& n) {
    if (const Name* builtin = std::get_if<Name>(&tree_[n.function].node); builtin && !file_.names.count(builtin->text))
      return call_builtin(builtin->text, n);
    Found callee = (*this)(n.function);
    if (!callee) return {};
    if (const auto* type = std::get_if<SignatureType>(&callee->value)) return call_type(*type, n);
    if (const auto* decorator = std::get_if<Decorator>(&callee->value)) return call_decorator(*decorator, n);
    const auto* called = std::get_if<ModuleMember>(&callee->value);
    if (!called) return {};
    if (auto decorator = decorator_named(called->path)) return call_decorator(*decorator, n);
    if (called->path == "numpy.array" || called->path == "numpy.asarray") return call_array(n);
    if (called->path == "nearfield.void" || called->path == "nearfield.types.void") return signature(n, {});
    return {};
  }

  Found call_builtin(const std::string& name, const Call& n) {
    if (n.arguments.size() != 1 || !n.arguments[0].name.empty() || (name != "float" && name != "int")) return {};
    Found value = (*this)(n.arguments[0].value);
    if (!value) return {};
    if (const auto* text = std::get_if<std::string>(&value->value); text && name == "float") {
      for (const char* word : {"inf", "nan", "-inf"})
        if (*text == word) return FileValue{Scalar::of(DType::Float64, std::stod(word))};
    }
    const auto* number = std::get_if<Scalar>(&value->value);
    auto cast = number ? constant_cast(*number, name == "int" ? DType::Int64 : DType::Float64) : std::nullopt;
    return cast ? Found(FileValue{*cast}) : Found();
  }

  /// `nf.float32(0.5)` is a number, `nf.float64(nf.float64)` a signature.
  Found call_type(const SignatureType& type, const Call& n) {
    if (n.arguments.size() == 1 && n.arguments[0].name.empty())
      if (auto value = scalar(n.arguments[0].value)) {
        auto cast = constant_cast(*value, type.dtype);
        return cast ? Found(FileValue{*cast}) : Found();
      }
    return signature(n, type);
  }

  Found signature(const Call& n, std::optional<SignatureType> result) {
    Signature made{{}, result};
    for (const CallArgument& argument : n.arguments) {
      Found value = (*this)(argument.value);
      const auto* type = value ? std::get_if<SignatureType>(&value->value) : nullptr;
      if (!type) return {};
      made.args.push_back(*type);
    }
    return FileValue{std::move(made)};
  }

  Found call_array(const Call& n) {
    std::optional<DType> dtype;
    if (n.arguments.empty() || !n.arguments[0].name.empty()) return {};
    for (size_t i = 1; i < n.arguments.size(); ++i) {
      const std::string& name = n.arguments[i].name;
      if (name != "dtype" && !(name.empty() && i == 1)) return {};
      Found value = (*this)(n.arguments[i].value);
      if (!value) return {};
      if (const auto* type = std::get_if<SignatureType>(&value->value); type && type->rank == 0) dtype = type->dtype;
      if (const auto* text = std::get_if<std::string>(&value->value)) dtype = dtype_named(*text);
      if (!dtype) return {};
    }
    Found items = (*this)(n.arguments[0].value);
    auto array = items ? constant_array(*items, dtype) : std::nullopt;
    return array ? Found(FileValue{std::move(*array)}) : Found();
  }

  Found call_decorator(Decorator decorator, const Call& n) {
    size_t options_from = 0;
    std::optional<FunctionRef> function;
    if (!n.arguments.empty() && n.arguments[0].name.empty()) {
      Found first = (*this)(n.arguments[0].value);
      if (const auto* ref = first ? std::get_if<FunctionRef>(&first->value) : nullptr)
        function = *ref, options_from = 1;
    }
    if (!function || n.arguments.size() > 1) read_options(file_, n, options_from, decorator, diagnostics_);
    if (!function) return FileValue{std::move(decorator)};
    return FileValue{decorate(file_, decorator, *function, tree_[n.function].span, diagnostics_)};
  }

  File& file_;
  const Module& tree_;
  Diagnostics& diagnostics_;
};

}  // namespace

FileValue member_value(const std::string& path) {
  if (auto number = named_number(path)) return {Scalar::of(DType::Float64, *number)};
  for (std::string_view module : {"numpy.", "nearfield.types.", "nearfield."})
    if (path.starts_with(module))
      if (std::string name = path.substr(module.size()); auto dtype = dtype_named(name))
        return {SignatureType{*dtype, 0, false}};
  return {ModuleMember{path}};
}

std::optional<FileValue> evaluate(File& file, ExprId expr, Diagnostics& diagnostics) {
  return Evaluator(file, diagnostics)(expr);
}

}  // namespace nf::types
