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
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject* kernel;
  Py_ssize_t inputs;
};

GufuncObject* cast(PyObject* object) { return reinterpret_cast<GufuncObject*>(object); }

/// The call by a prepared one; a null reference when there is none for it.
Reference call_prepared(const GufuncObject& self, PyObject* const* args, size_t count, PyObject* keywords) {
  static PyObject* const out_name = PyUnicode_InternFromString("out");
  PyObject* const kernel = self.kernel;
  const size_t inputs = size_t(self.inputs);
  if (count < inputs) return {};
  const std::span<PyObject* const> given(args, inputs);
  if (!keywords || PyTuple_GET_SIZE(keywords) == 0)
    return call_gufunc_prepared(kernel, given, {args + inputs, count - inputs});
  if (PyTuple_GET_SIZE(keywords) != 1 || PyTuple_GET_ITEM(keywords, 0) != out_name || count != inputs) return {};
  PyObject* const& out = args[count];
  if (!PyTuple_CheckExact(out)) return call_gufunc_prepared(kernel, given, {&out, 1});
  if (PyTuple_GET_SIZE(out) == 0) return {};
  return call_gufunc_prepared(kernel, given, {&PyTuple_GET_ITEM(out, 0), size_t(PyTuple_GET_SIZE(out))});
}

PyObject* call(PyObject* object, PyObject* const* args, size_t flags, PyObject* keywords) {
  try {
    const GufuncObject& self = *cast(object);
    const Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (self.kernel)
      if (Reference result = call_prepared(self, args, size_t(count), keywords)) return result.release();
    return call_method(object, args, count, keywords);
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

PyMemberDef members[] = {
    {"kernel", T_OBJECT_EX, offsetof(GufuncObject, kernel), 0, "The kernel that computes one core."},
    {"nin", T_PYSSIZET, offsetof(GufuncObject, inputs), 0, "How many inputs it has."},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(GufuncObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(make_holder<GufuncObject, call>)},
                       {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                       {Py_tp_traverse, reinterpret_cast<void*>(traverse_holder<GufuncObject>)},
                       {Py_tp_clear, reinterpret_cast<void*>(clear_holder<GufuncObject>)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(deallocate_holder<GufuncObject>)},
                       {Py_tp_members, members},
                       {Py_tp_methods, holder_methods},
                       {Py_tp_doc, const_cast<char*>("What calls a generalised ufunc on plain arrays.")},
                       {0, nullptr}};

PyType_Spec spec = {"nearfield._core.GufuncCall", sizeof(GufuncObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL, slots};

}  // namespace

Reference make_gufunc_type() { return Reference::take(PyType_FromSpec(&spec)); }

}  // namespace nf::python
