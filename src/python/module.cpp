// The module `nearfield._core`: what Python code may ask of the C++ API. The call of a kernel does not pass through
// here (kernel_object.cpp); all else may take a microsecond.
#define NF_IMPORT_NUMPY
#include "python/module.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "nearfield/explain.h"
#include "python/convert.h"
#include "python/environment.h"
#include "python/errors.h"
#include "python/gufunc_object.h"
#include "python/kernel_object.h"
#include "python/numpy_gufunc.h"
#include "python/options.h"
#include "python/ufunc_object.h"

namespace nf::python {
namespace {

nb::object owned(Reference reference) { return nb::steal(reference.release()); }

nb::object make_kernel(const std::string& file, const std::string& text, int first_line, const std::string& name,
                       std::pair<uint32_t, uint32_t> columns, nb::dict options, nb::callable collector,
                       nb::tuple parameters, nb::tuple defaults, bool varargs) {
  auto names = std::make_shared<Snapshot>();
  Reference answer = Reference::take(PyObject_CallNoArgs(collector.ptr()));
  names->replace(PyTuple_GetItem(answer.get(), 0), PyTuple_GetItem(answer.get(), 1));
  KernelOptions kernel_options = options_of(options.ptr());
  Kernel kernel = [&] {
    WithoutGil without;
    return kernel_from_text({file, text, first_line}, name, 0, columns, kernel_options, names);
  }();
  return owned(make_kernel_object(
      {std::move(kernel), std::move(names), collector.ptr(), parameters.ptr(), defaults.ptr(), varargs}));
}

std::vector<DType> dtypes_of(nb::sequence objects) {
  std::vector<DType> dtypes;
  for (nb::handle object : objects) dtypes.push_back(dtype_of_object(object.ptr()));
  return dtypes;
}

/// (dtypes of the inputs, dtypes of the outputs) in which a gufunc computes for inputs of these dtypes.
std::pair<std::vector<std::string>, std::vector<std::string>> gufunc_types(nb::handle kernel, nb::sequence inputs) {
  refresh_names(kernel.ptr());
  const Kernel& k = kernel_of(kernel.ptr());
  const std::vector<DType> given = dtypes_of(inputs);
  WithoutGil without;
  const GufuncTypes types = k.gufunc_types(given);
  std::pair<std::vector<std::string>, std::vector<std::string>> names;
  for (DType dtype : types.inputs) names.first.emplace_back(name_of(dtype));
  for (DType dtype : types.outputs) names.second.emplace_back(name_of(dtype));
  return names;
}

std::vector<std::pair<int64_t, int64_t>> footprint(nb::handle kernel, nb::handle dtype, int rank) {
  refresh_names(kernel.ptr());
  const Kernel& k = kernel_of(kernel.ptr());
  const DType input = dtype_of_object(dtype.ptr());
  WithoutGil without;
  return k.footprint(input, rank);
}

CallOptions call_options(nb::handle mode, nb::handle dtype) {
  CallOptions options;
  if (!mode.is_none()) options.mode = border_mode_of(mode.ptr());
  if (!dtype.is_none()) options.dtype = dtype_of_object(dtype.ptr());
  return options;
}

/// An argument of which only the type counts: (dtype, rank) of an array, or a number.
Argument type_only(nb::handle object) {
  if (!PyTuple_Check(object.ptr())) {
    if (std::optional<Scalar> scalar = scalar_of(object.ptr())) return *scalar;
    raise(PyExc_TypeError, "%R is neither a number nor (dtype, rank)", object.ptr());
  }
  View view;
  view.dtype = dtype_of_object(PyTuple_GetItem(object.ptr(), 0));
  view.rank = nb::cast<int>(nb::handle(PyTuple_GetItem(object.ptr(), 1)));
  if (view.rank < 0 || view.rank > kMaxRank) raise(PyExc_TypeError, "arrays have 0 to %d dimensions", kMaxRank);
  return view;
}

/// (rank, footprint, names of the results' dtypes, relative, asks_shapes).
nb::tuple stencil_info(nb::handle kernel, nb::sequence arguments, nb::handle mode, nb::handle dtype) {
  refresh_names(kernel.ptr());
  const Kernel& k = kernel_of(kernel.ptr());
  const CallOptions options = call_options(mode, dtype);
  std::vector<Argument> args;
  for (nb::handle argument : arguments) args.push_back(type_only(argument));
  const StencilInfo info = [&] {
    WithoutGil without;
    return k.stencil_info(args, options);
  }();
  std::vector<std::string> names;
  for (DType result : info.results) names.emplace_back(name_of(result));
  return nb::make_tuple(info.rank, info.footprint, names, info.relative, info.asks_shapes);
}

std::string emit(nb::handle kernel, const std::string& what, const std::vector<std::string>& types,
                 const std::string& gpu) {
  refresh_names(kernel.ptr());
  const Kernel& k = kernel_of(kernel.ptr());
  WithoutGil without;
  if (what == "llvm") return k.emit_llvm(types);
  if (what == "assembly") return k.emit_assembly(types);
  if (what == "ptx") return k.emit_ptx(types, gpu);
  return k.emit_ir(types, what);
}

/// (text, JSON) for types, and with a shape measured.
std::pair<std::string, std::string> explain(nb::handle kernel, const std::vector<std::string>& types,
                                            const std::vector<int64_t>& shape, nb::handle mode, nb::handle dtype) {
  refresh_names(kernel.ptr());
  const Kernel& k = kernel_of(kernel.ptr());
  const CallOptions options = call_options(mode, dtype);
  WithoutGil without;
  const Explanation made = k.explain(types, shape, options);
  return {made.text(), made.json()};
}

/// The same for arrays and numbers, measured on them.
std::pair<std::string, std::string> explain_call(nb::handle kernel, nb::tuple arguments, nb::handle mode,
                                                 nb::handle dtype) {
  refresh_names(kernel.ptr());
  const Kernel& k = kernel_of(kernel.ptr());
  const CallOptions options = call_options(mode, dtype);
  std::vector<Argument> args;
  for (nb::handle argument : arguments) {
    if (PyArray_Check(argument.ptr()))
      args.emplace_back(view_of(reinterpret_cast<PyArrayObject*>(argument.ptr())));
    else if (auto scalar = scalar_of(argument.ptr()))
      args.emplace_back(*scalar);
    else
      raise(PyExc_TypeError, "%R is neither an array nor a number", argument.ptr());
  }
  WithoutGil without;
  const Explanation made = k.explain_call(args, options);
  return {made.text(), made.json()};
}

/// (name, options) of each kernel of a text that is read and not executed.
nb::list kernels_of_text(const std::string& file, const std::string& text) {
  const std::vector<Kernel> found = [&] {
    WithoutGil without;
    return kernels({file, text, 1});
  }();
  nb::list list;
  for (const Kernel& kernel : found) list.append(nb::make_tuple(kernel.name(), owned(to_python(kernel.options()))));
  return list;
}

nb::dict cache_information() {
  const CacheInfo info = cache_info();
  nb::dict dict;
  dict["hits"] = info.hits, dict["misses"] = info.misses, dict["stored"] = info.stored;
  dict["rejected"] = info.rejected, dict["enabled"] = info.enabled;
  dict["directory"] = info.directory, dict["why_off"] = info.why_off;
  return dict;
}

void define_ufuncs(nb::module_& m) {
  m.def(
      "make_numpy_ufunc",
      [](nb::handle kernel, nb::tuple loops, nb::handle identity, nb::str name, nb::handle doc) {
        return owned(make_numpy_ufunc(kernel.ptr(), loops.ptr(), identity.ptr(), name.ptr(), doc.ptr()));
      },
      nb::arg("kernel"), nb::arg("loops"), nb::arg("identity").none(), nb::arg("name"), nb::arg("doc").none(),
      "A numpy.ufunc whose loops, pairs of input dtypes and a result dtype, are the compiled kernel.");
  m.def(
      "call_numpy",
      [](nb::handle function, nb::tuple args, nb::dict keywords) {
        return owned(call_numpy(function.ptr(), args.ptr(), keywords.ptr()));
      },
      nb::arg("function"), nb::arg("args"), nb::arg("keywords"),
      "Calls a numpy.ufunc of `make_numpy_ufunc` or its method, then raises what its loops have raised.");
  m.def(
      "call_loop",
      [](nb::handle kernel, nb::tuple loop, nb::tuple operands, nb::handle out) {
        return owned(call_loop(kernel.ptr(), loop.ptr(), operands.ptr(), out.ptr()));
      },
      nb::arg("kernel"), nb::arg("loop"), nb::arg("operands"), nb::arg("out").none(),
      "A call at the points of arrays and numbers with this pair of input dtypes and result dtype.");
  m.def(
      "choose_loop", [](nb::handle kernel, nb::tuple dtypes) { return owned(choose_loop(kernel.ptr(), dtypes.ptr())); },
      nb::arg("kernel"), nb::arg("dtypes"), "The loop of a ufunc for operands of these dtypes.");
  m.def(
      "complete_loop", [](nb::handle kernel, nb::tuple loop) { return owned(complete_loop(kernel.ptr(), loop.ptr())); },
      nb::arg("kernel"), nb::arg("loop"), "The loop with the dtype of its result.");
}

bool import_numpy() {
  import_array1(false);
  return true;
}

}  // namespace

NB_MODULE(_core, m) {
  nb::set_leak_warnings(false);  // kernels live in module globals, which outlive the check
  if (!import_numpy()) throw nb::python_error();
  nb::register_exception_translator([](const std::exception_ptr& error, void*) {
    try {
      std::rethrow_exception(error);
    } catch (const ErrorIsSet&) {  // it is set
    } catch (const Error&) {
      set_python_error();
    }
  });

  m.attr("Kernel") = owned(make_kernel_type());
  m.attr("GufuncCall") = owned(make_gufunc_type());
  m.attr("UfuncCall") = owned(make_ufunc_call_type());
  define_ufuncs(m);
  m.attr("__version__") = version();
  m.def("make_kernel", make_kernel, nb::arg("file"), nb::arg("text"), nb::arg("first_line"), nb::arg("name"),
        nb::arg("columns"), nb::arg("options"), nb::arg("collector"), nb::arg("parameters"), nb::arg("defaults"),
        nb::arg("varargs"), "A kernel from the text of one function.");
  m.def("gufunc_types", gufunc_types, nb::arg("kernel"), nb::arg("inputs"),
        "Names of the dtypes in which a gufunc computes for inputs of these dtypes: (inputs, outputs).");
  m.def(
      "make_ufunc",
      [](nb::handle kernel, nb::list loops, const std::string& layout, nb::handle identity, nb::handle name,
         unsigned given) {
        std::vector<GufuncTypes> types;
        for (nb::handle loop : loops) types.push_back({dtypes_of(loop[0]), dtypes_of(loop[1]), nb::cast<int>(loop[2])});
        return owned(make_ufunc(kernel.ptr(), std::move(types), layout, identity.ptr(), name.ptr(), given));
      },
      nb::arg("kernel"), nb::arg("loops"), nb::arg("layout"), nb::arg("identity").none(), nb::arg("name"),
      nb::arg("given"),
      "A `numpy.ufunc` of loops (dtypes of inputs, dtypes of outputs, signature): call it by `call_ufunc`. `given` "
      "has\n"
      "a bit for each output that the caller will give.");
  m.def(
      "call_ufunc",
      [](nb::handle callable, nb::tuple args, nb::dict keywords) {
        return owned(call_ufunc(callable.ptr(), args.ptr(), keywords.ptr()));
      },
      nb::arg("callable"), nb::arg("args"), nb::arg("keywords"),
      "Calls such a ufunc or a method of it; what its kernel raises comes back.");
  m.def(
      "prepare_gufunc",
      [](nb::handle kernel, nb::tuple inputs, nb::tuple outs) {
        prepare_gufunc(kernel.ptr(), inputs.ptr(), outs.ptr());
      },
      nb::arg("kernel"), nb::arg("inputs"), nb::arg("outs"),
      "Makes later calls on arrays and numbers of these kinds short.");
  m.def("footprint", footprint, nb::arg("kernel"), nb::arg("dtype"), nb::arg("rank"),
        "How far a stencil reads around a point: (lo, hi) for each axis.");
  m.def(
      "call_chunk",
      [](nb::handle kernel, nb::tuple arguments, nb::handle mode, nb::handle dtype) {
        return owned(call_chunk(kernel.ptr(), arguments.ptr(), call_options(mode, dtype)));
      },
      nb::arg("kernel"), nb::arg("arguments"), nb::arg("mode").none(), nb::arg("dtype").none(),
      "A stencil on a chunk of a larger array, in a task of a scheduler.");
  m.def(
      "call_pieces",
      [](nb::handle kernel, nb::tuple arguments, nb::tuple pieces, nb::tuple shape, nb::tuple box, nb::handle mode,
         nb::handle dtype) {
        const TaskCall task = task_call_of(arguments.ptr(), pieces.ptr(), shape.ptr(), box.ptr());
        return owned(call_pieces(kernel.ptr(), task, call_options(mode, dtype)));
      },
      nb::arg("kernel"), nb::arg("arguments"), nb::arg("pieces"), nb::arg("shape"), nb::arg("box"),
      nb::arg("mode").none(), nb::arg("dtype").none(),
      "A stencil on a chunk of a larger array, reading chunks around it: see `nearfield.chunk_task`.");
  m.def(
      "stencil_info", stencil_info, nb::arg("kernel"), nb::arg("arguments"), nb::arg("mode").none() = nb::none(),
      nb::arg("dtype").none() = nb::none(),
      "(rank, footprint, dtypes, relative, asks_shapes) of a stencil for arrays, given as (dtype, rank), and numbers.");
  m.def("emit", emit, nb::arg("kernel"), nb::arg("what"), nb::arg("types"), nb::arg("gpu") = "sm_80",
        "The text of a stage: 'llvm', 'assembly', 'ptx', or the name of a pass.");
  m.def("explain", explain, nb::arg("kernel"), nb::arg("types"), nb::arg("shape"), nb::arg("mode").none(),
        nb::arg("dtype").none(),
        "The explanation of a kernel for types, as (text, JSON); with a shape it is measured.");
  m.def("explain_call", explain_call, nb::arg("kernel"), nb::arg("arguments"), nb::arg("mode").none(),
        nb::arg("dtype").none(), "The explanation of a kernel for arrays and numbers, on which it is measured.");
  m.def("kernels_of_text", kernels_of_text, nb::arg("file"), nb::arg("text"),
        "Names and options of the kernels of a text, as the command line reads them.");
  m.def(
      "timings", [](nb::handle kernel) { return kernel_of(kernel.ptr()).timings(); }, nb::arg("kernel"),
      "Milliseconds of each phase of the last specialization.");
  m.def("set_num_threads", set_num_threads, nb::arg("n"), "Sets how many threads parallel work uses.");
  m.def("get_num_threads", get_num_threads, "How many threads parallel work uses.");
  m.def("copy_seconds", copy_seconds, nb::arg("nbytes"), nb::arg("threads"), nb::call_guard<nb::gil_scoped_release>(),
        "Seconds that copying takes at best, measured now: `nbytes` of input and output together.");
  m.def("cache_info", cache_information, "What the disk cache of compiled code did in this process.");
  m.def("compile_failures", compile_failures, "How many kernels failed to compile in this process.");
  define_lazy_arrays(m);
}

}  // namespace nf::python
