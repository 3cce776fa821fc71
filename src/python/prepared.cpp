// Prepared calls on NumPy arrays: views on the stack, no lookup, and the GIL let go only for work that takes longer
// than that itself.
#include "python/prepared.h"

#include <chrono>

#include "python/convert.h"
#include "python/errors.h"
#include "python/interrupt.h"

namespace nf::python {
namespace {

constexpr size_t kMostArguments = 8, kMostOutputs = 4, kMostEntries = 16;
/// Larger results take the general call, which recycles memory on huge pages; NumPy's own memory is quicker below.
constexpr int64_t kMostNewBytes = 256 << 10;

/// Reads the fields of a plain NumPy array; false for what the general call converts or refuses.
bool read_array(PyArrayObject* array, View& view) {
  const PyArray_Descr* descriptor = PyArray_DESCR(array);
  const std::optional<DType> dtype = dtype_of_number(descriptor->type_num);
  const int flags = PyArray_FLAGS(array), rank = PyArray_NDIM(array);
  if (!dtype || !PyArray_ISNBO(descriptor->byteorder) || !(flags & NPY_ARRAY_ALIGNED) || rank > kMaxRank) return false;
  view.data = PyArray_DATA(array);
  view.dtype = *dtype;
  view.rank = rank;
  view.readonly = !(flags & NPY_ARRAY_WRITEABLE);
  const npy_intp *shape = PyArray_DIMS(array), *strides = PyArray_STRIDES(array);
  for (int d = 0; d < rank; ++d) view.shape[size_t(d)] = shape[d], view.strides[size_t(d)] = strides[d];
  return true;
}

/// The arguments of a call, on the stack; what is not used of them is not even initialised.
struct Arguments {
  static_assert(std::is_trivially_destructible_v<Argument>);
  alignas(Argument) std::byte room[kMostArguments * sizeof(Argument)];
  size_t count = 0;
  int64_t bytes = 0;
  bool scalars = false;

  Argument* values() { return reinterpret_cast<Argument*>(room); }
  std::span<const Argument> span() { return {values(), count}; }

  bool add(PyObject* object) {
    if (PyArray_CheckExact(object)) {
      View& view = std::get<View>(*new (values() + count++) Argument(std::in_place_type<View>));
      if (!read_array(reinterpret_cast<PyArrayObject*>(object), view)) return false;
      bytes += view.bytes();
      return true;
    }
    if (PyArray_Check(object)) return false;
    scalars = true;
    if (is_half(object)) return false;
    const std::optional<Scalar> scalar = scalar_of(object);
    if (!scalar) return false;
    new (values() + count++) Argument(*scalar);
    return true;
  }
  bool add_all(std::span<PyObject* const> objects) {
    if (objects.size() > kMostArguments) return false;
    for (PyObject* object : objects)
      if (!add(object)) return false;
    return true;
  }
};

/// Runs `work` on `args` as its pace asks: with the GIL, without it, or without it and with Ctrl-C watched for.
template <class Work>
bool paced(CallHistory& history, const CallSize& size, const PreparedCall& call, std::span<const Argument> args,
           Work work) {
  const Pace pace = history.pace(size);
  if (pace == Pace::Instant) return work();
  if (!call.matches(args)) return false;  // what follows is dear
  std::optional<StopOnInterrupt> stop;
  if (pace == Pace::Long) stop.emplace();
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const bool done = [&] {
    WithoutGil without;
    return work();
  }();
  if (done) history.measured(size, std::chrono::duration<double>(Clock::now() - start).count());
  return done;
}

/// A new NumPy array for each view, whose data it sets. False for large ones unless `large`.
bool make_arrays(std::span<View> views, const PreparedCall& call, bool large, Reference* arrays) {
  int64_t total = 0;
  for (const View& view : views) total += view.bytes();
  const bool recycled = total > kMostNewBytes;
  if (recycled && !large) return false;
  for (size_t i = 0; i < views.size(); ++i) {
    View& view = views[i];
    if (recycled) {
      NewArray made = new_array(view.dtype, view.shape.data(), view.rank);
      view = made.view;
      arrays[i] = to_python(made);
    } else {
      npy_intp shape[kMaxRank];
      for (int d = 0; d < view.rank; ++d) shape[d] = view.shape[size_t(d)];
      arrays[i] = Reference::take(PyArray_EMPTY(view.rank, shape, type_number(view.dtype), 0));
      view.data = PyArray_DATA(reinterpret_cast<PyArrayObject*>(arrays[i].get()));
    }
    if (call.needs_zeros(i)) std::memset(view.data, 0, size_t(view.bytes()));
  }
  return true;
}

Reference as_ufunc_result(Reference array) {
  // PyArray_Return takes over the reference.
  return Reference::take(PyArray_Return(reinterpret_cast<PyArrayObject*>(array.release())));
}

}  // namespace

void PreparedCalls::add(const Kernel& kernel, const std::vector<Argument>& args,
                        const std::vector<std::optional<View>>& outs, const CallOptions& options) {
  size_t given = 0;
  for (const auto& out : outs) given += out.has_value();
  if (entries_.size() == kMostEntries || (given && given != outs.size())) return;
  PreparedCall call = [&] {
    WithoutGil without;
    return kernel.prepare(args, outs, options);
  }();
  keep(std::move(call), given > 0, options.mode);
}

void PreparedCalls::keep(PreparedCall call, bool given_outs, std::optional<BorderMode> mode) {
  if (!call || call.outputs() > kMostOutputs || entries_.size() == kMostEntries) return;
  entries_.reserve(kMostEntries);  // entries stay where they are: a call that let go of the GIL reads its own
  last_ = entries_.size();
  entries_.push_back({call, given_outs, call.straight_line(), call.outputs(), mode});
}

Reference PreparedCalls::try_jitted(CallHistory& history, std::span<PyObject* const> args) {
  Arguments call;
  if (!call.add_all(args)) return {};
  for (size_t i = 0, at = last_; i <= entries_.size() && at < entries_.size(); at = i++) {
    const Entry& entry = entries_[at];
    Result result;
    const CallSize size{call.bytes, KernelOptions::Kind::Jit, call.scalars, entry.straight_line};
    if (!paced(history, size, entry.call, call.span(), [&] { return entry.call.try_call(call.span(), result); }))
      continue;
    last_ = at;
    return to_python(result, args.data());
  }
  return {};
}

Reference PreparedCalls::try_arrays(CallHistory& history, KernelOptions::Kind kind, std::span<PyObject* const> args,
                                    std::span<PyObject* const> outs, bool scalars, std::optional<BorderMode> mode) {
  Arguments call;
  if (outs.size() > kMostOutputs || !call.add_all(args)) return {};
  View views[kMostOutputs];
  int64_t out_bytes = 0;
  for (size_t i = 0; i < outs.size(); ++i) {
    if (!PyArray_CheckExact(outs[i]) || !read_array(reinterpret_cast<PyArrayObject*>(outs[i]), views[i])) return {};
    out_bytes += views[i].bytes();
  }
  for (size_t i = 0, at = last_; i <= entries_.size() && at < entries_.size(); at = i++) {
    const Entry& entry = entries_[at];
    if (entry.mode != mode || entry.given_outs != !outs.empty() || (entry.given_outs && entry.outputs != outs.size()))
      continue;
    const std::span<View> targets(views, entry.outputs);
    Reference made[kMostOutputs];
    if (!entry.given_outs) {
      if (!entry.call.try_shape(call.span(), targets)) continue;
      if (!make_arrays(targets, entry.call, kind == KernelOptions::Kind::Gufunc, made)) return {};
      out_bytes = 0;
      for (const View& view : targets) out_bytes += view.bytes();
    }
    const CallSize size{call.bytes + out_bytes, kind, call.scalars, entry.straight_line};
    if (!paced(history, size, entry.call, call.span(), [&] { return entry.call.try_run(call.span(), targets); }))
      continue;
    last_ = at;
    auto result = [&](size_t j) {
      if (entry.given_outs) return Reference::share(outs[j]);
      return scalars && targets[j].rank == 0 ? as_ufunc_result(std::move(made[j])) : std::move(made[j]);
    };
    if (entry.outputs == 1) return result(0);
    Reference tuple = Reference::take(PyTuple_New(Py_ssize_t(entry.outputs)));
    for (size_t j = 0; j < entry.outputs; ++j) PyTuple_SET_ITEM(tuple.get(), Py_ssize_t(j), result(j).release());
    return tuple;
  }
  return {};
}

}  // namespace nf::python
