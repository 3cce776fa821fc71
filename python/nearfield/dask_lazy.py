"""Lazy arrays and Dask: an `Array` as a collection of blocks of frames, and a Dask array as the source of frames."""

import bisect
import collections
import threading

import dask
import dask.array as da
import numpy as np
from dask._task_spec import Task, TaskRef
from dask.base import tokenize
from dask.highlevelgraph import HighLevelGraph
from dask.threaded import get as threaded  # noqa: F401 - what computes lazy arrays by default
from dask.utils import parse_bytes

from . import _core
from .array import Array
from .regions import bounds_of

optimize = da.Array.__dask_optimize__


# ---- from lazy arrays to Dask


def to_dask(array, chunks=None):
    """A Dask array with one task for each chunk of whole frames; see `Array.to_dask`."""
    if chunks is None and array._made[0] == "dask":
        return array._made[1]
    if isinstance(chunks, int) and array.ndim:
        chunks = (chunks, *(-1,) * (array.ndim - 1))
    wanted = None if chunks is None else da.core.normalize_chunks(chunks, array.shape, dtype=array.dtype)
    frames = _frame_chunks(array) if wanted is None or not _is_stack(array) else wanted[0]
    name = f"nearfield-{tokenize(array, frames)}"
    layer, sources = {}, []
    bounds = bounds_of(frames)
    for i, (begin, end) in enumerate(zip(bounds, bounds[1:])):
        key = (name, i, *(0,) * (array.ndim - 1)) if array.ndim else (name,)
        pieces = []
        block = part_of(array, begin, end) if _is_stack(array) else array
        part = _without_dask(block, pieces, {})
        sources += pieces
        layer[key] = Task(key, compute_part, part, *(TaskRef((p.name, *(0,) * p.ndim)) for p in pieces))
    graph = HighLevelGraph.from_collections(name, layer, dependencies=sources)
    whole = tuple((n,) for n in array.shape[1:]) if array.ndim else ()
    made = da.Array(graph, name, (frames, *whole) if array.ndim else (), meta=np.empty((0,) * array.ndim, array.dtype))
    return made if wanted is None or wanted == made.chunks else made.rechunk(wanted)


def _is_stack(array):
    return array.ndim > 2 and array.axes[0] != "Y"


def _frame_chunks(array):
    """Frames in blocks of bounded bytes: of the result, or of the widest that it is made from."""
    if not array.ndim:
        return ()
    if not _is_stack(array):
        return (array.shape[0],)
    frames = max(array.shape[0], 1)
    each = max(a.nbytes // max(a.shape[0], 1) for a in _all_of(array) if _is_stack(a))
    count = max(1, parse_bytes(dask.config.get("array.chunk-size", "128MiB")) // max(each, 1))
    blocks = -(-frames // count)
    bounds = [array.shape[0] * i // blocks for i in range(blocks + 1)]
    return tuple(b - a for a, b in zip(bounds, bounds[1:]))


def _all_of(array):
    """An array and those that it is made from."""
    seen, open_ = {}, [array]
    while open_:
        one = open_.pop()
        if id(one) not in seen:
            seen[id(one)] = one
            open_ += _inputs(one)
    return seen.values()


def _inputs(array):
    flat = [item for part in array._made[1:] for item in (part if isinstance(part, tuple) else (part,))]
    return [item for item in flat if isinstance(item, Array)]


def _with_inputs(array, change):
    """The array made of other inputs."""

    def changed(part):
        if isinstance(part, tuple):
            return tuple(map(changed, part))
        return change(part) if isinstance(part, Array) else part

    return Array(array._made[0], *map(changed, array._made[1:]))


def part_of(array, begin, end, made=None):
    """Frames [begin, end), made of nothing but what they need: this is what travels to a worker."""
    made = {} if made is None else made
    key = id(array), begin, end
    if key not in made:  # what is read twice stays one array
        made[key] = _part_of(array, begin, end, made)
    return made[key]


def _part_of(array, begin, end, made):
    kind, *parts = array._made
    if kind in ("memory", "files", "dask"):
        return Array(kind, parts[0][begin:end])
    if kind == "slice":
        return part_of(parts[0], parts[1] + begin, parts[1] + end, made)
    if kind == "result":
        return Array("result", part_of(parts[0], begin, end, made), parts[1])
    reach = array._lazy.reach
    if kind in ("apply", "elementwise", "astype") and reach is None and _is_stack(array):
        return _with_inputs(array, lambda a: part_of(a, begin, end, made) if array._lazy.streams(a._lazy) else a)
    if kind == "apply" and reach is not None and _mode_of(array) != "wrap" and begin < end:
        return _part_across(array, begin, end, *reach, made)
    return array[begin:end]


def _mode_of(array):
    return array._made[3] or array._made[1].options["mode"]


def _part_across(array, begin, end, lo, hi, made):
    """Of a kernel that reads frames around its own: its inputs with those, and of what it makes the middle."""
    far = max(-lo, hi)
    count = max(a.shape[0] for a in _inputs(array) if array._lazy.streams(a._lazy))
    if _mode_of(array) == "valid":
        first, last, skip = begin, end + hi - lo, 0
    else:
        first, last = max(0, begin - far), min(count, end + far)
        skip = begin - first
    part = _with_inputs(array, lambda a: part_of(a, first, last, made) if array._lazy.streams(a._lazy) else a)
    return part if (skip, skip + end - begin) == (0, part.shape[0]) else part[skip : skip + end - begin]


def _without_dask(array, pieces, made):
    """The array with holes where it reads Dask arrays, which go to `pieces`: they come to the task as arrays in memory."""
    if id(array) in made:
        return made[id(array)]
    kind, *parts = array._made
    if kind == "dask":
        pieces.append(parts[0].rechunk(-1))
        result = Hole(len(pieces) - 1)
    elif any(a._made[0] == "dask" for a in _all_of(array)):

        def emptied(part):
            if isinstance(part, tuple):
                return tuple(map(emptied, part))
            return _without_dask(part, pieces, made) if isinstance(part, Array) else part

        result = Holed(kind, tuple(map(emptied, parts)))
    else:
        result = array
    made[id(array)] = result
    return result


class Hole:
    """Where a piece that Dask computes goes."""

    def __init__(self, position):
        self.position = position

    def filled(self, pieces, made):
        return Array("memory", np.asarray(pieces[self.position]))


class Holed:
    """An array that is made when the pieces are there."""

    def __init__(self, kind, parts):
        self.kind, self.parts = kind, parts

    def filled(self, pieces, made):
        return Array(self.kind, *(_filled(part, pieces, made) for part in self.parts))


def _filled(part, pieces, made):
    if isinstance(part, tuple):
        return tuple(_filled(p, pieces, made) for p in part)
    if not isinstance(part, (Hole, Holed)):
        return part
    if id(part) not in made:
        made[id(part)] = part.filled(pieces, made)
    return made[id(part)]


def compute_part(part, *pieces):
    """The values of one block: what a task runs."""
    return _filled(part, pieces, {}).compute()


def postpersist(array):
    """What `dask.persist` makes: a lazy array over the Dask array that holds the blocks."""
    made = to_dask(array)
    rebuild, args = made.__dask_postpersist__()
    return _persisted, (rebuild, args)


def _persisted(graph, rebuild, args, **keywords):
    return from_dask(rebuild(graph, *args, **keywords))


# ---- from Dask to lazy arrays


def from_dask(array):
    """A lazy array over a Dask array."""
    if not isinstance(array, da.Array):
        raise TypeError(f"from_dask takes a Dask array, not an object of type {type(array).__name__}")
    if any(np.isnan(n) for n in array.shape):
        raise ValueError("the sizes of the chunks are not known; x.compute_chunk_sizes() finds them")
    return Array("dask", array)


def lazy_of(array):
    """The core's array whose frames are computed by Dask."""
    frames = DaskFrames(array)
    return _core.from_function(array.shape, array.dtype, frames, frames.block_bytes)


class DaskFrames:
    """Gives frames to the engine. A block of chunks is computed once for all its frames, and kept while they are read.

    Parameters
    ----------
    array : dask.array.Array
    """

    _KEPT = 3  #: blocks, each with a thread that reads it

    def __init__(self, array):
        self.array = array
        self.is_stack = array.ndim > 2
        self.bounds = bounds_of(array.chunks[0]) if self.is_stack else [0, 1]
        largest = max(array.chunks[0], default=0) if self.is_stack else 1
        each = array.nbytes // max(array.shape[0], 1) if self.is_stack else array.nbytes
        self.block_bytes = int(largest * each)
        self.lock = threading.Lock()
        self.blocks = collections.OrderedDict()  #: number -> (lock, [values])

    def __call__(self, frame, out):
        number = bisect.bisect_right(self.bounds, frame) - 1
        with self.lock:
            block_lock, held = self.blocks.setdefault(number, (threading.Lock(), []))
            self.blocks.move_to_end(number)
            while len(self.blocks) > self._KEPT:
                self.blocks.popitem(last=False)
        with block_lock:
            if not held:
                begin, end = self.bounds[number], self.bounds[number + 1]
                held.append(np.asarray((self.array[begin:end] if self.is_stack else self.array).compute()))
        out[...] = held[0][frame - self.bounds[number]] if self.is_stack else held[0]
