// Elements of arrays, neighbours of stencils, items of tuples, and stores.
#include <algorithm>

#include "base/assert.h"
#include "lower/lowering.h"

namespace nf::lower {
namespace {
using namespace syntax;

constexpr const char* out_of_bounds = "index {0} is out of bounds for axis {1} with size {2}";

bool never_negative(const Lowering& l, InstId id) {
  if (is_unsigned_integer(l.dtype_of(id))) return true;
  auto* constant = std::get_if<ir::Const>(&l.function[id].op);
  return constant && constant->value.to_int() >= 0;
}

/// The offsets of a neighbour that are constants, with the loops that are being repeated at their present values.
std::vector<int64_t> constant_offsets(Lowering& l, const Subscript& subscript, int rank) {
  std::vector<int64_t> offsets;
  for (int i = 0; i < rank; ++i) {
    bool is_tuple = l.type(subscript.index[0]).is_tuple();
    auto offset = is_tuple ? types::fold_tuple_item(l.typed, subscript.index[0], i, l.known)
                           : types::fold_integer(l.typed, subscript.index[size_t(i)], l.known);
    nf_assert(offset, "a constant offset that cannot be computed");
    offsets.push_back(*offset);
  }
  return offsets;
}

Value lower_neighbor(Lowering& l, ExprId id, const Subscript& subscript, const types::NeighborRead& read) {
  InstId array = lower_array(l, subscript.value);
  if (read.is_constant)
    return {l.emit(ir::Neighbor{array, constant_offsets(l, subscript, l.typed.rank)}, l.type(id)), {}};
  Indexes indexes = lower_indexes(l, subscript.index);
  uint32_t site = l.site("IndexError", "offset {0} along axis {1} is outside the neighborhood of the stencil");
  return {l.emit(ir::NeighborAt{array, indexes.values, site}, l.type(id)), {}};
}

Value lower_tuple_item(Lowering& l, ExprId id, const Subscript& subscript) {
  auto* item = std::get_if<types::TupleItem>(&l.meaning(id));
  auto* call = std::get_if<types::BuiltinCall>(&l.meaning(subscript.value));
  if (item && call && call->builtin == types::Builtin::Shape)  // one extent, not all of them
    return {l.emit(ir::Dim{lower_array(l, call->args[0]), item->position}, l.type(id)), {}};
  if (item && call && call->builtin == types::Builtin::Sorted) {
    At at(l, l.tree()[subscript.value].span);
    return {lower_rank(l, *call, int(item->position)), {}};  // fewer comparators than for all of them
  }
  Value tuple = lower_expr(l, subscript.value);
  if (item) return tuple.items[item->position];
  int64_t size = int64_t(tuple.items.size());
  InstId position = lower_indexes(l, subscript.index).values[0];
  InstId is_negative = l.compare(ir::CompareOp::Lt, position, l.integer(0));
  position = l.select(is_negative, l.binary(ir::BinaryOp::Add, position, l.integer(size)), position);
  InstId below = l.compare(ir::CompareOp::Lt, position, l.integer(0));
  InstId above = l.compare(ir::CompareOp::Ge, position, l.integer(size));
  raise_if(l, l.binary(ir::BinaryOp::Or, below, above), l.site("IndexError", "tuple index out of range"));
  return item_at(l, tuple, l.type(subscript.value), position, l.type(id));
}
}  // namespace

Indexes lower_indexes(Lowering& l, const std::vector<ExprId>& index) {
  std::vector<InstId> raw;
  for (ExprId id : index) each_leaf(lower_expr(l, id), [&](InstId leaf) { raw.push_back(leaf); });
  Indexes indexes;
  indexes.wrap = !std::all_of(raw.begin(), raw.end(), [&](InstId id) { return never_negative(l, id); });
  for (InstId id : raw) {
    if (indexes.wrap && l.dtype_of(id) == DType::UInt64) {
      // As int64 it could turn negative and count from the end, beside a signed index that may.
      InstId highest = l.constant(Scalar::of(DType::UInt64, uint64_t(INT64_MAX)));
      id = l.binary(ir::BinaryOp::Min, id, highest);
    }
    indexes.values.push_back(l.cast(id, DType::Int64));
  }
  return indexes;
}

Value item_at(Lowering& l, const Value& tuple, Type type, InstId position, Type item_type) {
  Value chosen = convert(l, tuple.items.back(), type.items().back(), item_type);
  for (size_t i = tuple.items.size() - 1; i-- > 0;) {
    Value item = convert(l, tuple.items[i], type.items()[i], item_type);
    InstId is_it = l.compare(ir::CompareOp::Eq, position, l.integer(int64_t(i)));
    chosen = choose(
        l, is_it, item_type, [&] { return item; }, [&] { return chosen; });
  }
  return chosen;
}

Value lower_subscript(Lowering& l, ExprId id, const Subscript& subscript) {
  if (auto* read = std::get_if<types::NeighborRead>(&l.meaning(id))) return lower_neighbor(l, id, subscript, *read);
  if (l.type(subscript.value).is_tuple()) return lower_tuple_item(l, id, subscript);
  return {load(l, lower_element(l, subscript)), {}};
}

Element lower_element(Lowering& l, const Subscript& subscript) {
  InstId array = lower_array(l, subscript.value);
  return {array, lower_indexes(l, subscript.index)};
}

InstId load(Lowering& l, const Element& element) {
  bool check = l.typed.definition->options.boundscheck;
  uint32_t site = check ? l.site("IndexError", out_of_bounds) : 0;
  return l.emit(ir::Load{element.array, element.indexes.values, element.indexes.wrap, check, site},
                Type::scalar(l.dtype_of(element.array)));
}

void store(Lowering& l, const Element& element, InstId value) {
  bool check = l.typed.definition->options.boundscheck;
  uint32_t site = check ? l.site("IndexError", out_of_bounds) : 0;
  value = l.cast(value, l.dtype_of(element.array));
  l.emit(ir::Store{element.array, element.indexes.values, value, element.indexes.wrap, check, site});
}

void lower_store(Lowering& l, const Subscript& subscript, const Value& value, Type type) {
  bool is_whole =
      !subscript.index.empty() && std::all_of(subscript.index.begin(), subscript.index.end(), [&](ExprId id) {
        const auto& node = l.tree()[id].node;
        const auto* tuple = std::get_if<TupleExpr>(&node);
        return std::holds_alternative<Slice>(node) || std::holds_alternative<EllipsisLiteral>(node) ||
               (tuple && tuple->items.empty());
      });
  if (!is_whole) return store(l, lower_element(l, subscript), value.inst);
  InstId array = lower_array(l, subscript.value);
  uint32_t site = 0;
  if (type.is_array())
    site = l.site("ValueError", "cannot assign an array of another shape: axis {0} has size {1}, wanted {2}");
  l.emit(ir::Copy{array, value.inst, site});
}

}  // namespace nf::lower
