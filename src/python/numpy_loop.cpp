// Real NumPy ufuncs over compiled functions: what they give for free is NumPy's own behaviour of `where=`, `reduce`,
// `at` and all the rest. Their loops run without the GIL.
#include <Python.h>

#include <exception>
#include <memory>
#include <vector>

#include "nearfield/kernel.h"
#include "python/errors.h"
#include "python/kernel_object.h"
#include "python/numpy.h"
#include "python/ufunc_object.h"

// Last: it declares the table of the ufunc API, which only this file uses.
#include <numpy/ufuncobject.h>

namespace nf::python {
namespace {

/// What loops of this thread raised first since somebody asked. NumPy knows no loop that goes on behind an error.
thread_local std::exception_ptr held_back;

/// One loop: the compiled function for its dtypes.
struct NumpyLoop {
  Kernel kernel;
  UfuncLoop loop;
  PreparedCall one;  ///< a call on single elements
};

View line(char* data, DType dtype, int64_t count, int64_t stride) {
  View view;
  view.data = data, view.dtype = dtype, view.rank = 1;
  view.shape[0] = count, view.strides[0] = stride;
  return view;
}

/// One element after the other, each by a prepared call on copies: cheap, and whatever overlaps.
void run_single(const NumpyLoop& loop, char** args, int64_t count, const npy_intp* steps) {
  const size_t inputs = loop.loop.inputs.size();
  const auto size = size_t(size_of(*loop.loop.result));
  std::vector<Scalar> values(inputs + 1);
  std::vector<Argument> operands;
  auto element = [](Scalar& scalar) {
    View view;
    view.data = &scalar.bits, view.dtype = scalar.dtype;
    return view;
  };
  for (size_t i = 0; i < inputs; ++i) {
    values[i].dtype = loop.loop.inputs[i];
    operands.emplace_back(element(values[i]));
  }
  values[inputs].dtype = *loop.loop.result;
  const View out = element(values[inputs]);
  for (int64_t at = 0; at < count; ++at) {
    for (size_t i = 0; i < inputs; ++i)
      std::memcpy(&values[i].bits, args[i] + at * steps[i], size_t(size_of(values[i].dtype)));
    try {
      if (!loop.one.try_run(operands, {&out, 1})) loop.kernel.call_loop(loop.loop, operands, out);
    } catch (...) {
      if (!held_back) held_back = std::current_exception();
      continue;  // the element stays as it is
    }
    std::memcpy(args[inputs] + at * steps[inputs], &values[inputs].bits, size);
  }
}

/// Few elements, of which a call on arrays would cost more.
constexpr int64_t kFew = 8;

void run_loop(char** args, const npy_intp* dimensions, const npy_intp* steps, void* data) {
  const NumpyLoop& loop = *static_cast<const NumpyLoop*>(data);
  const size_t inputs = loop.loop.inputs.size();
  const int64_t count = dimensions[0];
  try {
    const View out = line(args[inputs], *loop.loop.result, count, steps[inputs]);
    // `reduce` and `accumulate`: each step takes what the one before has written.
    const bool folds = inputs == 2 && steps[0] == steps[2] && loop.loop.inputs[0] == *loop.loop.result &&
                       (steps[0] == 0 ? args[0] == args[2] : args[2] == args[0] + steps[0]);
    if (folds && count > 1)
      return loop.kernel.fold(loop.loop, args[0], line(args[1], loop.loop.inputs[1], count, steps[1]), out);
    if (count <= kFew) return run_single(loop, args, count, steps);
    std::vector<Argument> operands;
    for (size_t i = 0; i < inputs; ++i) operands.emplace_back(line(args[i], loop.loop.inputs[i], count, steps[i]));
    loop.kernel.call_loop(loop.loop, operands, out);
  } catch (...) {
    if (!held_back) held_back = std::current_exception();
  }
}

/// All that a ufunc points to.
struct UfuncParts {
  std::vector<NumpyLoop> loops;
  std::vector<PyUFuncGenericFunction> functions;
  std::vector<void*> data;
  std::vector<char> types;
  std::string name, doc;
};

UfuncLoop loop_of(PyObject* pair) {
  PyObject *inputs, *result;
  if (!PyArg_ParseTuple(pair, "O!O", &PyTuple_Type, &inputs, &result)) throw ErrorIsSet{};
  UfuncLoop loop;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(inputs); ++i)
    loop.inputs.push_back(dtype_of_object(PyTuple_GET_ITEM(inputs, i)));
  if (result != Py_None) loop.result = dtype_of_object(result);
  return loop;
}

Reference to_python(const UfuncLoop& loop) {
  auto descriptor = [](DType dtype) {
    return Reference::take(reinterpret_cast<PyObject*>(PyArray_DescrFromType(type_number(dtype))));
  };
  Reference inputs = Reference::take(PyTuple_New(Py_ssize_t(loop.inputs.size())));
  for (size_t i = 0; i < loop.inputs.size(); ++i)
    PyTuple_SET_ITEM(inputs.get(), Py_ssize_t(i), descriptor(loop.inputs[i]).release());
  Reference result = descriptor(*loop.result);
  return Reference::take(PyTuple_Pack(2, inputs.get(), result.get()));
}

int identity_of(PyObject* object) {
  if (object == Py_None) return PyUFunc_None;
  if (PyUnicode_Check(object)) return PyUFunc_ReorderableNone;
  return PyObject_IsTrue(object) ? PyUFunc_One : PyUFunc_Zero;
}

PreparedCall prepare_single(const Kernel& kernel, const UfuncLoop& loop) {
  std::vector<Argument> operands;
  uint64_t bits = 0;
  View element;
  element.data = &bits;
  for (DType dtype : loop.inputs) {
    element.dtype = dtype;
    operands.emplace_back(element);
  }
  element.dtype = *loop.result;
  return kernel.prepare_loop(loop, operands, element);
}

bool import_ufuncs() {
  import_umath1(false);
  return true;
}

}  // namespace

Reference make_numpy_ufunc(PyObject* kernel, PyObject* loops, PyObject* identity, PyObject* name, PyObject* doc) {
  static const bool imported = import_ufuncs();
  if (!imported) throw ErrorIsSet{};
  auto parts = std::make_unique<UfuncParts>();
  const Kernel& k = kernel_of(kernel);
  refresh_names(kernel);
  for (Py_ssize_t i = 0; i < PyTuple_Size(loops); ++i) {
    UfuncLoop loop = loop_of(PyTuple_GET_ITEM(loops, i));
    PreparedCall one = [&] {
      WithoutGil without;
      loop = k.complete(loop);
      return prepare_single(k, loop);
    }();
    for (DType dtype : loop.inputs) parts->types.push_back(char(type_number(dtype)));
    parts->types.push_back(char(type_number(*loop.result)));
    parts->loops.push_back({k, std::move(loop), std::move(one)});
  }
  for (NumpyLoop& loop : parts->loops) parts->functions.push_back(run_loop), parts->data.push_back(&loop);
  const char* text = PyUnicode_AsUTF8(name);
  if (!text) throw ErrorIsSet{};
  parts->name = text;
  if (PyUnicode_Check(doc)) parts->doc = PyUnicode_AsUTF8(doc);
  const int inputs = int(parts->loops.at(0).loop.inputs.size());
  Reference ufunc = Reference::take(PyUFunc_FromFuncAndDataAndSignatureAndIdentity(
      parts->functions.data(), parts->data.data(), parts->types.data(), int(parts->loops.size()), inputs, 1,
      identity_of(identity), parts->name.c_str(), parts->doc.c_str(), 0, nullptr, nullptr));
  Reference owner = Reference::take(PyCapsule_New(parts.get(), nullptr, [](PyObject* self) {
    delete static_cast<UfuncParts*>(PyCapsule_GetPointer(self, nullptr));
  }));
  parts.release();
  reinterpret_cast<PyUFuncObject*>(ufunc.get())->obj = owner.release();
  return ufunc;
}

Reference call_numpy(PyObject* function, PyObject* args, PyObject* keywords) {
  held_back = nullptr;
  Reference result = Reference::take(PyObject_Call(function, args, keywords));
  if (std::exception_ptr error = std::exchange(held_back, nullptr)) std::rethrow_exception(error);
  return result;
}

Reference choose_loop(PyObject* kernel, PyObject* dtypes) {
  refresh_names(kernel);
  const Kernel& k = kernel_of(kernel);
  std::vector<DType> inputs;
  for (Py_ssize_t i = 0; i < PyTuple_Size(dtypes); ++i) inputs.push_back(dtype_of_object(PyTuple_GET_ITEM(dtypes, i)));
  const UfuncLoop loop = [&] {
    WithoutGil without;
    return k.choose_loop(inputs);
  }();
  return to_python(loop);
}

Reference complete_loop(PyObject* kernel, PyObject* loop) {
  refresh_names(kernel);
  const Kernel& k = kernel_of(kernel);
  UfuncLoop made = loop_of(loop);
  {
    WithoutGil without;
    made = k.complete(std::move(made));
  }
  return to_python(made);
}

UfuncLoop ufunc_loop_of(PyObject* pair) { return loop_of(pair); }

}  // namespace nf::python
