// The Python object of a kernel: its C type, how arguments are bound, and the call.
#include "python/kernel_object.h"

#include <structmember.h>

#include <chrono>
#include <set>

#include "python/call.h"
#include "python/convert.h"
#include "python/errors.h"
#include "python/interrupt.h"
#include "python/options.h"
#include "python/prepared.h"
#include "python/ufunc_object.h"

namespace nf::python {
namespace {

struct State {
  KernelParts parts;
  CallHistory history;
  PreparedCalls prepared;
  double chunk_pace = 1;                            ///< the least seconds a byte that a chunk took
  std::optional<std::pair<DType, int>> last_input;  ///< dtype and rank of the first array of the last new kind of call
};

struct KernelObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject* dict;
  PyObject* weak_references;
  State* state;
};

PyTypeObject* kernel_type = nullptr;

KernelObject* cast(PyObject* object) { return reinterpret_cast<KernelObject*>(object); }

// ---- arguments

/// Adds one positional argument; false when it is neither an array nor a scalar that kernels take.
bool add(CallArguments& call, PyObject* object, bool copy_unaligned) {
  if (PyArray_Check(object)) {
    auto* array = reinterpret_cast<PyArrayObject*>(object);
    if (copy_unaligned && !PyArray_ISALIGNED(array)) return false;
    if (!PyArray_CheckExact(object) && PyObject_HasAttrString(object, "mask")) return false;
    call.values.emplace_back(view_of(array));
    return true;
  }
  std::optional<Scalar> scalar = scalar_of(object);
  if (!scalar) return false;
  call.values.emplace_back(*scalar);
  return true;
}

/// Reads `out=`, `mode=`, `dtype=` of a stencil call; false when `out` is no NumPy array.
bool add_stencil_keyword(CallArguments& call, PyObject* name, PyObject* value, PyObject** out) {
  if (value == Py_None) return true;
  if (PyUnicode_CompareWithASCIIString(name, "out") == 0) {
    const bool several = PyTuple_Check(value);
    for (Py_ssize_t i = 0; i < (several ? PyTuple_GET_SIZE(value) : 1); ++i) {
      PyObject* array = several ? PyTuple_GET_ITEM(value, i) : value;
      if (!PyArray_Check(array)) return false;
      call.outs.push_back(view_of(reinterpret_cast<PyArrayObject*>(array), true));
    }
    if (several && call.outs.empty()) raise(PyExc_ValueError, "`out` is an empty tuple");
    *out = value;
  } else if (PyUnicode_CompareWithASCIIString(name, "mode") == 0) {
    call.options.mode = border_mode_of(value);
  } else if (PyUnicode_CompareWithASCIIString(name, "dtype") == 0) {
    call.options.dtype = dtype_of_object(value);
  } else {
    raise(PyExc_TypeError,
          "a stencil has no keyword argument '%U': arrays and scalars are given by position, and out=, mode= and "
          "dtype= by name",
          name);
  }
  return true;
}

[[noreturn]] void raise_count(const State& state, Py_ssize_t given) {
  const Py_ssize_t expected = PyTuple_GET_SIZE(state.parts.parameters);
  raise(PyExc_TypeError, "%s arguments for `%s`: expected %zd, got %zd", given < expected ? "not enough" : "too many",
        state.parts.kernel.name().c_str(), expected, given);
}

/// Binds positional, keyword and default arguments of a jitted function to its parameters, as Python does.
std::vector<PyObject*> bind(const State& state, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  const KernelParts& parts = state.parts;
  const Py_ssize_t parameters = PyTuple_GET_SIZE(parts.parameters), defaults = PyTuple_GET_SIZE(parts.defaults);
  if (count > parameters && !parts.varargs) raise_count(state, count);
  std::vector<PyObject*> bound(size_t(std::max(parameters, count)), nullptr);
  std::copy(args, args + count, bound.begin());
  for (Py_ssize_t k = 0; keywords && k < PyTuple_GET_SIZE(keywords); ++k) {
    PyObject* name = PyTuple_GET_ITEM(keywords, k);
    int at = 0;
    while (at < parameters && PyUnicode_Compare(name, PyTuple_GET_ITEM(parts.parameters, at)) != 0) ++at;
    if (at == parameters) raise(PyExc_TypeError, "got an unexpected keyword argument '%U'", name);
    if (bound[size_t(at)]) raise(PyExc_TypeError, "got multiple values for argument '%U'", name);
    bound[size_t(at)] = args[count + k];
  }
  for (Py_ssize_t i = 0; i < parameters; ++i) {
    if (bound[size_t(i)]) continue;
    const Py_ssize_t from_end = parameters - i;
    if (from_end <= defaults) {
      bound[size_t(i)] = PyTuple_GET_ITEM(parts.defaults, defaults - from_end);
    } else if (!keywords) {
      raise_count(state, count);
    } else {
      raise(PyExc_TypeError, "missing argument '%U'", PyTuple_GET_ITEM(parts.parameters, i));
    }
  }
  return bound;
}

/// Anything that is not a NumPy array or a number (lazy and Dask arrays, lists, ...) is for Python code to sort out.
Reference call_foreign(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  Reference module = Reference::take(PyImport_ImportModule("nearfield.foreign"));
  Reference function = Reference::take(PyObject_GetAttrString(module.get(), "call_kernel"));
  Reference positional = Reference::take(PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; ++i) PyTuple_SET_ITEM(positional.get(), i, Py_NewRef(args[i]));
  Reference named = Reference::take(PyDict_New());
  for (Py_ssize_t k = 0; keywords && k < PyTuple_GET_SIZE(keywords); ++k)
    if (PyDict_SetItem(named.get(), PyTuple_GET_ITEM(keywords, k), args[count + k]) < 0) throw ErrorIsSet{};
  return Reference::take(PyObject_CallFunctionObjArgs(function.get(), self, positional.get(), named.get(), nullptr));
}

// ---- the call

/// Runs `work` and keeps the history. What a call of a new kind teaches is remembered for the next ones.
template <class Work>
auto run(PyObject* self, const CallArguments& call, Work work) {
  State& state = *cast(self)->state;
  CallShape shape = shape_of(call);
  const bool known = state.history.knows(shape);
  const CallSize size{call.bytes(), state.parts.kernel.options().kind, call.has_scalars()};
  const Pace pace = known ? state.history.pace(size) : Pace::Long;
  if (pace == Pace::Instant) return work();

  if (!known) refresh_names(self);
  std::optional<StopOnInterrupt> stop;
  if (pace == Pace::Long) stop.emplace();
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  auto result = [&] {
    WithoutGil without;
    return work();
  }();
  if (known) {
    state.history.measured(size, std::chrono::duration<double>(Clock::now() - start).count());
    return result;
  }
  state.history.remember(std::move(shape));
  if (!call.options.dtype) state.prepared.add(state.parts.kernel, call.values, call.outs, call.options);
  if (const View* first = call.values.empty() ? nullptr : std::get_if<View>(&call.values[0]))
    state.last_input = std::pair(first->dtype, first->rank);
  return result;
}

/// The call by a prepared one; a null reference when there is none for it.
Reference call_prepared(State& state, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  static PyObject* const out_name = PyUnicode_InternFromString("out");
  static PyObject* const mode_name = PyUnicode_InternFromString("mode");
  const KernelOptions::Kind kind = state.parts.kernel.options().kind;
  if (state.prepared.empty() || count != PyTuple_GET_SIZE(state.parts.parameters)) return {};
  const std::span<PyObject* const> given(args, size_t(count));
  const Py_ssize_t named = keywords ? PyTuple_GET_SIZE(keywords) : 0;
  if (kind == KernelOptions::Kind::Jit) return named ? Reference() : state.prepared.try_jitted(state.history, given);
  if (kind != KernelOptions::Kind::Stencil) return {};
  PyObject* out = nullptr;
  std::optional<BorderMode> mode;
  for (Py_ssize_t k = 0; k < named; ++k) {
    PyObject *const name = PyTuple_GET_ITEM(keywords, k), *const value = args[count + k];
    if (name == out_name)
      out = value;
    else if (name != mode_name || !(mode = known_mode(value)))
      return {};
  }
  return state.prepared.try_arrays(state.history, kind, given, {&out, size_t(out != nullptr)}, false, mode);
}

Reference call_kernel(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  State& state = *cast(self)->state;
  if (Reference result = call_prepared(state, args, count, keywords)) return result;
  const Kernel& kernel = state.parts.kernel;
  const bool jitted = kernel.options().kind == KernelOptions::Kind::Jit;
  CallArguments call;
  call.values.reserve(size_t(count));
  PyObject* out = nullptr;
  std::vector<PyObject*> bound;
  PyObject* const* given = args;
  Py_ssize_t size = count;
  if (jitted && (keywords || count != PyTuple_GET_SIZE(state.parts.parameters))) {
    bound = bind(state, args, count, keywords);
    given = bound.data();
    size = Py_ssize_t(bound.size());
  }
  for (Py_ssize_t i = 0; i < size; ++i)
    if (!add(call, given[i], !jitted)) return call_foreign(self, args, count, keywords);
  if (!jitted) {
    for (Py_ssize_t k = 0; keywords && k < PyTuple_GET_SIZE(keywords); ++k)
      if (!add_stencil_keyword(call, PyTuple_GET_ITEM(keywords, k), args[count + k], &out))
        return call_foreign(self, args, count, keywords);
    if (count != PyTuple_GET_SIZE(state.parts.parameters)) raise_count(state, count);
  } else if (!kernel.options().signatures.empty()) {
    match_signature(kernel.options().signatures, call.values);
  }
  call.options.parallel = jitted ? kernel.options().parallel : true;
  if (out && PyTuple_Check(out)) {
    std::vector<View> outs;
    for (const std::optional<View>& view : call.outs) outs.push_back(*view);
    run(self, call, [&] {
      kernel.call_into(call.values, outs, call.options);
      return 0;
    });
    return Reference::share(out);
  }
  const std::optional<View> given_out = call.outs.empty() ? std::nullopt : call.outs[0];
  Result result = run(self, call, [&] { return kernel.call(call.values, given_out, call.options); });
  if (out) return Reference::share(out);
  return to_python(result, given);
}

PyObject* vectorcall(PyObject* self, PyObject* const* args, size_t flags, PyObject* keywords) {
  try {
    return call_kernel(self, args, PyVectorcall_NARGS(flags), keywords).release();
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

// ---- the type

int traverse(PyObject* self, visitproc visit, void* arg) {
  KernelObject* object = cast(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(object->dict);
  if (object->state) Py_VISIT(object->state->parts.collector);
  return 0;
}

int clear(PyObject* self) {
  KernelObject* object = cast(self);
  Py_CLEAR(object->dict);
  if (object->state) Py_CLEAR(object->state->parts.collector);
  return 0;
}

void deallocate(PyObject* self) {
  KernelObject* object = cast(self);
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (object->weak_references) PyObject_ClearWeakRefs(self);
  clear(self);
  if (object->state) {
    Py_CLEAR(object->state->parts.parameters);
    Py_CLEAR(object->state->parts.defaults);
    delete object->state;
  }
  type->tp_free(self);
  Py_DECREF(type);
}

/// Python binds functions to the instance they are read from; so do kernels that are methods.
PyObject* bind_method(PyObject* self, PyObject* instance, PyObject*) {
  if (!instance || instance == Py_None) return Py_NewRef(self);
  return PyMethod_New(self, instance);
}

PyObject* representation(PyObject* self) {
  const Kernel& kernel = cast(self)->state->parts.kernel;
  constexpr const char* kinds[] = {"jit", "stencil", "gufunc", "vectorize"};
  return PyUnicode_FromFormat("<nearfield %s %s>", kinds[int(kernel.options().kind)], kernel.name().c_str());
}

PyObject* get_source(PyObject* self, void*) {
  const std::string text = cast(self)->state->parts.kernel.source();
  return PyUnicode_DecodeUTF8(text.data(), Py_ssize_t(text.size()), "replace");
}

PyObject* get_options(PyObject* self, void*) {
  try {
    return to_python(cast(self)->state->parts.kernel.options()).release();
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

/// As Numba shows it: the pairs that were given, else those found at the first call, None before it.
PyObject* get_neighborhood(PyObject* self, void*) {
  try {
    const State& state = *cast(self)->state;
    const KernelOptions& options = state.parts.kernel.options();
    if (options.kind != KernelOptions::Kind::Stencil) raise(PyExc_AttributeError, "only stencils have a neighborhood");
    auto pairs = options.neighborhood;
    if (pairs.empty() && !state.last_input) Py_RETURN_NONE;
    if (pairs.empty()) pairs = state.parts.kernel.footprint(state.last_input->first, state.last_input->second);
    Reference list = Reference::take(PyList_New(0));
    for (auto [lo, hi] : pairs) {
      Reference pair = Reference::take(Py_BuildValue("[LL]", (long long)lo, (long long)hi));
      if (PyList_Append(list.get(), pair.get()) < 0) throw ErrorIsSet{};
    }
    return list.release();
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

PyGetSetDef properties[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    {"source", get_source, nullptr, "The text of the function as it was handed to the compiler.", nullptr},
    {"neighborhood", get_neighborhood, nullptr, "How far a stencil reads: [lo, hi] for each axis.", nullptr},
    {"options", get_options, nullptr, "What the decorators said, as a dict.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};

/// Sends `method(self, *args)` to the Python function of this name in `nearfield.kernel`.
template <const char* Name>
PyObject* forward(PyObject* self, PyObject* args, PyObject* keywords) {
  try {
    Reference module = Reference::take(PyImport_ImportModule("nearfield.kernel"));
    Reference function = Reference::take(PyObject_GetAttrString(module.get(), Name));
    Reference all = Reference::take(PyTuple_New(PyTuple_GET_SIZE(args) + 1));
    PyTuple_SET_ITEM(all.get(), 0, Py_NewRef(self));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(args); ++i)
      PyTuple_SET_ITEM(all.get(), i + 1, Py_NewRef(PyTuple_GET_ITEM(args, i)));
    return PyObject_Call(function.get(), all.get(), keywords);
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

constexpr char reduce[] = "reduce", tokenize[] = "tokenize", inspect_llvm[] = "inspect_llvm",
               inspect_asm[] = "inspect_asm", inspect_ptx[] = "inspect_ptx", explain[] = "explain";

PyObject* reduce_method(PyObject* self, PyObject*) {
  Reference none = Reference::take(PyTuple_New(0));
  return forward<reduce>(self, none.get(), nullptr);
}
PyObject* tokenize_method(PyObject* self, PyObject*) {
  Reference none = Reference::take(PyTuple_New(0));
  return forward<tokenize>(self, none.get(), nullptr);
}

PyCFunction with_keywords(PyObject* (*f)(PyObject*, PyObject*, PyObject*)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}

PyMethodDef methods[] = {
    {"__reduce__", reduce_method, METH_NOARGS, "Kernels travel as source, options and captured constants."},
    {"__dask_tokenize__", tokenize_method, METH_NOARGS, "What makes this kernel itself and no other one, for Dask."},
    {"inspect_llvm", with_keywords(forward<inspect_llvm>), METH_VARARGS | METH_KEYWORDS,
     "inspect_llvm(*types)\n--\n\nThe LLVM IR for arguments such as 'uint8[:, :]'."},
    {"inspect_asm", with_keywords(forward<inspect_asm>), METH_VARARGS | METH_KEYWORDS,
     "inspect_asm(*types)\n--\n\nThe machine code for arguments such as 'uint8[:, :]', as text."},
    {"inspect_ptx", with_keywords(forward<inspect_ptx>), METH_VARARGS | METH_KEYWORDS,
     "inspect_ptx(*types, gpu='sm_80')\n--\n\nA stencil's code for NVIDIA's GPUs from this one on, as text."},
    {"explain", with_keywords(forward<explain>), METH_VARARGS | METH_KEYWORDS,
     "explain(*args, size=None, mode=None, dtype=None)\n--\n\nHow the kernel runs, why not better, and what to "
     "change:\nfor arrays, on which it is run and measured, or for types such as 'uint8[:, :]', with a\n`size` such "
     "as (1000, 1000) to measure."},
    {nullptr, nullptr, 0, nullptr}};

PyMemberDef members[] = {{"__vectorcalloffset__", T_PYSSIZET, offsetof(KernelObject, vectorcall), READONLY, nullptr},
                         {"__dictoffset__", T_PYSSIZET, offsetof(KernelObject, dict), READONLY, nullptr},
                         {"__weaklistoffset__", T_PYSSIZET, offsetof(KernelObject, weak_references), READONLY, nullptr},
                         {nullptr, 0, 0, 0, nullptr}};

PyType_Slot slots[] = {{Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                       {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
                       {Py_tp_clear, reinterpret_cast<void*>(clear)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(deallocate)},
                       {Py_tp_descr_get, reinterpret_cast<void*>(bind_method)},
                       {Py_tp_repr, reinterpret_cast<void*>(representation)},
                       {Py_tp_members, members},
                       {Py_tp_getset, properties},
                       {Py_tp_methods, methods},
                       {Py_tp_doc, const_cast<char*>("A compiled function; made by the decorators.")},
                       {0, nullptr}};

PyType_Spec spec = {
    "nearfield.Kernel", sizeof(KernelObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

void refresh(PyObject* kernel, std::set<PyObject*>& done) {
  if (!done.insert(kernel).second) return;
  KernelParts& parts = cast(kernel)->state->parts;
  Reference answer = Reference::take(PyObject_CallNoArgs(parts.collector));
  PyObject *bindings, *names;
  if (!PyArg_ParseTuple(answer.get(), "O!O!", &PyDict_Type, &bindings, &PyList_Type, &names)) throw ErrorIsSet{};
  PyObject *key, *tagged;
  for (Py_ssize_t position = 0; PyDict_Next(bindings, &position, &key, &tagged);)
    if (PyTuple_Check(tagged) && PyTuple_GET_SIZE(tagged) == 2 && is_kernel(PyTuple_GET_ITEM(tagged, 1)))
      refresh(PyTuple_GET_ITEM(tagged, 1), done);
  parts.names->replace(bindings, names);
}

}  // namespace

Reference make_kernel_type() {
  if (!kernel_type) kernel_type = reinterpret_cast<PyTypeObject*>(Reference::take(PyType_FromSpec(&spec)).release());
  return Reference::share(reinterpret_cast<PyObject*>(kernel_type));
}

Reference make_kernel_object(KernelParts parts) {
  Reference object = Reference::take(kernel_type->tp_alloc(kernel_type, 0));
  KernelObject* kernel = cast(object.get());
  kernel->vectorcall = vectorcall;
  Py_INCREF(parts.collector);
  Py_INCREF(parts.parameters);
  Py_INCREF(parts.defaults);
  kernel->state = new State{std::move(parts), {}};
  return object;
}

bool is_kernel(PyObject* object) { return Py_TYPE(object) == kernel_type; }

const Kernel& kernel_of(PyObject* object) {
  if (!is_kernel(object)) raise(PyExc_TypeError, "expected a kernel, not %R", object);
  return cast(object)->state->parts.kernel;
}

void refresh_names(PyObject* kernel) {
  kernel_of(kernel);
  std::set<PyObject*> done;
  refresh(kernel, done);
}

namespace {

/// Chunks that take less keep the GIL: getting it back among the threads of a scheduler takes about as long.
constexpr double kKeepsGil = 20e-6;
/// Larger chunks are computed on all threads; for others the scheduler has its own.
constexpr int64_t kChunkForThreads = 32 << 20;

/// Runs the `work` of a scheduler's task, which makes a `Result`.
template <class Work>
Result run_in_task(PyObject* self, const CallArguments& call, const Work& work) {
  State& state = *cast(self)->state;
  if (!state.history.knows(shape_of(call))) return run(self, call, work);
  Result result;
  double seconds = 0;
  auto timed = [&] {
    const auto start = std::chrono::steady_clock::now();
    result = work();
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const double bytes = double(std::max<int64_t>(call.bytes(), 1));
  if (state.chunk_pace * bytes < kKeepsGil) {
    timed();
  } else {
    WithoutGil without;
    timed();
  }
  state.chunk_pace = std::min(state.chunk_pace, seconds / bytes);
  return result;
}

}  // namespace

Reference call_chunk(PyObject* self, PyObject* args, CallOptions options) {
  const Kernel& kernel = kernel_of(self);
  CallArguments call;
  for (Py_ssize_t i = 0; i < PyTuple_Size(args); ++i)
    if (!add(call, PyTuple_GET_ITEM(args, i), true))
      raise(PyExc_TypeError, "%R is neither an array nor a number", PyTuple_GET_ITEM(args, i));
  call.options = options;
  call.options.parallel = call.bytes() > kChunkForThreads;
  const Result result = run_in_task(self, call, [&] { return kernel.call(call.values, {}, call.options); });
  return to_python(result, &PyTuple_GET_ITEM(args, 0));
}

Reference call_pieces(PyObject* self, const TaskCall& task, CallOptions options) {
  const Kernel& kernel = kernel_of(self);
  CallArguments call;
  call.values = task.call.args;
  call.options = options;
  call.options.parallel = call.bytes() > kChunkForThreads;
  const Result result = run_in_task(self, call, [&] { return kernel.call_pieces(task.call, call.options); });
  return to_python(result, nullptr);
}

Reference call_gufunc_prepared(PyObject* self, std::span<PyObject* const> inputs, std::span<PyObject* const> outs) {
  if (!is_kernel(self)) return {};
  State& state = *cast(self)->state;
  return state.prepared.try_arrays(state.history, KernelOptions::Kind::Gufunc, inputs, outs, true);
}

void prepare_gufunc(PyObject* self, PyObject* inputs, PyObject* outs) {
  kernel_of(self);
  State& state = *cast(self)->state;
  CallArguments call;
  auto is_plain = [](PyObject* object) {
    auto* array = reinterpret_cast<PyArrayObject*>(object);
    return PyArray_CheckExact(object) && PyArray_ISALIGNED(array) && PyArray_ISNOTSWAPPED(array) &&
           dtype_of_number(PyArray_TYPE(array)) && PyArray_NDIM(array) <= kMaxRank;
  };
  for (Py_ssize_t i = 0; i < PyTuple_Size(inputs); ++i) {
    PyObject* input = PyTuple_GET_ITEM(inputs, i);
    if (PyArray_Check(input) ? !is_plain(input) : is_half(input)) return;
    if (!add(call, input, true)) return;
  }
  for (Py_ssize_t i = 0; i < PyTuple_Size(outs); ++i) {
    PyObject* out = PyTuple_GET_ITEM(outs, i);
    if (out != Py_None && (!is_plain(out) || !PyArray_ISWRITEABLE(reinterpret_cast<PyArrayObject*>(out)))) return;
    call.outs.push_back(out == Py_None ? std::nullopt
                                       : std::optional(view_of(reinterpret_cast<PyArrayObject*>(out), true)));
  }
  CallShape shape = shape_of(call);
  if (state.history.knows(shape)) return;
  state.history.remember(std::move(shape));
  try {
    state.prepared.add(state.parts.kernel, call.values, call.outs, {});
  } catch (const Error&) {  // no declared types take them without a cast: there is nothing to prepare
  }
}

size_t ufunc_inputs(PyObject* self) { return size_t(PyTuple_GET_SIZE(cast(self)->state->parts.parameters)); }

Reference call_ufunc_prepared(PyObject* self, std::span<PyObject* const> operands, std::span<PyObject* const> outs) {
  if (!is_kernel(self)) return {};
  State& state = *cast(self)->state;
  if (state.prepared.empty()) return {};
  return state.prepared.try_arrays(state.history, KernelOptions::Kind::Vectorize, operands, outs, true);
}

Reference call_loop(PyObject* self, PyObject* loop, PyObject* operands, PyObject* out) {
  const Kernel& kernel = kernel_of(self);
  const UfuncLoop chosen = ufunc_loop_of(loop);
  CallArguments call;
  for (Py_ssize_t i = 0; i < PyTuple_Size(operands); ++i) {
    PyObject* operand = PyTuple_GET_ITEM(operands, i);
    if (!add(call, operand, false)) raise(PyExc_TypeError, "%R is neither an array nor a number", operand);
  }
  std::optional<View> target;
  if (out != Py_None) {
    if (!PyArray_Check(out)) raise(PyExc_TypeError, "return arrays must be of ArrayType, not %R", out);
    target = view_of(reinterpret_cast<PyArrayObject*>(out), true);
    call.outs.push_back(target);
  }
  const Result result = run(self, call, [&] { return kernel.call_loop(chosen, call.values, target, call.options); });
  if (target) return Reference::share(out);
  return result.kind == Result::Kind::Scalar ? to_numpy_scalar(result.scalar) : to_python(result.array);
}

}  // namespace nf::python
