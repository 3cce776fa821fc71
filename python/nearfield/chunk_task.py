"""What a task does that computes one chunk of a stencil's result, and how it is told where its arguments lie: as plain tuples, which
travel and have names of their own."""

import math

import numpy as np

from . import _core


def whole_piece(at, dtype, rank):
    """An argument that is one of a task's pieces, seen whole; the stencil gets it with this dtype."""
    return at, 1, (), dtype, rank


def pieces_around(at, chunks, runs, dtype, rank):
    """An argument that lies in the pieces from number `at` on: the chunks with these numbers along each axis, in C order.

    The runs of elements say where they go, how far on the list their chunk is, its first element and the way to the next one.
    """
    strides = [math.prod(map(len, chunks[axis + 1 :])) for axis in range(len(chunks))]
    axes = tuple(
        tuple((run.to.start, run.to.stop, own.index(run.chunk) * stride, run.part.start, _step(run)) for run in axis)
        for own, axis, stride in zip(chunks, runs, strides)
    )
    return at, math.prod(map(len, chunks)), axes, dtype, rank


def _step(run):
    """A run of several elements that takes one of its chunk repeats it."""
    if run.part.step is None and run.part.stop - run.part.start != run.to.stop - run.to.start:
        return 0
    return run.part.step or 1


def aligned(value):
    """Messages between processes do not align arrays."""
    return value if not isinstance(value, np.ndarray) or value.flags.aligned else value.copy()


def compute_chunk(call, arguments, shape, box, *pieces):
    """One chunk of the result.

    Parameters
    ----------
    call : StencilCall
    arguments : tuple
        Values, and what `whole_piece` and `pieces_around` made for what comes in chunks.
    shape : tuple of int
        Of the chunk.
    box : tuple of (int, int)
        The points to compute along each core axis; the others are border.
    """
    kernel = call.kernel
    if not isinstance(kernel, _core.Kernel):
        return kernel()  # one of another version, which says so
    return _core.call_pieces(kernel, arguments, pieces, shape, box, call.mode, call.dtype)
