// Ufuncs called from Python: the common call is answered here, the rest by the subclass's method `_call`.
#include "python/ufunc_object.h"

#include <structmember.h>

#include <span>

#include "python/errors.h"
#include "python/kernel_holder.h"
#include "python/kernel_object.h"

namespace nf::python {
namespace {

struct UfuncObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject* kernel;
  char declared;  ///< it has declared types: Python's numbers are weak then, and left to NumPy
};

UfuncObject* cast(PyObject* object) { return reinterpret_cast<UfuncObject*>(object); }

bool is_weak(PyObject* object) { return PyLong_CheckExact(object) || PyFloat_CheckExact(object); }

/// The call by a prepared one; a null reference when there is none for it.
Reference call_prepared(UfuncObject& self, PyObject* const* args, size_t count, PyObject* keywords) {
  static PyObject* const out_name = PyUnicode_InternFromString("out");
  const size_t inputs = ufunc_inputs(self.kernel), named = keywords ? size_t(PyTuple_GET_SIZE(keywords)) : 0;
  if (count < inputs || count + named > inputs + 1) return {};
  PyObject* out = count + named > inputs ? args[inputs] : nullptr;
  if (named && PyTuple_GET_ITEM(keywords, 0) != out_name) return {};
  if (out && PyTuple_CheckExact(out)) {
    if (PyTuple_GET_SIZE(out) != 1) return {};
    out = PyTuple_GET_ITEM(out, 0);
  }
  if (out == Py_None) out = nullptr;
  if (self.declared)
    for (size_t i = 0; i < inputs; ++i)
      if (is_weak(args[i])) return {};
  return call_ufunc_prepared(self.kernel, {args, inputs}, {&out, size_t(out != nullptr)});
}

PyObject* call(PyObject* object, PyObject* const* args, size_t flags, PyObject* keywords) {
  try {
    UfuncObject& self = *cast(object);
    const Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (self.kernel && is_kernel(self.kernel))
      if (Reference result = call_prepared(self, args, size_t(count), keywords)) return result.release();
    return call_method(object, args, count, keywords);
  } catch (...) {
    set_python_error();
    return nullptr;
  }
}

PyMemberDef members[] = {
    {"kernel", T_OBJECT_EX, offsetof(UfuncObject, kernel), 0, "The kernel that computes one element."},
    {"_declared", T_BOOL, offsetof(UfuncObject, declared), 0, "Whether its types were declared."},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(UfuncObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

PyType_Slot slots[] = {{Py_tp_new, reinterpret_cast<void*>(make_holder<UfuncObject, call>)},
                       {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
                       {Py_tp_traverse, reinterpret_cast<void*>(traverse_holder<UfuncObject>)},
                       {Py_tp_clear, reinterpret_cast<void*>(clear_holder<UfuncObject>)},
                       {Py_tp_dealloc, reinterpret_cast<void*>(deallocate_holder<UfuncObject>)},
                       {Py_tp_members, members},
                       {Py_tp_methods, holder_methods},
                       {Py_tp_doc, const_cast<char*>("What calls a ufunc on plain arrays.")},
                       {0, nullptr}};

PyType_Spec spec = {"nearfield._core.UfuncCall", sizeof(UfuncObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL, slots};

}  // namespace

Reference make_ufunc_call_type() { return Reference::take(PyType_FromSpec(&spec)); }

}  // namespace nf::python
