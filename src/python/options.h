// Kernel options between Python's decorators (a dict) and C++.
#pragma once
#include <string>

#include "nearfield/environment.h"
#include "python/reference.h"

namespace nf::python {

/// The text of a str.
std::string text_of(PyObject* object);

/// The options of a dict as `nearfield.options` makes it; a key that is not there keeps its default, an unknown key is
/// a KeyError.
KernelOptions options_of(PyObject* dict);
/// The dict with every key, for tests that compare what Python's decorators and the reader of files say.
Reference to_python(const KernelOptions& options);

/// The border mode of a str. Throws a Python ValueError that lists the modes.
BorderMode border_mode_of(PyObject* object);
/// The same; nothing for what is no mode.
std::optional<BorderMode> known_mode(PyObject* object);

}  // namespace nf::python
