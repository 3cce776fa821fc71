// Subscripts: elements of arrays and tuples, and what may be stored where.
#include <algorithm>

#include "types/infer.h"

namespace nf::types {
namespace {
using namespace syntax;

Span span_of_index(const Inference& in, const std::vector<ExprId>& index) {
  if (index.empty()) return {};
  return {in.span(index.front()).begin, in.span(index.back()).end};
}

bool is_slice(const Inference& in, ExprId id) {
  return std::holds_alternative<Slice>(in.tree[id].node) || std::holds_alternative<EllipsisLiteral>(in.tree[id].node);
}

/// How many indexes these are, a tuple counting its items; reports what is no integer. Nothing after an error.
std::optional<int> count_indexes(Inference& in, const std::vector<ExprId>& index) {
  int count = 0;
  bool failed = false;
  for (ExprId id : index) {
    if (is_slice(in, id)) {
      in.report_unsupported(in.span(id), "a slice of an array as a value is").hint("loop over the elements");
      return {};
    }
    Type type = infer(in, id);
    if (type.is_unknown()) {
      failed = true;
      continue;
    }
    std::vector<Type> items{type};
    if (type.is_tuple() && index.size() == 1) items.assign(type.items().begin(), type.items().end());
    for (Type item : items) {
      ++count;
      if (item.is_scalar() && is_integer(item.dtype())) continue;
      Diagnostic& error =
          in.report(Code::bad_index, in.span(id), "an index must be an integer, this is {}", describe(item));
      if (item.is_scalar() && is_float(item.dtype())) error.hint("`int(...)` or `//` give an integer");
      failed = true;
    }
  }
  if (failed) return {};
  return count;
}

/// Where an array was made or passed in, for a second mark.
void label_origin(Inference& in, Diagnostic& error, ExprId array, Type type) {
  auto* read = std::get_if<VariableRead>(&in.typed.meanings[array]);
  if (!read) return;
  const Version& version = in.typed.versions[read->version];
  error.label(in.source(), version.span, "{} dimension{}", type.rank(), type.rank() == 1 ? "" : "s");
}

/// True when there is one index for each dimension; reports otherwise.
bool check_count(Inference& in, const Subscript& subscript, Type array, int count) {
  if (count == array.rank()) return true;
  Span span = subscript.index.empty() ? in.span(subscript.value) : span_of_index(in, subscript.index);
  Diagnostic& error = in.report(Code::wrong_index_count, span, "`{}` has {} dimension{}, indexed with {}",
                                in.text(subscript.value), array.rank(), array.rank() == 1 ? "" : "s", count);
  label_origin(in, error, subscript.value, array);
  if (count < array.rank()) error.hint("rows and planes as arrays are not supported yet: index every dimension");
  return false;
}

Type infer_tuple_item(Inference& in, ExprId id, const Subscript& subscript, Type tuple) {
  auto count = count_indexes(in, subscript.index);
  if (!count) return Type::unknown();
  Span span = span_of_index(in, subscript.index);
  if (*count != 1) {
    in.report(Code::wrong_index_count, span, "a tuple takes one index, got {}", *count);
    return Type::unknown();
  }
  auto items = tuple.items();
  int64_t size = int64_t(items.size());
  if (auto position = fold_integer(in.typed, subscript.index[0])) {
    int64_t at = *position < 0 ? *position + size : *position;
    if (at < 0 || at >= size) {
      in.report(Code::bad_index, span, "index {} is out of range for a tuple of {}", *position, size);
      return Type::unknown();
    }
    in.typed.meanings[id] = TupleItem{uint32_t(at)};
    return items[size_t(at)];
  }
  if (items.empty() || !std::all_of(items.begin(), items.end(), [&](Type t) { return t == items[0]; })) {
    in.report(Code::bad_index, span, "the items of this tuple have different types, so the index must be a constant");
    return Type::unknown();
  }
  return items[0];
}
}  // namespace

bool is_whole(const syntax::Module& tree, const std::vector<ExprId>& index) {
  return !index.empty() && std::all_of(index.begin(), index.end(), [&](ExprId id) {
    if (std::holds_alternative<EllipsisLiteral>(tree[id].node)) return true;
    if (auto* tuple = std::get_if<TupleExpr>(&tree[id].node)) return tuple->items.empty();  // `out[()]`
    auto* slice = std::get_if<Slice>(&tree[id].node);
    return slice && !slice->lo && !slice->hi && !slice->step;
  });
}

Type infer_subscript(Inference& in, ExprId id, const Subscript& subscript) {
  if (in.is_stencil())
    if (auto param = parameter_read(in, subscript.value); param && in.typed.params[*param].relative)
      return infer_neighbor(in, id, subscript, *param);
  Type owner = infer(in, subscript.value);
  if (owner.is_unknown()) {
    for (ExprId index : subscript.index)
      if (!is_slice(in, index)) infer(in, index);
    return owner;
  }
  if (owner.is_tuple()) return infer_tuple_item(in, id, subscript, owner);
  if (!owner.is_array()) {
    in.report(Code::bad_operands, in.span(id), "{} cannot be indexed", describe(owner));
    return Type::unknown();
  }
  auto count = count_indexes(in, subscript.index);
  if (!count || !check_count(in, subscript, owner, *count)) return Type::unknown();
  return Type::scalar(owner.dtype());
}

void check_store(Inference& in, ExprId target, const Subscript& subscript, Type value, Span value_span) {
  if (in.is_stencil()) {
    if (auto param = parameter_read(in, subscript.value)) {
      in.report(Code::store_in_stencil, in.span(target), "a stencil may not write into its argument `{}`",
                in.typed.params[*param].name)
          .hint("return the new value of the point; it is stored into the result");
      return;
    }
  }
  Type array = infer(in, subscript.value);
  auto param = parameter_read(in, subscript.value);
  if (param) in.written_params.insert(*param);
  if (param && (value.is_scalar() || value.is_array())) note_store(in, *param, value.dtype(), value_span);
  if (array.is_tuple()) {
    in.report(Code::bad_operands, in.span(target), "a tuple cannot be changed");
    return;
  }
  if (!array.is_array()) {
    if (!array.is_unknown()) in.report(Code::bad_operands, in.span(target), "{} cannot be indexed", describe(array));
    return;
  }
  if (array.readonly()) {
    bool is_global = std::holds_alternative<GlobalArray>(in.typed.meanings[subscript.value]);
    Diagnostic& error =
        in.report(Code::readonly_array, in.span(target), "`{}` may not be written", in.text(subscript.value));
    if (is_global)
      error.hint("an array from outside is a constant copy; pass it as an argument to write into it");
    else if (param && in.options().kind == KernelOptions::Kind::Gufunc)
      error.hint("an input of a gufunc is not written; if callers are to see it, name it: writable_args=(\"{}\",)",
                 in.typed.params[*param].name);
    else
      error.hint("the array that was passed is read-only");
    return;
  }
  if (is_whole(in.tree, subscript.index)) {
    int slices = 0;
    for (ExprId index : subscript.index) slices += std::holds_alternative<Slice>(in.tree[index].node);
    if (slices > array.rank()) {
      check_count(in, subscript, array, slices);
    } else if (!value.is_unknown() && !value.is_scalar() && !(value.is_array() && value.rank() <= array.rank())) {
      in.report(Code::bad_operands, value_span, "{} cannot be stored into {}", describe(value), describe(array));
    }
    return;
  }
  if (std::any_of(subscript.index.begin(), subscript.index.end(), [&](ExprId id) { return is_slice(in, id); })) {
    in.report_unsupported(span_of_index(in, subscript.index), "storing into a part of an array is")
        .hint("`{}[:] = ...` stores into all of it; else loop over the elements", in.text(subscript.value));
    return;
  }
  auto count = count_indexes(in, subscript.index);
  if (!count || !check_count(in, subscript, array, *count)) return;
  if (!value.is_scalar() && !value.is_unknown())
    in.report(Code::bad_operands, value_span, "{} cannot be stored into one element of {}", describe(value),
              describe(array));
}

}  // namespace nf::types
