// Gufuncs called from Python: the common call is answered here, the rest by the subclass's method `_call`.
#include "python/gufunc_object.h"

#include <structmember.h>

#include <span>

#include "python/errors.h"
#include "python/kernel_holder.h"
#include "python/kernel_object.h"

namespace nf::python {
namespace {

struct GufuncObject {
  PyObject_HEAD PyObject* kernel;
  Py_ssize_t inputs;
};

GufuncObject* cast(PyObject* object) { return reinterpret_cast<GufuncObject*>(object); }

std::span<PyObject* const> items_of(PyObject* tuple) {
  return {&PyTuple_GET_ITEM(tuple, 0), size_t(PyTuple_GET_SIZE(tuple))};
}

/// The call by a prepared one; a null reference when there is none for it.
Reference call_prepared(const GufuncObject& self, PyObject* args, PyObject* keywords) {
  PyObject* const kernel = self.kernel;
  const Py_ssize_t named = keywords ? PyDict_GET_SIZE(keywords) : 0;
  if (named == 0) {
    const std::span<PyObject* const> given = items_of(args);
    const size_t inputs = size_t(self.inputs);
    if (given.size() < inputs) return {};
    return call_gufunc_prepared(kernel, given.first(inputs), given.subspan(inputs));
  }
  static PyObject* const out_name = PyUnicode_InternFromString("out");
  PyObject* out = named == 1 ? PyDict_GetItemWithError(keywords, out_name) : nullptr;
  if (!out) return {};
  if (PyTuple_CheckExact(out))
    return PyTuple_GET_SIZE(out) ? call_gufunc_prepared(kernel, items_of(args), items_of(out)) : Reference();
  return call_gufunc_prepared(kernel, items_of(args), {&out, 1});
}

PyObject* call(PyObject* self, PyObject* args, PyObject* keywords) {
  try {
    if (cast(self)->kernel)
      if (Reference result = call_prepared(*cast(self), args, keywords)) return result.release();
    Reference method = Reference::take(PyObject_GetAttrString(self, "_call"));
    return PyObject_Call(method.get(), args, keywords);
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

PyMemberDef members[] = {
    {"kernel", T_OBJECT_EX, offsetof(GufuncObject, kernel), 0, "The kernel that computes one core."},
    {"nin", T_PYSSIZET, offsetof(GufuncObject, inputs), 0, "How many inputs it has."},
    {nullptr, 0, 0, 0, nullptr}};

PyType_Slot slots[] = {{Py_tp_call, reinterpret_cast<void*>(call)},
                       {Py_tp_traverse, reinterpret_cast<void*>(traverse_holder<GufuncObject>)},
                       {Py_tp_clear, reinterpret_cast<void*>(clear_holder<GufuncObject>)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(deallocate_holder<GufuncObject>)},
                       {Py_tp_members, members},
                       {Py_tp_doc, const_cast<char*>("What calls a generalised ufunc on plain arrays.")},
                       {0, nullptr}};

PyType_Spec spec = {"nearfield._core.GufuncCall", sizeof(GufuncObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};

}  // namespace

Reference make_gufunc_type() { return Reference::take(PyType_FromSpec(&spec)); }

}  // namespace nf::python
