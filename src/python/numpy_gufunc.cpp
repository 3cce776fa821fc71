// NumPy calls our loop for a row of cores at a time, without the GIL. A loop of NumPy's cannot report an error, so what
// goes wrong is kept for the call that is under way on this thread, and later rows are left alone.
#include "python/numpy_gufunc.h"

#include <array>
#include <exception>
#include <mutex>

#include "python/errors.h"
#include "python/interrupt.h"
#include "python/kernel_object.h"
#include "python/numpy.h"
//
#include <numpy/ufuncobject.h>

namespace nf::python {
namespace {

/// The first error of the call that is under way on this thread.
thread_local std::exception_ptr* pending = nullptr;

/// NumPy's table of functions for ufuncs; imported when the first ufunc is made.
void import_ufuncs() {
  static const bool done = [] {
    WithGil gil;
    import_umath1(false);
    return true;
  }();
  if (!done) throw ErrorIsSet{};
}

constexpr size_t kMostPrepared = 16;
/// Rows of so much input and output take a few microseconds, for which letting go of the GIL does not pay.
constexpr int64_t kBriefBytes = 16 << 10;
struct Loops;

/// One loop of a ufunc: its dtypes, and calls prepared for the layouts that came along.
class Loop {
 public:
  Loop(const Loops& owner, GufuncTypes types) : owner_(owner), types_(std::move(types)) {}
  void run(char** data, const npy_intp* dimensions, const npy_intp* steps);
  const GufuncTypes& types() const { return types_; }

 private:
  bool try_prepared(std::span<const Argument> inputs, std::span<const View> outs);
  bool try_call(const PreparedCall& call, std::span<const Argument> inputs, std::span<const View> outs) const;

  const Loops& owner_;
  GufuncTypes types_;
  std::mutex mutex_;
  std::vector<PreparedCall> prepared_;
};

/// All that a ufunc needs for as long as it lives.
struct Loops {
  Kernel kernel;
  std::string name, doc, layout;
  unsigned given = 0;
  bool keeps_outputs = false;           ///< the kernel may leave parts of them as they were
  std::vector<std::vector<int>> cores;  ///< of each operand: which core dimensions it has
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<PyUFuncGenericFunction> functions;
  std::vector<void*> data;
  std::vector<char> types;
};

/// A row of cores as NumPy hands it over.
View view_of_operand(DType dtype, char* data, const std::vector<int>& core, const npy_intp* dimensions, npy_intp step,
                     const npy_intp* core_steps) {
  View view;
  view.data = data, view.dtype = dtype, view.rank = 1 + int(core.size());
  view.shape[0] = dimensions[0], view.strides[0] = step;
  for (size_t d = 0; d < core.size(); ++d)
    view.shape[d + 1] = dimensions[1 + core[d]], view.strides[d + 1] = core_steps[d];
  return view;
}

void fill_zeros(const View& view, int axis, char* data) {
  if (axis == view.rank) return void(std::memset(data, 0, size_t(size_of(view.dtype))));
  for (int64_t i = 0; i < view.shape[size_t(axis)]; ++i)
    fill_zeros(view, axis + 1, data + i * view.strides[size_t(axis)]);
}

void fill_zeros(const View& view) {
  if (view.c_contiguous())
    std::memset(view.data, 0, size_t(view.bytes()));
  else
    fill_zeros(view, 0, static_cast<char*>(view.data));
}

bool Loop::try_prepared(std::span<const Argument> inputs, std::span<const View> outs) {
  std::vector<PreparedCall> known;
  {
    std::lock_guard lock(mutex_);
    known = prepared_;
  }
  for (const PreparedCall& call : known)
    if (try_call(call, inputs, outs)) return true;
  return false;
}

bool Loop::try_call(const PreparedCall& call, std::span<const Argument> inputs, std::span<const View> outs) const {
  if (!call.matches(inputs)) return false;
  for (size_t i = 0; i < outs.size(); ++i)
    if (!(owner_.given >> i & 1) && call.needs_zeros(i)) fill_zeros(outs[i]);
  return call.try_run(inputs, outs);
}

void Loop::run(char** data, const npy_intp* dimensions, const npy_intp* steps) {
  const size_t operands = owner_.cores.size(), inputs = types_.inputs.size();
  const npy_intp* core_steps = steps + operands;
  std::vector<Argument> given;
  std::vector<View> outs;
  for (size_t i = 0; i < operands; ++i) {
    const DType dtype = i < inputs ? types_.inputs[i] : types_.outputs[i - inputs];
    const View view = view_of_operand(dtype, data[i], owner_.cores[i], dimensions, steps[i], core_steps);
    core_steps += owner_.cores[i].size();
    if (i < inputs)
      given.emplace_back(view);
    else
      outs.push_back(view);
  }
  if (dimensions[0] == 0) return;
  // NumPy keeps the GIL where its own loop is short, whatever is in it.
  int64_t bytes = 0;
  for (const View& out : outs) bytes += out.bytes();
  for (const Argument& input : given) bytes += std::get<View>(input).bytes();
  const bool held = PyGILState_Check();
  {
    WithoutGil without(held && bytes > kBriefBytes);
    if (try_prepared(given, outs)) return;
  }
  WithoutGil without(held);
  std::vector<std::optional<View>> maybe(outs.begin(), outs.end());
  PreparedCall call = owner_.kernel.prepare_gufunc(types_, given, maybe);
  if (!call || !try_call(call, given, outs)) {
    for (size_t i = 0; i < outs.size(); ++i)
      if (owner_.keeps_outputs && !(owner_.given >> i & 1)) fill_zeros(outs[i]);
    return owner_.kernel.run_gufunc(types_, given, outs);
  }
  std::lock_guard lock(mutex_);
  if (prepared_.size() < kMostPrepared) prepared_.push_back(std::move(call));
}

void run_loop(char** data, const npy_intp* dimensions, const npy_intp* steps, void* loop) {
  if (pending && *pending) return;
  try {
    static_cast<Loop*>(loop)->run(data, dimensions, steps);
  } catch (...) {
    if (pending) {
      *pending = std::current_exception();
    } else {  // called behind our back: NumPy looks for an error at its end
      WithGil gil;
      set_python_error();
    }
  }
}

/// NumPy's constant for an identity.
int identity_of(PyObject* identity) {
  if (identity == Py_None) return PyUFunc_None;
  if (PyUnicode_Check(identity) && PyUnicode_CompareWithASCIIString(identity, "reorderable") == 0)
    return PyUFunc_ReorderableNone;
  if (PyLong_Check(identity) && !PyBool_Check(identity)) {
    const long value = PyLong_AsLong(identity);
    if (value == 0) return PyUFunc_Zero;
    if (value == 1) return PyUFunc_One;
  }
  PyErr_Clear();
  raise(PyExc_ValueError, "Invalid identity value %R: it is 0, 1, None or 'reorderable'", identity);
}

constexpr const char* kCapsule = "nearfield.loops";

void free_loops(PyObject* capsule) { delete static_cast<Loops*>(PyCapsule_GetPointer(capsule, kCapsule)); }

}  // namespace

Reference make_ufunc(PyObject* kernel, std::vector<GufuncTypes> types, const std::string& layout, PyObject* identity,
                     PyObject* name, unsigned given) {
  import_ufuncs();
  refresh_names(kernel);
  auto made = std::make_unique<Loops>();
  made->kernel = kernel_of(kernel);
  made->name = PyUnicode_AsUTF8(name);
  made->layout = layout;
  made->given = given;
  made->keeps_outputs = made->kernel.keeps_outputs();
  const auto [inputs, outputs] = made->kernel.core_ranks();
  for (GufuncTypes& one : types) {
    for (DType dtype : one.inputs) made->types.push_back(char(type_number(dtype)));
    for (DType dtype : one.outputs) made->types.push_back(char(type_number(dtype)));
    made->loops.push_back(std::make_unique<Loop>(*made, std::move(one)));
    made->functions.push_back(run_loop);
    made->data.push_back(made->loops.back().get());
  }
  Loops& loops = *made;
  Reference owner = Reference::take(PyCapsule_New(made.release(), kCapsule, free_loops));
  // Without loops NumPy still wants addresses; it does not read them.
  loops.functions.reserve(1), loops.data.reserve(1), loops.types.reserve(1);
  Reference ufunc = Reference::take(PyUFunc_FromFuncAndDataAndSignature(
      loops.functions.data(), loops.data.data(), loops.types.data(), int(loops.loops.size()), int(inputs.size()),
      int(outputs.size()), identity_of(identity), loops.name.c_str(), loops.doc.c_str(), 0, loops.layout.c_str()));
  auto* object = reinterpret_cast<PyUFuncObject*>(ufunc.get());
  object->obj = owner.release();
  for (int i = 0, offset = 0; i < object->nargs; ++i) {
    std::vector<int> core;
    for (int d = 0; object->core_enabled && d < object->core_num_dims[i]; ++d)
      core.push_back(object->core_dim_ixs[offset++]);
    if (core.size() >= size_t(kMaxRank))
      raise(PyExc_ValueError, "at most %d core dimensions are supported", kMaxRank - 1);
    loops.cores.push_back(std::move(core));
  }
  // What the kernel may leave as it is must come along when NumPy works on a copy.
  constexpr npy_uint32 both = NPY_ITER_READWRITE | NPY_ITER_UPDATEIFCOPY;
  for (int i : loops.kernel.options().writable_args) object->op_flags[i] = both;
  for (int i = 0; i < object->nout; ++i)
    if (loops.keeps_outputs && (given >> i & 1)) object->op_flags[object->nin + i] = both;
  return ufunc;
}

Reference call_ufunc(PyObject* callable, PyObject* args, PyObject* keywords) {
  std::exception_ptr error;
  Reference result;
  {
    StopOnInterrupt stop;
    std::exception_ptr* const outer = std::exchange(pending, &error);
    PyObject* made = PyObject_Call(callable, args, keywords);
    pending = outer;
    if (error) {
      Py_XDECREF(made);
      PyErr_Clear();
    } else {
      result = Reference::take(made);
    }
  }
  if (error) std::rethrow_exception(error);
  return result;
}

}  // namespace nf::python
