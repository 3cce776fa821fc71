// The NumPy C API, included in one way everywhere: `module.cpp` imports it, all other files share its table.
#pragma once
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL nearfield_numpy_api
#ifndef NF_IMPORT_NUMPY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#include <optional>

#include "nearfield/dtype.h"

namespace nf::python {

/// NumPy's type number of a dtype.
int type_number(DType dtype);
/// The dtype of NumPy's type number, if kernels have it.
std::optional<DType> dtype_of_number(int number);
/// True for a scalar of float16, which kernels do not have: ufuncs widen it.
inline bool is_half(PyObject* object) { return Py_IS_TYPE(object, &PyHalfArrType_Type); }
/// The dtype that anything NumPy takes for one stands for ("int8", np.uint8, nf.float32, ...). Throws a Python
/// TypeError.
DType dtype_of_object(PyObject* object);

}  // namespace nf::python
