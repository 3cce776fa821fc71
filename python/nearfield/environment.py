"""What the names around a kernel stand for: its globals, its closure, and what those hold, as the compiler takes them.

Each name becomes a pair (kind, value); kinds are ``scalar tuple array kernel member dtype none unusable``. Modules and their
members are known by identity, so that an alias, ``from numpy import sqrt`` and Numba's names all mean the same.
"""

import builtins
import math
import sys
import types

import numpy as np

from . import _core
from .types import SCALARS, Type, Void

_SUPPORTED = {scalar.dtype for scalar in SCALARS}
_DTYPE_CLASSES = {scalar.dtype.type: scalar for scalar in SCALARS}
#: Packages whose members kernels know; Numba's stand for ours.
_ROOTS = {"numpy": "numpy", "math": "math", "numba": "nearfield", "nearfield": "nearfield"}


def collect(function):
    """(bindings, names): what the function's outside names stand for now, and every name in sight."""
    code = function.__code__
    scope = dict(zip(code.co_freevars, function.__closure__ or ()))
    bindings = {}
    for name in _outside_names(code):
        if name in scope:
            try:
                value = scope[name].cell_contents
            except ValueError:  # not assigned yet
                continue
        elif name in function.__globals__:
            value = function.__globals__[name]
        else:
            continue
        bindings[name] = binding(value, function)
    return bindings, [*scope, *function.__globals__]


def _outside_names(code):
    """Names that a code object and those inside it take from outside (with attribute names, which do no harm)."""
    names = dict.fromkeys((*code.co_names, *code.co_freevars))
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= dict.fromkeys(_outside_names(constant))
    return names


def binding(value, function=None):
    """The (kind, value) of one value."""
    if value is None:
        return "none", None
    if isinstance(value, (bool, int, float, np.generic)):
        return _number(value)
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, tuple):
        return _tuple(value)
    if isinstance(value, _core.UfuncCall):
        value = value.kernel  # a function of numbers
    if isinstance(value, _core.Kernel):
        if function is not None and getattr(value, "__wrapped__", None) is function:
            return "unusable", "the kernel itself, and kernels cannot call themselves yet"
        return "kernel", value
    if type(value).__name__ == "GUFunc" and isinstance(value, _core.GufuncCall):
        return "kernel", value.kernel
    if isinstance(value, Type) and value.ndim == 0:
        return "dtype", value.dtype
    if isinstance(value, np.dtype) and value in _SUPPORTED:
        return "dtype", value
    if isinstance(value, type) and value in _DTYPE_CLASSES:
        return "dtype", np.dtype(value)
    member = member_path(value)
    if member is not None:
        return "member", member
    numba_type = _numba_type(value)
    if numba_type is not None:
        return "dtype", numba_type
    return "unusable", _why_not(value)


def _number(value):
    if isinstance(value, np.generic) and value.dtype not in _SUPPORTED:
        return "unusable", f"a NumPy scalar of dtype {value.dtype}, which kernels do not have"
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return "unusable", "an integer beyond 64 bits"
    return "scalar", value


def _array(value):
    if value.dtype.newbyteorder("=") not in _SUPPORTED:
        return "unusable", f"an array of dtype {value.dtype}, which kernels do not have"
    if value.ndim > 8:
        return "unusable", f"an array of {value.ndim} dimensions, and kernels have at most 8"
    return "array", value.astype(value.dtype.newbyteorder("="), copy=False)


def _tuple(value):
    for item in value:
        if not isinstance(item, (bool, int, float, np.generic)):
            return "unusable", f"a tuple that holds {_a_kind_of(item)}: only tuples of numbers can be captured"
        kind, why = _number(item)
        if kind == "unusable":
            return "unusable", f"a tuple that holds {why}"
    return "tuple", tuple(value)


def member_path(value):
    """The full name of a module, or of a member of one, that kernels may know: "numpy.sqrt"; None for anything else."""
    if isinstance(value, types.ModuleType):
        root, _, rest = value.__name__.partition(".")
        if root not in _ROOTS:
            return None
        return f"{_ROOTS[root]}.{rest}" if rest else _ROOTS[root]
    name = getattr(value, "__name__", None)
    if not isinstance(name, str):
        return None
    for path, module in _modules():
        if getattr(module, name, None) is value:
            return f"{path}.{name}"
    return None


def _modules():
    yield "numpy", np
    yield "math", math
    yield "builtins", builtins
    yield "nearfield", sys.modules["nearfield"]
    if "numba" in sys.modules:
        yield "nearfield", sys.modules["numba"]
    for name in ("numpy.linalg", "numpy.fft", "numpy.random"):
        if name in sys.modules:
            yield name, sys.modules[name]


def _numba_type(value):
    """The dtype of a Numba scalar type such as ``numba.float64``."""
    if type(value).__module__.partition(".")[0] != "numba":
        return None
    return next((s.dtype for s in SCALARS if s.name == str(value)), None)


def _why_not(value):
    name = getattr(value, "__name__", None)
    if isinstance(value, types.FunctionType):
        return f"a Python function; decorate it with `@nf.jit` to call it from a kernel"
    if isinstance(value, types.ModuleType):
        return f"the module `{name}`, which kernels do not know; import the number that you need from it"
    if isinstance(value, list):
        return "a list; make it a tuple or a NumPy array"
    if isinstance(value, Void):
        return "the type `void`"
    return f"{_a_kind_of(value)}, which kernels cannot hold"


def _a_kind_of(value):
    kind = type(value).__name__
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} object of type `{kind}`"
