// Values between Python and the C++ API: arrays and scalars in, results out.
#pragma once
#include "nearfield/kernel.h"
#include "python/numpy.h"
#include "python/reference.h"

namespace nf::python {

/// A view of a NumPy array. Refuses what kernels cannot read (other dtypes, foreign byte order, unaligned data, rank
/// above 8) with a Python TypeError that names it. `writable` demands an array that can be written (ValueError).
View view_of(PyArrayObject* array, bool writable = false);

/// The scalar of a Python bool, int, float or NumPy scalar or 0-d array; nothing for any other object.
/// An int beyond 64 bits is an OverflowError, a complex or float16 scalar a TypeError.
std::optional<Scalar> scalar_of(PyObject* object);

/// A Python bool, int or float.
Reference to_python(const Scalar& scalar);
/// A NumPy scalar of the scalar's dtype.
Reference to_numpy_scalar(const Scalar& scalar);
/// An ndarray that owns what the kernel made.
Reference to_python(const NewArray& array);
/// Any result; `arguments` are the objects that the call was given, for results that are one of them.
Reference to_python(const Result& result, PyObject* const* arguments);

}  // namespace nf::python
