"""What a published stencil of the corpus consists of, and the few words that its files share."""

import dataclasses
from collections.abc import Callable

import numba
import numpy as np

import nearfield as nf

# Strict floats, as Nearfield has them; division without Python's checks, so that LLVM can vectorise it.
parallel = numba.njit(parallel=True, error_model="numpy")
# How much of one axis a thread takes. Inner loops count from 0 on slices: LLVM then sees that no index is negative.
BLOCK = 4096


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    """One method: the kernel as a novice writes it, an expert's loops in Numba, and an oracle in NumPy or SciPy.

    Attributes
    ----------
    name : str
        What the tables call it.
    kernel : callable
        What Nearfield compiles; it returns a number for each output.
    loops : callable
        ``loops(*inputs, *outs)`` stores all points whose neighbourhood lies inside.
    oracle : callable
        ``oracle(*inputs)`` gives an array for each output, of the inputs' shape; its border means nothing.
    inputs : callable
        ``inputs(random, shape)`` makes the arguments.
    reach : tuple of (lo, hi)
        How far the kernel reads, for each axis.
    outputs : tuple of dtypes
        What is stored.
    tolerance : float
        The largest error relative to the largest value; 0 for integers, which are exact.
    fastmath : bool
        Whether Nearfield may add in another order, as the loops do.
    """

    name: str
    kernel: Callable
    loops: Callable
    oracle: Callable
    inputs: Callable
    reach: tuple
    outputs: tuple
    tolerance: float = 0
    fastmath: bool = False

    def compiled(self):
        """The kernel, compiled by Nearfield."""
        return nf.stencil(self.kernel, fastmath=self.fastmath)

    @property
    def rank(self):
        """How many axes the arrays have."""
        return len(self.reach)

    def inner(self, array):
        """The part of ``array`` whose neighbourhoods lie inside."""
        return array[tuple(slice(-lo, max(-lo, n - hi)) for n, (lo, hi) in zip(array.shape, self.reach, strict=True))]

    def expected(self, inputs):
        """The inner part of each output by the oracle."""
        shape = inputs[0].shape
        if any(n <= hi - lo for n, (lo, hi) in zip(shape, self.reach, strict=True)):
            return [self.inner(np.empty(shape, dtype)) for dtype in self.outputs]
        made = self.oracle(*inputs)
        made = made if isinstance(made, tuple) else (made,)
        return [self.inner(array).astype(dtype) for array, dtype in zip(made, self.outputs, strict=True)]

    def agree(self, got, expected):
        """Whether ``got`` is what the oracle says."""
        if not self.tolerance:
            return np.array_equal(got, expected)
        scale = np.abs(expected).max(initial=0)
        return got.shape == expected.shape and np.abs(got - expected).max(initial=0) <= self.tolerance * scale


def around(radius, rank=2):
    """The reach of a window of ``2 * radius + 1`` points along every axis."""
    return ((-radius, radius),) * rank


def at(x, *offsets):
    """The neighbours of all points at ``offsets``; integers widened, so that nothing wraps."""
    wide = x.astype(np.int64) if x.dtype.kind in "iu" else x
    return np.roll(wide, [-offset for offset in offsets], range(x.ndim))


def images(dtype, low=0, high=256):
    """Makes one array of whole numbers from ``low`` to below ``high``."""
    return lambda random, shape: (random.integers(low, high, shape).astype(dtype),)


def fields(dtype, count=1, *scalars):
    """Makes ``count`` smooth arrays with a little noise, followed by ``scalars``."""

    def make(random, shape):
        grid = np.meshgrid(*[np.linspace(0, 3, n, dtype=dtype) for n in shape], indexing="ij", sparse=True)
        smooth = sum(np.sin((axis + 1) * line) for axis, line in enumerate(grid))
        noisy = [(smooth + dtype(0.1) * random.random(shape, np.float32)).astype(dtype) for _ in range(count)]
        return (*noisy, *scalars)

    return make
