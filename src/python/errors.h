// Errors on their way out: every nf::Error becomes the Python exception that people expect.
#pragma once
#include <exception>

#include "python/reference.h"

namespace nf::python {

/// Sets the Python error for the exception in flight (call it inside `catch (...)`). Needs the GIL.
void set_python_error() noexcept;

/// How many compile failures this process has seen: for programs that catch CompileError and go on without saying so.
long compile_failures();

/// Sets a Python error of this class and throws.
template <class... Args>
[[noreturn]] void raise(PyObject* type, const char* format, Args... args) {
  PyErr_Format(type, format, args...);
  throw ErrorIsSet{};
}

}  // namespace nf::python
