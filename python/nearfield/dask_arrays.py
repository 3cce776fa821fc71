"""Stencils on Dask arrays: lazy, with one task for each chunk of the result, whatever the chunks are."""

import itertools
import math
import operator

import dask.array as da
import numpy as np
from dask._task_spec import Task, TaskRef
from dask.base import tokenize
from dask.highlevelgraph import HighLevelGraph, Layer

from . import _core
from .chunk_task import aligned, compute_chunk, pieces_around, whole_piece
from .kernel import remake
from .regions import plan_axis_once, result_chunks


def is_dask(value):
    """True for a Dask array."""
    return isinstance(value, da.Array)


def call_stencil(kernel, args, keywords):
    """The lazy result of a stencil for arguments of which at least one is a Dask array.

    Parameters
    ----------
    kernel : Kernel
    args : tuple
        Arrays and numbers, as in a call on NumPy arrays.
    keywords : dict
        ``mode`` and ``dtype``.
    """
    unknown = keywords.keys() - {"mode", "dtype", "out"}
    if unknown:
        raise TypeError(f"`{kernel.__name__}`: a stencil on a Dask array takes mode= and dtype=, not {sorted(unknown)[0]}=")
    if keywords.get("out") is not None:
        raise TypeError(f"`{kernel.__name__}`: a Dask array is computed later, so there is no out= to write now; use the result")
    return apply_stencil(StencilCall(kernel, keywords.get("mode"), _name_of(keywords.get("dtype"))), args)


def call_gufunc(gufunc, inputs, keywords):
    """The lazy result of a gufunc over a stencil, whose core dimensions may lie in chunks; None for what Dask does itself."""
    kernel = gufunc.kernel
    cores = [group for group in gufunc._inputs if group]
    if set(cores) != set(gufunc._outputs) or kernel.options["mode"] == "valid" or keywords.keys() - {"allow_rechunk"}:
        return None
    if any(getattr(a, "ndim", 0) for a, group in zip(inputs, gufunc._inputs) if not group):
        return None  # numbers that differ from core to core
    casts = dtype = None
    if gufunc._signatures:
        loop = gufunc._loop_for(inputs)
        casts, dtype = tuple(name for name, _, _ in loop[: gufunc.nin]), loop[-1][0]
    stencil = kernel.__dict__.get("_stencil")
    if stencil is None:
        plain = {"kind": "stencil", "layout": "", "signatures": (), "target": "", "over_stencil": False}
        stencil = kernel._stencil = remake(kernel, plain)
    rank = len(cores[0])
    return apply_stencil(StencilCall(stencil, dtype=dtype, casts=casts), _broadcast_leading(gufunc, inputs, rank))


def _broadcast_leading(gufunc, inputs, rank):
    """The inputs with the same leading axes, as gufuncs have it."""
    arrays = [a if is_dask(a) else np.asarray(a) for a in inputs]
    lead = np.broadcast_shapes(*(a.shape[: a.ndim - rank] for a, group in zip(arrays, gufunc._inputs) if group))

    def broadcast(original, a, group):
        if not group:
            return original
        if a.ndim < rank:
            raise ValueError(
                f"{gufunc.__name__}: an array of {a.ndim} dimensions is given for ({','.join(group)}) of {gufunc.signature}"
            )
        shape = lead + a.shape[a.ndim - rank :]
        return a if a.shape == shape else da.broadcast_to(a, shape)

    return tuple(map(broadcast, inputs, arrays, gufunc._inputs))


def _name_of(dtype):
    return None if dtype is None else np.dtype(getattr(dtype, "dtype", dtype)).name


class StencilCall:
    """A stencil with the options of one call: what each task runs. It travels as source and options.

    Parameters
    ----------
    kernel : Kernel
    mode : str, optional
        The border mode of the whole array.
    dtype : str, optional
    casts : tuple, optional
        For each argument the dtype that a signature declares.
    """

    __slots__ = ("kernel", "mode", "dtype", "casts", "__name__")

    def __init__(self, kernel, mode=None, dtype=None, casts=None):
        self.kernel, self.dtype, self.casts = kernel, dtype, casts
        self.mode = mode or kernel.options["mode"]
        self.__name__ = kernel.__name__

    def __reduce__(self):
        return StencilCall, (self.kernel, self.mode, self.dtype, self.casts)

    def __dask_tokenize__(self):
        return "nearfield.StencilCall", self.kernel.__dask_tokenize__(), self.mode, self.dtype, self.casts

    def __call__(self, *args):
        if self.casts:
            args = [a.astype(c, copy=False) if c and hasattr(a, "astype") else a for a, c in zip(args, self.casts)]
        if not isinstance(self.kernel, _core.Kernel):
            return self.kernel()  # one of another version, which says so
        return _core.call_chunk(self.kernel, tuple(map(aligned, args)), self.mode, self.dtype)

    def info(self, args):
        """(rank, footprint, dtypes, relative, asks_shapes), from types alone."""
        types = [(a.dtype, a.ndim) if hasattr(a, "ndim") and not isinstance(a, np.generic) else a for a in args]
        if self.casts:
            types = [(np.dtype(c), t[1]) if c and isinstance(t, tuple) else t for t, c in zip(types, self.casts)]
        return _core.stencil_info(self.kernel, types, self.mode, self.dtype)


def apply_stencil(call, args):
    """The lazy result of a `StencilCall`: a Dask array, or a tuple of them."""
    expected = len(call.kernel.recipe.parameters)
    if len(args) != expected:
        few = "not enough" if len(args) < expected else "too many"
        raise TypeError(f"{few} arguments for `{call.__name__}`: expected {expected}, got {len(args)}")
    for a in args:
        _check_kind(call, a)
    first = args[0]
    if not isinstance(first, (np.ndarray, da.Array)):
        raise TypeError(f"the first argument of the stencil `{call.__name__}` must be an array")
    rank, footprint, dtypes, relative, asks_shapes = call.info(args)
    leading = first.ndim - rank
    args = [
        _relative(call, a, first, leading, rank) if reads and getattr(a, "ndim", 0) else _whole(a)
        for a, reads in zip(args, relative)
    ]
    if not is_dask(args[0]):
        args[0] = da.from_array(args[0], chunks=-1)
    if asks_shapes:  # a chunk's shape is not the array's
        args = [a.rechunk({axis - rank: -1 for axis in range(rank)}) if r and is_dask(a) else a for a, r in zip(args, relative)]
    first = args[0]
    for axis, (lo, hi) in enumerate(footprint):
        if any(math.isnan(size) for size in first.chunks[leading + axis]):
            raise ValueError(f"`{call.__name__}`: the sizes of the chunks are not known; x.compute_chunk_sizes() finds them")
    chunks = first.chunks[:leading] + tuple(
        result_chunks(own, lo, hi, call.mode) for own, (lo, hi) in zip(first.chunks[leading:], footprint)
    )
    if asks_shapes or _is_blockwise(args, relative, first, rank):
        return _blockwise(call, args, relative, first, rank, chunks, dtypes)
    layer = StencilLayer(call, args, relative, rank, footprint, chunks)
    return _results(layer, args, chunks, dtypes)


def _check_kind(call, value):
    if is_dask(value):
        if not isinstance(value._meta, np.ndarray):
            raise TypeError(f"`{call.__name__}` got a Dask array of {type(value._meta).__name__}s: its chunks are to be NumPy arrays")
        return
    if isinstance(value, (np.ndarray, np.generic, bool, int, float)):
        return
    raise TypeError(f"`{call.__name__}` got {type(value).__name__} beside a Dask array: give it NumPy arrays, Dask arrays and numbers")


def _relative(call, value, first, leading, rank):
    """An array that is read at offsets, with the leading chunks of the first one."""
    if value is first:
        return value
    own = value.ndim - rank
    if any(a < b for a, b in zip(value.shape[own:], first.shape[leading:])):
        raise ValueError(
            f"`{call.__name__}`: an array of shape {value.shape} is smaller than the first one with shape {first.shape}: every array "
            "that a stencil reads at offsets must be at least as large as the first one"
        )
    if own and value.shape[:own] != first.shape[:leading]:
        raise ValueError(f"`{call.__name__}`: the leading axes of {value.shape} and {first.shape} differ")
    if not is_dask(value):
        value = da.from_array(value, chunks=value.shape)
    if own and is_dask(first):
        value = value.rechunk(first.chunks[:leading] + value.chunks[own:])
    return value


def _whole(value):
    """An argument that is not read at offsets: each task gets all of it."""
    return value.rechunk(-1) if is_dask(value) and value.ndim else value


def _is_blockwise(args, relative, first, rank):
    """True when no chunk needs another one."""
    return all(
        not is_dask(a) or (r and _same_core(a, first, rank) and all(len(c) == 1 for c in _core_of(a.chunks, rank)))
        for a, r in zip(args, relative)
    )


def _core_of(axes, rank):
    return axes[len(axes) - rank :]


def _same_core(a, first, rank):
    return _core_of(a.shape, rank) == _core_of(first.shape, rank)


def _blockwise(call, args, relative, first, rank, chunks, dtypes):
    """One task for each index of the leading chunks, which Dask can fuse with those before and after it."""
    axes = tuple(range(first.ndim))
    leading = first.ndim - rank
    indexed = []
    for position, (a, r) in enumerate(zip(args, relative)):
        own = None
        if is_dask(a):
            moves = r and _same_core(a, first, rank)
            core = axes[leading:] if moves else tuple(f"{position}.{axis}" for axis in range(rank if r else a.ndim))
            own = (axes[leading - (a.ndim - rank) : leading] if r else ()) + core
        indexed += [a, own]
    changed = {axis: chunks[axis] for axis in axes[leading:] if chunks[axis] != first.chunks[axis]}
    meta = np.empty((0,) * first.ndim, dtypes[0])
    made = da.blockwise(
        call, axes, *indexed, dtype=dtypes[0], meta=meta, concatenate=True, adjust_chunks=changed or None, name=_name(call, args)
    )
    return tuple(_item(made, i, dtype) for i, dtype in enumerate(dtypes)) if len(dtypes) > 1 else made


def _name(call, args):
    return f"{_plain(call.__name__)}-{tokenize(call, *args)}"


def _plain(name):
    return "stencil" if name == "<lambda>" else name


def _results(layer, args, chunks, dtypes):
    graph = HighLevelGraph.from_collections(layer.name, layer, dependencies=[a for a in args if is_dask(a)])
    made = da.Array(graph, layer.name, chunks, meta=np.empty((0,) * len(chunks), dtypes[0]))
    return tuple(_item(made, i, dtype) for i, dtype in enumerate(dtypes)) if len(dtypes) > 1 else made


def _item(tuples, position, dtype):
    """One of the arrays that each task made."""
    meta = np.empty((0,) * tuples.ndim, dtype)
    return tuples.map_blocks(operator.itemgetter(position), dtype=dtype, meta=meta, name=f"{tuples.name}-{position}")


class StencilLayer(Layer):
    """The tasks of one call, made when they are asked for. Each reads the chunks that lie around its own."""

    def __init__(self, call, args, relative, rank, footprint, chunks):
        super().__init__()
        self.call, self.rank = call, rank
        self.name = _name(call, args)
        self.chunks = chunks
        self.args = [
            ChunkedArgument(a, r, rank, c) if is_dask(a) else a.astype(c) if c and hasattr(a, "astype") else aligned(a)
            for a, r, c in zip(args, relative, call.casts or (None,) * len(args))
        ]
        moving = [a for a in self.args if isinstance(a, ChunkedArgument) and a.relative]
        leading = len(chunks) - rank
        self.parts = [
            plan_axis_once(moving[0].core[axis], tuple(a.core[axis] for a in moving), lo, hi, call.mode)
            for axis, (lo, hi) in enumerate(footprint)
        ]
        self.grid = tuple(map(len, chunks[:leading])) + tuple(map(len, self.parts))
        self.wanted = None  #: the keys that are left after culling

    def is_materialized(self):
        return False

    def get_output_keys(self):
        return set(self)

    def __iter__(self):
        if self.wanted is not None:
            return iter(self.wanted)
        return ((self.name, *index) for index in itertools.product(*map(range, self.grid)))

    def __len__(self):
        return math.prod(self.grid) if self.wanted is None else len(self.wanted)

    def __contains__(self, key):
        if self.wanted is not None:
            return key in self.wanted
        return (
            isinstance(key, tuple)
            and len(key) == len(self.grid) + 1
            and key[0] == self.name
            and all(isinstance(i, int) and 0 <= i < n for i, n in zip(key[1:], self.grid))
        )

    def __getitem__(self, key):
        if key not in self:
            raise KeyError(key)
        return self.task(key[1:])

    def cull(self, keys, all_hlg_keys):
        culled = object.__new__(StencilLayer)
        culled.__dict__.update(self.__dict__)
        culled.wanted = {key for key in keys if key in self}
        return culled, {key: set(culled[key].dependencies) for key in culled.wanted}

    def get_dependencies(self, key, all_hlg_keys):
        return set(self[key].dependencies)

    def task(self, index):
        """The task of one chunk of the result."""
        leading, core = index[: len(index) - self.rank], index[len(index) - self.rank :]
        parts = [axis[i] for axis, i in zip(self.parts, core)]
        arguments, pieces, position = [], [], 0
        for a in self.args:
            if not isinstance(a, ChunkedArgument):
                arguments.append(a)
            elif not a.relative:
                arguments.append(whole_piece(len(pieces), a.dtype, a.ndim))
                pieces.append(TaskRef((a.name, *(0,) * a.ndim)))
            else:
                runs = [part.runs[position] for part in parts]
                chunks = [sorted({run.chunk for run in own}) for own in runs]
                arguments.append(pieces_around(len(pieces), chunks, runs, a.dtype, a.ndim))
                before = leading[len(leading) - a.leading :] if a.leading else ()
                pieces += [TaskRef((a.name, *before, *chunk)) for chunk in itertools.product(*chunks)]
                position += 1
        shape = tuple(chunks[i] for chunks, i in zip(self.chunks, leading)) + tuple(part.size for part in parts)
        box = tuple((part.begin, part.end) for part in parts)
        return Task((self.name, *index), compute_chunk, self.call, tuple(arguments), shape, box, *pieces)


class ChunkedArgument:
    """A Dask array as a layer keeps it: its name and chunks, not its graph."""

    def __init__(self, array, relative, rank, cast):
        self.name, self.ndim, self.relative = array.name, array.ndim, relative
        self.dtype = cast or array.dtype.name  #: that the stencil reads
        self.leading = array.ndim - rank
        self.core = array.chunks[self.leading :] if relative else ()
