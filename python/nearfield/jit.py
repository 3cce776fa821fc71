"""``jit`` and ``njit``: a Python function as a compiled one."""

import types

from . import _core
from .kernel import make_kernel, remake
from .options import common
from .types import as_signatures


def jit(signature_or_function=None, **options):
    """Compiles a function when it is first called, once for each kind of arguments.

    Parameters
    ----------
    signature_or_function : function, signature or list of signatures, optional
        With signatures (``"float64(float64)"``, ``nf.int8(nf.int8[:])``, a tuple of types) only those argument types are
        taken, and scalars are converted to them.
    parallel : bool
        Runs ``prange`` loops on all cores.
    fastmath, error_model, boundscheck : optional
        As in Numba; indexes are checked unless ``boundscheck=False``.
    source : str, optional
        The text of the function, for functions that ``exec`` made.

    Numba's other options (``nopython``, ``cache``, ``nogil``, ``inline``, ...) are accepted.

    Examples
    --------
    >>> import numpy as np
    >>> import nearfield as nf
    >>> @nf.jit
    ... def total(x):
    ...     s = 0
    ...     for i in range(x.size):
    ...         s += x[i]
    ...     return s
    >>> total(np.arange(5))
    10
    """
    compiled = common(options)  # wrong options are an error where they are written
    signatures = ()
    if signature_or_function is not None and not _is_function(signature_or_function):
        signatures = as_signatures(signature_or_function)

    def decorate(function):
        if isinstance(function, _core.Kernel):
            return _jit_kernel(function, options, compiled)
        if not isinstance(function, types.FunctionType):
            raise TypeError(f"The decorated object is not a function (got type {type(function)})")
        keys = tuple(s.key for s in signatures)
        return make_kernel(function, compiled | {"kind": "jit", "signatures": keys}, options.get("source"))

    return decorate(signature_or_function) if _is_function(signature_or_function) else decorate


def njit(*args, **options):
    """The same as `jit`: Nearfield always compiles."""
    return jit(*args, **options)


def _is_function(value):
    return isinstance(value, (types.FunctionType, _core.Kernel)) or (
        callable(value) and not hasattr(value, "args") and not hasattr(value, "dtype")
    )


def _jit_kernel(kernel, options, compiled):
    """`njit` put on a stencil, which is compiled anyway: the stencil with the options that were written."""
    if kernel.options["kind"] != "stencil":
        raise TypeError(
            f"A jit decorator was called on an already jitted function {kernel!r}. If trying to get access to the original "
            "python function, use the .py_func attribute."
        )
    return remake(kernel, {name: compiled[name] for name in ("fastmath", "parallel", "boundscheck") if name in options})


def prange(*args):
    """``range`` whose iterations may run in parallel, under ``jit(parallel=True)``; plain ``range`` in Python."""
    return range(*args)
