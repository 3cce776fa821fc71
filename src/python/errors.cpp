// Errors on their way out: the table of kinds and classes, and how a CompileError carries its diagnostics.
#include "python/errors.h"

#include <atomic>
#include <new>
#include <string>

#include "nearfield/error.h"

namespace nf::python {
namespace {

std::atomic<long> failures = 0;

/// A class of `nearfield.errors`.
Reference own_class(const char* name) {
  Reference module = Reference::take(PyImport_ImportModule("nearfield.errors"));
  return Reference::take(PyObject_GetAttrString(module.get(), name));
}

Reference text(const std::string& s) {
  return Reference::take(PyUnicode_DecodeUTF8(s.data(), Py_ssize_t(s.size()), "replace"));
}

/// The builtin exception class that a kernel's `raise` names.
Reference raised_class(const std::string& name) {
  PyObject* builtins = PyEval_GetBuiltins();
  PyObject* found = builtins ? PyDict_GetItemString(builtins, name.c_str()) : nullptr;
  if (found && PyExceptionClass_Check(found)) return Reference::share(found);
  return Reference::share(PyExc_RuntimeError);
}

Reference class_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Value: return Reference::share(PyExc_ValueError);
    case ErrorKind::Type: return Reference::share(PyExc_TypeError);
    case ErrorKind::Index: return Reference::share(PyExc_IndexError);
    case ErrorKind::ZeroDivision: return Reference::share(PyExc_ZeroDivisionError);
    case ErrorKind::Name: return Reference::share(PyExc_UnboundLocalError);
    case ErrorKind::NotFound: return Reference::share(PyExc_FileNotFoundError);
    case ErrorKind::Exists: return Reference::share(PyExc_FileExistsError);
    case ErrorKind::Io: return Reference::share(PyExc_OSError);
    case ErrorKind::Memory: return Reference::share(PyExc_MemoryError);
    case ErrorKind::Compile: return own_class("CompileError");
    case ErrorKind::Unsupported: return Reference::share(PyExc_NotImplementedError);
    case ErrorKind::Interrupted: return Reference::share(PyExc_KeyboardInterrupt);
    case ErrorKind::Raised: return raised_class(error.exception);
    case ErrorKind::Internal: return own_class("InternalError");
  }
  return Reference::share(PyExc_RuntimeError);
}

void set_compile_error(const CompileError& error) {
  failures.fetch_add(1, std::memory_order_relaxed);
  Reference diagnostic_class = own_class("Diagnostic");
  Reference list = Reference::take(PyList_New(0));
  for (const DiagnosticText& d : error.diagnostics) {
    Reference code = text(d.code), file = text(d.file), message = text(d.message), rendered = text(d.rendered);
    Reference item = Reference::take(PyObject_CallFunction(diagnostic_class.get(), "OOiiOO", code.get(), file.get(),
                                                           d.line, d.column, message.get(), rendered.get()));
    if (PyList_Append(list.get(), item.get()) < 0) throw ErrorIsSet{};
  }
  Reference type = own_class("CompileError");
  Reference message = text(error.message);
  Reference value = Reference::take(PyObject_CallFunctionObjArgs(type.get(), message.get(), list.get(), nullptr));
  PyErr_SetObject(type.get(), value.get());
}

void set_error(const Error& error) {
  // The signal that stopped the call is still pending in Python: its handler raises, once.
  if (error.kind == ErrorKind::Interrupted && PyErr_CheckSignals() < 0) return;
  Reference type = class_of(error);
  // A kernel's own `raise` arrives as it was written: `raise ValueError` has no arguments.
  if (error.kind == ErrorKind::Raised && error.message.empty()) return PyErr_SetNone(type.get());
  Reference message = text(error.kind == ErrorKind::Raised ? error.message : std::string(error.what()));
  Reference value = Reference::take(PyObject_CallOneArg(type.get(), message.get()));
  if (error.kind == ErrorKind::Raised) {
    // Where it was raised goes into the notes (PEP 678), so that `e.args` is what the kernel gave.
    for (const std::string& line : error.notes) {
      Reference note = text(line);
      Reference none = Reference::take(PyObject_CallMethod(value.get(), "add_note", "O", note.get()));
    }
  }
  PyErr_SetObject(type.get(), value.get());
}

}  // namespace

long compile_failures() { return failures.load(std::memory_order_relaxed); }

void set_python_error() noexcept {
  try {
    try {
      throw;
    } catch (const ErrorIsSet&) {
    } catch (const CompileError& error) {
      set_compile_error(error);
    } catch (const Error& error) {
      set_error(error);
    } catch (const std::bad_alloc&) {
      PyErr_NoMemory();
    } catch (const std::exception& error) {
      PyErr_SetString(PyExc_RuntimeError, error.what());
    }
  } catch (const ErrorIsSet&) {
    // Building the exception failed, and that failure is set.
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "an unknown C++ exception left nearfield");
  }
}

}  // namespace nf::python
