// The facts of a function that need no data: its types, what the passes noted, and the shape of its code.
#include "engine/explain.h"

#include <algorithm>

#include "base/excerpt.h"
#include "codegen/describe.h"
#include "engine/arguments.h"
#include "engine/specialization.h"
#include "passes/passes.h"

namespace nf::engine {
namespace {

constexpr int kWidestExcerpt = 84;

std::string kind_of(const KernelOptions& options) {
  if (options.kind == KernelOptions::Kind::Gufunc) return options.over_stencil ? "gufunc over a stencil" : "gufunc";
  if (options.kind == KernelOptions::Kind::Vectorize) return "ufunc";
  return options.kind == KernelOptions::Kind::Stencil ? "stencil" : "jitted function";
}

std::string type_text(Type type) {
  std::string text(name_of(type.dtype()));
  for (int d = 0; d < type.rank(); ++d) text += d ? ", :" : "[:";
  return type.rank() ? text + "]" : text;
}

std::string integer_text(__int128 value) {
  return value < 0 ? fmt::format("{}", int64_t(value)) : fmt::format("{}", uint64_t(value));
}

/// The text of a span; null for one that points nowhere.
const Source* source_of(const ir::Module& module, Span span) {
  return span.begin < span.end && span.source < module.sources.size() ? module.sources[span.source].get() : nullptr;
}

Explanation::Note to_public(const ir::Note& note, const std::string& function, const ir::Module& module) {
  Explanation::Note made{note.pass, note.done, note.text, function, {}, 0, {}};
  if (const Source* source = source_of(module, note.span)) {
    made.file = source->name();
    made.line = source->place(note.span.begin).line;
    made.excerpt = excerpt(*source, note.span, kWidestExcerpt);
  }
  return made;
}

void add_notes(const std::vector<ir::Note>& notes, const std::string& function, const ir::Module& module,
               Explanation& into) {
  for (const ir::Note& note : notes) into.notes.push_back(to_public(note, function, module));
}

/// What a program does that its author may not know; one note for each line is enough.
void add_facts(const std::vector<ir::Note>& facts, const std::string& function, const ir::Module& module,
               Explanation& into) {
  for (const ir::Note& fact : facts) {
    Explanation::Note made = to_public(fact, function, module);
    const bool told = std::any_of(into.notes.begin(), into.notes.end(), [&](const Explanation::Note& known) {
      return made.line && known.pass == made.pass && known.line == made.line;
    });
    if (!told) into.notes.push_back(std::move(made));
  }
}

void describe_signature(const ir::Function& function, const std::vector<Type>& args, Explanation& into) {
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string name = i < function.params.size() ? function.params[i].name : "";
    const bool relative = i < function.params.size() && function.params[i].relative;
    into.arguments.push_back(
        {name, args[i].is_array() || args[i].is_scalar() ? type_text(args[i]) : "tuple", relative, {}});
  }
  for (const ir::Inst& inst : function.insts)
    if (auto* read = std::get_if<ir::Neighbor>(&inst.op)) {
      const uint32_t position = std::get<ir::Param>(function[read->array].op).position;
      if (position >= into.arguments.size()) continue;
      auto& reads = into.arguments[position].reads;
      if (std::find(reads.begin(), reads.end(), read->offset) == reads.end()) reads.push_back(read->offset);
    }
  for (auto& argument : into.arguments) std::sort(argument.reads.begin(), argument.reads.end());
}

std::string border_text(const ir::Function& function, BorderMode mode) {
  if (mode != BorderMode::Constant) return std::string(name_of(mode));
  if (!function.cval) return "constant 0";
  return is_float(function.cval->dtype) ? fmt::format("constant {}", function.cval->to_double())
                                        : fmt::format("constant {}", integer_text(ir::integer_value(*function.cval)));
}

std::string_view work_name(codegen::Work work) {
  constexpr std::string_view names[] = {"add",     "multiply", "multiply-add", "divide",  "min or max", "select",
                                        "compare", "bits",     "convert",      "shuffle", "math"};
  return names[int(work)];
}

void describe_code(const codegen::Description& from, const codegen::Target& target, const ir::Module& module,
                   Explanation& into) {
  Explanation::Code& code = into.code;
  code.vectors = from.vectors;
  code.why_not = from.why_not, code.way_out = from.way_out;
  if (from.obstacle) {
    const Span span = module.functions[0][from.obstacle].span;
    if (const Source* source = source_of(module, span)) {
      code.line = source->place(span.begin).line;
      code.excerpt = excerpt(*source, span, kWidestExcerpt);
    }
  }
  for (DType dtype : from.lanes_of) code.lane_types.emplace_back(name_of(dtype));
  code.lanes = from.lanes, code.phases = from.phases, code.rows = from.rows, code.points = from.points;
  code.vector_bytes = from.vector_bytes;
  code.cpu = target.cpu, code.instructions = codegen::instruction_set(target);
  code.divisions = from.divisions, code.functions = from.functions;
  code.instructions_per_block = from.instructions, code.registers = from.registers, code.spills = from.spills;
  code.carried = from.carried, code.bands = from.bands, code.by_rows = from.by_rows,
  code.by_rows_from = from.by_rows_from, code.vector_loops = from.vector_loops;
  code.column_bytes = from.panels.column_bytes, code.halo_rows = from.panels.halo;
  Explanation::Point& point = into.point;
  point.counted = from.counted;
  point.bytes_loaded = from.bytes_loaded, point.bytes_stored = from.bytes_stored;
  point.loads = from.loads, point.stores = from.stores;
  for (auto [work, count] : from.work) point.operations.push_back({std::string(work_name(work)), count});
}

}  // namespace

Explanation Function::explain(const std::vector<Type>& args, const StencilOptions& options,
                              const codegen::Target& target) {
  const KernelOptions& kernel = definition().options;
  const bool stencil = is_stencil(kernel);
  auto made = specialize(args, options, {});
  const ir::Module optimised = engine::optimised(*made);
  const ir::Function &lowered = made->module.functions[0], &function = optimised.functions[0];

  Explanation result;
  result.kernel = definition().name, result.kind = kind_of(kernel), result.fastmath = function.fastmath;
  const syntax::Module& tree = *definition().module;
  const Span span = definition().function ? tree[definition().function].span : tree[definition().lambda].span;
  result.file = tree.source->name(), result.line = tree.source->place(span.begin).line;
  std::vector<Type> in_order = args;
  if (is_ufunc(kernel)) {
    const std::vector<size_t> order = passes::arrays_first(args);
    for (size_t i = 0; i < order.size(); ++i) in_order[i] = args[order[i]];
  }
  describe_signature(stencil ? function : lowered, in_order, result);
  for (size_t i = 0; i < made->results.size(); ++i) {
    Type type = made->results[i];
    if (!type.is_scalar() && !type.is_array()) continue;
    Explanation::Result one{type.dtype(), {}, {}};
    // That an int64 lies in its range is no news.
    if (i < made->ranges.size() && made->ranges[i] && *made->ranges[i] != ir::Range::of(type.dtype()))
      one.least = integer_text(made->ranges[i]->lo), one.greatest = integer_text(made->ranges[i]->hi);
    result.results.push_back(one);
  }
  if (stencil) {
    result.rank = function.rank, result.footprint = made->footprint.axes;
    result.border = border_text(lowered, options.mode.value_or(kernel.mode));
    for (const ir::Parameter& param : function.params)
      if (param.relative) result.point.bytes_in += size_of(param.type.dtype());
    for (Type type : function.results) result.point.bytes_out += size_of(type.dtype());
  }
  for (const ir::Function& f : optimised.functions) add_notes(f.notes, f.name, optimised, result);
  if (stencil) {
    add_notes(codegen::shape_notes(function, target.vector_bytes), function.name, optimised, result);
    add_facts(passes::widened_floats(lowered), lowered.name, made->module, result);
    add_facts(passes::wrapping_places(passes::run(made->module, "share-values").functions[0]), function.name, optimised,
              result);
  }
  describe_code(codegen::describe(optimised, target), target, optimised, result);
  return result;
}

namespace {

/// A ufunc over arrays of one shape, the first operand among them: only such calls are measured. Its arrays are seen as
/// rows.
Explanation explain_ufunc(Function& function, const std::vector<Argument>& args, StencilOptions options, bool measured,
                          bool given) {
  options.loop = function.choose_loop(dtypes_of(args));
  std::vector<Type> types;
  for (const Argument& argument : args) {
    const View* view = std::get_if<View>(&argument);
    types.push_back(view ? Type::array(view->dtype, 1) : type_of(argument));
  }
  const View* first = args.empty() ? nullptr : std::get_if<View>(&args[0]);
  if (!first)
    throw Error(ErrorKind::Type,
                fmt::format("the first operand of `{}` must be an array to explain it", function.definition().name));
  Explanation made = function.explain(types, options, codegen::host_target());
  const std::vector<size_t> order = passes::arrays_first(types);
  measured = measured && std::is_sorted(order.begin(), order.end());
  for (const Argument& argument : args)
    if (const View* view = std::get_if<View>(&argument))
      measured = measured && view->rank == first->rank &&
                 std::equal(view->shape.begin(), view->shape.begin() + view->rank, first->shape.begin());
  if (measured && first->rank > 0) measure_call(function, args, options, given, made);
  advise(made);
  return made;
}

}  // namespace

Explanation explain(Function& function, const std::vector<Argument>& args, const StencilOptions& options, bool measured,
                    bool given) {
  const types::Definition& kernel = function.definition();
  if (is_ufunc(kernel.options)) return explain_ufunc(function, args, options, measured, given);
  if (kernel.options.kind == KernelOptions::Kind::Gufunc && !kernel.options.over_stencil)
    throw Error(ErrorKind::Unsupported, fmt::format("`{}` is a gufunc, and explain is for stencils", kernel.name),
                {"explain the stencil or the jitted function that it calls"});
  std::vector<Type> types;
  if (is_stencil(kernel.options)) {
    const View* first = args.empty() ? nullptr : std::get_if<View>(&args[0]);
    if (!first)
      throw Error(ErrorKind::Type, fmt::format("the first argument of the stencil `{}` must be an array", kernel.name),
                  {"a stencil runs over the points of its first argument"});
    const int rank = function.stencil_rank() ? std::min(function.stencil_rank(), first->rank) : first->rank;
    types = stencil_types(kernel, args, rank);
  } else {
    for (const Argument& argument : args) types.push_back(type_of(argument));
  }
  Explanation made = function.explain(types, options, codegen::host_target());
  if (measured && made.rank != 0) measure_call(function, args, options, given, made);
  advise(made);
  return made;
}

}  // namespace nf::engine
