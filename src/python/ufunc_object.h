// What `nearfield.UFunc` stands on: its call, the real `numpy.ufunc`s whose loops are compiled functions, and their
// errors.
#pragma once
#include "nearfield/kernel.h"
#include "python/reference.h"

namespace nf::python {

/// Makes the base class of `nearfield.UFunc`, once; a new reference. Its instances hold a kernel in `kernel`; a call
/// that is not like an earlier one on plain NumPy arrays and scalars goes to the method `_call` of the subclass.
Reference make_ufunc_call_type();

/// A `numpy.ufunc` of a kernel: `loops` is a tuple of (input dtypes, result dtype); `identity` None, 0, 1 or
/// "reorderable". It keeps the kernel alive. What its loops raise is held back: call it by `call_numpy`.
Reference make_numpy_ufunc(PyObject* kernel, PyObject* loops, PyObject* identity, PyObject* name, PyObject* doc);

/// Calls `function` and then raises what loops that it ran have raised.
Reference call_numpy(PyObject* function, PyObject* args, PyObject* keywords);

/// The loop (input dtypes, result dtype) for operands of these dtypes, or of this loop with None for its result.
Reference choose_loop(PyObject* kernel, PyObject* dtypes);
Reference complete_loop(PyObject* kernel, PyObject* loop);
UfuncLoop ufunc_loop_of(PyObject* loop);

}  // namespace nf::python
