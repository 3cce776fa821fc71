// Prepared calls of functions of numbers: one row, whatever the rank.
#include "engine/prepared_ufunc.h"

#include <algorithm>

#include "engine/arguments.h"
#include "engine/points.h"
#include "engine/specialization.h"
#include "passes/passes.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

/// More operands than this take the general call.
constexpr size_t kMostOperands = 8;

bool same_shape(const View& a, const View& b) {
  return a.rank == b.rank && std::equal(a.shape.begin(), a.shape.begin() + a.rank, b.shape.begin());
}

}  // namespace

PreparedUfunc::PreparedUfunc(std::shared_ptr<const Specialization> made, std::vector<Type> types,
                             std::vector<size_t> order, bool parallel)
    : made_(std::move(made)), types_(std::move(types)), order_(std::move(order)), parallel_(parallel) {}

/// False for operands of other kinds. `shape` is one of the arrays; null when all are numbers.
bool PreparedUfunc::find_shape(std::span<const Argument> args, const View*& shape) const {
  shape = nullptr;
  if (args.size() != types_.size() || args.size() > kMostOperands) return false;
  for (size_t i = 0; i < args.size(); ++i) {
    if (const auto* scalar = std::get_if<Scalar>(&args[i])) {
      if (types_[i] != Type::scalar(scalar->dtype)) return false;
      continue;
    }
    const View& view = std::get<View>(args[i]);
    if (!types_[i].is_array() || types_[i].dtype() != view.dtype || !view.c_contiguous()) return false;
    if (shape && !same_shape(*shape, view)) return false;
    if (!shape) shape = &view;
  }
  return true;
}

bool PreparedUfunc::matches(std::span<const Argument> args) const {
  const View* shape;
  return find_shape(args, shape);
}

bool PreparedUfunc::try_shape(std::span<const Argument> args, View& out) const {
  const View* shape;
  if (!find_shape(args, shape)) return false;
  const DType dtype = made_->results[0].dtype();
  out = shape ? View::contiguous(nullptr, dtype, shape->shape.data(), shape->rank)
              : View::contiguous(nullptr, dtype, nullptr, 0);
  return true;
}

bool PreparedUfunc::try_run(std::span<const Argument> args, const View& out) const {
  const View* shape;
  if (!find_shape(args, shape) || out.readonly || out.dtype != made_->results[0].dtype() || !out.c_contiguous())
    return false;
  if (shape ? !same_shape(*shape, out) : out.rank != 0) return false;
  const int64_t points = out.size();
  int64_t bytes = out.bytes();
  for (const Argument& argument : args)
    if (const View* view = std::get_if<View>(&argument)) bytes += view->bytes();
  if (bytes > runtime::tuning().streaming_bytes) return false;
  if (parallel_ && runtime::worth_threads(double(bytes) * made_->nanoseconds_per_byte.load(std::memory_order_relaxed)))
    return false;

  abi::Array arrays[kMostOperands + 1];
  abi::Value values[kMostOperands];
  Scalar first;  // an operand that the code takes as an array though it is a number
  for (size_t p = 0; p < order_.size(); ++p) {
    const Argument& argument = args[order_[p]];
    const View* view = std::get_if<View>(&argument);
    if (view && overlap(*view, out)) return false;
    if (!view && p > 0) {
      values[p] = to_abi(std::get<Scalar>(argument));
      continue;
    }
    if (!view) first = std::get<Scalar>(argument);
    arrays[p].data = view ? view->data : &first.bits;
    arrays[p].shape[0] = points, arrays[p].strides[0] = size_of(types_[order_[p]].dtype());
    values[p].array = &arrays[p];
  }
  if (points == 0) return true;
  arrays[kMostOperands].data = out.data;
  arrays[kMostOperands].shape[0] = points, arrays[kMostOperands].strides[0] = size_of(out.dtype);

  runtime::throw_if_cancelled();
  runtime::FloatMode mode;
  abi::StencilCall call;
  call.args = values, call.outs = &arrays[kMostOperands], call.flags = 0, call.panel_bytes = 0;
  FirstFault faults;
  compute_row(*made_, stencil_code(*made_, bytes), call, 0, points, 0, faults);
  faults.rethrow(made_->module);
  return true;
}

}  // namespace nf::engine
