"""``guvectorize``: a kernel on the last axes of its arguments, called for every index of the leading ones."""

import functools
import re
import types

import numpy as np

from . import _core
from .array import Array
from .kernel import WrongVersion, make_kernel, remake
from .options import common
from .types import as_signatures, from_dtype, void

_TARGETS = {"cpu": "cpu", "parallel": "parallel", "auto": "auto", "gpu": "gpu", "cuda": "gpu"}
# Compiled when first used: importing is to cost little.
_GROUP = r"\(([^()]*)\)"
_DIM = r"[A-Za-z_]\w*|\d+"


def parse_layout(layout):
    """Core dimensions of the inputs and the outputs.

    Examples
    --------
    >>> parse_layout("(n, m), () -> (m)")
    ([('n', 'm'), ()], [('m',)])
    """
    text = re.sub(r"\s", "", layout)
    left, arrow, right = text.partition("->")
    inputs, outputs = _groups(left, layout), _groups(right, layout) if right else []
    if not inputs or (arrow and not right):
        raise ValueError(f"bad layout {layout!r}: write it like '(n,m),()->(n,m)'")
    known = {dim for group in inputs for dim in group}
    undefined = [dim for group in outputs for dim in group if dim not in known and not dim.isdigit()]
    if undefined:
        raise NameError(f"undefined output symbols: {', '.join(undefined)}")
    return inputs, outputs


def _groups(text, layout):
    between = re.sub(_GROUP, "", text)
    if between.strip(",") or text.count("(") != between.count(",") + 1:
        raise ValueError(f"bad layout {layout!r}: write it like '(n,m),()->(n,m)'")
    groups = []
    for inside in re.findall(_GROUP, text):
        dims = tuple(inside.split(",")) if inside else ()
        for dim in dims:
            if not re.fullmatch(_DIM, dim):
                raise ValueError(f'bad token in signature "{dim}"')
        groups.append(dims)
    return groups


def layout_text(inputs, outputs):
    """The layout without white space, as NumPy shows it."""
    sides = (",".join(f"({','.join(group)})" for group in side) for side in (inputs, outputs))
    return "->".join(sides)


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
        ``"(n,m)->(n,m)"``.
    target : {'cpu', 'parallel', 'auto', 'gpu'}
        'cuda' is 'gpu'.

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
        _check_signature(one, inputs + outputs)
    target = options.get("target", "cpu")
    if target not in _TARGETS:
        raise ValueError(f"Unsupported target: {target}")
    if options.get("writable_args"):
        raise NotImplementedError("writable_args: inputs of a generalised ufunc are not written; make them outputs")
    if "error_model" in options:
        raise KeyError("Unrecognized options: {'error_model'}. Division by zero in a generalised ufunc gives inf, nan or 0, as in NumPy's")
    if options.get("identity") is not None:
        raise NotImplementedError("identity: generalised ufuncs have no reductions here")
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
            return GUFunc(_over_stencil(function, options, compiled, inputs, outputs))
        if isinstance(function, _core.Kernel):
            function = function.py_func
        if not isinstance(function, types.FunctionType):
            raise TypeError(f"guvectorize takes a function or a stencil, not {function!r}")
        count = function.__code__.co_argcount
        if count not in (len(inputs), len(inputs) + len(outputs)):
            raise TypeError(
                f"`{function.__name__}` takes {count} arguments, but the layout {compiled['layout']} has {len(inputs)} inputs "
                f"and {len(outputs)} outputs: give it all of them, or the inputs and return the outputs"
            )
        return GUFunc(make_kernel(function, compiled, options.get("source")))

    return decorate


def _over_stencil(kernel, options, compiled, inputs, outputs):
    if len(outputs) != 1 or len(inputs) != len(kernel.recipe.parameters):
        raise TypeError(
            f"a stencil of {len(kernel.recipe.parameters)} arguments has as many inputs and one output, "
            f"but the layout is {compiled['layout']}"
        )
    own = {name: compiled[name] for name in ("fastmath", "parallel", "boundscheck", "dtype", "fit") if name in options}
    changes = {name: compiled[name] for name in ("kind", "layout", "signatures", "target")}
    return remake(kernel, own | changes | {"over_stencil": True})


def _check_signature(signature, groups):
    if signature.return_type is not void:
        raise TypeError("gufunc kernel must have void return type: write inputs and outputs as (int8[:], int8[:])")
    if len(signature.args) != len(groups):
        raise TypeError(
            f"Signature mismatch: {len(signature.args)} argument types given, but the layout has {len(groups)} groups"
        )
    for position, (given, group) in enumerate(zip(signature.args, groups), 1):
        if given.ndim == 0 and group:
            raise TypeError(f"scalar type {given} given for non scalar argument #{position}")
        if given.ndim != len(group) and not (given.ndim == 1 and not group):
            raise TypeError(f"type and shape signature mismatch for arg #{position}")


class GUFunc(_core.GufuncCall):
    """A generalised ufunc. It is called like NumPy's, on NumPy arrays, Dask arrays and lazy arrays."""

    def __init__(self, kernel):
        options = kernel.options
        self.kernel = kernel
        self._inputs, self._outputs = parse_layout(options["layout"])
        self._signatures = options["signatures"]
        self._target = options["target"]
        self.nin = len(self._inputs)
        self.nout = len(self._outputs)
        self.nargs = self.nin + self.nout
        self.identity = None
        #: The layout, which NumPy calls a signature.
        self.signature = options["layout"]
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(self, name, getattr(kernel, name, None))
        if hasattr(kernel, "py_func"):
            self.py_func = self.__wrapped__ = kernel.py_func

    def __repr__(self):
        return f"<nearfield gufunc '{self.__name__}' {self.signature}>"

    def __reduce__(self):
        return rebuild, (self.kernel,)

    def __dask_tokenize__(self):
        return "nearfield.GUFunc", self.kernel.__dask_tokenize__()

    def explain(self, *args, **how):
        """`Kernel.explain` of the stencil that this is made of."""
        return self.kernel.explain(*args, **how)

    @property
    def types(self):
        """The loops that were declared, in NumPy's letters: ``['b->b']``."""
        loops = []
        for args, _ in self._signatures:
            letters = [np.dtype(name).char for name, _, _ in args]
            loops.append("".join(letters[: self.nin]) + "->" + "".join(letters[self.nin :]))
        return loops

    @property
    def ntypes(self):
        """How many loops were declared."""
        return len(self._signatures)

    @property
    def is_dynamic(self):
        """True when no types were declared."""
        return not self._signatures

    def _call(self, *args, out=None, **keywords):
        """The call, where an earlier one on arrays of these kinds has not prepared it (then no Python code runs)."""
        if not self.nin <= len(args) <= self.nargs:
            raise TypeError(f"{self.__name__}() takes from {self.nin} to {self.nargs} positional arguments but {len(args)} were given")
        if self._target == "gpu":
            raise NotImplementedError(
                f"{self.__name__}: target='gpu' is known, but this Nearfield has no GPU code yet; use target='parallel' or 'cpu'"
            )
        inputs, outs = args[: self.nin], self._outs(args[self.nin :], out)
        foreign = [a for a in (*inputs, *outs) if _is_foreign(a)]
        if foreign:
            return self._call_foreign(foreign, inputs, outs, keywords)
        if any(isinstance(a, Array) for a in inputs):
            return self._call_lazy(inputs, outs, keywords)
        return self._call_numpy(inputs, outs, **keywords)

    def _outs(self, positional, out):
        """One output (or None) for each of the layout's."""
        if out is not None and positional:
            raise TypeError("cannot specify 'out' as both a positional and keyword argument")
        if out is not None:
            positional = out if isinstance(out, tuple) else (out,)
            if len(positional) != self.nout:
                raise ValueError("The 'out' tuple must have exactly one entry per ufunc output")
        return tuple(positional) + (None,) * (self.nout - len(positional))

    def _call_numpy(self, inputs, outs, axes=None, axis=None, keepdims=False, **unknown):
        if unknown:
            raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{next(iter(unknown))}'")
        if keepdims:
            raise NotImplementedError("keepdims=True is not supported yet: put the axis back with np.expand_dims")
        inputs = tuple(a if isinstance(a, (bool, int, float, np.generic)) else _native(np.asanyarray(a)) for a in inputs)
        if axes is not None or axis is not None:
            return self._call_with_axes(inputs, outs, axes, axis)
        self._check_casting(inputs)
        direct = tuple(o if o is None or self._writes_into(o, i) else None for i, o in enumerate(outs))
        results = list(_core.call_gufunc(self.kernel, inputs, direct))
        for i, wanted in enumerate(outs):
            if wanted is not None and results[i] is not wanted:
                self._store(results[i], wanted)
                results[i] = wanted
        return tuple(results) if len(results) > 1 else results[0] if results else None

    def _check_casting(self, inputs):
        """NumPy's rule for declared types: some loop must take the inputs without loss."""
        if not self._signatures or self._loop_for(inputs):
            return
        given = ", ".join(str(getattr(a, "dtype", type(a).__name__)) for a in inputs)
        declared = " or ".join(", ".join(name for name, _, _ in args[: self.nin]) for args, _ in self._signatures)
        wanted = ", ".join(f"nf.{from_dtype(a.dtype)}" if hasattr(a, "dtype") and _is_known(a.dtype) else "..." for a in inputs)
        raise TypeError(
            f"ufunc '{self.__name__}' not supported for the input types, and the inputs could not be safely coerced to any "
            f"supported types according to the casting rule ''safe'': it is declared for {declared} and was given {given}. "
            f"Leave the types out of guvectorize, or declare {wanted}"
        )

    def _loop_for(self, inputs):
        """The first declared loop that takes the inputs without loss, None if there is none."""
        for args, _ in self._signatures:
            if all(_fits(a, np.dtype(name)) for a, (name, _, _) in zip(inputs, args)):
                return args
        return None

    def _writes_into(self, out, position):
        """True when the kernel can write the output itself: no declared dtype stands in between."""
        if not isinstance(out, np.ndarray):
            raise TypeError("return arrays must be of ArrayType")
        if not out.dtype.isnative or not out.flags.aligned or not _is_known(out.dtype):
            return False
        return not self._signatures or any(args[self.nin + position][0] == out.dtype.name for args, _ in self._signatures)

    def _store(self, result, out):
        if not np.can_cast(result.dtype, out.dtype, "same_kind"):
            raise TypeError(
                f"Cannot cast ufunc '{self.__name__}' output from {result.dtype!r} to {out.dtype!r} with casting rule 'same_kind'"
            )
        if out.shape != np.shape(result):
            raise ValueError(f"{self.__name__}: the output has shape {out.shape}, the result {np.shape(result)}")
        np.copyto(out, result, casting="same_kind")

    def _call_with_axes(self, inputs, outs, axes, axis):
        """`axes=` and `axis=`: the core axes of each argument are moved last, and those of the results back."""
        groups = self._inputs + self._outputs
        if axis is not None:
            if axes is not None:
                raise TypeError("cannot specify both 'axis' and 'axes'")
            if any(len(group) > 1 for group in groups):
                raise TypeError(f"{self.__name__}: axis can only be used with a single shared core dimension")
            axes = [(axis,) * len(group) for group in groups]
        axes = [(a,) if isinstance(a, int) else tuple(a) for a in axes]
        if len(axes) == self.nin and not any(self._outputs):
            axes += [()] * self.nout
        if len(axes) != self.nargs or any(len(a) != len(group) for a, group in zip(axes, groups)):
            raise ValueError(f"axes must have one entry for each argument of {self.signature}, as long as its group")

        def last(array, chosen):
            return array if array is None or not chosen else np.moveaxis(array, chosen, range(-len(chosen), 0))

        moved = tuple(last(a, chosen) for a, chosen in zip(inputs, axes))
        moved_outs = tuple(last(o, chosen) for o, chosen in zip(outs, axes[self.nin :]))
        results = self._call_numpy(moved, moved_outs)
        single = not isinstance(results, tuple)
        back = []
        for i, result in enumerate((results,) if single else results):
            chosen = axes[self.nin + i]
            if outs[i] is not None:
                result = outs[i]
            elif chosen:
                result = np.moveaxis(result, range(-len(chosen), 0), chosen)
            back.append(result)
        return back[0] if single else tuple(back)

    def _call_lazy(self, inputs, outs, keywords):
        """On a lazy array the result is lazy."""
        if keywords or any(o is not None for o in outs):
            raise TypeError(f"{self.__name__}: on a lazy array no out= and no other keywords are taken; .compute() the result")
        if len(inputs) != 1 or self.nout != 1:
            raise NotImplementedError(f"{self.__name__}: on lazy arrays only functions of one array with one result work yet")
        self._check_casting(inputs)
        return inputs[0].apply(self.kernel)

    def _call_foreign(self, foreign, inputs, outs, keywords):
        """NumPy's protocol: each other kind of array is asked to do it, subclasses first."""
        keywords = dict(keywords)
        if any(o is not None for o in outs):
            keywords["out"] = outs
        if "output_dtypes" not in keywords and all(hasattr(a, "dask") for a in foreign):
            # Dask would find the dtypes by a call on small arrays; here they are known, and wrong inputs are an error now.
            self._check_casting(inputs)
            if self.kernel.options["over_stencil"]:
                from .dask_arrays import call_gufunc  # imports Dask

                result = call_gufunc(self, inputs, keywords)
                if result is not None:
                    return result
            dtypes = self.result_types(*inputs)
            keywords["output_dtypes"] = dtypes[0] if self.nout == 1 else dtypes
        order = []
        for a in foreign:
            if not any(type(a) is type(b) for b in order):
                at = next((i for i, b in enumerate(order) if isinstance(a, type(b))), len(order))
                order.insert(at, a)
        for a in order:
            result = type(a).__array_ufunc__(a, self, "__call__", *inputs, **keywords)
            if result is not NotImplemented:
                return result
        raise TypeError(f"operand type(s) all returned NotImplemented from __array_ufunc__({self!r}, '__call__', ...)")

    def result_types(self, *inputs):
        """The dtypes of the results for these inputs (arrays, dtypes or numbers), without running anything.

        Returns
        -------
        tuple of numpy.dtype
        """
        dtypes = [a.dtype if hasattr(a, "dtype") else np.asarray(a).dtype if isinstance(a, (bool, int, float)) else np.dtype(a) for a in inputs]
        return tuple(np.dtype(name) for name in _core.gufunc_result_types(self.kernel, dtypes))


def rebuild(kernel):
    """The other end of `GUFunc.__reduce__`."""
    return kernel if isinstance(kernel, WrongVersion) else GUFunc(kernel)


def _is_foreign(value):
    """True for an array of another library that takes part in NumPy's ufunc protocol."""
    if value is None or isinstance(value, (np.ndarray, np.generic, Array)):
        return False
    return getattr(type(value), "__array_ufunc__", None) is not None


@functools.cache
def _is_known(dtype):
    try:
        from_dtype(dtype)
    except TypeError:
        return False
    return True


def _native(array):
    """The array in native byte order and aligned, as NumPy's ufuncs see it; float16 is widened, as they do."""
    if array.dtype == np.float16:
        return array.astype(np.float32)
    if not array.dtype.isnative or not array.flags.aligned:
        return array.astype(array.dtype.newbyteorder("="))
    return array


def _fits(value, dtype):
    """NumPy's safe casting; Python numbers are weak: they fit a dtype of their kind that can hold them."""
    if isinstance(value, (bool, int, float)) and not isinstance(value, np.generic):
        if isinstance(value, float):
            return dtype.kind == "f"
        if isinstance(value, bool) or dtype.kind == "f":
            return True
        return dtype.kind in "iu" and np.iinfo(dtype).min <= value <= np.iinfo(dtype).max
    return np.can_cast(value.dtype, dtype, "safe")
