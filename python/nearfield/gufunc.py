"""``guvectorize``: a kernel on the last axes of its arguments, called for every index of the leading ones."""

import types

import numpy as np

from . import _core
from .array import Array, apply_kernel
from .foreign import refuse
from .gufunc_layout import check_signature, layout_text, parse_layout, writable_positions
from .kernel import make_kernel, remake, take_names
from .labelled import call_gufunc as labelled_gufunc
from .options import common
from .overrides import dispatch
from .types import as_signatures, from_dtype
from .ufunc_face import UfuncFace

_TARGETS = {"cpu": "cpu", "parallel": "parallel", "auto": "auto", "gpu": "gpu", "cuda": "gpu"}


def guvectorize(*args, signature=None, **options):
    """Makes a generalised ufunc of a function or of a stencil.

    Called as ``guvectorize(signatures, layout)`` or ``guvectorize(layout)``. The function has one parameter for each group
    of the layout and writes its last parameters, or it has parameters for the inputs alone and returns its results. A
    stencil can be decorated too.

    Parameters
    ----------
    signatures : list of signatures, optional
        ``[(nf.int8[:, :], nf.int8[:, :])]``: inputs, then outputs. Without them each call takes the dtypes that it gets,
        and the results have the dtype of the function's arithmetic.
    layout : str
        ``"(n,m)->(n,m)"``. ``()`` is a number, ``(3)`` a fixed size, ``(n?)`` may be missing, as in NumPy's layouts.
    target : {'cpu', 'parallel', 'auto', 'gpu'}
        'parallel' spreads the leading axes over threads. 'cuda' is 'gpu'.
    writable_args : sequence of int and str, optional
        Inputs that the function writes, by position or name. Without it a store into an input is an error.
    identity : {None, 0, 1, 'reorderable'}
        What ``reduce`` begins with, for layouts of ``()`` alone.

    Returns
    -------
    GUFunc

    Examples
    --------
    >>> import numpy as np
    >>> import nearfield as nf
    >>> @nf.guvectorize("(n)->(n)")
    ... @nf.stencil
    ... def change(x):
    ...     return x[1] - x[-1]
    >>> change(np.array([[1, 2, 4, 7], [7, 4, 2, 1]]))
    array([[ 0,  3,  5,  0],
           [ 0, -5, -3,  0]])
    """
    if len(args) == 2 and signature is None:
        signatures, layout = args
    elif len(args) == 1 and signature is not None:
        signatures, layout = args[0], signature
    elif len(args) <= 1 and bool(args) != (signature is not None):
        signatures, layout = None, args[0] if args else signature
    else:
        raise TypeError("guvectorize takes signatures and a layout, or a layout alone")
    if not isinstance(layout, str):
        raise TypeError(f"the layout is a string like '(n,m)->(n,m)', not {layout!r}")
    inputs, outputs = parse_layout(layout)
    signatures = as_signatures(signatures)
    for one in signatures:
        check_signature(one, inputs + outputs)
    target = options.get("target", "cpu")
    if target not in _TARGETS:
        raise ValueError(f"Unsupported target: {target}")
    writable = tuple(options.get("writable_args") or ())
    if writable and _TARGETS[target] == "gpu":
        raise TypeError("writable_args are not for target='gpu'")
    if "error_model" in options:
        raise KeyError("Unrecognized options: {'error_model'}. Division by zero in a generalised ufunc gives inf, nan or 0, as in NumPy's")
    identity = options.get("identity")
    if identity not in (None, 0, 1, "reorderable"):
        raise ValueError(f"Invalid identity value {identity!r}: it is 0, 1, None or 'reorderable'")
    compiled = common(options, extra={"target", "writable_args", "identity"}) | {
        "kind": "gufunc",
        "layout": layout_text(inputs, outputs),
        "signatures": tuple(s.key for s in signatures),
        "target": _TARGETS[target],
        # Numba's model for ufuncs: division by zero gives inf, nan or 0, whatever `error_model` says.
        "numpy_errors": True,
    }

    def decorate(function):
        if isinstance(function, _core.Kernel) and function.options["kind"] == "stencil":
            if writable:
                raise TypeError("writable_args: a stencil writes none of its inputs")
            return GUFunc(_over_stencil(function, options, compiled, inputs, outputs), identity)
        if isinstance(function, _core.Kernel):
            function = function.py_func
        if not isinstance(function, types.FunctionType):
            raise TypeError(f"guvectorize takes a function or a stencil, not {function!r}")
        parameters = function.__code__.co_varnames[: function.__code__.co_argcount]
        if len(parameters) not in (len(inputs), len(inputs) + len(outputs)):
            raise TypeError(
                f"`{function.__name__}` takes {len(parameters)} arguments, but the layout {compiled['layout']} has {len(inputs)} inputs "
                f"and {len(outputs)} outputs: give it all of them, or the inputs and return the outputs"
            )
        changes = {"writable_args": writable_positions(writable, parameters, len(inputs), function.__qualname__)}
        return GUFunc(make_kernel(function, compiled | changes, options.get("source")), identity)

    return decorate


def _over_stencil(kernel, options, compiled, inputs, outputs):
    if not outputs or len(inputs) != len(kernel.recipe.parameters):
        raise TypeError(
            f"a stencil of {len(kernel.recipe.parameters)} arguments has as many inputs, and an output for each number it returns, "
            f"but the layout is {compiled['layout']}"
        )
    own = {name: compiled[name] for name in ("fastmath", "parallel", "boundscheck", "dtype", "fit") if name in options}
    changes = {name: compiled[name] for name in ("kind", "layout", "signatures", "target")}
    return remake(kernel, own | changes | {"over_stencil": True})


class GUFunc(UfuncFace, _core.GufuncCall):
    """A generalised ufunc. It is called like NumPy's, on NumPy arrays, Dask arrays and lazy arrays."""

    def __init__(self, kernel, identity=None):
        options = kernel.options
        self.kernel = kernel
        layout = options["layout"].removesuffix("->")
        self._inputs, self._outputs = parse_layout(layout)
        self._layout = layout
        self._signatures = options["signatures"]
        self._target = options["target"]
        self._writable = options["writable_args"]
        self._identity = identity
        self._made = {}  # NumPy's ufuncs, by their loops and by which outputs are given
        self.nin = len(self._inputs)
        self.nout = len(self._outputs)
        self.nargs = self.nin + self.nout
        self._stores = not options["over_stencil"] and len(kernel.recipe.parameters) > self.nin
        self.identity = identity if identity in (0, 1) else None
        #: The layout, which NumPy calls a signature; None when there are no core dimensions.
        self.signature = layout if any(self._inputs + self._outputs) else None
        take_names(self, kernel)

    def __repr__(self):
        return f"<nearfield gufunc '{self.__name__}' {self._layout}>"

    def _listed_loops(self):
        names = [[name for name, _, _ in args] for args, _ in self._signatures]
        if not names:
            names = dict.fromkeys(loop for loops, _ in list(self._made) for loop in loops)
        dtypes = [[np.dtype(name) for name in one] for one in names]
        return [(one[: self.nin], one[self.nin :]) for one in dtypes]

    def reduce(self, *args, **keywords):
        """As `numpy.ufunc.reduce`, for layouts without core dimensions."""
        return self._method("reduce", args, keywords)

    def accumulate(self, *args, **keywords):
        """As `numpy.ufunc.accumulate`, for layouts without core dimensions."""
        return self._method("accumulate", args, keywords)

    def reduceat(self, *args, **keywords):
        """As `numpy.ufunc.reduceat`, for layouts without core dimensions."""
        return self._method("reduceat", args, keywords)

    def outer(self, *args, **keywords):
        """As `numpy.ufunc.outer`, for layouts without core dimensions."""
        return self._method("outer", args, keywords)

    def at(self, *args, **keywords):
        """As `numpy.ufunc.at`, for layouts without core dimensions."""
        if args and isinstance(args[0], np.ndarray) and not args[0].flags.writeable:
            raise ValueError("array is read-only")  # NumPy's `at` would write into it
        return self._method("at", args, keywords)

    # ---- the call

    def _call(self, *args, **keywords):
        """The call, where an earlier one on arrays of these kinds has not prepared it (then no Python code runs)."""
        if not self.nin <= len(args) <= self.nargs:
            given = f"{len(args)} {'was' if len(args) == 1 else 'were'} given"
            raise TypeError(f"{self.__name__}() takes from {self.nin} to {self.nargs} positional arguments but {given}")
        self._refuse_gpu()
        inputs, outs = args[: self.nin], self._outs(args[self.nin :], keywords)
        taken = self._dispatch("__call__", inputs, outs, keywords)
        if taken is not NotImplemented:
            return taken
        if any(isinstance(a, Array) for a in inputs):
            return self._call_lazy(inputs, outs, keywords)
        for i in self._writable:
            if not isinstance(inputs[i], np.ndarray):
                raise TypeError(f"{self.__name__}: input {i} is written, so it must be an array, not {type(inputs[i]).__name__}")
        plain = not keywords.keys() - {"out"}
        ufunc = self._ufunc(inputs, outs, keywords)
        result = self._run(ufunc, inputs, args, keywords)
        if plain and not (self._signatures and not all(isinstance(a, np.ndarray) for a in inputs)):
            _core.prepare_gufunc(self.kernel, inputs, outs)
        return result

    def _outs(self, positional, keywords):
        """One output (or None) for each of the layout's; NumPy says what is wrong with them."""
        out = keywords.get("out")
        if positional:
            given = tuple(positional)
        elif out is None:
            given = ()
        else:
            given = out if isinstance(out, tuple) else (out,)
        return given[: self.nout] + (None,) * (self.nout - len(given))

    def _dispatch(self, method, inputs, outs, keywords):
        """NumPy's protocol: each other kind of array is asked to do it, subclasses first."""
        rest = {name: value for name, value in keywords.items() if name != "out"}
        if "sig" in rest:
            rest["signature"] = rest.pop("sig")
        for a in inputs:
            if hasattr(a, "__cuda_array_interface__"):
                refuse(self.__name__, "gufunc", a)
        if method == "__call__" and any(type(a).__name__ == "DataArray" for a in inputs):
            return labelled_gufunc(self, inputs, outs, rest)
        foreign = method == "__call__" and any(hasattr(a, "dask") for a in (*inputs, *outs))
        if foreign and any(out is not None for out in outs):
            raise TypeError(f"{self.__name__}: a Dask array is computed later, so there is no out= to write now; use the result")
        if foreign and "output_dtypes" not in rest:
            inputs = tuple(np.asarray(a) if isinstance(a, (list, tuple)) else a for a in inputs)
            # Dask would find the dtypes by a call on small arrays; here they are known, and wrong inputs are an error now.
            self._check_casting(inputs)
            if self.kernel.options["over_stencil"]:
                from .dask_arrays import call_gufunc  # imports Dask

                result = call_gufunc(self, inputs, rest)
                if result is not None:
                    return result
            dtypes = self.result_types(*inputs)
            rest["output_dtypes"] = dtypes[0] if self.nout == 1 else dtypes
        return dispatch(self, method, inputs, outs, rest, known=(Array,))

    def _run(self, callable, inputs, args, keywords):
        """Calls NumPy's ufunc; where no loop takes the inputs, the words are ours."""
        try:
            return _core.call_ufunc(callable, tuple(args), keywords)
        except TypeError as error:
            if "could not be safely coerced to any supported types" not in str(error) or not self._signatures:
                raise
        raise self._no_loop(inputs)

    def _ufunc(self, inputs, outs, keywords):
        """NumPy's ufunc for a call. Without declared types it has one loop, for exactly these dtypes."""
        if self._signatures:
            loops = [([n for n, _, _ in a[: self.nin]], [n for n, _, _ in a[self.nin :]], i) for i, (a, _) in enumerate(self._signatures)]
        else:
            loops = [(*self._resolve(inputs, outs, keywords), -1)]
        given = sum(1 << i for i, out in enumerate(outs) if out is not None) if self._stores else 0
        return self._make(loops, given)

    def _make(self, loops, given=0):
        key = (tuple((*ins, *outs) for ins, outs, _ in loops), given)
        made = self._made.get(key)
        if made is None:
            made = _core.make_ufunc(self.kernel, loops, self._layout, self._identity, self.__name__, given)
            made = self._made.setdefault(key, made)
        return made

    def _resolve(self, inputs, outs, keywords):
        """The dtypes of the loop of a call without declared types; takes `dtype` off the keywords."""
        dtypes = [_loop_dtype(a) for a in inputs]
        results = [None] * self.nout
        wanted = keywords.get("signature", keywords.get("sig"))
        if wanted is not None:
            for i, one in enumerate(_signature_dtypes(wanted, self.nargs)):
                if one is not None and i < self.nin:
                    dtypes[i] = one
                elif one is not None:
                    results[i - self.nin] = one
        for dtype, value in zip(dtypes, inputs):
            if dtype is None or not _is_known(dtype):
                raise TypeError(
                    f"ufunc '{self.__name__}' not supported for the input types: {_kind_of(value)} is none that kernels have "
                    "(bool, integers, float32, float64)"
                )
        if keywords.get("dtype") is not None:
            results = [np.dtype(keywords.pop("dtype"))] * self.nout
        elif self._stores and "casting" not in keywords:
            # The kernel sees the arrays that it stores into, as in Numba's gufuncs without types.
            results = [r or (_out_dtype(o)) for r, o in zip(results, outs)]
        names, inferred = _core.gufunc_types(self.kernel, dtypes)
        return names, [name if r is None else r.name for r, name in zip(results, inferred)]

    def _method(self, name, args, keywords):
        """One of NumPy's methods of a ufunc. With core dimensions there is none, and NumPy says so."""
        if self.signature is not None or self.nin > 2 or self.nout != 1 or not args:
            return _core.call_ufunc(getattr(self._make([]), name), args, keywords)
        inputs = args[:1] if name in ("reduce", "accumulate") else args
        outs = self._outs((), keywords)
        taken = self._dispatch(name, inputs, outs, keywords)
        if taken is not NotImplemented:
            return taken
        if self._signatures:
            return self._run(getattr(self._ufunc(inputs, (None,), {}), name), inputs, args, keywords)
        operands = {"reduce": args[:1] * 2, "accumulate": args[:1] * 2, "reduceat": args[:1] * 2, "outer": args[:2], "at": args[:1] + args[2:3]}
        dtypes = [_loop_dtype(a) for a in operands[name]]
        if name.startswith(("reduce", "accumulate")):
            dtype = self._reduction_dtype(np.dtype(keywords["dtype"]) if keywords.get("dtype") is not None else dtypes[0])
            dtypes = [dtype] * self.nin
            keywords = keywords | {"dtype": dtype}
        ufunc = self._ufunc([np.empty(0, d) for d in dtypes], (None,), {})
        return _core.call_ufunc(getattr(ufunc, name), args, keywords)

    def _reduction_dtype(self, dtype):
        """The dtype that a reduction goes on in: its results are its inputs."""
        for _ in range(4):
            (result,) = self.result_types(*[dtype] * self.nin)
            if result == dtype:
                return dtype
            dtype = result
        raise TypeError(f"ufunc '{self.__name__}' gives another dtype each time its result is reduced further: give dtype=")

    # ---- casting

    def _check_casting(self, inputs):
        """NumPy's rule for declared types: some loop must take the inputs without loss."""
        if not self._signatures or self._loop_for(inputs):
            return
        raise self._no_loop(inputs)

    def _loop_for(self, inputs):
        """The first declared loop that takes the inputs without loss, None if there is none."""
        for args, _ in self._signatures:
            if all(_fits(a, np.dtype(name)) for a, (name, _, _) in zip(inputs, args)):
                return args
        return None

    def _no_loop(self, inputs):
        given = ", ".join(str(getattr(a, "dtype", type(a).__name__)) for a in inputs)
        declared = " or ".join(", ".join(name for name, _, _ in args[: self.nin]) for args, _ in self._signatures)
        wanted = ", ".join(f"nf.{from_dtype(a.dtype)}" if hasattr(a, "dtype") and _is_known(a.dtype) else "..." for a in inputs)
        return TypeError(
            f"ufunc '{self.__name__}' not supported for the input types, and the inputs could not be safely coerced to any "
            f"supported types according to the casting rule ''safe'': it is declared for {declared} and was given {given}. "
            f"Leave the types out of guvectorize, or declare {wanted}"
        )

    def _call_lazy(self, inputs, outs, keywords):
        """On a lazy array the result is lazy."""
        self._refuse_on_lazy(outs, keywords)
        if self.kernel.options["over_stencil"] and not self._signatures:
            return apply_kernel(self.kernel, inputs)
        if len(inputs) != 1 or self.nout != 1:
            raise NotImplementedError(f"{self.__name__}: on lazy arrays only functions of one array with one result work yet")
        self._check_casting(inputs)
        return inputs[0].apply(self.kernel)

    def result_types(self, *inputs):
        """The dtypes of the results for these inputs (arrays, dtypes or numbers), without running anything.

        Returns
        -------
        tuple of numpy.dtype
        """
        dtypes = [a.dtype if hasattr(a, "dtype") else np.asarray(a).dtype if isinstance(a, (bool, int, float)) else np.dtype(a) for a in inputs]
        return tuple(np.dtype(name) for name in _core.gufunc_types(self.kernel, dtypes)[1])


def _loop_dtype(value):
    """The dtype in which a loop takes a value; None when it has none that can be told."""
    try:
        dtype = value.dtype if isinstance(value, (np.ndarray, np.generic)) else np.asarray(value).dtype
    except ValueError:
        return None
    # Kernels have no half floats: they are widened, as Numba does it.
    return np.dtype(np.float32) if dtype == np.float16 else dtype.newbyteorder("=")


def _out_dtype(out):
    dtype = getattr(out, "dtype", None)
    return dtype.newbyteorder("=") if isinstance(dtype, np.dtype) and _is_known(dtype.newbyteorder("=")) else None


def _signature_dtypes(wanted, count):
    """The dtypes of NumPy's ``signature=``: a text of letters, or a tuple with None for what is open."""
    if isinstance(wanted, str):
        wanted = wanted.replace("->", "")
    if len(wanted) == 1:
        return [None] * (count - 1) + [np.dtype(wanted[0])]
    if len(wanted) != count:
        raise ValueError(f"signature= has {len(wanted)} dtypes, there are {count} arguments")
    return [None if one is None else np.dtype(one) for one in wanted]


def _kind_of(value):
    return f"dtype {value.dtype}" if hasattr(value, "dtype") else f"{type(value).__name__} {value!r:.40}"


def _is_known(dtype):
    try:
        from_dtype(dtype)
    except TypeError:
        return False
    return True


def _fits(value, dtype):
    """NumPy's safe casting; Python numbers are weak: they fit a dtype of their kind that can hold them."""
    if isinstance(value, (bool, int, float)) and not isinstance(value, np.generic):
        if isinstance(value, float):
            return dtype.kind == "f"
        if isinstance(value, bool) or dtype.kind == "f":
            return True
        return dtype.kind in "iu" and np.iinfo(dtype).min <= value <= np.iinfo(dtype).max
    return np.can_cast(value.dtype, dtype, "safe")
