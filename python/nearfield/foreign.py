"""Kernels called with what is neither a NumPy array nor a number: lazy arrays, arrays of other libraries, and mistakes."""

import numpy as np

from .array import Array, apply_kernel, refuse_mask
from .labelled import call_stencil as labelled_stencil
from .labelled import is_labelled


def call_kernel(kernel, args, keywords):
    """Goes on where the compiled call found an argument that it does not know."""
    name, kind = kernel.__name__, kernel.options["kind"]
    if any(isinstance(a, Array) for a in args):
        return _call_lazy(kernel, name, kind, args, keywords)
    if any(is_labelled(a) for a in args):
        if kind != "stencil":
            raise TypeError(f"`{name}` is a jitted function, which works on arrays without labels: give it x.values")
        return labelled_stencil(kernel, args, keywords)
    if kind == "stencil" and any(hasattr(a, "dask") for a in args):
        from .dask_arrays import call_stencil  # imports Dask

        return call_stencil(kernel, args, keywords)
    for a in (*args, *keywords.values()):
        refuse(name, kind, a)
    if kind == "stencil" and any(isinstance(a, np.ndarray) and not a.flags.aligned for a in args):
        return kernel(*(_aligned(a) for a in args), **keywords)
    raise TypeError(f"`{name}` cannot be called with {', '.join(type(a).__name__ for a in args)}")


def _call_lazy(kernel, name, kind, args, keywords):
    if kind != "stencil":
        raise TypeError(f"`{name}` is a jitted function, which works on arrays in memory: give it x.compute(), or make it a stencil")
    unknown = keywords.keys() - {"mode", "dtype"}
    if unknown:
        raise TypeError(f"`{name}`: a stencil on a lazy array takes mode= and dtype=, not {sorted(unknown)[0]}=")
    if len(args) != len(kernel.recipe.parameters):
        few = "not enough" if len(args) < len(kernel.recipe.parameters) else "too many"
        raise TypeError(f"{few} arguments for `{name}`: expected {len(kernel.recipe.parameters)}, got {len(args)}")
    return apply_kernel(kernel, args, keywords.get("mode"), keywords.get("dtype"))


def refuse(name, kind, value):
    """Raises for an argument that kernels do not take."""
    refuse_mask(name, value)
    if value is None or isinstance(value, (np.ndarray, np.generic, bool, int, float, str, np.dtype, type)):
        if value is None or isinstance(value, str):
            raise TypeError(f"`{name}` got {value!r}: kernels take arrays and numbers")
        return
    what = type(value).__name__
    if hasattr(value, "dask"):
        raise TypeError(
            f"`{name}` got a Dask array: use x.map_blocks(f), or make it a gufunc with `nf.guvectorize`, which takes Dask arrays"
        )
    if hasattr(value, "__cuda_array_interface__"):
        raise NotImplementedError(
            f"`{name}` got an array on a GPU ({type(value).__module__.partition('.')[0]}.{what}), and this Nearfield runs kernels on "
            "the processor: copy it there, as CuPy's x.get() does"
        )
    if isinstance(value, complex):
        raise TypeError(f"`{name}` got a complex number, which kernels do not have yet")
    if isinstance(value, (list, tuple)):
        raise TypeError(f"`{name}` got a {what}: kernels take arrays and numbers, so give it np.array(...)")
    if hasattr(value, "__array__"):
        raise TypeError(f"`{name}` got a {what}: give it the NumPy array, np.asarray(...)")
    raise TypeError(f"`{name}` got an object of type {what}: kernels take arrays and numbers")


def _aligned(value):
    return value.copy() if isinstance(value, np.ndarray) and not value.flags.aligned else value
