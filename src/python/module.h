// What the parts of the module that use nanobind share.
#pragma once
#include <nanobind/nanobind.h>

namespace nf::python {

namespace nb = nanobind;

/// Adds `LazyArray`, `imread`, `imsave` (lazy.cpp).
void define_lazy_arrays(nb::module_& m);

}  // namespace nf::python
