"""Which pieces of chunked arrays a stencil reads to make one chunk of its result: geometry of one axis, no data."""

import functools
from itertools import accumulate
from typing import NamedTuple

import numpy as np


class Run(NamedTuple):
    """Elements of one chunk that lie behind each other in the copy that a stencil reads."""

    to: slice  #: in the copy
    chunk: int
    part: slice  #: of the chunk; one element for a run that repeats it


class Part(NamedTuple):
    """One chunk of a result along one axis."""

    size: int  #: of the chunk
    begin: int  #: the points that the stencil computes are [begin, end) of it; the others are border
    end: int
    runs: tuple  #: for each array, the runs of what the stencil reads


def bounds_of(chunks):
    """The first coordinate of each chunk, and the end of the last."""
    return [0, *accumulate(chunks)]


def result_chunks(chunks, lo, hi, mode):
    """The chunks of the result along an axis: the input's, or for "valid" what of them lies inside; none that is empty."""
    if mode != "valid":
        return tuple(chunks)
    bounds = bounds_of(chunks)
    begin, end = -lo, bounds[-1] - hi
    inside = (max(0, min(b, end) - max(a, begin)) for a, b in zip(bounds, bounds[1:]))
    return tuple(size for size in inside if size) or (0,)


def plan_axis(chunks, arrays, lo, hi, mode):
    """The parts of one axis.

    Parameters
    ----------
    chunks : tuple of int
        Those of the first array.
    arrays : list of tuple of int
        The chunks of each array that is read at offsets; later ones may be longer than the first.
    lo, hi : int
        How far the stencil reads: ``lo <= 0 <= hi``.
    mode : str
        The border mode.

    Returns
    -------
    list of Part
    """
    bounds = bounds_of(chunks)
    parts = []
    for a, b in zip(bounds, bounds[1:]):
        begin, end = a, b
        if mode in ("constant", "valid"):
            begin, end = max(a, -lo), min(b, bounds[-1] - hi)
        if end <= begin:
            parts.append(Part(b - a, 0, 0, ((),) * len(arrays)))
            continue
        runs = tuple(tuple(_runs(own, begin + lo, end + hi, mode)) for own in arrays)
        parts.append(Part(b - a, begin - a, end - a, runs))
    if mode == "valid":
        parts = [Part(p.end - p.begin, 0, p.end - p.begin, p.runs) for p in parts if p.end > p.begin]
    return parts or [Part(0, 0, 0, ((),) * len(arrays))]


def _runs(chunks, begin, end, mode):
    """The runs of coordinates [begin, end), those beyond the array's edges continued as the mode has it."""
    bounds = np.array(bounds_of(chunks))
    size = int(bounds[-1])
    inner = range(max(begin, 0), min(end, size))
    yield from _beyond(bounds, begin, min(end, 0), begin, mode)
    if inner:
        first = int(np.searchsorted(bounds, inner.start, "right")) - 1
        for chunk in range(first, len(chunks)):
            a, b = max(inner.start, int(bounds[chunk])), min(inner.stop, int(bounds[chunk + 1]))
            if a >= inner.stop:
                break
            if a < b:
                offset = int(bounds[chunk])
                yield Run(slice(a - begin, b - begin), chunk, slice(a - offset, b - offset))
    yield from _beyond(bounds, max(begin, size), end, begin, mode)


def _beyond(bounds, first, last, origin, mode):
    """The runs of coordinates [first, last) outside of the array."""
    if first >= last:
        return
    sources = continued(np.arange(first, last), int(bounds[-1]), mode)
    chunk = np.searchsorted(bounds, sources, "right") - 1
    at = 0
    while at < len(sources):
        step = int(sources[at + 1] - sources[at]) if at + 1 < len(sources) else 1
        stop = at + 1
        while stop < len(sources) and chunk[stop] == chunk[at] and sources[stop] - sources[stop - 1] == step:
            stop += 1
        begin, count = int(sources[at] - bounds[chunk[at]]), stop - at
        if step not in (-1, 0, 1):  # an axis of few elements, seen over and over
            step, stop, count = 1, at + 1, 1
        part = slice(begin, begin + 1) if step == 0 else slice(begin, begin + count) if step == 1 else _backwards(begin, count)
        yield Run(slice(int(first - origin + at), int(first - origin + stop)), int(chunk[at]), part)
        at = stop


def _backwards(begin, count):
    end = begin - count
    return slice(begin, end if end >= 0 else None, -1)


def continued(at, size, mode):
    """The elements that stand at coordinates beyond the edges, by SciPy's names of the modes."""
    if mode == "nearest":
        return np.clip(at, 0, size - 1)
    if mode == "wrap":
        return at % size
    if mode == "mirror":
        period = max(2 * (size - 1), 1)
        at = at % period
        return np.where(at < size, at, period - at)
    at = at % (2 * size)  # reflect
    return np.where(at < size, at, 2 * size - 1 - at)


@functools.lru_cache(maxsize=64)
def plan_axis_once(chunks, arrays, lo, hi, mode):
    """`plan_axis`, kept: slices of one array ask for the same again."""
    return plan_axis(chunks, arrays, lo, hi, mode)
