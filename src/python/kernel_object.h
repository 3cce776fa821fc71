// The Python object of a kernel: a plain C type whose call is a vectorcall over the NumPy C API, because binding layers
// cost as much as a small image takes.
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "nearfield/kernel.h"
#include "python/environment.h"
#include "python/pieces.h"
#include "python/reference.h"

namespace nf::python {

/// What a kernel is made of, besides its compiled function.
struct KernelParts {
  Kernel kernel;
  std::shared_ptr<Snapshot> names;
  PyObject* collector;   ///< returns (bindings, names) for `names`
  PyObject* parameters;  ///< tuple of interned str: the positional parameters
  PyObject* defaults;    ///< tuple: defaults of the last parameters
  bool varargs;          ///< the function ends with `*args`
};

/// Makes the type, once; a new reference.
Reference make_kernel_type();
/// A new kernel object.
Reference make_kernel_object(KernelParts parts);
bool is_kernel(PyObject* object);
/// The kernel of a kernel object. Throws a Python TypeError for anything else.
const Kernel& kernel_of(PyObject* object);

/// Asks Python for the names around the kernel and around those it calls, so that the next specialization sees their
/// values of now. Throws a Python TypeError for anything but a kernel.
void refresh_names(PyObject* kernel);

/// Calls a stencil on a chunk of a larger array, in a task of a scheduler that runs others beside it: arrays and
/// scalars in a tuple, a new array or a tuple of them back.
Reference call_chunk(PyObject* kernel, PyObject* args, CallOptions options);
/// The same where what it reads lies in several chunks.
Reference call_pieces(PyObject* kernel, const TaskCall& task, CallOptions options);

/// Calls a gufunc on plain NumPy arrays and scalars like those of an earlier call; a null reference when only the
/// general call will do, and nothing has happened.
Reference call_gufunc_prepared(PyObject* kernel, std::span<PyObject* const> inputs, std::span<PyObject* const> outs);
/// Prepares such calls for inputs and outputs (tuples; None stands for an output that is made) of these kinds, when
/// they are plain arrays and scalars that need no conversion.
void prepare_gufunc(PyObject* kernel, PyObject* inputs, PyObject* outs);

/// How many numbers a ufunc's function takes.
size_t ufunc_inputs(PyObject* kernel);
/// Calls a ufunc at the points of a tuple of plain arrays and scalars with a loop (input dtypes, result dtype or None);
/// `out` is an array or None.
Reference call_loop(PyObject* kernel, PyObject* loop, PyObject* operands, PyObject* out);
/// The same for arrays and scalars like those of an earlier call with the loop that their dtypes choose; a null
/// reference when `call_loop` has to do it.
Reference call_ufunc_prepared(PyObject* kernel, std::span<PyObject* const> operands, std::span<PyObject* const> outs);

}  // namespace nf::python
