// Lazy arrays and image files for Python; `nearfield.array.Array` puts Python's manners on top.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "nearfield/array.h"
#include "nearfield/io.h"
#include "python/convert.h"
#include "python/errors.h"
#include "python/interrupt.h"
#include "python/kernel_object.h"
#include "python/module.h"
#include "python/options.h"

namespace nf::python {
namespace {

/// Calls a Python function with (frames_done, frames_total, bytes_in, bytes_out, seconds), from whatever thread
/// reports. What it raises stops the run and is raised again when the run has ended.
class ProgressToPython {
 public:
  explicit ProgressToPython(nb::object function) : function_(std::move(function)) {}

  ProgressCallback callback() {
    if (function_.is_none()) return {};
    return [this](const Progress& p) {
      WithGil with;
      if (error_.is_valid()) return;
      PyObject* answer =
          PyObject_CallFunction(function_.ptr(), "LLLLd", (long long)p.frames_done, (long long)p.frames_total,
                                (long long)p.bytes_in, (long long)p.bytes_out, p.seconds);
      if (answer) return Py_DECREF(answer);
      PyObject *type, *value, *trace;
      PyErr_Fetch(&type, &value, &trace);
      PyErr_NormalizeException(&type, &value, &trace);
      if (trace) PyException_SetTraceback(value, trace);
      Py_XDECREF(type);
      Py_XDECREF(trace);
      error_ = nb::steal(value);
      interrupt();
    };
  }

  /// Raises what the function raised, if it did.
  void rethrow() {
    if (!error_.is_valid()) return;
    clear_interrupt();
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error_.ptr())), error_.ptr());
    throw ErrorIsSet{};
  }

 private:
  nb::object function_;
  nb::object error_;
};

/// Runs a streaming job: without the GIL, with Ctrl-C and progress.
template <class Options, class Job>
auto run_job(Options& options, nb::object progress, Job job) {
  ProgressToPython reporter(std::move(progress));
  options.progress = reporter.callback();
  StopOnInterrupt stop;
  try {
    auto result = [&] {
      WithoutGil without;
      return job();
    }();
    reporter.rethrow();
    return result;
  } catch (const Error&) {
    reporter.rethrow();
    throw;
  }
}

nb::object owned(Reference reference) { return nb::steal(reference.release()); }

nb::tuple tuple_of(const std::vector<int64_t>& numbers) {
  nb::list list;
  for (int64_t number : numbers) list.append(number);
  return nb::tuple(list);
}

nb::object compute(const Array& array, int64_t memory, int threads, nb::object progress) {
  RunOptions options;
  options.memory = memory, options.threads = threads;
  NewArray result = run_job(options, std::move(progress), [&] { return array.compute(options); });
  return owned(to_python(result));
}

Array from_memory(nb::object object) {
  if (!PyArray_Check(object.ptr())) raise(PyExc_TypeError, "expected an array, not %R", object.ptr());
  View view = view_of(reinterpret_cast<PyArrayObject*>(object.ptr()));
  PyObject* kept = Py_NewRef(object.ptr());
  return Array::from_memory(view, std::shared_ptr<void>(kept, [](void* owner) {
                              WithGil with;
                              Py_DECREF(static_cast<PyObject*>(owner));
                            }));
}

/// A lazy array, an array in memory or a number; Python's own numbers are weak.
Operand operand_of(nb::handle object) {
  if (nb::isinstance<Array>(object)) return Operand(nb::cast<Array>(object));
  if (PyArray_Check(object.ptr())) return from_memory(nb::borrow(object));
  std::optional<Scalar> scalar = scalar_of(object.ptr());
  if (!scalar) raise(PyExc_TypeError, "%R is neither a lazy array nor a number", object.ptr());
  return PyArray_CheckScalar(object.ptr()) ? Operand(*scalar) : Operand::weak(*scalar);
}

std::vector<Operand> operands_of(nb::sequence objects) {
  std::vector<Operand> operands;
  for (nb::handle object : objects) operands.push_back(operand_of(object));
  return operands;
}

Array elementwise_of(const std::string& operation, nb::sequence objects) {
  const std::vector<Operand> operands = operands_of(objects);
  WithoutGil without;
  return elementwise(operation, operands);
}

Array apply_to(nb::handle kernel, nb::sequence objects, nb::object mode, nb::object dtype) {
  refresh_names(kernel.ptr());
  const Kernel& k = kernel_of(kernel.ptr());
  CallOptions options;
  if (!mode.is_none()) options.mode = border_mode_of(mode.ptr());
  if (!dtype.is_none()) options.dtype = dtype_of_object(dtype.ptr());
  const std::vector<Operand> operands = operands_of(objects);
  WithoutGil without;
  return nf::apply(k, operands, options);
}

Reduction reduction_named(const std::string& name) {
  constexpr std::pair<std::string_view, Reduction> known[] = {
      {"sum", Reduction::Sum},       {"prod", Reduction::Product}, {"mean", Reduction::Mean},
      {"min", Reduction::Min},       {"max", Reduction::Max},      {"argmin", Reduction::ArgMin},
      {"argmax", Reduction::ArgMax}, {"any", Reduction::Any},      {"all", Reduction::All}};
  for (auto [its, reduction] : known)
    if (its == name) return reduction;
  raise(PyExc_ValueError, "there is no reduction '%s'", name.c_str());
}

/// Lets a Python function fill frames: it is called with the frame's number and an array over its memory.
Array from_function(const std::vector<int64_t>& shape, nb::handle dtype, nb::object function, int64_t scratch) {
  PyObject* kept = Py_NewRef(function.ptr());
  std::shared_ptr<PyObject> owner(kept, [](PyObject* object) {
    WithGil with;
    Py_DECREF(object);
  });
  auto read = [owner](int64_t frame, const View& into) {
    WithGil with;
    npy_intp extents[kMaxRank];
    std::copy_n(into.shape.begin(), into.rank, extents);
    PyObject* array = PyArray_SimpleNewFromData(into.rank, extents, type_number(into.dtype), into.data);
    PyObject* answer = array ? PyObject_CallFunction(owner.get(), "LO", (long long)frame, array) : nullptr;
    Py_XDECREF(array);
    if (!answer) throw nb::python_error();
    Py_DECREF(answer);
  };
  return Array::from_function(shape, dtype_of_object(dtype.ptr()), std::move(read), scratch);
}

nb::dict save(const std::string& path, const Array& array, bool overwrite, int compression, int64_t memory, int threads,
              nb::object progress) {
  SaveOptions options;
  options.overwrite = overwrite, options.compression = compression;
  options.memory = memory, options.threads = threads;
  const SaveReport report = run_job(options, std::move(progress), [&] { return imsave(path, array, options); });
  nb::dict dict;
  dict["files"] = report.files, dict["frames"] = report.frames;
  dict["bytes_in"] = report.bytes_in, dict["bytes_out"] = report.bytes_out;
  dict["seconds"] = report.seconds, dict["planned_memory"] = report.planned_memory;
  return dict;
}

template <class Paths>
Array read(const Paths& paths) {
  WithoutGil without;
  return imread(paths);
}

}  // namespace

void define_lazy_arrays(nb::module_& m) {
  nb::class_<Array>(m, "LazyArray")
      .def_prop_ro("shape", [](const Array& a) { return tuple_of(a.shape()); })
      .def_prop_ro("dtype", [](const Array& a) { return std::string(name_of(a.dtype())); })
      .def_prop_ro("axes", &Array::axes)
      .def_prop_ro("range", &Array::range)
      .def_prop_ro("tile", [](const Array& a) { return tuple_of(a.tile()); })
      .def_prop_ro("nbytes", &Array::bytes)
      .def_prop_ro("reach", &Array::reach)
      .def_prop_ro("files", &image_files)
      .def("streams", &Array::streams, nb::arg("input"))
      .def("slice", &Array::slice, nb::arg("begin"), nb::arg("end"))
      .def("at", &Array::at, nb::arg("index"))
      .def(
          "astype", [](const Array& a, nb::handle dtype) { return a.astype(dtype_of_object(dtype.ptr())); },
          nb::arg("dtype"))
      .def(
          "reduce",
          [](const Array& a, const std::string& name, std::optional<std::vector<int>> axes, bool keepdims) {
            return a.reduce(reduction_named(name), axes, keepdims);
          },
          nb::arg("name"), nb::arg("axes").none(), nb::arg("keepdims"))
      .def("compute", compute, nb::arg("memory") = 0, nb::arg("threads") = 0, nb::arg("progress") = nb::none());
  m.def("elementwise", elementwise_of, nb::arg("operation"), nb::arg("operands"),
        "An operation on each element of lazy arrays and numbers, by its name in the array API.");
  m.def("apply", apply_to, nb::arg("kernel"), nb::arg("operands"), nb::arg("mode").none() = nb::none(),
        nb::arg("dtype").none() = nb::none(), "The lazy result of a kernel for lazy arrays and numbers.");
  m.def(
      "results", [](const Array& array) { return array.results(); }, nb::arg("array"),
      "All results of the kernel of which the array is one.");
  m.def("from_memory", from_memory, nb::arg("array"), "A lazy array over an ndarray, which is kept alive.");
  m.def("from_function", from_function, nb::arg("shape"), nb::arg("dtype"), nb::arg("function"), nb::arg("scratch") = 0,
        "A lazy array whose frames `function(i, out)` fills, called by several threads.");
  m.def("imread", read<std::string>, nb::arg("path_or_pattern"));
  m.def("imread_list", read<std::vector<std::string>>, nb::arg("paths"));
  m.def("imsave", save, nb::arg("path_or_pattern"), nb::arg("array"), nb::arg("overwrite") = false,
        nb::arg("compression") = -1, nb::arg("memory") = 0, nb::arg("threads") = 0, nb::arg("progress") = nb::none());
  m.def("describe", &describe, nb::arg("array"));
}

}  // namespace nf::python
