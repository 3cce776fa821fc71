// `sorted` and `np.median` of numbers that are written out: networks of minima and maxima.
#include <limits>

#include "lower/lowering.h"
#include "lower/network.h"

namespace nf::lower {
namespace {

/// The numbers in the dtype in which they are compared.
std::vector<InstId> numbers(Lowering& l, const types::BuiltinCall& call) {
  std::vector<InstId> values;
  each_leaf(lower_expr(l, call.args[0]), [&](InstId leaf) { values.push_back(l.cast(leaf, call.dtype)); });
  return values;
}

/// Each comparator exchanges its values or leaves them, so that nothing gets lost: of equal values (zeros of two signs)
/// and where NaN is compared both stay.
void run(Lowering& l, const Network& network, std::vector<InstId>& values) {
  for (auto [low, high] : network) {
    InstId &a = values[size_t(low)], &b = values[size_t(high)];
    InstId smaller = l.binary(ir::BinaryOp::Min, a, b);
    b = l.binary(ir::BinaryOp::Max, b, a);
    a = smaller;
  }
}

InstId ranked(Lowering& l, std::vector<InstId> values, int rank) {
  const Selection selection = selection_network(int(values.size()), rank);
  run(l, selection.network, values);
  return values[size_t(selection.wire)];
}

}  // namespace

Value lower_sorted(Lowering& l, const types::BuiltinCall& call) {
  std::vector<InstId> values = numbers(l, call);
  run(l, sorting_network(int(values.size())), values);
  Value sorted;
  for (InstId value : values) sorted.items.push_back({value, {}});
  return sorted;
}

InstId lower_rank(Lowering& l, const types::BuiltinCall& call, int rank) { return ranked(l, numbers(l, call), rank); }

InstId lower_median(Lowering& l, const types::BuiltinCall& call) {
  const std::vector<InstId> values = numbers(l, call);
  const int count = int(values.size());
  InstId middle = l.cast(ranked(l, values, count / 2), DType::Float64);
  if (count % 2 == 0) {
    InstId below = l.cast(ranked(l, values, count / 2 - 1), DType::Float64);
    middle = l.binary(ir::BinaryOp::Div, l.binary(ir::BinaryOp::Add, below, middle), l.number(2, DType::Float64));
  }
  if (!is_float(call.dtype)) return middle;
  InstId any;  // is NaN
  for (InstId value : values) {
    InstId is_nan = l.compare(ir::CompareOp::Ne, value, value);
    any = any ? l.binary(ir::BinaryOp::Or, any, is_nan) : is_nan;
  }
  return l.select(any, l.number(std::numeric_limits<double>::quiet_NaN(), DType::Float64), middle);
}

}  // namespace nf::lower
