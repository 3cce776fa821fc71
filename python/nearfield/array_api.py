"""The array API's namespace of lazy arrays: operations on elements, reductions, dtypes and what makes arrays."""

import numpy as np

from .array import Array, from_array
from .operators import elementwise

VERSIONS = ("2022.12", "2023.12", "2024.12")
__array_api_version__ = VERSIONS[-1]

bool = np.dtype("bool")
int8, int16, int32, int64 = map(np.dtype, ("int8", "int16", "int32", "int64"))
uint8, uint16, uint32, uint64 = map(np.dtype, ("uint8", "uint16", "uint32", "uint64"))
float32, float64 = map(np.dtype, ("float32", "float64"))
e, inf, nan, newaxis, pi = np.e, np.inf, np.nan, None, np.pi

_BINARY = (
    "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "pow", "minimum", "maximum", "equal", "not_equal",
    "less", "less_equal", "greater", "greater_equal", "bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift",
    "bitwise_right_shift", "logical_and", "logical_or", "logical_xor", "atan2", "hypot", "logaddexp",
    "nextafter", "copysign",
)  # fmt: skip
_UNARY = (
    "negative", "positive", "abs", "square", "sign", "bitwise_invert", "logical_not", "isnan", "isinf", "isfinite", "signbit",
    "floor", "ceil", "trunc", "round", "sqrt", "exp", "expm1", "log", "log1p", "log2", "log10", "sin", "cos", "tan", "asin",
    "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "reciprocal",
)  # fmt: skip
_REDUCTIONS = ("sum", "prod", "mean", "min", "max", "any", "all")
_INDEXES = ("argmin", "argmax")


def _named(function, name):
    function.__name__ = function.__qualname__ = name
    return function


def _binary(name):
    return _named(lambda x1, x2, /: elementwise(name, x1, x2), name)


def _unary(name):
    return _named(lambda x, /: elementwise(name, x), name)


def _reduction(name):
    if name in ("sum", "prod"):
        return _named(lambda x, /, *, axis=None, dtype=None, keepdims=False: getattr(x, name)(axis, dtype, keepdims), name)
    return _named(lambda x, /, *, axis=None, keepdims=False: getattr(x, name)(axis, keepdims=keepdims), name)


globals().update({name: _binary(name) for name in _BINARY})
globals().update({name: _unary(name) for name in _UNARY})
globals().update({name: _reduction(name) for name in _REDUCTIONS + _INDEXES})


def var(x, /, *, axis=None, correction=0.0, keepdims=False):
    """The variance along axes."""
    return x.var(axis, correction, keepdims)


def std(x, /, *, axis=None, correction=0.0, keepdims=False):
    """The standard deviation along axes."""
    return x.std(axis, correction, keepdims)


def conj(x, /):
    """The conjugates: the array itself, whose elements are real."""
    return x.conj()


def real(x, /):
    """The real parts: the array itself."""
    return x.real


def imag(x, /):
    """The imaginary parts: zeros of the array's dtype."""
    return x.imag


def where(condition, x1, x2, /):
    """Elements of `x1` where the condition holds, else of `x2`."""
    return elementwise("where", condition, x1, x2)


def clip(x, /, min=None, max=None):
    """The elements between two bounds, in the array's dtype."""
    return x.clip(min, max).astype(x.dtype)


def astype(x, dtype, /, *, copy=True, device=None):
    """Each element cast to another dtype."""
    return x.astype(dtype)


def asarray(obj, /, *, dtype=None, device=None, copy=None):
    """A lazy array over what NumPy takes for an array, or the lazy array itself."""
    made = obj if isinstance(obj, Array) else from_array(np.array(obj, copy=True if copy else None))
    return made if dtype is None else made.astype(dtype)


def from_dlpack(x, /, *, device=None, copy=None):
    """A lazy array over the memory of another library's array."""
    return from_array(np.from_dlpack(x, copy=copy))


def _full(value):
    def made(shape, *, dtype=None, device=None):
        return from_array(np.broadcast_to(np.asarray(value, dtype or float64), shape))

    return made


zeros, ones = _named(_full(0), "zeros"), _named(_full(1), "ones")


def full(shape, fill_value, *, dtype=None, device=None):
    """A lazy array of one value, which takes no memory."""
    return from_array(np.broadcast_to(np.asarray(fill_value, dtype), shape))


def arange(start, /, stop=None, step=1, *, dtype=None, device=None):
    """A lazy array over `numpy.arange`."""
    return from_array(np.arange(start, stop, step, dtype) if stop is not None else np.arange(0, start, step, dtype))


def can_cast(from_, to, /):
    """Whether every value of one dtype is one of another."""
    return np.can_cast(getattr(from_, "dtype", from_), to)


def result_type(*arrays_and_dtypes):
    """The dtype that operations on these compute with."""
    return np.result_type(*(getattr(a, "dtype", a) for a in arrays_and_dtypes))


def isdtype(dtype, kind):
    """Whether a dtype is of a kind."""
    return np.isdtype(dtype, kind)


finfo, iinfo = np.finfo, np.iinfo


class _Info:
    """What the array API asks of a library."""

    def capabilities(self):
        return {"boolean indexing": False, "data-dependent shapes": False, "max dimensions": 8}

    def default_device(self):
        return "cpu"

    def devices(self):
        return ["cpu"]

    def default_dtypes(self, *, device=None):
        return {"real floating": float64, "complex floating": None, "integral": int64, "indexing": int64}

    def dtypes(self, *, device=None, kind=None):
        names = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")
        return {name: np.dtype(name) for name in names if kind is None or np.isdtype(np.dtype(name), kind)}


def __array_namespace_info__():
    return _Info()
