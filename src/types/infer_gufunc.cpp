// Gufuncs: the dtypes of outputs that nobody declares, and calls of gufuncs in other kernels.
#include <algorithm>

#include "base/assert.h"
#include "types/infer.h"
#include "types/signature.h"

namespace nf::types {
namespace {
using namespace syntax;

/// Whether the text at `span` reads an element of the parameter.
bool reads_element(const Inference& in, uint32_t param, Span span) {
  for (uint32_t i = 0; i < in.tree.exprs.size(); ++i) {
    const Expr& expr = in.tree.exprs[ExprId{i}];
    if (expr.span.begin < span.begin || expr.span.end > span.end) continue;
    const auto* subscript = std::get_if<Subscript>(&expr.node);
    if (subscript && parameter_read(in, subscript->value) == param) return true;
  }
  return false;
}

void unify_into(std::optional<DType>& known, DType dtype) { known = known ? unify(*known, dtype) : dtype; }

bool takes_number(const Definition& callee, int signature, size_t input, size_t core) {
  const std::vector<int>& writable = callee.options.writable_args;
  if (core > 0 || std::find(writable.begin(), writable.end(), int(input)) != writable.end()) return false;
  return signature < 0 || callee.options.signatures[size_t(signature)].args[input].rank == 0;
}

/// The first declared signature that takes the inputs without loss; -1 when none does.
int fitting_signature(const Definition& callee, const std::vector<DType>& inputs) {
  const std::vector<Signature>& signatures = callee.options.signatures;
  for (size_t s = 0; s < signatures.size(); ++s) {
    bool fits = signatures[s].args.size() >= inputs.size();
    for (size_t i = 0; fits && i < inputs.size(); ++i) fits = casts_safely(inputs[i], signatures[s].args[i].dtype);
    if (fits) return int(s);
  }
  return -1;
}

/// One call while it is typed.
struct CallSite {
  Inference& in;
  ExprId id;
  const Definition& callee;
  GufuncLayout layout;
  GufuncCall meaning;
  std::vector<Type> given{};  ///< of all arguments
  int loop = 0;               ///< axes of the loop

  size_t inputs() const { return layout.inputs.size(); }
  size_t outputs() const { return layout.outputs.size(); }
  const std::vector<std::string>& core(size_t i) const {
    return i < inputs() ? layout.inputs[i] : layout.outputs[i - inputs()];
  }
  Span span(size_t i) const { return in.span(i < inputs() ? meaning.inputs[i] : meaning.outs[i - inputs()]); }
};

/// Arguments by position: the inputs, or inputs and outputs.
bool bind(CallSite& site, const Call& call) {
  Inference& in = site.in;
  bool failed = false;
  for (const CallArgument& argument : call.arguments) {
    if (argument.star || argument.double_star || !argument.name.empty()) {
      in.report(Code::wrong_argument_count, argument.span, "the gufunc `{}` takes its arguments by position in kernels",
                site.callee.name);
      failed = true;
      continue;
    }
    (site.meaning.inputs.size() < site.inputs() ? site.meaning.inputs : site.meaning.outs).push_back(argument.value);
    site.given.push_back(infer(in, argument.value));
    failed |= site.given.back().is_unknown();
  }
  const size_t count = site.given.size();
  if (failed) return false;
  if (count == site.inputs() || count == site.inputs() + site.outputs()) return true;
  in.report(Code::wrong_argument_count, in.span(site.id), "`{}` takes {} inputs, or those and {} outputs, got {}",
            site.callee.name, site.inputs(), site.outputs(), count);
  return false;
}

bool check_operands(CallSite& site) {
  Inference& in = site.in;
  bool failed = false;
  for (size_t i = 0; i < site.given.size(); ++i) {
    const Type type = site.given[i];
    const bool output = i >= site.inputs();
    const int rank = type.is_array() ? type.rank() : 0, core = int(site.core(i).size());
    auto report = [&](Code code) -> Diagnostic& {
      failed = true;
      return in.report(code, site.span(i), "`{}`: {} operand {} is {}", site.callee.name, output ? "output" : "input",
                       output ? i - site.inputs() : i, describe(type));
    };
    if (!type.is_array() && (!type.is_scalar() || output)) {
      report(Code::bad_argument).hint("{}", output ? "an output is an array" : "gufuncs take arrays and numbers");
    } else if (rank < core) {
      failed = true;
      in.report(
          Code::bad_argument, site.span(i),
          "`{}`: {} operand {} does not have enough dimensions (has {}, gufunc core with signature {} requires {})",
          site.callee.name, output ? "output" : "input", output ? i - site.inputs() : i, rank, to_string(site.layout),
          core);
    } else if (output && type.readonly()) {
      in.report(Code::readonly_array, site.span(i), "`{}` may not be written",
                in.text(site.meaning.outs[i - site.inputs()]));
      failed = true;
    } else if (!output) {
      site.loop = std::max(site.loop, rank - core);
    }
  }
  for (size_t i = site.inputs(); !failed && i < site.given.size(); ++i) {
    const int wanted = site.loop + int(site.core(i).size());
    if (site.given[i].rank() != std::max(wanted, 1)) {
      in.report(Code::bad_argument, site.span(i),
                "`{}`: output operand {} must be an array of {} dimensions, this is {}", site.callee.name,
                i - site.inputs(), std::max(wanted, 1), describe(site.given[i]));
      failed = true;
    } else if (auto param = parameter_read(in, site.meaning.outs[i - site.inputs()])) {
      in.written_params.insert(*param);  // of which dtype is noted when the kernel is typed
    }
  }
  for (int i : site.callee.options.writable_args) {
    const Type type = site.given[size_t(i)];
    if (failed) break;
    const bool fits =
        type.is_array() && !type.readonly() && type.rank() == site.loop + int(site.core(size_t(i)).size());
    if (fits) {
      if (auto param = parameter_read(in, site.meaning.inputs[size_t(i)])) in.written_params.insert(*param);
      continue;
    }
    failed = true;
    in.report(Code::bad_argument, site.span(size_t(i)), "`{}` writes its input {}, so it must be {}, this is {}",
              site.callee.name, i, type.readonly() ? "an array that may be written" : "an array that is not broadcast",
              describe(type));
  }
  return !failed;
}

/// How the kernel sees an operand of this dtype.
Type core_type(const CallSite& site, size_t i, DType dtype, bool writable) {
  const int core = int(site.core(i).size());
  const bool given = i < site.given.size() && site.given[i].is_array() && site.given[i].dtype() == dtype;
  // What is cast or made here lies in C order.
  const Layout layout = core == 0 || !given || site.given[i].layout() == Layout::C ? Layout::C : Layout::Any;
  return Type::array(dtype, std::max(core, 1), layout, !writable);
}

bool is_writable(const Definition& callee, size_t input) {
  const std::vector<int>& writable = callee.options.writable_args;
  return std::find(writable.begin(), writable.end(), int(input)) != writable.end();
}

}  // namespace

void note_store(Inference& in, uint32_t param, DType dtype, std::optional<Span> value) {
  Stored& stored = in.typed.stored[param];
  unify_into(stored.all, dtype);
  if (!value || !reads_element(in, param, *value)) unify_into(stored.independent, dtype);
}

std::vector<DType> settle_outputs(size_t first, size_t count,
                                  const std::function<const Typed*(const std::vector<DType>&)>& typed_for) {
  std::vector<DType> dtypes(count, DType::Bool);
  for (bool begin = true;; begin = false) {
    const Typed* typed = typed_for(dtypes);
    if (!typed) return dtypes;
    std::vector<DType> next = dtypes;
    for (size_t i = 0; i < count; ++i) {
      auto found = typed->stored.find(uint32_t(first + i));
      if (found == typed->stored.end()) continue;
      const std::optional<DType>& stored =
          begin && found->second.independent ? found->second.independent : found->second.all;
      if (stored) next[i] = begin ? *stored : unify(next[i], *stored);
    }
    if (!begin && next == dtypes) return dtypes;
    dtypes = next;
  }
}

Type infer_gufunc_call(Inference& in, ExprId id, const Call& call, const DefinitionPtr& definition) {
  const Definition& callee = *definition;
  CallSite site{in, id, callee, parse_layout(callee.options.layout), {}};
  if (!bind(site, call) || !check_operands(site)) return Type::unknown();
  std::vector<DType> dtypes;
  for (size_t i = 0; i < site.inputs(); ++i) dtypes.push_back(site.given[i].dtype());
  const bool typed = !callee.options.signatures.empty(), stencil = callee.options.over_stencil;
  const int signature = typed ? fitting_signature(callee, dtypes) : -1;
  if (typed && signature < 0) {
    std::string list;
    for (Type type : site.given) list += (list.empty() ? "" : ", ") + to_string(type);
    in.report(Code::bad_argument, in.span(id), "no declared types of the gufunc `{}` take ({}) without loss",
              callee.name, list)
        .hint("cast the arguments, or leave the types out of guvectorize");
    return Type::unknown();
  }
  std::vector<Type> params;
  for (size_t i = 0; i < site.inputs(); ++i) {
    if (signature >= 0) dtypes[i] = callee.options.signatures[size_t(signature)].args[i].dtype;
    const bool number = stencil ? site.core(i).empty() : takes_number(callee, signature, i, site.core(i).size());
    params.push_back(number ? Type::scalar(dtypes[i]) : core_type(site, i, dtypes[i], is_writable(callee, i)));
  }
  const bool stores = !stencil && parameters_of(callee).size() > site.inputs();
  const bool given = site.given.size() > site.inputs();
  std::vector<DType> outputs;
  for (size_t i = 0; i < site.outputs(); ++i) {
    if (signature >= 0)
      outputs.push_back(callee.options.signatures[size_t(signature)].args[site.inputs() + i].dtype);
    else if (stores && given)
      outputs.push_back(site.given[site.inputs() + i].dtype());
  }
  auto request = [&](const std::vector<DType>& out_dtypes) {
    ArgumentTypes args(params.begin(), params.end());
    for (size_t i = 0; stores && i < out_dtypes.size(); ++i)
      args.push_back(core_type(site, site.inputs() + i, out_dtypes[i], true));
    return in.program.request(definition, args);
  };
  // As for jitted functions: a recursion may never meet itself again.
  constexpr int max_depth = 100;
  if (in.program.depth >= max_depth) {
    in.report(Code::recursion, in.span(id), "`{}` calls itself here", callee.name);
    return Type::unknown();
  }
  if (stores && outputs.empty())
    outputs = settle_outputs(site.inputs(), site.outputs(), [&](const std::vector<DType>& out_dtypes) -> const Typed* {
      const Request& made = in.program.requests[request(out_dtypes)];
      return made.in_progress || !made.diagnostics.empty() ? nullptr : made.typed.get();
    });
  site.meaning.function = request(outputs);
  const Request& made = in.program.requests[site.meaning.function];
  if (made.in_progress) {
    in.report(Code::recursion, in.span(id), "`{}` calls itself here", callee.name);
    return Type::unknown();
  }
  if (!made.diagnostics.empty()) {
    append_errors(in, id, made.diagnostics, callee, site.given);
    return Type::unknown();
  }
  if (!stores) {
    const Type result = made.typed->result;
    std::vector<Type> items;
    if (result.is_tuple())
      items.assign(result.items().begin(), result.items().end());
    else if (!result.is_none())
      items.push_back(result);
    for (size_t i = 0; i < items.size() && outputs.size() < items.size(); ++i) outputs.push_back(items[i].dtype());
    if (items.size() != site.outputs()) {  // of a stencil; what others return was checked with them
      in.report(Code::bad_argument, in.span(id), "the stencil `{}` makes {} arrays, and the layout {} has {} outputs",
                callee.name, items.size(), to_string(site.layout), site.outputs());
      return Type::unknown();
    }
  }
  for (size_t i = 0; given && i < site.outputs(); ++i)
    if (auto param = parameter_read(in, site.meaning.outs[i])) {
      auto stored = made.typed->stored.find(uint32_t(site.inputs() + i));
      const bool known = stores && stored != made.typed->stored.end() && stored->second.all;
      note_store(in, *param, known ? *stored->second.all : outputs[i], std::nullopt);
    }
  for (size_t i = 0; given && i < site.outputs(); ++i) {
    const DType to = site.given[site.inputs() + i].dtype();
    if (casts_same_kind(outputs[i], to)) continue;
    in.report(Code::bad_argument, site.span(site.inputs() + i),
              "`{}`: {} cannot be stored into {} with casting rule 'same_kind'", callee.name, name_of(outputs[i]),
              describe(site.given[site.inputs() + i]));
    return Type::unknown();
  }
  site.meaning.layout = site.layout, site.meaning.input_dtypes = dtypes, site.meaning.outputs = outputs;
  site.meaning.loop = site.loop, site.meaning.stores = stores;
  in.typed.meanings[id] = site.meaning;
  std::vector<Type> results;
  for (size_t i = 0; i < site.outputs(); ++i) {
    const int rank = site.loop + int(site.core(site.inputs() + i).size());
    if (given)
      results.push_back(site.given[site.inputs() + i]);
    else
      results.push_back(rank ? Type::array(outputs[i], rank) : Type::scalar(outputs[i]));
  }
  if (results.empty()) return Type::none();
  return results.size() == 1 ? results[0] : Type::tuple(results);
}

}  // namespace nf::types
