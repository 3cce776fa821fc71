"""Nearfield: write what happens near one point; it runs at memory speed on one image or a terabyte stack.

>>> import numpy as np
>>> import nearfield as nf
>>> @nf.stencil
... def smooth(x):
...     return (x[-1] + x[0] + x[1]) // 3
>>> smooth(np.array([3, 3, 6, 9, 9]))
array([0, 4, 6, 8, 0])
"""

from . import _core
from ._core import __version__, cache_info, get_num_threads
from .array import Array, from_array, from_dask
from .errors import CompileError, Diagnostic, InternalError, SourceError
from .gufunc import GUFunc, guvectorize
from .io import imread, imsave
from .jit import jit, njit, prange
from .stencil import stencil
from .types import *  # noqa: F403 - the type names, listed in types.__all__
from .types import __all__ as _type_names
from .types import from_dtype
from .vectorize import UFunc, vectorize

Kernel = _core.Kernel

__all__ = [
    "Array", "CompileError", "Diagnostic", "GUFunc", "InternalError", "Kernel", "SourceError", "UFunc", "cache_info", "from_array", "from_dask",
    "copy_seconds", "from_dtype", "get_num_threads", "guvectorize", "imread", "imsave", "jit", "njit", "prange", "set_num_threads", "stencil", "vectorize",
    *_type_names,
]  # fmt: skip


def set_num_threads(n):
    """Sets how many threads parallel work uses."""
    if n < 1:
        raise ValueError(f"The number of threads must be at least 1, not {n}")
    _core.set_num_threads(n)


def copy_seconds(nbytes, threads=None):
    """The time that copying takes at best on this machine, measured when asked.

    Parameters
    ----------
    nbytes : int
        Bytes of input and output together.
    threads : int, optional
        How many threads copy; by default as many as parallel work uses.

    Returns
    -------
    float
        Seconds: what a kernel that moves as many bytes can reach.
    """
    return _core.copy_seconds(nbytes, get_num_threads() if threads is None else threads)


def __getattr__(name):
    if name == "compile_failures":
        # Read on access: how many kernels failed to compile in this process.
        return _core.compile_failures()
    raise AttributeError(f"module 'nearfield' has no attribute '{name}'")
