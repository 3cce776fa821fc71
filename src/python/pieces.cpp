// From the tuples of a task to the API's description of its pieces.
#include "python/pieces.h"

#include <algorithm>

#include "python/convert.h"
#include "python/errors.h"

namespace nf::python {
namespace {

/// What messages between processes do not keep.
constexpr int kPlain = NPY_ARRAY_ALIGNED | NPY_ARRAY_NOTSWAPPED;

int64_t number_of(PyObject* object) {
  const int64_t number = PyLong_AsLongLong(object);
  if (number == -1 && PyErr_Occurred()) throw ErrorIsSet{};
  return number;
}

PyObject* item_of(PyObject* tuple, Py_ssize_t i) {
  PyObject* item = PyTuple_GetItem(tuple, i);
  if (!item) throw ErrorIsSet{};
  return item;
}

Py_ssize_t size_of_tuple(PyObject* tuple) {
  const Py_ssize_t size = PyTuple_Size(tuple);
  if (size < 0) throw ErrorIsSet{};
  return size;
}

/// A view of an array.
View piece_of(PyObject* object, std::vector<Reference>& kept) {
  auto* array = reinterpret_cast<PyArrayObject*>(object);
  if (PyArray_Check(object) && PyArray_ISBEHAVED_RO(array)) return view_of(array);
  kept.push_back(Reference::take(PyArray_FROM_OF(object, kPlain)));
  return view_of(reinterpret_cast<PyArrayObject*>(kept.back().get()));
}

/// A number, or an array that is seen whole.
Argument value_of(PyObject* object, std::vector<Reference>& kept) {
  if (!PyArray_Check(object))
    if (std::optional<Scalar> scalar = scalar_of(object)) return *scalar;
  return piece_of(object, kept);
}

PiecedArgument pieced_of(PyObject* tuple, PyObject* pieces, std::vector<Reference>& kept) {
  PiecedArgument made;
  const Py_ssize_t at = number_of(item_of(tuple, 0)), count = number_of(item_of(tuple, 1));
  for (Py_ssize_t i = 0; i < count; ++i) made.pieces.push_back(piece_of(item_of(pieces, at + i), kept));
  PyObject* axes = item_of(tuple, 2);
  for (Py_ssize_t axis = 0; axis < size_of_tuple(axes); ++axis) {
    PyObject* runs = item_of(axes, axis);
    std::vector<PieceRun>& own = made.axes.emplace_back();
    for (Py_ssize_t i = 0; i < size_of_tuple(runs); ++i) {
      PyObject* run = item_of(runs, i);
      own.push_back({number_of(item_of(run, 0)), number_of(item_of(run, 1)), number_of(item_of(run, 2)),
                     number_of(item_of(run, 3)), number_of(item_of(run, 4))});
    }
  }
  return made;
}

}  // namespace

TaskCall task_call_of(PyObject* arguments, PyObject* pieces, PyObject* shape, PyObject* box) {
  TaskCall task;
  for (Py_ssize_t i = 0; i < size_of_tuple(shape); ++i) task.call.shape.push_back(number_of(item_of(shape, i)));
  for (Py_ssize_t i = 0; i < size_of_tuple(box); ++i)
    task.call.box.emplace_back(number_of(item_of(item_of(box, i), 0)), number_of(item_of(item_of(box, i), 1)));
  for (Py_ssize_t i = 0; i < size_of_tuple(arguments); ++i) {
    PyObject* argument = item_of(arguments, i);
    std::optional<PiecedArgument>& pieced = task.call.pieces.emplace_back();
    if (!PyTuple_Check(argument)) {
      task.call.args.push_back(value_of(argument, task.kept));
      continue;
    }
    const DType dtype = dtype_of_object(item_of(argument, 3));
    if (size_of_tuple(item_of(argument, 2)) == 0) {
      task.kept.push_back(Reference::take(PyArray_FROM_OTF(item_of(pieces, number_of(item_of(argument, 0))),
                                                           type_number(dtype), kPlain | NPY_ARRAY_FORCECAST)));
      task.call.args.push_back(value_of(task.kept.back().get(), task.kept));
      continue;
    }
    pieced = pieced_of(argument, pieces, task.kept);
    const int rank = int(number_of(item_of(argument, 4)));
    const int64_t* extents = task.call.shape.data() + std::max(0, int(task.call.shape.size()) - rank);
    task.call.args.push_back(View::contiguous(nullptr, dtype, extents, rank));
  }
  return task;
}

}  // namespace nf::python
