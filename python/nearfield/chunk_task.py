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
    """Where an argument lies among the chunks that a task gets: the first one's position, and how they are put together.

    `axes` has for each axis the runs of elements: where they go, how far on the list their chunk is, and its part. Without axes the
    argument is one chunk.
    """

    __slots__ = ("at", "axes")

    def __init__(self, at, axes):
        self.at, self.axes = at, axes

    @classmethod
    def around(cls, at, chunks, runs):
        """Pieces of the chunks with these numbers along each axis, of which each run takes a part."""
        strides = [math.prod(map(len, chunks[axis + 1 :])) for axis in range(len(chunks))]
        return cls(
            at,
            tuple(
                tuple((run.to, own.index(run.chunk) * stride, run.part) for run in axis)
                for own, axis, stride in zip(chunks, runs, strides)
            ),
        )

    def __reduce__(self):
        return Pieces, (self.at, self.axes)

    def __dask_tokenize__(self):
        return self.at, self.axes

    def of(self, pieces):
        """The array that the stencil reads."""
        axes, first = self.axes, pieces[self.at]
        if not axes:
            return first
        if all(len(runs) == 1 and _is_direct(*runs[0]) for runs in axes):
            return first[(..., *(runs[0][2] for runs in axes))]
        leading = first.ndim - len(axes)
        whole = _scratch(self.at, first.shape[:leading] + tuple([runs[-1][0].stop for runs in axes]), first.dtype)
        if len(axes) == 2 and not leading:  # what most tasks are: they take less time than general code
            down, across = axes
            for rows, above, part_of_rows in down:
                above += self.at
                for columns, before, part_of_columns in across:
                    whole[rows, columns] = pieces[above + before][part_of_rows, part_of_columns]
            return whole
        for runs in itertools.product(*axes):
            piece = pieces[self.at + sum(offset for _, offset, _ in runs)]
            whole[(..., *(to for to, _, _ in runs))] = piece[(..., *(part for _, _, part in runs))]
        return whole


def aligned(value):
    """Messages between processes do not align arrays."""
    return value if not isinstance(value, np.ndarray) or value.flags.aligned else value.copy()


def _is_direct(to, _, part):
    """True when the copy would be the part itself, and not a repetition of it."""
    return part.step is None and part.stop - part.start == to.stop - to.start


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
    if all([begin == 0 and end == size and size for size, (begin, end) in zip(shape[len(shape) - len(box) :], box)]):
        return call(*[a.of(pieces) if isinstance(a, Pieces) else a for a in arguments], mode="valid")
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
