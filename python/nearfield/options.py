"""The options that all decorators share: what Numba's programs say, checked and put into the compiler's words."""

import numpy as np

from .types import Type

_FASTMATH = {"nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"}
#: Numba's options that change nothing here: there is no object mode and no interpreter lock to hold, and compiled code is
#: always cached.
_ACCEPTED = {"nopython", "nogil", "cache", "looplift", "debug", "locals", "no_rewrites", "no_cpython_wrapper", "no_cfunc_wrapper"}
#: Options with a meaning, which `common` reads.
_READ = {"fastmath", "parallel", "boundscheck", "error_model", "inline", "dtype", "forceobj", "source"}


def common(options, extra=()):
    """The compiler's options from a decorator's keywords; `extra` are keywords that the caller reads itself."""
    known = _ACCEPTED | _READ | set(extra)
    unknown = {name for name in options if name not in known}
    if unknown:
        raise KeyError(f"Unrecognized options: {unknown}. Known options are {sorted(known)}")
    if options.get("forceobj"):
        raise NotImplementedError("forceobj=True: Nearfield compiles, it has no object mode")
    if options.get("locals"):
        raise NotImplementedError("locals={...}: types of local variables are inferred; convert the value where it is set")
    result = {
        "fastmath": fastmath(options.get("fastmath", False)),
        "parallel": bool(options.get("parallel", False)),
        "boundscheck": options.get("boundscheck") is not False,
        "numpy_errors": _numpy_errors(options.get("error_model", "python")),
    }
    inline = options.get("inline", "never")
    if inline not in ("never", "always") and not callable(inline):
        raise ValueError(f"kwarg 'inline' must be one of the strings 'always' or 'never', or it can be a callable, got {inline!r}")
    if options.get("dtype") is not None:
        result |= result_dtype(options["dtype"])
    return result


def result_dtype(dtype):
    """`dtype=` as the compiler takes it: a dtype, or "fit" for the narrowest one that holds the result."""
    if isinstance(dtype, str) and dtype == "fit":
        return {"fit": True}
    return {"dtype": dtype.dtype if isinstance(dtype, Type) else np.dtype(dtype)}


def fastmath(value):
    """True when all of LLVM's fast-math flags are given: each is a permission, and fewer are not used."""
    if isinstance(value, (set, frozenset, list, tuple)):
        unknown = set(value) - _FASTMATH - {"fast"}
        if unknown:
            raise ValueError(f"Unrecognized fastmath flags: {sorted(unknown)}. Known flags are {sorted(_FASTMATH)}")
        return "fast" in value or set(value) >= _FASTMATH
    if isinstance(value, dict):
        return fastmath({name for name, wanted in value.items() if wanted})
    return bool(value)


def _numpy_errors(model):
    if model not in ("python", "numpy"):
        raise ValueError(f"error_model={model!r}: the error models are 'python' and 'numpy'")
    return model == "numpy"
