"""What a task does that computes one chunk of a stencil's result: the pieces around it are put together, then it is called."""

import itertools
import math
import threading

import numpy as np


_own = threading.local()
_KEPT_MOST = 16 << 20


def _scratch(number, shape, dtype):
    """Memory that one task after the other of a thread puts its pieces in: fresh pages cost more than filling them."""
    size = math.prod(shape) * dtype.itemsize
    if size > _KEPT_MOST:
        return np.empty(shape, dtype)
    buffers = _own.__dict__.setdefault("buffers", {})
    if number not in buffers or buffers[number].size < size:
        buffers[number] = np.empty(size, np.uint8)
    return buffers[number][:size].view(dtype).reshape(shape)


class Pieces:
    """Where an argument lies among the chunks that a task gets: the first one's position, and how they are put together."""

    __slots__ = ("at", "chunks", "runs")

    def __init__(self, at, chunks, runs):
        self.at, self.chunks, self.runs = at, chunks, runs

    def __reduce__(self):
        return Pieces, (self.at, self.chunks, self.runs)

    def __dask_tokenize__(self):
        return self.at, self.chunks, self.runs

    def of(self, pieces):
        """The array that the stencil reads."""
        if not self.runs:
            return pieces[self.at]
        strides = [math.prod(map(len, self.chunks[axis + 1 :])) for axis in range(len(self.chunks))]
        where = [
            [(run, self.at + own.index(run.chunk) * stride) for run in runs]
            for own, runs, stride in zip(self.chunks, self.runs, strides)
        ]
        if all(len(runs) == 1 and _is_direct(runs[0]) for runs in self.runs):
            return pieces[self.at][(..., *(runs[0].part for runs in self.runs))]
        first = pieces[self.at]
        shape = first.shape[: first.ndim - len(self.runs)] + tuple(runs[-1].to.stop for runs in self.runs)
        whole = _scratch(self.at, shape, first.dtype)
        for combination in itertools.product(*where):
            piece = pieces[sum(at - self.at for _, at in combination) + self.at]
            whole[(..., *(run.to for run, _ in combination))] = piece[(..., *(run.part for run, _ in combination))]
        return whole


def aligned(value):
    """Messages between processes do not align arrays."""
    return value if not isinstance(value, np.ndarray) or value.flags.aligned else value.copy()


def _is_direct(run):
    """True when the copy would be the part itself, and not a repetition of it."""
    return run.part.step is None and run.part.stop - run.part.start == run.to.stop - run.to.start


def compute_chunk(call, arguments, shape, box, dtypes, *pieces):
    """One chunk of the result.

    Parameters
    ----------
    call : StencilCall
    arguments : tuple
        Values, and `Pieces` for what comes in chunks.
    shape : tuple of int
        Of the chunk.
    box : tuple of (int, int)
        The points to compute along each core axis; the others are border.
    dtypes : tuple of str
        Of the results.
    """
    leading = shape[: len(shape) - len(box)]
    whole = all((0, size) == own and size for size, own in zip(shape[len(leading) :], box))
    if whole:
        return call(*(a.of(pieces) if isinstance(a, Pieces) else a for a in arguments), mode="valid")
    cval = call.kernel.options["cval"] or 0
    outs = []
    for dtype in dtypes:
        border = np.asarray(cval).astype(dtype)
        outs.append(np.full(shape, border, dtype) if border else np.zeros(shape, dtype))
    if all(begin < end for begin, end in box):
        inside = (..., *(slice(*own) for own in box))
        parts = tuple(out[inside] for out in outs)
        call(
            *(a.of(pieces) if isinstance(a, Pieces) else a for a in arguments),
            mode="valid",
            out=parts if len(parts) > 1 else parts[0],
        )
    return tuple(outs) if len(outs) > 1 else outs[0]
