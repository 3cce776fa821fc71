// What Python objects that hold a kernel in a member `kernel` share: the garbage collector's functions.
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

}  // namespace nf::python
