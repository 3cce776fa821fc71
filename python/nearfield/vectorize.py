"""``vectorize``: a function of numbers, called for each element of arrays like a ufunc of NumPy's."""

import types

import numpy as np

from . import _core
from .array import Array, apply_kernel
from .kernel import make_kernel, take_names
from .options import common
from .overrides import dispatch
from .types import SCALARS, Type, as_signatures, void
from .ufunc_face import UfuncFace

_TARGETS = {"cpu": "cpu", "parallel": "parallel", "auto": "auto", "gpu": "gpu", "cuda": "gpu"}
_KNOWN = {scalar.dtype for scalar in SCALARS}
#: Libraries that call what they are given, whatever its name.
_NAMELESS = {"builtins", "dask", "nearfield", "numpy", "xarray"}
_IDENTITIES = (None, 0, 1, "reorderable")


def vectorize(signatures_or_function=None, **options):
    """Makes a ufunc of a function of numbers.

    Parameters
    ----------
    signatures_or_function : function, signature or list of signatures, optional
        With signatures (``"float64(float64, float64)"``, ``nf.int8(nf.int8)``, a tuple of types, or a list of those) the
        ufunc has these loops, and arguments are cast as NumPy's ufuncs do it. Without them each call is computed with
        the dtypes that it is given, and the result has the dtype of the function's arithmetic.
    identity : {None, 0, 1, 'reorderable'}
        What `reduce` begins with. None: it reduces one axis at a time, and not an empty one; 'reorderable': several axes.
    target : {'cpu', 'parallel', 'auto', 'gpu'}
        'cpu' uses one thread, 'parallel' all where that pays. 'cuda' is 'gpu'.
    fastmath, cache, boundscheck, nopython : optional
        As in `jit`.
    dtype : dtype, optional
        Casts the result.

    Returns
    -------
    UFunc

    Examples
    --------
    >>> import numpy as np
    >>> import nearfield as nf
    >>> @nf.vectorize
    ... def clip_sum(a, b):
    ...     return min(a + b, 10)
    >>> clip_sum(np.array([1, 5, 9]), 3)
    array([ 4,  8, 10])
    >>> clip_sum.reduce(np.array([1, 2, 3]))
    np.int64(6)
    """
    signatures = ()
    if signatures_or_function is not None and not _is_function(signatures_or_function):
        signatures = as_signatures(signatures_or_function)
    for signature in signatures:
        _check_signature(signature)
    target = options.get("target", "cpu")
    if target not in _TARGETS:
        raise ValueError(f"Unsupported target: {target}")
    identity = options.get("identity")
    if isinstance(identity, bool) or identity not in _IDENTITIES:
        raise ValueError(f"Invalid identity value {identity!r}: it is None, 0, 1 or 'reorderable'")
    for name in ("error_model", "parallel", "inline", "nogil"):
        if name in options:
            hint = "division by zero gives inf, nan or 0, as in NumPy's" if name == "error_model" else "use target='parallel'" if name == "parallel" else "a ufunc has no such option"
            raise KeyError(f"Unrecognized options: {{{name!r}}}. {hint[0].upper()}{hint[1:]}")
    compiled = common(options, extra={"target", "identity"}) | {
        "kind": "vectorize",
        "signatures": tuple(s.key for s in signatures),
        "target": _TARGETS[target],
        "numpy_errors": True,
    }

    def decorate(function):
        if isinstance(function, UFunc):
            function = function.py_func
        if isinstance(function, _core.Kernel) and function.options["kind"] == "jit":
            function = function.py_func
        if not isinstance(function, types.FunctionType):
            raise TypeError(f"vectorize takes a function, not {function!r}")
        count = function.__code__.co_argcount
        if count == 0 or function.__code__.co_flags & 0x04:
            raise TypeError(f"`{function.__name__}` has {'`*args`' if count else 'no parameters'}: a ufunc takes a fixed number of arguments, one or more")
        for signature in signatures:
            if len(signature.args) != count:
                raise TypeError(f"Signature mismatch: {len(signature.args)} argument types given, but function takes {count} arguments")
        return UFunc(make_kernel(function, compiled, options.get("source")), identity)

    return decorate(signatures_or_function) if _is_function(signatures_or_function) else decorate


def _is_function(value):
    return isinstance(value, (types.FunctionType, _core.Kernel, UFunc))


def _check_signature(signature):
    for kind in (*signature.args, signature.return_type):
        if kind is not void and kind.ndim:
            raise TypeError(f"a ufunc's function takes numbers and gives one: {kind!r} in {signature!r} is an array type; nf.guvectorize takes arrays")
    if any(kind is void for kind in signature.args):
        raise TypeError(f"{signature!r} has an argument of type void")


class UFunc(UfuncFace, _core.UfuncCall):
    """A ufunc of a compiled function. It is called like NumPy's, on numbers and on arrays of any kind."""

    def __init__(self, kernel, identity=None):
        options = kernel.options
        self.kernel = kernel
        self.identity = None if identity == "reorderable" else identity
        self._identity = identity
        self._declared = bool(options["signatures"])
        self._signatures = tuple((tuple(np.dtype(n) for n, _, _ in args), result and np.dtype(result[0])) for args, result in options["signatures"])
        self._target = options["target"]
        self._loops = {}  #: loops by the dtypes they were chosen for, in the order of their first use
        self._ufuncs = {}  #: numpy.ufuncs by their loops
        self.nin = len(kernel.recipe.parameters)
        self.nout = 1
        self.nargs = self.nin + 1
        #: Of generalised ufuncs; this is none.
        self.signature = None
        take_names(self, kernel)

    def __repr__(self):
        return f"<nearfield ufunc '{self.__name__}'>"

    # ---- loops

    def _listed_loops(self):
        loops = self._declared_loops() if self._declared else dict.fromkeys(self._loops.values())
        return [(inputs, (result,)) for inputs, result in loops]

    def _declared_loops(self):
        if "declared" not in self._ufuncs:
            self._ufuncs["declared"] = tuple(_core.complete_loop(self.kernel, loop) for loop in self._signatures)
        return self._ufuncs["declared"]

    def _numpy(self, loops):
        """The numpy.ufunc with these loops."""
        if loops not in self._ufuncs:
            self._ufuncs[loops] = _core.make_numpy_ufunc(self.kernel, loops, self._identity, self.__name__, self.__doc__)
        return self._ufuncs[loops]

    def _loop(self, kinds):
        """The loop for operands of these kinds: dtypes, or `int` and `float` for Python's numbers where types are declared."""
        if kinds not in self._loops:
            self._loops[kinds] = self._declared_loop(kinds) if self._declared else _core.choose_loop(self.kernel, kinds)
        return self._loops[kinds]

    def _declared_loop(self, kinds):
        """The first declared loop that takes these safely; beside Python's numbers the one that NumPy finds."""
        if all(map(_is_weak, kinds)):
            kinds = tuple(map(np.dtype, kinds))
        if any(map(_is_weak, kinds)):
            found = self._numpy(self._declared_loops()).resolve_dtypes((*kinds, None))
            return found[:-1], found[-1]
        for loop in self._declared_loops():
            if all(map(np.can_cast, kinds, loop[0])):
                return loop
        given = ", ".join(kind.name for kind in kinds)
        declared = " or ".join(f"({', '.join(d.name for d in inputs)})" for inputs, _ in self._declared_loops())
        raise TypeError(
            f"ufunc '{self.__name__}' not supported for the input types, and the inputs could not be safely coerced to any supported types "
            f"according to the casting rule ''safe'': it is declared for {declared} and was given ({given})"
        )

    def _kind(self, value):
        """What a value counts as when a loop is chosen."""
        if self._declared and type(value) in (int, float):
            return type(value)
        dtype = _dtype_of(value)
        if dtype not in _KNOWN and not self._declared:
            raise TypeError(
                f"ufunc '{self.__name__}' not supported for the input types: kernels have no dtype {dtype} (they have bool, int8 to int64, "
                "uint8 to uint64, float32 and float64)"
            )
        return dtype

    def _chosen(self, inputs):
        return self._loop(tuple(map(self._kind, inputs)))

    # ---- calls

    def _call(self, *args, **keywords):
        """The call, where an earlier one on arrays of these kinds has not prepared it (then no Python code runs)."""
        if not self.nin <= len(args) <= self.nargs:
            wanted = self.nin if self.nin == self.nargs else f"from {self.nin} to {self.nargs}"
            raise TypeError(f"{self.__name__}() takes {wanted} positional arguments but {len(args)} were given")
        inputs, out = args[: self.nin], self._out(args[self.nin :], keywords)
        answer = self._ask("__call__", inputs, out, keywords)
        if answer is not NotImplemented:
            return answer
        if any(isinstance(a, Array) for a in inputs):
            return self._call_lazy(inputs, out, keywords)
        self._refuse_gpu()
        inputs = tuple(map(_operand, inputs))
        if keywords or not all(map(_is_plain, (*inputs, out))):
            return self._call_numpy(inputs, out, keywords)
        loop = self._chosen(inputs)
        if out is not None and not (
            out.flags.writeable and np.can_cast(loop[1], out.dtype, "same_kind") and _shape(inputs) == out.shape
        ):
            return self._call_numpy(inputs, out, keywords)  # says what is wrong
        if self._declared:
            inputs = tuple(np.asarray(a, d)[()] if type(a) in (int, float) else a for a, d in zip(inputs, loop[0]))
        return _core.call_loop(self.kernel, loop, inputs, out)

    def _out(self, positional, keywords):
        """The output, or None; taken out of the keywords."""
        out = keywords.pop("out", None)
        if positional and out is not None:
            raise TypeError("cannot specify 'out' as both a positional and keyword argument")
        if positional:
            out = positional[0]
        if isinstance(out, tuple):
            if len(out) != 1:
                raise ValueError("The 'out' tuple must have exactly one entry per ufunc output")
            out = out[0]
        return out

    def _call_numpy(self, inputs, out, keywords):
        """By the ufunc of NumPy that has the loop of this call: `where=`, `casting=` and the like are NumPy's own."""
        if out is not None:
            keywords["out"] = out
        if self._declared:
            asks = "dtype" in keywords or "signature" in keywords or "sig" in keywords or "casting" in keywords
            loops = self._declared_loops() if asks else (self._chosen(inputs),)
            return _core.call_numpy(self._numpy(loops), inputs, keywords)
        inputs = tuple(_widened(a) for a in inputs)
        loop = self._asked_loop(keywords) or self._chosen(inputs)
        # Python's numbers count as what they were compiled for.
        inputs = tuple(np.asarray(a) if type(a) in (bool, int, float) else a for a in inputs)
        return _core.call_numpy(self._numpy((loop,)), inputs, keywords)

    def _asked_loop(self, keywords):
        """The loop that `dtype=` or `signature=` asks for, which NumPy is then to take."""
        dtype, signature = keywords.pop("dtype", None), keywords.pop("signature", keywords.pop("sig", None))
        if dtype is not None and signature is not None:
            raise TypeError("cannot specify both 'signature' and 'dtype'")
        if dtype is None and signature is None:
            return None
        if isinstance(signature, str):
            signature = signature.replace("->", "")
        asked = tuple(map(_as_dtype, signature)) if signature is not None else (_as_dtype(dtype),) * self.nargs
        if len(asked) != self.nargs:
            raise ValueError(f"a type-tuple must be specified of length {self.nargs} for ufunc '{self.__name__}'")
        keywords["signature"] = asked
        return self._remembered((asked[:-1], asked[-1]))

    def _remembered(self, loop):
        for dtype in (*loop[0], loop[1]):
            self._kind(np.empty((), dtype))
        _core.complete_loop(self.kernel, loop)  # compiles, and says what is wrong
        self._loops.setdefault(("asked", loop), loop)
        return loop

    def _call_lazy(self, inputs, out, keywords):
        """On a lazy array the result is lazy."""
        self._refuse_on_lazy((out,), keywords)
        return apply_kernel(self.kernel, inputs)

    def _ask(self, method, inputs, out, keywords):
        """NumPy's protocol: what other kinds of arrays make of the call; NotImplemented when all are NumPy's."""
        values = (*inputs, out)
        if any(hasattr(value, "__cuda_array_interface__") for value in values):
            raise NotImplementedError(f"{self.__name__} got an array on a GPU, and this Nearfield has no GPU code yet")
        # pandas and others take a ufunc called `add` for their own addition.
        by_name = {type(value).__module__.partition(".")[0] for value in values} - _NAMELESS
        return dispatch(_Nameless(self) if by_name else self, method, inputs, (out,), keywords, known=(Array,))

    # ---- methods of ufuncs

    def reduce(self, array, axis=0, dtype=None, out=None, keepdims=False, initial=np._NoValue, where=True):
        """`numpy.ufunc.reduce`."""
        given = {"axis": axis, "dtype": dtype, "out": out, "keepdims": keepdims}
        if initial is not np._NoValue:
            given["initial"] = initial
        if where is not True:
            given["where"] = where
        return self._fold("reduce", (array,), given)

    def accumulate(self, array, axis=0, dtype=None, out=None):
        """`numpy.ufunc.accumulate`."""
        return self._fold("accumulate", (array,), {"axis": axis, "dtype": dtype, "out": out})

    def reduceat(self, array, indices, axis=0, dtype=None, out=None):
        """`numpy.ufunc.reduceat`."""
        return self._fold("reduceat", (array, indices), {"axis": axis, "dtype": dtype, "out": out})

    def outer(self, a, b, /, **keywords):
        """`numpy.ufunc.outer`: the call for all pairs of elements."""
        if self.nin != 2:
            raise ValueError("outer product only supported for binary functions")
        answer = self._ask("outer", (a, b), self._out((), keywords | {}), keywords)
        if answer is not NotImplemented:
            return answer
        a, b = (value if type(value) in (bool, int, float) else np.asarray(value) for value in (a, b))
        if isinstance(a, np.ndarray) and np.ndim(b):
            a = a.reshape(a.shape + (1,) * np.ndim(b))
        return self(a, b, **keywords)

    def at(self, a, indices, b=None, /):
        """`numpy.ufunc.at`: the operation in place at these indices, once for each time that one stands there."""
        operands = (a,) if b is None else (a, b)
        answer = self._ask("at", (a, indices) if b is None else (a, indices, b), None, {})
        if answer is not NotImplemented:
            return answer
        self._refuse_gpu()
        if not isinstance(a, np.ndarray):
            raise TypeError("first operand must be array")
        if not a.flags.writeable:
            raise ValueError("array is read-only")  # NumPy's `at` would write into it
        if self._declared:
            ufunc = self._numpy(self._declared_loops())
        else:
            operands = tuple(_widened(_operand(value)) for value in operands)
            if len(operands) != self.nin:
                raise ValueError(f"{self.__name__}.at takes {self.nin - 1} operands beside the array")
            ufunc = self._numpy((self._chosen(operands),))
            b = None if b is None else np.asarray(operands[1])
        _core.call_numpy(ufunc.at, (a, indices) if b is None else (a, indices, b), {})

    def _fold(self, method, arguments, keywords):
        """`reduce` and the like: NumPy's, with a loop whose result is what it takes."""
        if self.nin != 2:
            raise ValueError(f"{method} only supported for binary functions")
        given = {name: value for name, value in keywords.items() if not (value is None and name in ("dtype", "out"))}
        out = self._out((), given)
        answer = self._ask(method, arguments, out, given)
        if answer is not NotImplemented:
            return answer
        self._refuse_gpu()
        if out is not None:
            given["out"] = out
        if self._declared:
            ufunc = self._numpy(self._declared_loops())
        else:
            arguments = (_widened(np.asanyarray(arguments[0])), *arguments[1:])
            if "dtype" in given:
                given["dtype"] = _as_dtype(given["dtype"])
            ufunc = self._numpy((self._folding_loop(arguments[0], given.get("dtype"), out),))
        return _core.call_numpy(getattr(ufunc, method), arguments, given)

    def _folding_loop(self, array, asked, out):
        """The loop that takes two numbers of one dtype to a number of the same."""
        if asked is not None:
            return self._remembered(((asked, asked), asked))
        dtype = self._kind(array)
        if out is not None:
            dtype = np.promote_types(dtype, self._kind(out))
        for _ in range(4):  # uint8 + uint8 is uint64, and that is what is added up
            loop = self._loop((dtype, dtype))
            if loop[1] == dtype:
                return loop
            if not np.can_cast(dtype, loop[1], "safe"):
                break
            dtype = loop[1]
        raise TypeError(
            f"{self.__name__} of two {dtype} is {loop[1]}, which cannot be taken in again: a reduction needs a function whose result "
            "has the dtype of its arguments; give it dtype="
        )


class _Nameless:
    """A ufunc for libraries that take some ufuncs for operators of their own, by name."""

    def __init__(self, ufunc):
        self._ufunc = ufunc
        self.__name__ = f"nearfield.{ufunc.__name__}"

    def __call__(self, *args, **keywords):
        return self._ufunc(*args, **keywords)

    def __getattr__(self, name):
        return getattr(self._ufunc, name)

    def __reduce__(self):
        return _Nameless, (self._ufunc,)


def _as_dtype(value):
    """A dtype from what NumPy takes for one, or a type of Nearfield's."""
    return value.dtype if isinstance(value, Type) else np.dtype(value)


def _operand(value):
    """An array, or a number as it is."""
    return value if isinstance(value, (np.ndarray, np.generic, bool, int, float)) else np.asanyarray(value)


def _is_weak(kind):
    """True for the kind of a number of Python's (a dtype would be equal to `float`)."""
    return kind is int or kind is float


def _shape(values):
    """What the values broadcast to; None when they do not."""
    try:
        return np.broadcast(*values).shape
    except ValueError:
        return None


def _dtype_of(value):
    """The dtype of a value; of Python's numbers that of `jit`."""
    if type(value) is int and 2**63 <= value < 2**64:
        return np.dtype(np.uint64)
    dtype = value.dtype if isinstance(value, (np.ndarray, np.generic)) else np.asarray(value).dtype
    return np.dtype(np.float32) if dtype == np.float16 else dtype.newbyteorder("=")


def _widened(value):
    """float16, which kernels do not have, as float32."""
    return value.astype(np.float32) if getattr(value, "dtype", None) == np.float16 else value


def _is_plain(value):
    """True for what compiled code takes as it is."""
    if value is None or isinstance(value, (bool, int, float)):
        return True
    if isinstance(value, np.generic):
        return value.dtype in _KNOWN
    return type(value) is np.ndarray and value.dtype in _KNOWN and value.dtype.isnative and value.flags.aligned and value.ndim <= 8
