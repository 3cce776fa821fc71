// Gufuncs as real `numpy.ufunc` objects: what NumPy does around a loop (broadcasting, casting, axes, outputs, errors)
// is NumPy's own; the loops are compiled kernels. Common calls on plain arrays do not come here (prepared.h).
#pragma once
#include <string>
#include <vector>

#include "nearfield/kernel.h"
#include "python/reference.h"

namespace nf::python {

/// A `numpy.ufunc` with these loops, tried in this order. It must be called through `call_ufunc`. Outputs whose bit in
/// `given` is set are expected to be given by the caller, and keep what the kernel does not store; the others are new
/// and hold zeros before the kernel runs. `identity` is 0, 1, None or "reorderable".
Reference make_ufunc(PyObject* kernel, std::vector<GufuncTypes> loops, const std::string& layout, PyObject* identity,
                     PyObject* name, unsigned given);

/// Calls a ufunc made by `make_ufunc`, or a method of one. What a kernel raises ends the call and arrives unchanged.
Reference call_ufunc(PyObject* callable, PyObject* args, PyObject* keywords);

}  // namespace nf::python
