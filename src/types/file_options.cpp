// The options of decorators as a file writes them: one row for each option, with what it takes.
#include <algorithm>

#include "types/file_value.h"
#include "types/signature.h"

namespace nf::types {
namespace {

using Kind = KernelOptions::Kind;

constexpr unsigned kJit = 1u << unsigned(Kind::Jit), kStencil = 1u << unsigned(Kind::Stencil),
                   kGufunc = 1u << unsigned(Kind::Gufunc), kVectorize = 1u << unsigned(Kind::Vectorize),
                   kAll = kJit | kStencil | kGufunc | kVectorize;

const char* decorator_name(Kind kind) {
  constexpr const char* names[] = {"jit", "stencil", "guvectorize", "vectorize"};
  return names[unsigned(kind)];
}

bool is_none(const FileValue& value) { return std::holds_alternative<NoneValue>(value.value); }

std::optional<bool> flag(const FileValue& value) {
  const auto* scalar = std::get_if<Scalar>(&value.value);
  if (!scalar || is_float(scalar->dtype)) return {};
  return scalar->to_int() != 0;
}

bool read_flag(bool& into, const FileValue& value) {
  std::optional<bool> read = flag(value);
  if (read) into = *read;
  return read.has_value();
}

const std::string* text(const FileValue& value) { return std::get_if<std::string>(&value.value); }

std::optional<int64_t> whole(const FileValue& value) {
  const auto* scalar = std::get_if<Scalar>(&value.value);
  if (!scalar || !is_integer(scalar->dtype)) return {};
  return scalar->to_int();
}

bool read_mode(KernelOptions& options, const FileValue& value) {
  const std::string* name = text(value);
  std::optional<BorderMode> mode = name ? border_mode_named(*name) : std::nullopt;
  if (mode) options.mode = *mode;
  return mode.has_value();
}

bool read_neighborhood(KernelOptions& options, const FileValue& value) {
  const auto* axes = std::get_if<Sequence>(&value.value);
  if (!axes || axes->items.empty()) return false;
  options.neighborhood.clear();
  for (const FileValue& axis : axes->items) {
    const auto* pair = std::get_if<Sequence>(&axis.value);
    if (!pair || pair->items.size() != 2) return false;
    std::optional<int64_t> lo = whole(pair->items[0]), hi = whole(pair->items[1]);
    if (!lo || !hi || *lo > *hi) return false;
    options.neighborhood.emplace_back(*lo, *hi);
  }
  return true;
}

bool read_standard_indexing(KernelOptions& options, const FileValue& value) {
  if (const std::string* name = text(value)) {
    options.standard_indexing = {*name};
    return true;
  }
  const auto* names = std::get_if<Sequence>(&value.value);
  if (!names) return false;
  options.standard_indexing.clear();
  for (const FileValue& item : names->items) {
    if (!text(item)) return false;
    options.standard_indexing.push_back(*text(item));
  }
  return true;
}

bool read_dtype(KernelOptions& options, const FileValue& value) {
  const std::string* name = text(value);
  if (name && *name == "fit") {
    options.fit = true;
    return true;
  }
  if (name) options.dtype = dtype_named(*name);
  if (const auto* type = std::get_if<SignatureType>(&value.value); type && type->rank == 0) options.dtype = type->dtype;
  return options.dtype.has_value();
}

bool read_fastmath(KernelOptions& options, const FileValue& value) {
  const auto* flags = std::get_if<Sequence>(&value.value);  // LLVM's single flags: all of them or none
  if (!flags) return read_flag(options.fastmath, value);
  constexpr std::string_view names[] = {"nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"};
  auto has = [&](std::string_view name) {
    return std::any_of(flags->items.begin(), flags->items.end(),
                       [&](const FileValue& v) { return text(v) && *text(v) == name; });
  };
  for (const FileValue& item : flags->items)
    if (!text(item) ||
        (*text(item) != "fast" && std::find(std::begin(names), std::end(names), *text(item)) == std::end(names)))
      return false;
  options.fastmath = has("fast") || std::all_of(std::begin(names), std::end(names), has);
  return true;
}

bool read_error_model(KernelOptions& options, const FileValue& value) {
  const std::string* name = text(value);
  if (!name || (*name != "python" && *name != "numpy")) return false;
  options.numpy_errors = *name == "numpy";
  return true;
}

bool read_target(KernelOptions& options, const FileValue& value) {
  constexpr std::string_view targets[] = {"cpu", "parallel", "gpu", "cuda", "auto"};
  const std::string* name = text(value);
  if (!name || std::find(std::begin(targets), std::end(targets), *name) == std::end(targets)) return false;
  options.target = *name == "cuda" ? "gpu" : *name;
  return true;
}

/// Options of Numba that change nothing here: everything is compiled, and nothing falls back to objects.
bool accept_flag(KernelOptions&, const FileValue& value) { return flag(value).has_value(); }
bool accept_false(KernelOptions&, const FileValue& value) { return flag(value) == false; }
bool accept_any(KernelOptions&, const FileValue&) { return true; }
/// What a reduction begins with, which only Python's ufuncs have.
bool accept_identity(KernelOptions&, const FileValue& value) {
  const std::string* name = text(value);
  std::optional<int64_t> number = whole(value);
  return name ? *name == "reorderable" : number == 0 || number == 1;
}

struct Option {
  std::string_view name;
  unsigned kinds;
  const char* takes;  ///< "must be ..."
  bool (*read)(KernelOptions&, const FileValue&);
};

constexpr const char* kFlag = "True or False";
constexpr const char* kModes = "'constant', 'reflect', 'nearest', 'mirror', 'wrap' or 'valid'";
constexpr Option table[] = {
    {"mode", kStencil, kModes, read_mode},
    {"func_or_mode", kStencil, kModes, read_mode},
    {"cval", kStencil, "a number",
     [](KernelOptions& o, const FileValue& v) {
       const auto* scalar = std::get_if<Scalar>(&v.value);
       if (scalar) o.cval = *scalar;
       return scalar != nullptr;
     }},
    {"neighborhood", kStencil, "a pair of whole numbers for each dimension, such as ((-1, 1), (-1, 1))",
     read_neighborhood},
    {"standard_indexing", kStencil, "the name of a parameter, or a tuple of names", read_standard_indexing},
    {"dtype", kAll, "a dtype, such as nf.uint8, or \"fit\"", read_dtype},
    {"fastmath", kAll, "True, False, or names of LLVM's fast-math flags", read_fastmath},
    {"parallel", kJit | kStencil, kFlag, [](KernelOptions& o, const FileValue& v) { return read_flag(o.parallel, v); }},
    {"boundscheck", kAll, kFlag, [](KernelOptions& o, const FileValue& v) { return read_flag(o.boundscheck, v); }},
    {"error_model", kJit | kStencil, "'python' or 'numpy'", read_error_model},
    {"target", kGufunc | kVectorize, "'cpu', 'parallel', 'gpu', 'cuda' or 'auto'", read_target},
    {"forceobj", kAll, "False: there is no object mode", accept_false},
    {"nopython", kAll, kFlag, accept_flag},
    {"nogil", kJit, kFlag, accept_flag},
    {"cache", kAll, kFlag, accept_flag},
    {"debug", kJit, kFlag, accept_flag},
    {"inline", kJit, "'never' or 'always'", accept_any},
    {"looplift", kJit, kFlag, accept_flag},
    {"identity", kGufunc | kVectorize, "None, 0, 1 or 'reorderable'", accept_identity},
};

/// Reads one argument of a decorator; an object, as all steps need the same five things.
class OptionReader {
 public:
  OptionReader(File& file, Decorator& decorator, Diagnostics& diagnostics)
      : file_(file),
        options_(decorator.options),
        given_(decorator.given),
        writable_args_(decorator.writable_args),
        diagnostics_(diagnostics) {}

  void read(const syntax::CallArgument& argument, size_t position, size_t count) {
    if (argument.star || argument.double_star)
      return void(
          report(argument.span, "an option of `@nf.{}` cannot be read: the file is not executed", this->name()));
    std::optional<FileValue> value = evaluate(file_, argument.value, diagnostics_);
    if (!value) return void(report(argument.span, "an option of `@nf.{}` is not a constant", this->name()));
    Kind kind = options_.kind;
    bool positional = argument.name.empty();
    if (kind == Kind::Gufunc &&
        (argument.name == "signature" || argument.name == "layout" || (positional && position == 1)))
      return read_layout(argument.span, *value);
    if (kind == Kind::Gufunc && positional && position == 0 && count == 1 && text(*value) &&
        looks_like_layout(*text(*value)))
      return read_layout(argument.span, *value);
    if (kind == Kind::Gufunc && argument.name == "writable_args") return read_writable_args(argument.span, *value);
    if (kind == Kind::Stencil && positional && position == 0) return read_option(table[0], argument.span, *value);
    if (positional
            ? position == 0
            : argument.name == "signatures" || argument.name == "ftylist" || argument.name == "signature_or_function")
      return read_signatures(argument.span, *value);
    if (positional) return void(report(argument.span, "`@nf.{}` takes no argument at this place", this->name()));
    for (const Option& option : table)
      if (option.name == argument.name && option.kinds >> unsigned(kind) & 1)
        return read_option(option, argument.span, *value);
    std::vector<std::string> known;
    if (kind == Kind::Gufunc) known.emplace_back("writable_args");
    for (const Option& option : table)
      if (option.kinds >> unsigned(kind) & 1) known.emplace_back(option.name);
    Diagnostic& unknown = report(argument.span, "`@nf.{}` has no option `{}`", this->name(), argument.name);
    if (auto near = closest(argument.name, known)) unknown.hint("did you mean `{}`?", *near);
  }

  /// What can only be said when all arguments are read.
  void finish(Span span) {
    if (options_.kind == Kind::Vectorize) check_numbers(span);
    if (options_.kind != Kind::Gufunc) return;
    if (options_.layout.empty()) {
      if (!failed_)
        diagnostics_.report(Code::bad_layout, file_.module->source, span, "`@nf.guvectorize` has no layout")
            .hint("name the core dimensions of inputs and outputs: '(n,m)->(n,m)'");
      return;
    }
    for (const Signature& signature : options_.signatures) try {
        check_against_layout(signature, parse_layout(options_.layout));
      } catch (const Error& error) {
        add(Code::bad_layout, span, error);
      }
  }

 private:
  static bool looks_like_layout(std::string_view text) { return text.find("->") != text.npos || text.starts_with('('); }
  const char* name() const { return decorator_name(options_.kind); }

  /// A ufunc's function takes numbers and gives one.
  void check_numbers(Span span) {
    for (const Signature& signature : options_.signatures) {
      bool numbers = !signature.result || signature.result->rank == 0;
      for (const SignatureType& type : signature.args) numbers = numbers && type.rank == 0;
      if (!numbers)
        report(span, "a signature of `@nf.vectorize` has an array type, and its function takes numbers")
            .hint("`nf.guvectorize` takes arrays");
    }
  }

  template <class... Args>
  Diagnostic& report(Span span, fmt::format_string<Args...> text, Args&&... args) {
    failed_ = true;
    return diagnostics_.report(Code::bad_option, file_.module->source, span, text, std::forward<Args>(args)...);
  }
  void add(Code code, Span span, const Error& error) {
    failed_ = true;
    Diagnostic& added = diagnostics_.report(code, file_.module->source, span, "{}", error.message);
    for (const std::string& note : error.notes) added.hint("{}", note);
  }

  void read_option(const Option& option, Span span, const FileValue& value) {
    if (is_none(value)) return;  // as if it were not there
    given_.push_back(option.name);
    if (!option.read(options_, value)) report(span, "`{}` of `@nf.{}` must be {}", option.name, name(), option.takes);
  }
  void read_layout(Span span, const FileValue& value) {
    if (!text(value))
      return void(report(span, "the layout of `@nf.guvectorize` must be a text such as '(n,m)->(n,m)'"));
    try {
      options_.layout = to_string(parse_layout(*text(value)));
    } catch (const Error& error) {
      add(Code::bad_layout, span, error);
    }
  }
  /// Positions and names of parameters; which there are is known where the decorator is put on a function.
  void read_writable_args(Span span, const FileValue& value) {
    if (is_none(value)) return;
    const auto* items = std::get_if<Sequence>(&value.value);
    for (size_t i = 0; items && i < items->items.size(); ++i) {
      const auto* number = std::get_if<Scalar>(&items->items[i].value);
      if (number && is_integer(number->dtype))
        writable_args_.emplace_back(int(number->to_int()));
      else if (text(items->items[i]))
        writable_args_.emplace_back(*text(items->items[i]));
      else
        items = nullptr;
    }
    if (!items) report(span, "`writable_args` of `@nf.guvectorize` must be a tuple of numbers or names");
  }
  /// One signature, or a list of them: texts, `nf.f8(nf.f8)`, or tuples of types.
  void read_signatures(Span span, const FileValue& value) {
    if (is_none(value)) return;
    const auto* sequence = std::get_if<Sequence>(&value.value);
    if (sequence && sequence->is_list) {
      for (const FileValue& item : sequence->items) read_signature(span, item);
    } else {
      read_signature(span, value);
    }
  }
  void read_signature(Span span, const FileValue& value) {
    if (const auto* signature = std::get_if<Signature>(&value.value)) return options_.signatures.push_back(*signature);
    if (text(value)) try {
        return options_.signatures.push_back(parse_signature(*text(value)));
      } catch (const Error& error) {
        return add(Code::bad_option, span, error);
      }
    Signature signature;
    if (const auto* type = std::get_if<SignatureType>(&value.value)) signature.args.push_back(*type);
    if (const auto* types = std::get_if<Sequence>(&value.value))
      for (const FileValue& item : types->items)
        if (const auto* type = std::get_if<SignatureType>(&item.value)) signature.args.push_back(*type);
    const auto* types = std::get_if<Sequence>(&value.value);
    if (signature.args.empty() || (types && signature.args.size() != types->items.size()))
      return void(
          report(span,
                 "a signature of `@nf.{}` must be a tuple of types, such as (nf.uint8[:, :], nf.uint8[:, :]), or a "
                 "text, such as 'void(u1[:,:], u1[:,:])'",
                 name()));
    options_.signatures.push_back(std::move(signature));
  }

  File& file_;
  KernelOptions& options_;
  std::vector<std::string_view>& given_;
  std::vector<std::variant<int, std::string>>& writable_args_;
  Diagnostics& diagnostics_;
  bool failed_ = false;
};

}  // namespace

std::optional<Decorator> decorator_named(std::string_view path) {
  constexpr std::pair<std::string_view, Kind> names[] = {{"nearfield.jit", Kind::Jit},
                                                         {"nearfield.njit", Kind::Jit},
                                                         {"nearfield.stencil", Kind::Stencil},
                                                         {"nearfield.guvectorize", Kind::Gufunc},
                                                         {"nearfield.vectorize", Kind::Vectorize}};
  for (const auto& [name, kind] : names)
    if (name == path) {
      Decorator decorator;
      decorator.options.kind = kind;
      decorator.options.numpy_errors = kind == Kind::Gufunc || kind == Kind::Vectorize;  // as Numba's always are
      return decorator;
    }
  return {};
}

void read_options(File& file, const syntax::Call& call, size_t first, Decorator& decorator, Diagnostics& diagnostics) {
  OptionReader reader(file, decorator, diagnostics);
  size_t count = 0, position = 0;
  for (size_t i = first; i < call.arguments.size(); ++i) {
    const std::string& name = call.arguments[i].name;
    count += name.empty() || name == "signature" || name == "layout";
  }
  for (size_t i = first; i < call.arguments.size(); ++i) {
    const syntax::CallArgument& argument = call.arguments[i];
    reader.read(argument, position, count);
    position += argument.name.empty();
  }
  reader.finish((*file.module)[call.function].span);
}

namespace {

/// The positions of the parameters that `writable_args` names, as Python's decorator finds them.
std::vector<int> writable_positions(const File& file, const Decorator& decorator, const FileFunction& function,
                                    Span span, Diagnostics& diagnostics) {
  std::vector<int> positions;
  const syntax::Module& tree = *file.module;
  const auto& params = function.function ? std::get<syntax::FunctionDef>(tree[function.function].node).params
                                         : std::get<syntax::Lambda>(tree[function.lambda].node).params;
  const auto inputs = int(parse_layout(decorator.options.layout).inputs.size());
  for (const auto& one : decorator.writable_args) {
    const auto* name = std::get_if<std::string>(&one);
    int at = name ? 0 : std::get<int>(one);
    while (name && at < int(params.size()) && params[size_t(at)].name != *name) ++at;
    if (at >= 0 && at < inputs)
      positions.push_back(at);
    else if (name)
      diagnostics.report(Code::bad_option, tree.source, span, "`writable_args` names `{}`, which is no input of `{}`",
                         *name, function.name);
    else
      diagnostics.report(Code::bad_option, tree.source, span, "`writable_args` names input {}, and there are {}", at,
                         inputs);
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

}  // namespace

FunctionRef decorate(File& file, const Decorator& decorator, FunctionRef function, Span span,
                     Diagnostics& diagnostics) {
  FileFunction made = file.functions[function.index];
  file.functions[function.index].wrapped = true;
  made.decorated = true, made.wrapped = false;
  made.made.reset();
  const KernelOptions before = made.options;
  auto given = [&](std::string_view name) {
    return std::find(decorator.given.begin(), decorator.given.end(), name) != decorator.given.end();
  };
  auto take_speed_options = [&] {  // those that a stencil gets from what is put on it
    if (given("fastmath")) made.options.fastmath = decorator.options.fastmath;
    if (given("parallel")) made.options.parallel = decorator.options.parallel;
    if (given("boundscheck")) made.options.boundscheck = decorator.options.boundscheck;
  };
  bool was_stencil = file.functions[function.index].decorated && before.kind == Kind::Stencil;
  if (was_stencil && decorator.options.kind == Kind::Gufunc) {
    made.options.kind = Kind::Gufunc;  // the text and the border stay the stencil's
    made.options.over_stencil = true;
    made.options.signatures = decorator.options.signatures;
    made.options.layout = decorator.options.layout;
    made.options.target = decorator.options.target;
    if (decorator.options.dtype) made.options.dtype = decorator.options.dtype;
    if (decorator.options.fit) made.options.fit = true;
    take_speed_options();
  } else if (!was_stencil || decorator.options.kind == Kind::Stencil) {
    made.options = decorator.options;
    if (!decorator.writable_args.empty() && !decorator.options.layout.empty())
      made.options.writable_args = writable_positions(file, decorator, made, span, diagnostics);
  } else {
    take_speed_options();  // jit of a stencil is the stencil
  }
  file.functions.push_back(std::move(made));
  return {file.functions.size() - 1};
}

}  // namespace nf::types
