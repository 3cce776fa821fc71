// Reductions run over the frames of their input as they come and are put together in the order of frames: the result
// does not depend on threads.
#include "array/reduce.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <set>

#include "array/element_loops.h"
#include "array/views.h"
#include "base/assert.h"
#include "nearfield/error.h"

namespace nf::array {
namespace {

/// A sum with what rounding took from it (Neumaier).
struct FloatSum {
  double sum = 0, lost = 0;
  void add(double value) {
    const double next = sum + value;
    lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  double value() const { return std::isfinite(sum) ? sum + lost : sum; }
};

// What one output element gathers. `add` takes a value and its index among those that are reduced, `merge` the state
// of elements that come after.
template <class T>
struct SumOf {
  std::conditional_t<std::is_floating_point_v<T>, FloatSum, uint64_t> total{};
  void add(T value, int64_t) {
    if constexpr (std::is_floating_point_v<T>)
      total.add(double(value));
    else
      total += uint64_t(value);
  }
  void merge(const SumOf& later) {
    if constexpr (std::is_floating_point_v<T>)
      total.add(later.total.sum), total.lost += later.total.lost;
    else
      total += later.total;
  }
  auto result(int64_t) const {
    if constexpr (std::is_floating_point_v<T>)
      return T(total.value());
    else
      return total;
  }
};
template <class T>
struct MeanOf {
  // Sums of up to 16 bits are exact in 64 for any number of elements.
  SumOf<std::conditional_t<(sizeof(T) > 2), double, T>> total;
  void add(T value, int64_t index) { total.add(value, index); }
  void merge(const MeanOf& later) { total.merge(later.total); }
  auto result(int64_t count) const {
    using Sum = std::conditional_t<(sizeof(T) > 2), double, std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>>;
    return std::conditional_t<std::is_same_v<T, float>, float, double>(double(Sum(total.result(0))) / double(count));
  }
};
template <class T>
struct ProductOf {
  std::conditional_t<std::is_floating_point_v<T>, double, uint64_t> product = 1;
  void add(T value, int64_t) { product *= static_cast<decltype(product)>(value); }
  void merge(const ProductOf& later) { product *= later.product; }
  auto result(int64_t) const { return std::conditional_t<std::is_floating_point_v<T>, T, uint64_t>(product); }
};
/// True when `value` takes the place of the least (or the greatest) so far: nan comes before all, equal ones do not.
template <bool Least, class T>
bool beats(T value, T best) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(value) || std::isnan(best)) return std::isnan(value) && !std::isnan(best);
  return Least ? value < best : best < value;
}
template <class T, bool Least>
struct ValueOf {
  using Limits = std::numeric_limits<T>;
  static constexpr T kInfinite = Limits::has_infinity ? Limits::infinity() : Limits::max();
  T best = Least ? kInfinite : Limits::has_infinity ? T(-kInfinite) : Limits::lowest();
  void add(T value, int64_t) { best = beats<Least>(value, best) ? value : best; }
  void merge(const ValueOf& later) { add(later.best, 0); }
  auto result(int64_t) const { return best; }
};
template <class T, bool Least>
struct IndexOf {
  T best{};
  int64_t at = -1;
  void add(T value, int64_t index) {
    if (at < 0 || beats<Least>(value, best)) best = value, at = index;
  }
  void merge(const IndexOf& later) {
    if (later.at >= 0) add(later.best, later.at);
  }
  auto result(int64_t) const { return at; }
};
template <class T, bool All>
struct TruthOf {
  bool truth = All;
  void add(T value, int64_t) { truth = All ? truth && value != T(0) : truth || value != T(0); }
  void merge(const TruthOf& later) { truth = All ? truth && later.truth : truth || later.truth; }
  auto result(int64_t) const { return truth; }
};

/// Which axes of a view are reduced.
using Axes = std::vector<bool>;

/// Adds the elements of a view to the states of the kept axes, in C order. Indexes are counted from `first`.
template <class T, class State>
void gather(const View& view, const Axes& reduced, int64_t first, State* states) {
  if (view.size() == 0) return;  // there may be no states
  std::array<int64_t, kMaxRank> state_step{}, index_step{};
  int64_t kept = 1, counted = 1;
  for (int axis = view.rank - 1; axis >= 0; --axis) {
    (reduced[size_t(axis)] ? index_step : state_step)[size_t(axis)] = reduced[size_t(axis)] ? counted : kept;
    (reduced[size_t(axis)] ? counted : kept) *= view.shape[size_t(axis)];
  }
  auto walk = [&](auto& self, int axis, const std::byte* data, int64_t state, int64_t index) -> void {
    if (axis == view.rank) {
      T value;
      std::memcpy(&value, data, sizeof value);
      states[state].add(value, first + index);
      return;
    }
    const int64_t count = view.shape[size_t(axis)], stride = view.strides[size_t(axis)];
    if (axis + 1 < view.rank) {
      for (int64_t i = 0; i < count; ++i)
        self(self, axis + 1, data + i * stride, state + i * state_step[size_t(axis)],
             index + i * index_step[size_t(axis)]);
      return;
    }
    auto row = [&](auto step) {
      auto element = [data, step](int64_t i) {
        T value;
        std::memcpy(&value, data + i * step, sizeof value);
        return value;
      };
      if (!reduced[size_t(axis)]) {
        State* const own = states + state;
        const int64_t at = first + index;
        for (int64_t i = 0; i < count; ++i) own[i].add(element(i), at);
        return;
      }
      State own = states[state];  // in registers
      for (int64_t i = 0; i < count; ++i) own.add(element(i), first + index + i);
      states[state] = own;
    };
    if (stride == int64_t(sizeof(T)))
      row(std::integral_constant<int64_t, sizeof(T)>());  // which can be vectors
    else
      row(stride);
  };
  walk(walk, 0, static_cast<const std::byte*>(view.data), 0, 0);
}

/// States of frames that come too early wait in a table of at most so many bytes; then their workers wait.
constexpr int64_t kWaitingBytes = 256 << 10;

template <class T, class State>
class ReducingSink final : public Sink {
 public:
  ReducingSink(const ArrayType& input, const std::vector<int>& axes, const View& out) : out_(out) {
    Axes all(size_t(input.rank()));
    for (int axis : axes) all[size_t(axis)] = true;
    over_frames_ = input.is_stack() && all[0];
    in_frame_.assign(all.begin() + input.is_stack(), all.end());
    std::vector<int64_t> frame = input.frame_shape();
    for (size_t axis = 0; axis < frame.size(); ++axis) (in_frame_[axis] ? counted_ : kept_) *= frame[axis];
    count_ = counted_ * (over_frames_ ? input.frames() : 1);
  }

  /// Bytes of states for all frames, and of those that each worker makes of one.
  int64_t shared_bytes() const { return over_frames_ ? state_bytes() + (adds_frames() ? 0 : kWaitingBytes) : 0; }
  int64_t worker_bytes() const { return adds_frames() ? 0 : state_bytes(); }

  void begin() {
    if (over_frames_) states_.resize(size_t(kept_));
  }
  void write(int64_t i, const View& frame) override {
    if (adds_frames()) {
      std::unique_lock lock(mutex_);
      turn_.wait(lock, [&] { return stopped_ || next_ == i; });
      if (stopped_) return;
      gather<T>(frame, in_frame_, i, states_.data());
      ++next_;
      return turn_.notify_all();
    }
    std::vector<State> partial(static_cast<size_t>(kept_));
    gather<T>(frame, in_frame_, over_frames_ ? i * counted_ : 0, partial.data());
    if (!over_frames_) return store(partial, i * kept_);
    std::unique_lock lock(mutex_);
    const auto most = size_t(kWaitingBytes / std::max<int64_t>(state_bytes(), 1));
    turn_.wait(lock, [&] { return stopped_ || next_ == i || waiting_.size() < most; });
    if (stopped_) return;
    waiting_.emplace(i, std::move(partial));
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first == next_; it = waiting_.erase(it))
      merge(it->second), ++next_;
    turn_.notify_all();
  }
  void stop() override {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    turn_.notify_all();
  }
  /// Stores what was gathered over frames.
  void finish() {
    if (over_frames_) store(states_, 0);
  }

 private:
  /// True when frames are added up as they are, one after the other.
  bool adds_frames() const { return over_frames_ && counted_ == 1; }
  int64_t state_bytes() const { return kept_ * int64_t(sizeof(State)); }
  void merge(const std::vector<State>& later) {
    for (size_t k = 0; k < later.size(); ++k) states_[k].merge(later[k]);
  }
  void store(const std::vector<State>& states, int64_t at) {
    using Result = decltype(states[0].result(0));
    nf_assert(sizeof(Result) == size_t(size_of(out_.dtype)), "a result of {} bytes", sizeof(Result));
    auto* out = static_cast<std::byte*>(out_.data) + at * int64_t(sizeof(Result));
    for (const State& state : states) {
      const Result result = state.result(count_);
      std::memcpy(out, &result, sizeof result);
      out += sizeof result;
    }
  }

  View out_;
  bool over_frames_ = false, stopped_ = false;
  Axes in_frame_;
  int64_t kept_ = 1, counted_ = 1, count_ = 1, next_ = 0;
  std::vector<State> states_;
  std::map<int64_t, std::vector<State>> waiting_;
  std::mutex mutex_;
  std::condition_variable turn_;
};

/// Calls `f` with a state of the reduction for elements of type T.
template <class T, class F>
void with_state(Reduction reduction, F f) {
  switch (reduction) {
    case Reduction::Sum: return f(SumOf<T>{});
    case Reduction::Product: return f(ProductOf<T>{});
    case Reduction::Mean: return f(MeanOf<T>{});
    case Reduction::Min: return f(ValueOf<T, true>{});
    case Reduction::Max: return f(ValueOf<T, false>{});
    case Reduction::ArgMin: return f(IndexOf<T, true>{});
    case Reduction::ArgMax: return f(IndexOf<T, false>{});
    case Reduction::Any: return f(TruthOf<T, false>{});
    case Reduction::All: return f(TruthOf<T, true>{});
  }
}

NewArray compute(const Node& node, const RunOptions& options, const Reductions& made) {
  const Reduce& reduce = std::get<Reduce>(node.op);
  const Array input(reduce.input);
  const int64_t size = node.type.frames() * node.type.frame_bytes();
  auto buffer = std::make_shared<runtime::Buffer>(size_t(std::max<int64_t>(size, 1)));
  const View out = View::contiguous(buffer->data(), node.type.dtype, node.type.shape.data(), node.type.rank());
  RunOptions silent = options;
  silent.progress = nullptr;
  with_type(reduce.input->type.dtype, [&](auto zero) {
    using T = decltype(zero);
    with_state<T>(reduce.reduction, [&](auto state) {
      ReducingSink<T, decltype(state)> sink(reduce.input->type, reduce.axes, out);
      const Plan plan = plan_run(input, silent, sink.worker_bytes(), false, size + sink.shared_bytes());
      sink.begin();
      run(input, plan, silent, made, sink);
      sink.finish();
    });
  });
  return {buffer, out};
}

/// Adds the reductions of a graph, inner ones first: each is computed once, however many are made from it.
void add_reductions(const Node& node, const RunOptions& options, std::set<const Node*>& seen, Reductions& made) {
  if (!seen.insert(&node).second) return;
  for (const Node* input : inputs_of(node)) add_reductions(*input, options, seen, made);
  if (std::holds_alternative<Reduce>(node.op)) made.emplace(&node, compute(node, options, made));
}

}  // namespace

DType reduced_dtype(Reduction reduction, DType input) {
  switch (reduction) {
    case Reduction::Sum:
    case Reduction::Product:
      if (is_float(input)) return input;
      return is_unsigned_integer(input) ? DType::UInt64 : DType::Int64;
    case Reduction::Mean: return input == DType::Float32 ? DType::Float32 : DType::Float64;
    case Reduction::Min:
    case Reduction::Max: return input;
    case Reduction::Any:
    case Reduction::All: return DType::Bool;
    case Reduction::ArgMin:
    case Reduction::ArgMax: return DType::Int64;
  }
  return input;
}

Reductions compute_reductions(const Array& array, const RunOptions& options) {
  Reductions made;
  std::set<const Node*> seen;
  add_reductions(*node_of(array), options, seen, made);
  return made;
}

}  // namespace nf::array

namespace nf {
namespace {

constexpr const char* kReductionNames[] = {"sum", "prod", "mean", "min", "max", "argmin", "argmax", "any", "all"};

std::vector<int> normalised(std::vector<int> axes, int rank, const char* name) {
  for (int& axis : axes) {
    if (axis < -rank || axis >= rank)
      throw Error(ErrorKind::Value,
                  fmt::format("{}: axis {} is out of bounds for an array of {} dimensions", name, axis, rank));
    if (axis < 0) axis += rank;
  }
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end())
    throw Error(ErrorKind::Value, fmt::format("{}: an axis is named twice", name));
  return axes;
}

}  // namespace

Array Array::reduce(Reduction reduction, const std::optional<std::vector<int>>& wanted, bool keepdims) const {
  const array::ArrayType& in = array::node_of(*this)->type;
  const char* name = kReductionNames[int(reduction)];
  const bool is_index = reduction == Reduction::ArgMin || reduction == Reduction::ArgMax;
  std::vector<int> axes;
  if (wanted)
    axes = normalised(*wanted, in.rank(), name);
  else
    for (int axis = 0; axis < in.rank(); ++axis) axes.push_back(axis);
  if (is_index && wanted && axes.size() != 1)
    throw Error(ErrorKind::Value, fmt::format("{} takes one axis, or none for all elements", name));
  array::ArrayType out;
  out.dtype = array::reduced_dtype(reduction, in.dtype);
  bool empty = false;
  for (int axis = 0; axis < in.rank(); ++axis) {
    const bool reduced = std::binary_search(axes.begin(), axes.end(), axis);
    empty |= reduced && in.shape[size_t(axis)] == 0;
    if (reduced && !keepdims) continue;
    out.shape.push_back(reduced ? 1 : in.shape[size_t(axis)]);
    out.axes += in.axes[size_t(axis)];
  }
  const bool needs_one = reduction >= Reduction::Min && reduction <= Reduction::ArgMax;
  if (empty && needs_one)
    throw Error(ErrorKind::Value, fmt::format("{}: there is no element to choose from in an array of shape {}", name,
                                              array::shape_text(in.shape)));
  if ((reduction == Reduction::Min || reduction == Reduction::Max) && in.range) out.range = in.range;
  return Array(std::make_shared<const array::Node>(
      array::Node{std::move(out), array::Reduce{node_, reduction, std::move(axes), keepdims}}));
}

}  // namespace nf
