// The base class of `nearfield.GUFunc`: its call, without a Python frame where all arguments are plain arrays.
#pragma once
#include "python/reference.h"

namespace nf::python {

/// Makes the type, once; a new reference. Its instances hold a kernel in `kernel`; a call that is not like an earlier
/// one on plain NumPy arrays and scalars goes to the method `_call` of the subclass.
Reference make_gufunc_type();

}  // namespace nf::python
