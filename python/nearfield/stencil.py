"""``stencil``: what happens near one point, applied to all of them."""

import types

from . import _core
from .kernel import make_kernel
from .options import common

_MODES = ("constant", "reflect", "nearest", "mirror", "wrap", "valid")
_OPTIONS = {"cval", "standard_indexing", "neighborhood", "mode"}
_SHARED = {"fastmath", "boundscheck", "parallel", "cache", "nopython", "nogil", "dtype", "source", "error_model"}


def stencil(func_or_mode="constant", **options):
    """Makes a stencil of a function that reads its arrays at offsets relative to the current point.

    Parameters
    ----------
    func_or_mode : function or str
        The function, or the border mode.
    mode : {'constant', 'reflect', 'nearest', 'mirror', 'wrap', 'valid'}
        How points near the border are computed, by SciPy's names. With 'constant' the border cells are `cval`; 'valid'
        returns the smaller array.
    cval : number
        The value of border cells.
    neighborhood : sequence of (lo, hi) pairs
        How far the function may read, for indexes that are not constants.
    standard_indexing : str or sequence of str
        Parameters that are indexed absolutely.
    dtype : dtype or 'fit', optional
        The dtype of the result instead of the arithmetic's; 'fit' takes the narrowest one that holds every value.
    source : str, optional
        The text of the function, for functions that ``exec`` made.

    Returns
    -------
    Kernel
        ``k(x, ..., out=None, mode=None, dtype=None)``. On an array with more axes than indexes it runs over the last ones.

    Examples
    --------
    >>> import numpy as np
    >>> import nearfield as nf
    >>> @nf.stencil
    ... def change(x):
    ...     return x[1] - x[-1]
    >>> change(np.array([1, 2, 4, 7]))
    array([0, 3, 5, 0])
    """
    mode = func_or_mode
    function = None
    if not isinstance(func_or_mode, str):
        function, mode = func_or_mode, "constant"
        if not isinstance(function, types.FunctionType) and not isinstance(function, _core.Kernel):
            raise TypeError(f"stencil takes a function or the name of a border mode, not {function!r}")
    mode = options.get("mode") or mode
    compiled = _compiled_options(mode, options)

    def decorate(decorated):
        if isinstance(decorated, _core.Kernel):
            decorated = decorated.py_func
        return make_kernel(decorated, compiled, options.get("source"))

    return decorate if function is None else decorate(function)


def _compiled_options(mode, options):
    for name in options:
        if name not in _OPTIONS | _SHARED:
            raise ValueError(f"Unknown stencil option {name}")
    if mode not in _MODES:
        raise ValueError(f"Unsupported mode style {mode}: the border modes are {', '.join(_MODES)}")
    compiled = common({name: value for name, value in options.items() if name in _SHARED})
    compiled |= {"kind": "stencil", "mode": mode, "cval": options.get("cval")}
    if options.get("neighborhood") is not None:
        compiled["neighborhood"] = tuple((int(lo), int(hi)) for lo, hi in options["neighborhood"])
    standard = options.get("standard_indexing")
    if standard is not None:
        compiled["standard_indexing"] = (standard,) if isinstance(standard, str) else tuple(standard)
    return compiled
