"""What Hypothesis draws for the oracle tests: arrays of every dtype, shape and memory layout that NumPy makes."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
FLOATS = ["float32", "float64"]
DTYPES = ["bool", *INTEGERS, *FLOATS]


def laid_out(array, layout):
    """The same values in another memory layout."""
    if layout == "F":
        return np.asfortranarray(array)
    if layout == "strided":
        wide = np.zeros([2 * n + 1 for n in array.shape], array.dtype)
        view = wide[tuple(slice(1, None, 2) for _ in array.shape)]
        view[...] = array
        return view
    if layout == "reversed":
        return np.ascontiguousarray(array[(slice(None, None, -1),) * array.ndim])[(slice(None, None, -1),) * array.ndim]
    if layout == "offset":
        wide = np.zeros([n + 3 for n in array.shape], array.dtype)
        view = wide[tuple(slice(1, n + 1) for n in array.shape)]
        view[...] = array
        return view
    array = array.copy()
    if layout == "readonly":
        array.setflags(write=False)
    return array


LAYOUTS = ["C", "F", "strided", "reversed", "offset", "readonly"]


@st.composite
def arrays(draw, rank, dtypes=tuple(DTYPES), max_side=20, min_side=0):
    """An array of this rank: any of the dtypes and layouts, sides from 0 up, edge values among its elements."""
    dtype = np.dtype(draw(st.sampled_from(dtypes)))
    shape = draw(st.tuples(*[st.integers(min_side, max_side)] * rank))
    # Values come from a seed: Hypothesis shrinks shapes well, and hundreds of elements badly.
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    if dtype.kind == "f":
        values = random.normal(0, 100, shape).astype(dtype)
    elif dtype.kind == "b":
        values = random.integers(0, 2, shape).astype(dtype)
    else:
        bounds = np.iinfo(dtype)
        values = random.integers(bounds.min, bounds.max, shape, dtype, endpoint=True)
        values[random.random(shape) < 0.1] = bounds.max
        values[random.random(shape) < 0.1] = bounds.min
    return laid_out(values, draw(st.sampled_from(LAYOUTS)))


def small_shapes(rank):
    """Shapes for tests that do not care about the layout."""
    return hnp.array_shapes(min_dims=rank, max_dims=rank, min_side=0, max_side=6)
