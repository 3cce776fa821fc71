// Prepared calls of gufuncs: core dimensions by number, sizes on the stack.
#include <algorithm>

#include "engine/arguments.h"
#include "engine/gufunc.h"
#include "engine/prepared.h"
#include "engine/specialization.h"

namespace nf::engine {
namespace {
constexpr size_t kMostOperands = 8, kMostDims = 16;
}

/// The sizes of one call.
struct PreparedGufunc::Frame {
  View views[kMostOperands];  ///< the inputs
  int64_t sizes[kMostDims];   ///< of core dimensions
  int64_t loop[kMaxRank];
  int loop_rank = 0;
};

PreparedGufunc::PreparedGufunc(GufuncCode code, std::optional<Images> images, Traits traits,
                               std::vector<Operand> inputs, std::vector<Operand> outputs, std::vector<int64_t> fixed)
    : code_(std::move(code)),
      images_(std::move(images)),
      traits_(traits),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)),
      fixed_(std::move(fixed)) {
  auto has_axes = [](const Operand& operand) { return !operand.core.empty() && operand.core.size() < kMaxRank; };
  has_plain_cores_ =
      std::all_of(outputs_.begin(), outputs_.end(), has_axes) &&
      std::all_of(inputs_.begin(), inputs_.end(), [&](const Operand& in) { return in.by_value || has_axes(in); });
}

/// Finds core sizes and the loop; false when the inputs are of another kind or do not fit each other.
bool PreparedGufunc::measure(std::span<const Argument> inputs, Frame& frame) const {
  if (inputs.size() != inputs_.size() || inputs_.size() + outputs_.size() > kMostOperands || fixed_.size() > kMostDims)
    return false;
  std::copy(fixed_.begin(), fixed_.end(), frame.sizes);
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Operand& operand = inputs_[i];
    const Scalar* scalar = std::get_if<Scalar>(&inputs[i]);
    View& view = frame.views[i] = scalar ? scalar_view(*scalar) : std::get<View>(inputs[i]);
    const int core = int(operand.core.size()), own = view.rank - core;
    if (view.dtype != operand.dtype || own < 0) return false;
    for (int d = 0; d < core; ++d) {
      int64_t& size = frame.sizes[operand.core[size_t(d)]];
      if (size >= 0 && size != view.shape[own + d]) return false;
      size = view.shape[own + d];
    }
    if (core && !images_ && core_layout(view, core) != operand.layout) return false;
    if (own > frame.loop_rank) {
      std::copy_backward(frame.loop, frame.loop + frame.loop_rank, frame.loop + own);
      std::fill_n(frame.loop, own - frame.loop_rank, 1);
      frame.loop_rank = own;
    }
    for (int d = 0; d < own; ++d) {
      int64_t& total = frame.loop[frame.loop_rank - own + d];
      if (view.shape[d] != total && view.shape[d] != 1 && total != 1) return false;
      if (total == 1) total = view.shape[d];
    }
  }
  return std::all_of(outputs_.begin(), outputs_.end(),
                     [&](const Operand& out) { return frame.loop_rank + int(out.core.size()) < kMaxRank; });
}

bool PreparedGufunc::matches(std::span<const Argument> inputs) const {
  Frame frame;
  return measure(inputs, frame);
}

bool PreparedGufunc::try_shape(std::span<const Argument> inputs, std::span<View> outs) const {
  Frame frame;
  if (outs.size() != outputs_.size() || !measure(inputs, frame)) return false;
  for (size_t i = 0; i < outs.size(); ++i) {
    int64_t shape[kMaxRank];
    int rank = frame.loop_rank;
    std::copy_n(frame.loop, rank, shape);
    for (size_t dim : outputs_[i].core) shape[rank++] = frame.sizes[dim];
    outs[i] = View::contiguous(nullptr, outputs_[i].dtype, shape, rank);
  }
  return true;
}

/// What only NumPy's or the engine's general loop does: outputs that share memory with an input or may not be written,
/// inputs that are written although they are broadcast or read-only.
bool PreparedGufunc::may_run(const Frame& frame, std::span<const View> outs) const {
  for (size_t i = 0; i < outs.size(); ++i) {
    const Operand& out = outputs_[i];
    const int core = int(out.core.size());
    if (outs[i].readonly || outs[i].dtype != out.dtype || outs[i].rank != frame.loop_rank + core) return false;
    for (int d = 0; d < outs[i].rank; ++d)
      if (outs[i].shape[d] !=
          (d < frame.loop_rank ? frame.loop[d] : frame.sizes[out.core[size_t(d - frame.loop_rank)]]))
        return false;
    if (images_) continue;
    if (core && !code_.returned && core_layout(outs[i], core) != out.layout) return false;
    for (size_t j = 0; j < inputs_.size(); ++j) {
      const View& in = frame.views[j];
      const bool same = traits_.elementwise && in.data == outs[i].data && in.rank == outs[i].rank &&
                        in.strides == outs[i].strides && in.shape == outs[i].shape;
      if (!same && overlap(in, outs[i])) return false;
    }
    for (size_t j = 0; j < i; ++j)
      if (overlap(outs[j], outs[i])) return false;
  }
  for (size_t i = 0; traits_.writes_inputs && i < inputs_.size(); ++i) {
    const View& view = frame.views[i];
    if (view.readonly || view.rank != frame.loop_rank + int(inputs_[i].core.size()) ||
        !std::equal(frame.loop, frame.loop + frame.loop_rank, view.shape.begin()))
      return false;
    for (size_t j = 0; j < i; ++j)
      if (overlap(frame.views[j], view)) return false;
  }
  return true;
}

/// The one core of a call without leading axes.
void PreparedGufunc::run_core(const Frame& frame, std::span<const View> outs) const {
  abi::Array arrays[kMostOperands];
  abi::Value values[kMostOperands];
  for (size_t i = 0; i < inputs_.size() + outs.size(); ++i) {
    const View& view = i < inputs_.size() ? frame.views[i] : outs[i - inputs_.size()];
    arrays[i].data = view.data;
    arrays[i].shape[0] = 1, arrays[i].strides[0] = 0;  // a row of one core
    std::copy_n(view.shape.begin(), view.rank, arrays[i].shape + 1);
    std::copy_n(view.strides.begin(), view.rank, arrays[i].strides + 1);
    values[i].array = &arrays[i];
  }
  runtime::throw_if_cancelled();
  runtime::FloatMode mode;
  CallContext context;
  if (int32_t status = code_.loop->jit(&context, values, nullptr))
    throw_fault(code_.loop->module, status, context.fault);
}

bool PreparedGufunc::run_images(const Frame& frame, std::span<const Argument> inputs,
                                std::span<const View> outs) const {
  if (images_->small.try_run(inputs, outs[0])) return true;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (overlap(frame.views[i], outs[0])) return false;
  images_->large({inputs.begin(), inputs.end()}, {outs.begin(), outs.end()});
  return true;
}

bool PreparedGufunc::try_run(std::span<const Argument> inputs, std::span<const View> outs) const {
  Frame frame;
  if (outs.size() != outputs_.size() || !measure(inputs, frame) || !may_run(frame, outs)) return false;
  if (images_) return run_images(frame, inputs, outs);
  if (frame.loop_rank == 0 && code_.loop && has_plain_cores_) {
    run_core(frame, outs);
    return true;
  }
  std::span<int64_t> loop(frame.loop, size_t(frame.loop_rank));
  Few<engine::Operand> operands(inputs.size() + outs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const int core = int(inputs_[i].core.size());
    if (frame.loop_rank + core >= kMaxRank) return false;
    operands[i] = {broadcast(frame.views[i], core, loop), core, inputs_[i].by_value};
    widen_empty_core(operands[i], loop.size());
  }
  for (size_t i = 0; i < outs.size(); ++i) {
    engine::Operand& operand = operands[inputs.size() + i];
    operand = {outs[i], int(outputs_[i].core.size()), false};
    widen_empty_core(operand, loop.size());
  }
  if (loop.size() > 1) loop = loop.first(merge_axes({operands.data(), operands.size()}, loop));
  int64_t count = 1;
  for (int64_t extent : loop) count *= extent;
  runtime::throw_if_cancelled();
  if (traits_.parallel && count > 1 && is_independent({operands.data(), operands.size()}, inputs.size(), loop)) {
    runtime::parallel_for(0, count, 1, true, [&](int64_t lo, int64_t hi) { run_cores(code_, operands, loop, lo, hi); });
    return true;
  }
  runtime::FloatMode mode;
  run_cores(code_, operands, loop, 0, count);
  return true;
}

}  // namespace nf::engine
