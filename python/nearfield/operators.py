"""What lazy arrays do as NumPy's arrays do it: operators, reductions, ufuncs and functions, all of them lazily."""

import inspect
import math
import operator

import numpy as np

#: NumPy's ufuncs by the array API's names of the operations.
UFUNCS = {
    np.add: "add", np.subtract: "subtract", np.multiply: "multiply", np.true_divide: "divide", np.floor_divide: "floor_divide",
    np.remainder: "remainder", np.power: "pow", np.minimum: "minimum", np.maximum: "maximum", np.negative: "negative",
    np.positive: "positive", np.absolute: "abs", np.square: "square", np.sign: "sign", np.equal: "equal",
    np.not_equal: "not_equal", np.less: "less", np.less_equal: "less_equal", np.greater: "greater",
    np.greater_equal: "greater_equal", np.bitwise_and: "bitwise_and", np.bitwise_or: "bitwise_or", np.bitwise_xor: "bitwise_xor",
    np.invert: "bitwise_invert", np.left_shift: "bitwise_left_shift", np.right_shift: "bitwise_right_shift",
    np.logical_and: "logical_and", np.logical_or: "logical_or", np.logical_xor: "logical_xor", np.logical_not: "logical_not",
    np.isnan: "isnan", np.isinf: "isinf", np.isfinite: "isfinite", np.signbit: "signbit", np.floor: "floor", np.ceil: "ceil",
    np.trunc: "trunc", np.rint: "rint", np.sqrt: "sqrt", np.exp: "exp", np.expm1: "expm1", np.exp2: "exp2", np.log: "log",
    np.log1p: "log1p", np.log2: "log2", np.log10: "log10", np.sin: "sin", np.cos: "cos", np.tan: "tan", np.arcsin: "asin",
    np.arccos: "acos", np.arctan: "atan", np.sinh: "sinh", np.cosh: "cosh", np.tanh: "tanh", np.arcsinh: "asinh",
    np.arccosh: "acosh", np.arctanh: "atanh", np.arctan2: "atan2", np.hypot: "hypot", np.logaddexp: "logaddexp",
    np.logaddexp2: "logaddexp2", np.nextafter: "nextafter", np.copysign: "copysign",
}  # fmt: skip
_FOLDS = {np.add: "sum", np.multiply: "prod", np.minimum: "min", np.maximum: "max", np.logical_and: "all", np.logical_or: "any"}


def elementwise(name, *operands):
    """An operation on each element, by the array API's name, of lazy arrays, arrays in memory and numbers."""
    from .array import Array

    return Array("elementwise", name, *map(_operand, operands))


def _operand(value):
    """A lazy array or a number; TypeError for what is neither."""
    from .array import Array, from_array

    if isinstance(value, (Array, bool, int, float, np.generic)):
        return value
    if isinstance(value, np.ndarray):
        return from_array(value) if value.ndim else value[()]
    raise TypeError(f"lazy arrays compute with arrays and numbers, not with an object of type {type(value).__name__}")


def _is_operand(value):
    from .array import Array

    return isinstance(value, (Array, bool, int, float, np.generic, np.ndarray))


def _binary(name):
    def operate(self, other):
        return elementwise(name, self, other) if _is_operand(other) else NotImplemented

    def reflected(self, other):
        return elementwise(name, other, self) if _is_operand(other) else NotImplemented

    return operate, reflected


def _unary(name):
    return lambda self: elementwise(name, self)


class Operators:
    """The operators and methods of a lazy array."""

    __slots__ = ()

    __add__, __radd__ = _binary("add")
    __sub__, __rsub__ = _binary("subtract")
    __mul__, __rmul__ = _binary("multiply")
    __truediv__, __rtruediv__ = _binary("divide")
    __floordiv__, __rfloordiv__ = _binary("floor_divide")
    __mod__, __rmod__ = _binary("remainder")
    __pow__, __rpow__ = _binary("pow")
    __and__, __rand__ = _binary("bitwise_and")
    __or__, __ror__ = _binary("bitwise_or")
    __xor__, __rxor__ = _binary("bitwise_xor")
    __lshift__, __rlshift__ = _binary("bitwise_left_shift")
    __rshift__, __rrshift__ = _binary("bitwise_right_shift")
    __eq__, _ = _binary("equal")
    __ne__, _ = _binary("not_equal")
    __lt__, _ = _binary("less")
    __le__, _ = _binary("less_equal")
    __gt__, _ = _binary("greater")
    __ge__, _ = _binary("greater_equal")
    __neg__ = _unary("negative")
    __pos__ = _unary("positive")
    __abs__ = _unary("abs")
    __invert__ = _unary("bitwise_invert")
    __hash__ = None
    del _

    def sum(self, axis=None, dtype=None, keepdims=False):
        """The sum along axes, lazily, in one pass over the frames."""
        return _reduce_in("sum", self, dtype, axis, keepdims)

    def prod(self, axis=None, dtype=None, keepdims=False):
        """The product along axes."""
        return _reduce_in("prod", self, dtype, axis, keepdims)

    def mean(self, axis=None, dtype=None, keepdims=False):
        """The mean along axes."""
        return _reduce_in("mean", self, dtype, axis, keepdims)

    def min(self, axis=None, keepdims=False):
        """The least element along axes; nan where there is one."""
        return _reduce("min", self, axis, keepdims)

    def max(self, axis=None, keepdims=False):
        """The greatest element along axes; nan where there is one."""
        return _reduce("max", self, axis, keepdims)

    def argmin(self, axis=None, keepdims=False):
        """The index of the least element along an axis, or in the flattened array."""
        return _reduce("argmin", self, axis, keepdims)

    def argmax(self, axis=None, keepdims=False):
        """The index of the greatest element along an axis, or in the flattened array."""
        return _reduce("argmax", self, axis, keepdims)

    def any(self, axis=None, keepdims=False):
        """Whether some element is not zero."""
        return _reduce("any", self, axis, keepdims)

    def all(self, axis=None, keepdims=False):
        """Whether no element is zero."""
        return _reduce("all", self, axis, keepdims)

    def var(self, axis=None, ddof=0, keepdims=False):
        """The variance along axes, in two passes."""
        centred = self - self.mean(axis, keepdims=True)
        count = math.prod(self.shape[a] for a in _axes(axis, self.ndim))
        return (centred * centred).sum(axis, keepdims=keepdims) / float(max(count - ddof, 0))

    def std(self, axis=None, ddof=0, keepdims=False):
        """The standard deviation along axes, in two passes."""
        return elementwise("sqrt", self.var(axis, ddof, keepdims))

    def clip(self, min=None, max=None):
        """The elements between two bounds."""
        clipped = self if min is None else elementwise("maximum", self, min)
        return clipped if max is None else elementwise("minimum", clipped, max)

    # ---- parts of complex numbers, which no lazy array has

    def conj(self):
        """This array; of bool as int8, as in NumPy."""
        return self.astype(np.int8) if self.dtype == np.bool_ else self

    @property
    def real(self):
        """This array: its elements are real."""
        return self

    @property
    def imag(self):
        """Zeros of this shape and dtype, which take no memory."""
        from .array import from_array

        return from_array(np.broadcast_to(np.zeros((), self.dtype), self.shape))

    # ---- numbers of arrays without axes

    def _item(self, kind):
        if self.ndim:
            raise TypeError(f"only an array without axes is a number, and this one has the shape {self.shape}; .compute() it")
        return kind(self.compute()[()])

    def __bool__(self):
        if self.size != 1:
            raise ValueError("the truth value of an array of several elements is ambiguous: use x.any() or x.all()")
        return bool(self.compute().reshape(())[()])

    def __int__(self):
        return self._item(int)

    def __float__(self):
        return self._item(float)

    def __index__(self):
        return self._item(operator.index)

    def __complex__(self):
        return self._item(complex)

    def item(self):
        """The value of an array of one element."""
        return self.compute().item()

    # ---- protocols

    def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
        if not all(map(_is_operand, inputs)):
            return NotImplemented
        axis = keywords.pop("axis", 0)  # None is all of them
        keywords = {name: value for name, value in keywords.items() if not _is_absent(value)}
        if method == "__call__" and ufunc in UFUNCS and not keywords:
            return elementwise(UFUNCS[ufunc], *inputs)
        if method == "__call__" and ufunc is np.conjugate and not keywords:
            return inputs[0].conj()
        if method == "reduce" and ufunc in _FOLDS and keywords.keys() <= {"keepdims"}:
            return _reduce(_FOLDS[ufunc], inputs[0], axis, keywords.get("keepdims", False))
        what = f"np.{ufunc.__name__}" + ("" if method == "__call__" else f".{method}")
        with_them = f" with {', '.join(sorted(keywords))}=" if keywords else ""
        raise TypeError(f"`{what}`{with_them} does not run lazily: x.compute() gives the NumPy array")

    def __array_function__(self, function, types, args, keywords):
        known = _functions().get(function)
        if known is None:
            name = getattr(function, "__name__", str(function))
            raise TypeError(f"`np.{name}` does not run lazily: x.compute() gives the NumPy array")
        return known(*args, **keywords)

    def __array_namespace__(self, *, api_version=None):
        from . import array_api

        if api_version not in (None, *array_api.VERSIONS):
            raise ValueError(f"the array API of {api_version!r} is not there: {', '.join(array_api.VERSIONS)} are")
        return array_api

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        if copy is False:
            raise BufferError("a lazy array has to be computed, which makes a new array: copy=False cannot be had")
        return self.compute().__dlpack__(max_version=max_version, dl_device=dl_device)

    def __dlpack_device__(self):
        return 1, 0  # memory of the processor

    @property
    def device(self):
        return "cpu"

    def to_device(self, device, /, *, stream=None):
        """This array: lazy arrays are computed on the processor."""
        if device != "cpu":
            raise ValueError(f"lazy arrays are computed on the device 'cpu', not on {device!r}")
        return self


def _is_absent(value):
    """True for a keyword that says nothing: NumPy hands some of them over as None, or as (None,)."""
    return value is None or value is np._NoValue or (isinstance(value, tuple) and all(v is None for v in value))


def _axes(axis, rank):
    if axis is None:
        return tuple(range(rank))
    return tuple(a % rank for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))


def _reduce(name, array, axis, keepdims):
    from .array import Array

    axes = None if axis is None else [operator.index(a) for a in (axis if isinstance(axis, (tuple, list)) else (axis,))]
    for a in axes or ():
        if not -array.ndim <= a < array.ndim:
            raise np.exceptions.AxisError(a, array.ndim)
    return Array("reduce", array, name, axes, bool(keepdims))


def _reduce_in(name, array, dtype, axis, keepdims):
    """A reduction of elements in another dtype, which its result has too."""
    return _reduce(name, array, axis, keepdims) if dtype is None else _reduce(name, array.astype(dtype), axis, keepdims).astype(dtype)


def _where(condition, a, b):
    return elementwise("where", condition, a, b)


#: The parameters after the array of NumPy's functions that are methods here, in NumPy's order.
_PARAMETERS = {
    ("sum", "prod"): ("axis", "dtype", "out", "keepdims", "initial", "where"),
    ("mean",): ("axis", "dtype", "out", "keepdims"),
    ("var", "std"): ("axis", "dtype", "out", "ddof", "keepdims"),
    ("min", "max"): ("axis", "out", "keepdims", "initial", "where"),
    ("any", "all"): ("axis", "out", "keepdims"),
    ("argmin", "argmax"): ("axis", "out"),
    ("clip",): ("min", "max", "out"),
}
_OTHER_NAMES = {"a_min": "min", "a_max": "max", "correction": "ddof"}


def _by_method(name, parameters):
    """NumPy's function as the method of this name, which has some of its parameters."""
    taken = set(inspect.signature(getattr(Operators, name)).parameters)

    def call(array, /, *args, **keywords):
        given = dict(zip(parameters, args)) | {_OTHER_NAMES.get(key, key): value for key, value in keywords.items()}
        given = {key: value for key, value in given.items() if not _is_absent(value)}
        if given.keys() - taken:
            raise TypeError(f"`np.{name}` with {', '.join(sorted(given.keys() - taken))}= does not run lazily: x.compute() gives the NumPy array")
        return getattr(array, name)(**given)

    return call


def _functions():
    """NumPy's functions that lazy arrays know."""
    known = {getattr(np, name): _by_method(name, parameters) for names, parameters in _PARAMETERS.items() for name in names}
    known |= {np.where: _where, np.shape: lambda a: a.shape, np.ndim: lambda a: a.ndim, np.size: lambda a: a.size}
    known |= {np.round: lambda a, decimals=0: _round(a, decimals), np.astype: lambda a, dtype, copy=True: a.astype(dtype)}
    known |= {np.real: lambda a: a.real, np.imag: lambda a: a.imag}
    known |= {np.result_type: lambda *args: np.result_type(*(getattr(a, "dtype", a) for a in args))}
    return known


def _round(array, decimals):
    if decimals:
        raise TypeError("`np.round` with decimals does not run lazily: x.compute() gives the NumPy array")
    return elementwise("round", array)
