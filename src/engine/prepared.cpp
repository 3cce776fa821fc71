// Prepared calls of jitted functions and stencils; those of gufuncs are in prepared_gufunc.cpp.
#include "engine/prepared.h"

#include <algorithm>

#include "engine/arguments.h"
#include "engine/image.h"
#include "engine/specialization.h"
#include "runtime/tuning.h"

namespace nf::engine {
namespace {

/// More arguments than this take the general call.
constexpr size_t kMostArguments = 8;
/// Input and output of a call that never pays for a second thread, and of one that only the general call may split.
constexpr int64_t kAlwaysHere = 128 << 10, kMostBytes = 1 << 20;
/// A longer body is not counted as short, loops or not.
constexpr size_t kShortBody = 256;

/// Calls `f(data of `out`)` with each array of `values` at the same index of the leading axes; scalars stay.
template <class F>
void for_each_leading(const View& out, int leading, abi::Array* arrays, size_t count, const int64_t (*steps)[kMaxRank],
                      int axis, char* target, const F& f) {
  if (axis == leading) return f(target);
  for (int64_t i = 0; i < out.shape[axis]; ++i) {
    for_each_leading(out, leading, arrays, count, steps, axis + 1, target + i * out.strides[axis], f);
    for (size_t a = 0; a < count; ++a) arrays[a].data = static_cast<char*>(arrays[a].data) + steps[a][axis];
  }
  for (size_t a = 0; a < count; ++a)
    arrays[a].data = static_cast<char*>(arrays[a].data) - steps[a][axis] * out.shape[axis];
}

/// Whether code may compute in floats: integers that are not divided by constants do too.
bool may_use_floats(const ir::Function& function) {
  return std::any_of(function.insts.begin(), function.insts.end(), [&](const ir::Inst& inst) {
    const auto* binary = std::get_if<ir::Binary>(&inst.op);
    const bool divides = binary && (binary->op == ir::BinaryOp::FloorDiv || binary->op == ir::BinaryOp::Mod) &&
                         !std::holds_alternative<ir::Const>(function[binary->b].op);
    return divides || (inst.type.is_scalar() && is_float(inst.type.dtype())) ||
           std::holds_alternative<ir::Math>(inst.op);
  });
}

/// Of one image of the last `rank` axes.
int64_t image_bytes(const View& view, int rank) {
  int64_t bytes = size_of(view.dtype);
  for (int d = view.rank - rank; d < view.rank; ++d) bytes *= view.shape[d];
  return bytes;
}

}  // namespace

bool is_straight_line(const Specialization& made) {
  const ir::Function& function = made.module.functions[0];
  return function.insts.size() <= kShortBody &&
         std::none_of(function.insts.begin(), function.insts.end(), [](const ir::Inst& inst) {
           // An allocation may be of any size.
           return std::holds_alternative<ir::For>(inst.op) || std::holds_alternative<ir::While>(inst.op) ||
                  std::holds_alternative<ir::Call>(inst.op) || std::holds_alternative<ir::Alloc>(inst.op);
         });
}

// ---- jitted functions

PreparedFunction::PreparedFunction(std::shared_ptr<const Specialization> made, std::vector<Type> types)
    : made_(std::move(made)), types_(std::move(types)) {}

bool PreparedFunction::matches(std::span<const Argument> args) const {
  return std::equal(args.begin(), args.end(), types_.begin(), types_.end(),
                    [](const Argument& argument, Type type) { return type_of(argument) == type; });
}

bool PreparedFunction::try_call(std::span<const Argument> args, Result& result) const {
  if (!matches(args)) return false;
  result = run_function(*made_, args);
  return true;
}

// ---- stencils

PreparedStencil::PreparedStencil(std::shared_ptr<const Specialization> made, std::vector<Type> types, BorderMode mode,
                                 bool fills_border)
    : made_(std::move(made)), types_(std::move(types)), mode_(mode), fills_border_(fills_border) {
  for (auto [lo, hi] : made_->footprint.axes) reach_.emplace_back(-std::min<int64_t>(0, lo), std::max<int64_t>(0, hi));
  bytes_of_point_ = bytes_per_point(*made_);
  needs_float_mode_ = may_use_floats(made_->module.functions[0]);
  cval_ = made_->module.functions[0].cval.value_or(Scalar{made_->results.at(0).dtype(), 0});
}

/// The first array, when all arguments are of the kinds that this was prepared for and lie as the compiled code reads
/// them.
const View* PreparedStencil::first_of(std::span<const Argument> args) const {
  if (args.size() != types_.size() || args.size() > kMostArguments) return nullptr;
  const ir::Function& function = made_->module.functions[0];
  const View* first = std::get_if<View>(&args[0]);
  const int rank = int(reach_.size());
  if (!first || first->rank < rank || rank == 0) return nullptr;
  for (size_t i = 0; i < args.size(); ++i) {
    const View* view = std::get_if<View>(&args[i]);
    if (!view || !function.params[i].relative) {
      if (type_of(args[i]) != types_[i]) return nullptr;
      continue;
    }
    if (!types_[i].is_array() || view->dtype != types_[i].dtype() || view->rank != first->rank) return nullptr;
    if (view->strides[view->rank - 1] != size_of(view->dtype)) return nullptr;
    for (int d = 0; d < first->rank; ++d)
      if (d < first->rank - rank ? view->shape[d] != first->shape[d] : view->shape[d] < first->shape[d]) return nullptr;
  }
  return first;
}

bool PreparedStencil::try_shape(std::span<const Argument> args, View& out) const {
  const View* first = first_of(args);
  if (!first) return false;
  out = View::contiguous(nullptr, made_->results[0].dtype(), first->shape.data(), first->rank);
  return true;
}

bool PreparedStencil::try_run(std::span<const Argument> args, const View& out) const {
  const View* first = first_of(args);
  if (!first || out.readonly || out.dtype != made_->results[0].dtype() || out.rank != first->rank) return false;
  const int rank = int(reach_.size()), leading = first->rank - rank;
  for (int d = 0; d < out.rank; ++d) {
    if (out.shape[d] != first->shape[d] || out.shape[d] == 0) return false;
    if (d >= leading && out.shape[d] <= reach_[size_t(d - leading)].first + reach_[size_t(d - leading)].second)
      return false;
  }
  if (out.strides[out.rank - 1] != size_of(out.dtype)) return false;
  const int64_t bytes = first->size() * bytes_of_point_;
  if (bytes > kMostBytes ||
      (bytes > kAlwaysHere &&
       runtime::worth_threads(double(bytes) * made_->nanoseconds_per_byte.load(std::memory_order_relaxed))))
    return false;

  const bool continues = mode_ != BorderMode::Constant;
  if (continues && image_bytes(*first, rank) > kCopiedWhole) return false;

  const ir::Function& function = made_->module.functions[0];
  abi::Array arrays[kMostArguments];
  abi::Value values[kMostArguments];
  int64_t steps[kMostArguments][kMaxRank];  // of the leading axes
  for (size_t i = 0; i < args.size(); ++i) {
    const View* view = std::get_if<View>(&args[i]);
    std::fill_n(steps[i], leading, 0);
    if (!view) {
      values[i] = to_abi(std::get<Scalar>(args[i]));
      arrays[i].data = nullptr;
      continue;
    }
    if (overlap(*view, out)) return false;
    values[i].array = &arrays[i];
    const int skip = function.params[i].relative ? leading : 0;
    arrays[i].data = view->data;
    for (int d = 0; d < skip; ++d) steps[i][d] = view->strides[d];
    for (int d = skip; d < view->rank; ++d)
      arrays[i].shape[d - skip] = view->shape[d], arrays[i].strides[d - skip] = view->strides[d];
  }

  runtime::throw_if_cancelled();
  std::optional<runtime::FloatMode> mode;
  if (needs_float_mode_) mode.emplace();
  const abi::StencilFunction code = stencil_code(*made_, bytes);
  View image = out;
  image.rank = rank;
  for (int d = 0; d < rank; ++d) image.shape[d] = out.shape[d + leading], image.strides[d] = out.strides[d + leading];
  const int64_t planes = planes_of(image), images = planes_of(out) / planes;
  const bool cold = note_use(function, args, {&out, 1});
  const uint64_t flags =
      flags_for({/*streaming=*/false, /*threads=*/false, cold, double(bytes) / double(images), planes});
  for_each_leading(out, leading, arrays, args.size(), steps, 0, static_cast<char*>(out.data), [&](char* data) {
    image.data = data;
    if (continues)
      run_continued(code, {values, args.size()}, image, flags);
    else
      run_image(code, values, image, flags);
  });
  return true;
}

void PreparedStencil::run_image(abi::StencilFunction code, const abi::Value* values, const View& out,
                                uint64_t flags) const {
  abi::StencilCall call;
  abi::Array target;
  write_abi(out, target);
  call.args = values, call.outs = &target, call.flags = flags, call.panel_bytes = runtime::tuning().panel_bytes;
  View rest = out;  // shrinks to the interior, one axis after the other
  for (int d = 0; d < out.rank; ++d) {
    auto [before, after] = reach_[size_t(d)];
    call.lo[d] = before, call.hi[d] = out.shape[d] - after;
    if (fills_border_) {
      View strip = rest;
      strip.shape[d] = before;
      if (before) fill_view(strip, cval_);
      strip.shape[d] = after;
      strip.data = static_cast<char*>(rest.data) + call.hi[d] * out.strides[d];
      if (after) fill_view(strip, cval_);
    }
    rest.data = static_cast<char*>(rest.data) + before * out.strides[d];
    rest.shape[d] = call.hi[d] - call.lo[d];
  }
  run_code(code, call);
}

/// All points at once, on copies of the arrays that continue beyond their edges.
void PreparedStencil::run_continued(abi::StencilFunction code, std::span<const abi::Value> values, const View& out,
                                    uint64_t flags) const {
  thread_local std::array<std::vector<std::byte>, kMostArguments> memory;
  const ir::Function& function = made_->module.functions[0];
  abi::StencilCall call;
  abi::Array target, copies[kMostArguments];
  abi::Value args[kMostArguments];
  write_abi(out, target);
  call.args = args, call.outs = &target, call.flags = flags, call.panel_bytes = runtime::tuning().panel_bytes;
  Region all;
  for (int d = 0; d < out.rank; ++d) all.hi[d] = call.hi[d] = out.shape[d], call.lo[d] = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    args[i] = values[i];
    if (!function.params[i].relative) continue;
    const abi::Array& array = *values[i].array;
    View view;
    view.data = array.data, view.dtype = types_[i].dtype(), view.rank = out.rank;
    std::copy_n(array.shape, out.rank, view.shape.begin());
    std::copy_n(array.strides, out.rank, view.strides.begin());
    View copy = extend_whole(view, all, made_->footprint, mode_, memory[i]);
    for (int d = 0; d < out.rank; ++d)
      copy.data = static_cast<char*>(copy.data) - made_->footprint.axes[d].first * copy.strides[d];
    write_abi(copy, copies[i]);
    args[i].array = &copies[i];
  }
  run_code(code, call);
}

void PreparedStencil::run_code(abi::StencilFunction code, const abi::StencilCall& call) const {
  CallContext context;
  if (int32_t status = code(&context, &call)) throw_fault(made_->module, status, context.fault);
}

}  // namespace nf::engine
