// What Python objects that hold a kernel in a member `kernel` share: the garbage collector's functions, and how they
// are called.
#pragma once
#include "python/reference.h"

namespace nf::python {

template <class Object>
int traverse_holder(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(reinterpret_cast<Object*>(self)->kernel);
  return 0;
}

template <class Object>
int clear_holder(PyObject* self) {
  Py_CLEAR(reinterpret_cast<Object*>(self)->kernel);
  return 0;
}

template <class Object>
void deallocate_holder(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear_holder<Object>(self);
  type->tp_free(self);
  Py_DECREF(type);
}

/// Makes an object whose member `vectorcall` is this.
template <class Object, vectorcallfunc Call>
PyObject* make_holder(PyTypeObject* type, PyObject*, PyObject*) {
  PyObject* self = type->tp_alloc(type, 0);
  if (self) reinterpret_cast<Object*>(self)->vectorcall = Call;
  return self;
}

/// Python 3.11 does not hand down the fast call to classes written in Python.
inline PyObject* take_vectorcall(PyObject* type, PyObject*) {
  auto* subclass = reinterpret_cast<PyTypeObject*>(type);
  if (subclass->tp_call == PyVectorcall_Call) {
    subclass->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    PyType_Modified(subclass);
  }
  Py_RETURN_NONE;
}

inline PyMethodDef holder_methods[] = {{"__init_subclass__", take_vectorcall, METH_NOARGS | METH_CLASS, nullptr},
                                       {nullptr, nullptr, 0, nullptr}};

/// The call of the subclass's method `_call`, which does what is left.
inline PyObject* call_method(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  static PyObject* const name = PyUnicode_InternFromString("_call");
  Reference method = Reference::take(PyObject_GetAttr(self, name));
  return PyObject_Vectorcall(method.get(), args, size_t(count), keywords);
}

}  // namespace nf::python
