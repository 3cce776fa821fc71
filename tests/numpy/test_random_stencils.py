"""Random stencils on random arrays give what plain NumPy gives, to the last bit, whatever the border, layout and size."""

import numpy as np
import pytest
from arrays import DTYPES, LAYOUTS, laid_out
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_stencils import RandomStencil, cast

import nearfield as nf

#: Around the widths of vectors, and some that tiles and threads split.
SIDES = [0, 1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 70, 130]
MODES = ["constant", "constant", "constant", "reflect", "nearest", "mirror", "wrap", "valid"]


def values(random, dtype, shape):
    """Numbers of any size, edge values and, among floats, nan and the infinities."""
    dtype = np.dtype(dtype)
    rng = np.random.default_rng(random.randrange(2**32))
    if dtype.kind == "b":
        return np.asarray(rng.integers(0, 2, shape)).astype(dtype)
    if dtype.kind == "f":
        made = np.asarray(rng.normal(0, 100, shape)).astype(dtype)
        if random.random() < 0.2:
            for value in (np.nan, np.inf, -np.inf):
                made[rng.random(shape) < 0.05] = value
        return made
    bounds = np.iinfo(dtype)
    made = np.asarray(rng.integers(bounds.min, bounds.max, shape, dtype, endpoint=True))
    made[rng.random(shape) < 0.1] = bounds.max
    made[rng.random(shape) < 0.1] = bounds.min
    return made


def drawn_shape(random, rank):
    if rank == 2 and random.random() < 0.05:
        return (random.choice([100, 301]), random.choice([257, 700]))
    return (*(random.choice(SIDES[:8]) for _ in range(rank - 1)), random.choice(SIDES))


def same(got, expected, text):
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape), text
    np.testing.assert_array_equal(got, expected, err_msg=text)


def check_out(random, stencil, kernel, arrays, laid, numbers, cval):
    """`out=` keeps its border unless there is a `cval`; it may have any dtype and layout, and be the input itself."""
    dtype = np.dtype(random.choice(DTYPES))
    if stencil.node.dtype.kind == "f" and dtype.kind != "f":
        dtype = np.dtype("float32")  # floats that no integer holds would be undefined
    out = laid_out(values(random, dtype, arrays[0].shape), random.choice(LAYOUTS[:-1]))
    expected = stencil.apply(arrays, numbers, cval=cval, out=out)
    assert kernel(*laid, *numbers, out=out) is out
    same(out, expected, stencil.text)
    if laid[0].flags.writeable and dtype.kind == stencil.node.dtype.kind and laid[0].dtype == dtype:
        expected = stencil.apply(arrays, numbers, cval=cval, out=arrays[0])
        kernel(*laid, *numbers, out=laid[0])
        same(laid[0], expected, stencil.text)


def check_stack(random, stencil, kernel, arrays, numbers, mode, cval):
    """More axes than indexes: one image after the other."""
    frames = [[values(random, a.dtype, a.shape) for a in arrays] for _ in range(2)]
    stacks = [laid_out(np.stack(column), random.choice(LAYOUTS)) for column in zip(*frames)]
    expected = np.stack([stencil.apply(frame, numbers, mode, cval) for frame in frames])
    same(kernel(*stacks, *numbers), expected, stencil.text)


def check_dtypes(random, stencil, kernel, arrays, numbers, mode, expected):
    """`dtype=` is a C cast of the result; "fit" holds every value."""
    if stencil.node.dtype.kind != "f":
        dtype = np.dtype(random.choice(DTYPES))
        same(kernel(*arrays, *numbers, dtype=dtype), cast(expected, dtype), stencil.text)
    fit = nf.stencil(kernel.py_func, mode=mode, dtype="fit", source=stencil.text)(*arrays, *numbers)
    np.testing.assert_array_equal(fit, expected, err_msg=stencil.text)


def check_one(random):
    rank = random.choice([1, 2, 2, 2, 3])
    dtypes = [random.choice(DTYPES) for _ in range(random.choice([1, 1, 1, 2, 3]))]
    number_dtypes = [random.choice(DTYPES) for _ in range(random.choice([0, 0, 1, 2]))]
    stencil = RandomStencil(random, rank, dtypes, number_dtypes)
    mode = random.choice(MODES)
    cval = random.choice([None, 0, 1, 7, -3]) if mode == "constant" else None
    kernel = nf.stencil(stencil.function(), mode=mode, cval=cval, source=stencil.text)
    for _ in range(4):
        numbers = [values(random, d, ())[()] for d in number_dtypes]
        shape = drawn_shape(random, rank)
        arrays = [values(random, d, shape) for d in dtypes]
        laid = [laid_out(a, random.choice(LAYOUTS)) for a in arrays]
        expected = stencil.apply(arrays, numbers, mode, cval)
        same(kernel(*laid, *numbers), expected, stencil.text)
        more = random.randrange(6)
        if more == 0:
            check_stack(random, stencil, kernel, arrays, numbers, mode, cval)
        elif more == 1 and cval is None:
            check_dtypes(random, stencil, kernel, arrays, numbers, mode, expected)
        elif more == 2 and mode == "constant":
            larger = [arrays[0], *(np.pad(a, [(0, 2)] * rank) for a in arrays[1:])]  # later arrays may be larger
            same(kernel(*larger, *numbers), expected, stencil.text)
        elif more == 3 and mode == "constant":
            check_out(random, stencil, kernel, arrays, laid, numbers, cval)


@pytest.mark.timeout(1800)  # for --long
def test_random_stencils(long):
    settings_ = settings(max_examples=3000 if long else 120, suppress_health_check=list(HealthCheck))
    settings_(given(random=st.randoms(use_true_random=False))(check_one))()
