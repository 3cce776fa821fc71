"""Lazy arrays: images, stacks and what kernels make of them; nothing is read or computed until asked."""

import math
import operator
import os

import numpy as np

from . import _core
from .kernel import WrongVersion
from .operators import Operators
from .progress import reporter
from .types import Type


class Array(Operators):
    """A lazy array of any size, made by `imread` and by kernels.

    Kernels called on it give lazy arrays again, and so do operators, NumPy's functions of elements and reductions.
    `compute` gives a NumPy array, `imsave` streams it to files.

    Attributes
    ----------
    shape : tuple of int
    dtype : numpy.dtype
    axes : str
        A letter for each axis: ``NYX`` for a stack of images, ``YXC`` for colour.
    tile : tuple of int
        The part that is read and computed at a time.
    """

    __slots__ = ("_core_array", "_made", "__weakref__")

    def __init__(self, kind, *parts):
        #: How it was made: what travels to other processes.
        self._made = (kind, *parts)
        self._core_array = MAKERS[kind](*parts)

    @classmethod
    def of(cls, core_array, made):
        """An array that is there already, and how another process makes it; None makes it when it is first used."""
        array = object.__new__(cls)
        array._core_array, array._made = core_array, made
        return array

    @property
    def _lazy(self):
        if self._core_array is None:
            self._core_array = MAKERS[self._made[0]](*self._made[1:])
        return self._core_array

    def __reduce__(self):
        return rebuild, (_core.__version__, *self._made)

    @property
    def shape(self):
        return self._lazy.shape

    @property
    def dtype(self):
        return np.dtype(self._lazy.dtype)

    @property
    def ndim(self):
        return len(self._lazy.shape)

    @property
    def size(self):
        return math.prod(self._lazy.shape)

    @property
    def nbytes(self):
        return self._lazy.nbytes

    @property
    def axes(self):
        return self._lazy.axes

    @property
    def tile(self):
        return self._lazy.tile

    def __len__(self):
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __repr__(self):
        shape, tile = (", ".join(map(str, numbers)) for numbers in (self.shape, self.tile))
        return f"nearfield.Array<shape=({shape}), dtype={self.dtype}, size={in_bytes(self.nbytes)}, tile=({tile}), axes={self.axes}>"

    def _repr_html_(self):
        import html  # a table of character names that only notebooks need

        rows = {
            "shape": " × ".join(map(str, self.shape)),
            "axes": self.axes,
            "dtype": self.dtype,
            "size": in_bytes(self.nbytes),
            "tile": " × ".join(map(str, self.tile)),
        }
        cells = "".join(f"<tr><th>{name}</th><td>{html.escape(str(value))}</td></tr>" for name, value in rows.items())
        return f"<table>{cells}</table>"

    def __getitem__(self, index):
        """A frame, or a range of frames: an index or a slice without step of the first axis."""
        if isinstance(index, tuple):
            first, *rest = index or (Ellipsis,)
            if any(not (r is Ellipsis or isinstance(r, slice) and r == slice(None)) for r in rest):
                raise NotImplementedError(f"only the first axis of a lazy array can be indexed yet: x[{first!r}].compute()[...]")
            index = first
        if index is Ellipsis:
            return self
        if isinstance(index, slice):
            begin, end, step = index.indices(len(self))
            if step != 1:
                raise NotImplementedError("a lazy array is sliced without a step: x[a:b].compute()[::step]")
            return Array("slice", self, begin, max(begin, end))
        try:
            index = operator.index(index)
        except TypeError:
            raise TypeError(f"a lazy array is indexed with an integer or a slice, not {index!r}; .compute() it for more") from None
        if not -len(self) <= index < len(self):
            raise IndexError(f"index {index} is out of bounds for axis 0 with size {len(self)}")
        return Array("at", self, index % len(self))

    def compute(self, memory=None, progress=False):
        """The values as a NumPy array.

        Parameters
        ----------
        memory : int or str, optional
            The budget of the run beside the result: bytes, or text such as ``"2GiB"``.
        progress : bool or callable, optional
            True shows a bar; a function is called with `frames_done, frames_total, bytes_in, bytes_out, seconds`.
        """
        with reporter(progress) as report:
            return self._lazy.compute(memory=bytes_of(memory), progress=report)

    def __array__(self, dtype=None, copy=None):
        if copy is False:
            raise ValueError("a lazy array has to be computed, which makes a new array: copy=False cannot be had")
        computed = self.compute()
        return computed if dtype is None else computed.astype(dtype, copy=False)

    def astype(self, dtype, copy=True):
        """Each element cast to another dtype as C does it."""
        dtype = dtype.dtype if isinstance(dtype, Type) else np.dtype(dtype)
        return self if dtype == self.dtype else Array("astype", self, dtype)

    def map_blocks(self, function, dtype=None):
        """A stencil or generalised ufunc over this array, lazily; `dtype` casts the result.

        Unlike Dask's, this has no blocks with borders of their own: it is the same as calling the function.
        """
        kernel = getattr(function, "kernel", function)
        if not isinstance(kernel, _core.Kernel):
            raise TypeError(f"map_blocks takes a stencil or a generalised ufunc, not {function!r}: decorate it with @nf.stencil")
        result = function(self)
        return result if dtype is None else result.astype(dtype)

    def apply(self, kernel, mode=None, dtype=None):
        """The lazy result of a kernel object; kernels do this when they are called."""
        return apply_kernel(kernel, (self,), mode, dtype)

    # ---- Dask's protocol of collections: what Dask computes is blocks of frames, each by the engine.

    def to_dask(self, chunks=None):
        """This array as a Dask array, with one task for each chunk of frames.

        Parameters
        ----------
        chunks : optional
            A number of frames, or chunks of all axes as Dask has them; by default whole frames, as many as Dask's
            ``array.chunk-size`` holds.
        """
        return _dask().to_dask(self, chunks)

    def __dask_graph__(self):
        return self.to_dask().__dask_graph__()

    def __dask_keys__(self):
        return self.to_dask().__dask_keys__()

    def __dask_layers__(self):
        return self.to_dask().__dask_layers__()

    def __dask_tokenize__(self):
        stamps = [(s.st_mtime_ns, s.st_size) for s in map(os.stat, self._lazy.files)]
        return "nearfield.Array", self._made, stamps

    def __dask_postcompute__(self):
        return self.to_dask().__dask_postcompute__()

    def __dask_postpersist__(self):
        return _dask().postpersist(self)

    @staticmethod
    def __dask_optimize__(graph, keys, **options):
        return _dask().optimize(graph, keys, **options)

    @staticmethod
    def __dask_scheduler__(*args, **options):
        return _dask().threaded(*args, **options)


def _dask():
    from . import dask_lazy  # imports Dask

    return dask_lazy


def _lazy_of(operand):
    return operand._lazy if isinstance(operand, Array) else operand


#: What makes a lazy array of the parts that `_made` keeps.
MAKERS = {
    "memory": lambda array: _core.from_memory(np.require(array, requirements="A")),  # messages do not align
    "image": _core.imread,
    "files": _core.imread_list,
    "function": _core.from_function,
    "slice": lambda array, begin, end: array._lazy.slice(begin, end),
    "at": lambda array, index: array._lazy.at(index),
    "astype": lambda array, dtype: array._lazy.astype(dtype),
    "apply": lambda kernel, operands, mode, dtype: _core.apply(kernel, [_lazy_of(o) for o in operands], mode, dtype),
    "result": lambda applied, position: _core.results(applied._lazy)[position],
    "elementwise": lambda name, *operands: _core.elementwise(name, [_lazy_of(o) for o in operands]),
    "reduce": lambda array, name, axes, keepdims: array._lazy.reduce(name, axes, keepdims),
    "dask": lambda array: _dask().lazy_of(array),
}


def rebuild(version, *made):
    """The other end of `Array.__reduce__`. What is wrong with it (a file that is not there) is told when it is used: an error
    while a message is read would take a cluster's worker down."""
    return Array.of(None, made) if version == _core.__version__ else WrongVersion("the lazy array", version)


def apply_kernel(kernel, args, mode=None, dtype=None):
    """The lazy result of a kernel for lazy arrays, arrays in memory and numbers, or a tuple of them. All results of one call are made
    together where they are computed together."""
    options = kernel.options
    absolute = options["standard_indexing"]
    operands = tuple(
        _whole(a) if name in absolute else from_array(a) if isinstance(a, np.ndarray) else a
        for name, a in zip(kernel.recipe.parameters, args, strict=True)
    )
    first = Array("apply", kernel, operands, mode, dtype)
    count = len(_core.results(first._lazy))
    return first if count == 1 else (first, *(Array("result", first, i) for i in range(1, count)))


def _whole(value):
    """An argument that a stencil indexes absolutely: no array of frames, so that blocks of frames carry all of it."""
    if isinstance(value, Array) and value._made[0] == "memory":
        value = value._made[1]
    refuse_mask("from_array", value)
    return np.require(value, value.dtype.newbyteorder("="), "A") if isinstance(value, np.ndarray) else value


def from_array(array):
    """A lazy array over an array in memory."""
    refuse_mask("from_array", array)
    array = np.asarray(array)
    if not array.dtype.isnative or not array.flags.aligned:
        array = array.astype(array.dtype.newbyteorder("="))
    return Array("memory", array)


def refuse_mask(name, array):
    """Raises for one of NumPy's masked arrays, whose mask would be lost."""
    if hasattr(array, "mask") and isinstance(array, np.ma.MaskedArray):
        raise TypeError(f"`{name}` got a masked array, and kernels know no masks: give it x.filled(value), or x.data with the mask beside it")


def from_dask(array):
    """A lazy array over a Dask array, whose chunks are computed by Dask when their frames are asked for."""
    return _dask().from_dask(array)


def in_bytes(count):
    """A number of bytes for people: "12.5 MiB"."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if count < 1024 or unit == "TiB":
            return f"{count:.4g} {unit}"
        count /= 1024


_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}


def bytes_of(memory):
    """A number of bytes from a number or text such as "2GiB"; None is 0, the default budget."""
    if memory is None:
        return 0
    if isinstance(memory, str):
        text = memory.strip().lower()
        digits = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
        unit = text[len(digits) :].strip()
        try:
            return int(float(digits) * _UNITS[unit])
        except (ValueError, KeyError):
            raise ValueError(f"memory={memory!r}: write a number of bytes, or text such as '500MB' or '2GiB'") from None
    return operator.index(memory)
