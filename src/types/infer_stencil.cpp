// The rules of stencils: which parameters are read relative to the output point, and that every offset is known.
#include <algorithm>
#include <cmath>

#include "syntax/children.h"
#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

constexpr int64_t max_combinations = 4096;             ///< of the values of loop variables in one offset
constexpr int64_t max_unrolled_in_neighborhood = 128;  ///< where a loop could stay one

/// Calls `f` on an expression and all in it.
template <class F>
void each_expr(const syntax::Module& tree, ExprId id, const F& f) {
  if (!id) return;
  f(id);
  for_each_child(tree[id], [&](ExprId child) { each_expr(tree, child, f); });
}
/// The same for the statements of a body.
template <class F>
void each_expr(const syntax::Module& tree, const Body& body, const F& f) {
  auto go = [&](ExprId id) { each_expr(tree, id, f); };
  for (StmtId id : body) {
    const auto& node = tree[id].node;
    if (auto* n = std::get_if<Return>(&node)) go(n->value);
    if (auto* n = std::get_if<Assign>(&node)) {
      for (ExprId target : n->targets) go(target);
      go(n->value);
    }
    if (auto* n = std::get_if<AugAssign>(&node)) go(n->target), go(n->value);
    if (auto* n = std::get_if<AnnAssign>(&node)) go(n->target), go(n->value);
    if (auto* n = std::get_if<ExprStmt>(&node)) go(n->value);
    if (auto* n = std::get_if<Assert>(&node)) go(n->test);
    if (auto* n = std::get_if<If>(&node)) go(n->test), each_expr(tree, n->then, f), each_expr(tree, n->otherwise, f);
    if (auto* n = std::get_if<For>(&node))
      go(n->iterable), each_expr(tree, n->body, f), each_expr(tree, n->otherwise, f);
    if (auto* n = std::get_if<While>(&node)) go(n->test), each_expr(tree, n->body, f), each_expr(tree, n->otherwise, f);
  }
}

void mark_relative(Inference& in) {
  const std::vector<std::string>& absolute = in.options().standard_indexing;
  auto mark = [&](ExprId id) {
    auto* subscript = std::get_if<Subscript>(&in.tree[id].node);
    if (!subscript) return;
    auto param = parameter_read(in, subscript->value);
    if (!param) return;
    TypedParameter& target = in.typed.params[*param];
    bool is_absolute = std::find(absolute.begin(), absolute.end(), target.name) != absolute.end();
    target.relative |= target.type.is_array() && !is_absolute;
  };
  const Definition& definition = *in.typed.definition;
  if (definition.function)
    each_expr(in.tree, std::get<FunctionDef>(in.tree[definition.function].node).body, mark);
  else
    each_expr(in.tree, std::get<Lambda>(in.tree[definition.lambda].node).body, mark);
}

/// Where an option is written in the decorators; the function's name when it was given some other way.
Span option_span(const Inference& in, std::string_view option) {
  const Definition& definition = *in.typed.definition;
  if (definition.function)
    for (ExprId decorator : std::get<FunctionDef>(in.tree[definition.function].node).decorators)
      if (auto* call = std::get_if<Call>(&in.tree[decorator].node))
        for (const CallArgument& argument : call->arguments)
          if (argument.name == option) return in.span(argument.value);
  return name_span(definition);
}

void check_standard_indexing(Inference& in) {
  std::vector<std::string> names;
  for (const TypedParameter& param : in.typed.params) names.push_back(param.name);
  for (const std::string& name : in.options().standard_indexing) {
    if (!names.empty() && name == names[0]) {
      in.report(Code::first_argument, in.typed.params[0].span,
                "the first parameter `{}` is what the stencil runs over, so it cannot have standard indexing", name);
    } else if (std::find(names.begin(), names.end(), name) == names.end()) {
      Diagnostic& error = in.report(Code::bad_option, option_span(in, "standard_indexing"),
                                    "`standard_indexing` names `{}`, which is no parameter", name);
      if (auto near = closest(name, names)) error.hint("did you mean `{}`?", *near);
    }
  }
}

void check_ranks(Inference& in) {
  const TypedParameter& first = in.typed.params[0];
  for (const TypedParameter& param : in.typed.params) {
    if (!param.relative || param.type.rank() == first.type.rank()) continue;
    in.report(Code::bad_argument, param.span, "`{}` has {} dimension{} and the first array `{}` has {}", param.name,
              param.type.rank(), param.type.rank() == 1 ? "" : "s", first.name, first.type.rank())
        .label(in.source(), first.span, "{} dimension{}", first.type.rank(), first.type.rank() == 1 ? "" : "s")
        .hint("arrays that are read relative to the point have one rank; name `{}` in `standard_indexing` otherwise",
              param.name);
  }
}

/// The offsets for these values of loop variables; nothing when some is not known.
std::optional<std::vector<int64_t>> fold_offsets(const Typed& typed, const std::vector<ExprId>& index, int count,
                                                 const KnownValues& known) {
  std::vector<int64_t> offsets;
  for (int i = 0; i < count; ++i) {
    auto value = index.size() == size_t(count) && !typed.types[index[size_t(i)]].is_tuple()
                     ? fold_integer(typed, index[size_t(i)], known)
                     : fold_tuple_item(typed, index[0], i, known);
    if (!value) return {};
    offsets.push_back(*value);
  }
  return offsets;
}

/// Calls `f` with the values of the variables of `loops` in every combination of rounds, as far as they are known.
/// False when some loop has no known rounds, there are too many, or `f` returned false.
template <class F>
bool each_combination(const Typed& typed, const std::vector<StmtId>& loops, size_t at, KnownValues& known,
                      int64_t& left, const F& f) {
  if (at == loops.size()) return --left >= 0 && f(known);
  auto rounds = constant_rounds(typed, loops[at], known);
  if (!rounds) return false;
  std::vector<ExprId> names = leaves(typed.tree(), std::get<For>(typed.tree()[loops[at]].node).target);
  for (const std::vector<int64_t>& round : *rounds) {
    for (size_t i = 0; i < names.size(); ++i) known[typed.written.at(names[i].index).index] = round[i];
    if (!each_combination(typed, loops, at + 1, known, left, f)) return false;
  }
  for (ExprId name : names) known.erase(typed.written.at(name.index).index);
  return true;
}

/// Whether these offsets are constants once the loops in `loops` are repeated with known values; each combination is
/// given to `f`.
template <class F>
bool constant_in(const Typed& typed, const std::vector<ExprId>& index, int count, const std::vector<StmtId>& loops,
                 int64_t limit, const F& f) {
  KnownValues known;
  return each_combination(typed, loops, 0, known, limit, [&](const KnownValues& values) {
    auto offsets = fold_offsets(typed, index, count, values);
    if (offsets) f(*offsets);
    return offsets.has_value();
  });
}

/// The loops around that must be repeated for these offsets to be constants, outermost first; nothing when no choice
/// makes them constants.
std::optional<std::vector<StmtId>> needed_loops(const Inference& in, const std::vector<ExprId>& index, int count,
                                                int64_t limit) {
  auto ignore = [](const std::vector<int64_t>&) {};
  std::vector<StmtId> candidates = in.loops;
  // An outer loop without known rounds is no help; the inner ones may not depend on it.
  std::erase_if(candidates, [&](StmtId loop) {
    KnownValues known;
    std::vector<StmtId> outer(in.loops.begin(), std::find(in.loops.begin(), in.loops.end(), loop));
    for (StmtId around : outer)
      if (auto rounds = constant_rounds(in.typed, around, known); rounds && !rounds->empty()) {
        std::vector<ExprId> names = leaves(in.tree, std::get<For>(in.tree[around].node).target);
        for (size_t i = 0; i < names.size(); ++i) known[in.typed.written.at(names[i].index).index] = rounds->front()[i];
      }
    return !constant_rounds(in.typed, loop, known);
  });
  for (size_t i = 0; i < candidates.size();) {
    std::vector<StmtId> without = candidates;
    without.erase(without.begin() + std::ptrdiff_t(i));
    if (constant_in(in.typed, index, count, without, limit, ignore))
      candidates = without;
    else
      ++i;
  }
  if (!constant_in(in.typed, index, count, candidates, limit, ignore)) return {};
  return candidates;
}

void check_inside_neighborhood(Inference& in, Span span, const std::vector<int64_t>& offsets) {
  const auto& given = in.options().neighborhood;
  if (given.size() != offsets.size()) return;
  for (size_t axis = 0; axis < offsets.size(); ++axis) {
    if (offsets[axis] >= given[axis].first && offsets[axis] <= given[axis].second) continue;
    in.report(Code::outside_neighborhood, span, "offset {} is outside the neighborhood ({}, {}) of axis {}",
              offsets[axis], given[axis].first, given[axis].second, axis);
    return;
  }
}
}  // namespace

std::optional<uint32_t> parameter_read(const Inference& in, ExprId id) {
  auto* name = std::get_if<Name>(&in.tree[id].node);
  if (!name || !in.scope.is_local(name->text)) return {};
  VersionId version = in.scope.reads[id];
  for (uint32_t i = 0; version && i < in.typed.params.size(); ++i)
    if (in.typed.params[i].version == version) return i;
  return {};
}

void prepare_stencil(Inference& in) {
  const Definition& definition = *in.typed.definition;
  auto& params = in.typed.params;
  for (const auto& name : in.typed.variables) {
    if (name != "out") continue;
    Span span = name_span(definition);
    for (const Version& version : in.typed.versions)
      if (in.typed.variables[version.variable] == "out" && version.kind != Version::Kind::Merged) {
        span = version.span;
        break;
      }
    in.report(Code::reserved_out, span, "`out` is the name of the array that receives a stencil's result")
        .hint("choose another name");
  }
  if (params.empty() || !params[0].type.is_array()) {
    Span span = params.empty() ? name_span(definition) : params[0].span;
    in.report(Code::first_argument, span, "the first argument of a stencil is the array it runs over{}",
              params.empty() ? ", but it has no parameters" : fmt::format(", this is {}", describe(params[0].type)));
    return;
  }
  in.typed.rank = params[0].type.rank();
  params[0].relative = true;
  mark_relative(in);
  check_standard_indexing(in);
  check_ranks(in);
  size_t given = in.options().neighborhood.size();
  if (given != 0 && int(given) != in.typed.rank)
    in.report(Code::bad_option, option_span(in, "neighborhood"), "the neighborhood has {} dimension{} and the array {}",
              given, given == 1 ? "" : "s", in.typed.rank);
  for (auto [lo, hi] : in.options().neighborhood)
    if (lo > hi)
      in.report(Code::bad_option, option_span(in, "neighborhood"), "the neighborhood ({}, {}) holds no offset", lo, hi)
          .hint("write the lower offset first");
}

Type infer_neighbor(Inference& in, ExprId id, const Subscript& subscript, uint32_t param) {
  Type array = infer(in, subscript.value);
  in.reads_neighbors = true;
  Span span = subscript.index.empty()
                  ? in.span(id)
                  : Span{in.span(subscript.index.front()).begin, in.span(subscript.index.back()).end};
  int count = 0;
  bool failed = false;
  for (ExprId index : subscript.index) {
    if (std::holds_alternative<Slice>(in.tree[index].node) ||
        std::holds_alternative<EllipsisLiteral>(in.tree[index].node)) {
      in.report_unsupported(in.span(index), "a slice of neighbours is").hint("read the neighbours one by one");
      return Type::unknown();
    }
    Type type = infer(in, index);
    failed |= type.is_unknown();
    std::vector<Type> items{type};
    if (type.is_tuple() && subscript.index.size() == 1) items.assign(type.items().begin(), type.items().end());
    for (Type item : items) {
      ++count;
      if (item.is_unknown() || (item.is_scalar() && is_integer(item.dtype()))) continue;
      in.report(Code::bad_index, in.span(index), "an offset must be an integer, this is {}", describe(item));
      failed = true;
    }
  }
  if (failed) return Type::scalar(array.dtype());
  if (count != array.rank()) {
    in.report(Code::wrong_index_count, span, "`{}` has {} dimension{}, indexed with {}", in.typed.params[param].name,
              array.rank(), array.rank() == 1 ? "" : "s", count)
        .label(in.source(), in.typed.params[param].span, "{} dimension{}", array.rank(), array.rank() == 1 ? "" : "s");
    return Type::scalar(array.dtype());
  }
  bool has_neighborhood = !in.options().neighborhood.empty();
  int64_t limit = has_neighborhood ? max_unrolled_in_neighborhood : max_combinations;
  auto loops = needed_loops(in, subscript.index, count, limit);
  if (loops) {
    for (StmtId loop : *loops) in.typed.unrolled[loop] = 1;
    constant_in(in.typed, subscript.index, count, *loops, limit,
                [&](const std::vector<int64_t>& offsets) { check_inside_neighborhood(in, span, offsets); });
  } else if (!has_neighborhood) {
    in.report(Code::offset_not_constant, span, "the offset of a neighbour must be a constant")
        .hint("a `for` over constants counts as constant; else give `neighborhood=((lo, hi), ...)`");
  }
  in.typed.meanings[id] = NeighborRead{param, loops.has_value()};
  return Type::scalar(array.dtype());
}

/// Whether a dtype holds this number exactly.
static bool holds(DType dtype, double value) {
  if (is_float(dtype)) return dtype == DType::Float64 || double(float(value)) == value;
  if (std::floor(value) != value) return false;
  if (is_bool(dtype)) return value == 0 || value == 1;
  const double limit = std::ldexp(1.0, 8 * size_of(dtype) - is_signed(dtype));
  return value < limit && value >= (is_signed(dtype) ? -limit : 0);
}

void finish_stencil(Inference& in) {
  const Definition& definition = *in.typed.definition;
  if (!in.reads_neighbors && in.diagnostics.empty())
    in.report(Code::no_neighbours, name_span(definition), "the stencil `{}` reads no neighbour of its arrays",
              definition.name)
        .hint("`x[0, 0]` is the point itself, `x[-1, 0]` the one above");
  Type result = in.typed.result;
  std::vector<Type> numbers{result};
  if (result.is_tuple()) numbers.assign(result.items().begin(), result.items().end());
  const bool is_numbers = std::all_of(numbers.begin(), numbers.end(), [](Type type) { return type.is_scalar(); });
  if (!result.is_unknown() && !is_numbers && in.diagnostics.empty()) {
    in.report(Code::stencil_result, in.first_return.end ? in.first_return : name_span(definition),
              "a stencil returns a number, or a tuple of numbers, for each point, this returns {}",
              result.is_none() ? "nothing" : describe(result));
  }
  const auto& cval = in.options().cval;
  if (cval && result.is_tuple() && is_numbers)
    for (Type number : numbers) {
      // It is kept as the first result's dtype.
      if (number == numbers[0] || holds(numbers[0].dtype(), cval->to_double())) continue;
      in.report(Code::bad_option, option_span(in, "cval"),
                "`cval` is {}, which the first of the results, {}, cannot hold", cval->to_double(),
                describe(numbers[0]))
          .hint("give a `cval` that all results can hold, or return the widest first");
      break;
    }
  if (cval && result.is_scalar() && !is_float(result.dtype()) && is_float(cval->dtype) &&
      !std::isfinite(cval->to_double()))
    in.report(Code::bad_option, option_span(in, "cval"), "`cval` is {}, which {} cannot hold", cval->to_double(),
              describe(result));
}

}  // namespace nf::types
