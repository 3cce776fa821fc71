// What a scheduler's task hands over: chunks, and how a stencil's arguments lie in them.
#pragma once
#include <vector>

#include "nearfield/kernel.h"
#include "python/reference.h"

namespace nf::python {

/// A call on pieces, with the arrays that its views belong to.
struct TaskCall {
  PiecedCall call;
  std::vector<Reference> kept;
};

/// Reads a call. Each of `arguments` is a value, or a tuple (at, count, axes, dtype, rank): `count` of the arrays in
/// `pieces` from `at` on, for each axis a tuple of runs (begin, end, piece, from, step), and the dtype and rank of what
/// they make. Without axes the argument is the one array.
TaskCall task_call_of(PyObject* arguments, PyObject* pieces, PyObject* shape, PyObject* box);

}  // namespace nf::python
