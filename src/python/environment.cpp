// The snapshot of the names around a kernel: Python's tagged values become bindings.
#include "python/environment.h"

#include "python/convert.h"
#include "python/errors.h"
#include "python/kernel_object.h"
#include "python/options.h"

namespace nf::python {
namespace {

ConstantArray constant_array(PyObject* object) {
  if (!PyArray_Check(object)) raise(PyExc_TypeError, "expected an array, not %R", object);
  // A copy in C order and native byte order: later changes of the array are not seen, as in Numba.
  auto* array = reinterpret_cast<PyArrayObject*>(object);
  Reference copy = Reference::take(PyArray_NewCopy(array, NPY_CORDER));
  View view = view_of(reinterpret_cast<PyArrayObject*>(copy.get()));
  ConstantArray constant{view.dtype, {view.shape.begin(), view.shape.begin() + view.rank}, {}};
  const auto* bytes = static_cast<const std::byte*>(view.data);
  constant.data.assign(bytes, bytes + view.bytes());
  return constant;
}

Scalar constant_scalar(PyObject* object) {
  std::optional<Scalar> scalar = scalar_of(object);
  if (!scalar) raise(PyExc_TypeError, "expected a number, not %R", object);
  return *scalar;
}

Binding binding_of(std::string_view kind, PyObject* value) {
  if (kind == "scalar") return constant_scalar(value);
  if (kind == "array") return constant_array(value);
  if (kind == "member") return ModuleMember{text_of(value)};
  if (kind == "dtype") return DTypeRef{dtype_of_object(value)};
  if (kind == "none") return NoneValue{};
  if (kind == "unusable") return UnusableValue{text_of(value)};
  if (kind == "kernel") return KernelRef{kernel_of(value).definition()};
  if (kind == "tuple") {
    ConstantTuple tuple;
    for (Py_ssize_t i = 0; i < PyTuple_Size(value); ++i)
      tuple.items.push_back(constant_scalar(PyTuple_GET_ITEM(value, i)));
    return tuple;
  }
  raise(PyExc_ValueError, "unknown kind of binding");
}

}  // namespace

std::optional<Binding> Snapshot::find(std::string_view name) {
  std::lock_guard lock(mutex_);
  auto found = bindings_.find(name);
  if (found == bindings_.end()) return {};
  return found->second;
}

std::vector<std::string> Snapshot::names() {
  std::lock_guard lock(mutex_);
  return names_;
}

void Snapshot::replace(PyObject* bindings, PyObject* names) {
  std::map<std::string, Binding, std::less<>> fresh;
  PyObject *key, *tagged;
  for (Py_ssize_t position = 0; PyDict_Next(bindings, &position, &key, &tagged);) {
    if (!PyTuple_Check(tagged) || PyTuple_GET_SIZE(tagged) != 2)
      raise(PyExc_TypeError, "a binding is (kind, value), not %R", tagged);
    fresh.emplace(text_of(key), binding_of(text_of(PyTuple_GET_ITEM(tagged, 0)), PyTuple_GET_ITEM(tagged, 1)));
  }
  std::vector<std::string> all;
  for (Py_ssize_t i = 0; i < PyList_Size(names); ++i) all.push_back(text_of(PyList_GET_ITEM(names, i)));
  std::lock_guard lock(mutex_);
  bindings_ = std::move(fresh);
  names_ = std::move(all);
}

}  // namespace nf::python
