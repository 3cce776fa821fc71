"""Stencils compute what CPython and NumPy compute, and what Numba's stencils give, dtype included."""

import functions
import numba
import numpy as np
import pytest
from arrays import DTYPES, LAYOUTS, arrays, laid_out
from functions import apply_in_python, mean3x3
from hypothesis import given, settings

import nearfield as nf

smooth = nf.stencil(mean3x3)
numba_smooth = numba.stencil(mean3x3)


@numba.njit
def numba_mean(x):
    return numba_smooth(x)


@nf.njit
def smooth_jit(x):
    return smooth(x)


def image(dtype, shape, seed=0):
    random = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return random.normal(0, 1000, shape).astype(dtype)
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(dtype)
    bounds = np.iinfo(dtype)
    return random.integers(bounds.min, bounds.max, shape, dtype, endpoint=True)


def equal(a, b):
    assert a.dtype == b.dtype
    assert a.shape == b.shape
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_mean_is_numbas(dtype):
    """All layouts, and images smaller than the stencil or without any pixel."""
    for shape in [(37, 70), (3, 3), (2, 5), (3, 2), (1, 1), (0, 5), (5, 0), (0, 0), (4, 200)]:
        plain = image(dtype, shape)
        expected = numba_mean(plain)
        for layout in LAYOUTS:
            got = smooth(laid_out(plain, layout))
            equal(got, expected)
            assert got.flags.c_contiguous


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_stencil_in_a_jitted_function_is_numbas(dtype):
    for shape in [(37, 70), (2, 5), (0, 5)]:
        plain = image(dtype, shape)
        equal(smooth_jit(plain), numba_mean(plain))
        equal(smooth_jit(laid_out(plain, "strided")), numba_mean(plain))


@given(x=arrays(2, dtypes=["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "float64"]))
@settings(max_examples=60)
def test_the_mean_is_what_python_computes(x):
    """Integers below 64 bits do not overflow in a sum of nine, and float64 is Python's float."""
    equal(smooth(x), apply_in_python(mean3x3, x, 1, "float64" if x.dtype.kind == "f" else "int64"))


def difference(x):
    return x[1] - x[-1]


@given(x=arrays(1, dtypes=["int8", "int16", "int32", "int64", "float64"], max_side=200))
@settings(max_examples=60)
def test_a_stencil_of_one_dimension(x):
    change = nf.stencil(difference)
    equal(change(x), apply_in_python(difference, x, 1, "float64" if x.dtype.kind == "f" else "int64"))


@given(x=arrays(1, dtypes=["uint8", "uint16", "uint32", "uint64"], max_side=50))
@settings(max_examples=30)
def test_differences_of_unsigned_integers_wrap_to_uint64(x):
    equal(nf.stencil(difference)(x), apply_in_python(difference, x, 1, "uint64"))


def largest(x):
    return max(x[0, 0], x[0, 1], x[1, 0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_max_keeps_the_dtype(dtype):
    x = image(dtype, (9, 33))
    got = nf.stencil(largest)(x)
    expected = np.zeros_like(x)
    expected[:-1, :-1] = np.maximum(np.maximum(x[:-1, :-1], x[:-1, 1:]), x[1:, :-1])
    equal(got, expected)


def branches(x):
    if x[0, 0] > x[0, 1]:
        return x[0, 0] * 2
    return x[0, 1] + 1


@given(x=arrays(2, dtypes=["int8", "uint8", "int16", "int32"]))
@settings(max_examples=40)
def test_branches(x):
    got = nf.stencil(branches)(x)
    out = np.zeros(x.shape, "int64")
    for i in range(x.shape[0]):
        for j in range(x.shape[1] - 1):
            out[i, j] = branches(functions.Relative(x, (i, j)))
    equal(got, out)


def test_leading_axes_are_frames():
    stack = image("uint8", (5, 20, 30))
    got = smooth(stack)
    equal(got, np.stack([smooth(frame) for frame in stack]))
    four = stack.reshape(5, 1, 20, 30)
    equal(smooth(four)[:, 0], got)


def test_out_keeps_its_border():
    x = image("int16", (12, 40))
    out = np.full((12, 40), 77, "int32")
    assert smooth(x, out=out) is out
    expected = smooth(x).astype("int32")
    expected[[0, -1]] = 77
    expected[:, [0, -1]] = 77
    np.testing.assert_array_equal(out, expected)


def test_out_gets_cval_when_it_is_given():
    x = image("int16", (12, 40))
    kernel = nf.stencil(mean3x3, cval=5)
    out = np.full((12, 40), 77, "int64")
    kernel(x, out=out)
    np.testing.assert_array_equal(out, kernel(x))
    assert (out[0] == 5).all() and (out[:, -1] == 5).all()


def test_out_may_be_strided_and_of_a_narrower_dtype():
    x = image("uint8", (12, 40))
    wide = np.zeros((24, 80), "uint8")
    smooth(x, out=wide[::2, ::2])
    np.testing.assert_array_equal(wide[::2, ::2], smooth(x).astype("uint8"))
    assert not wide[1::2].any() and not wide[:, 1::2].any()


def test_out_may_be_the_input():
    x = image("uint8", (30, 50))
    expected = x.copy()
    expected[1:-1, 1:-1] = smooth(x)[1:-1, 1:-1]
    smooth(x, out=x)
    np.testing.assert_array_equal(x, expected)


def test_out_is_checked():
    x = np.zeros((4, 5), "uint8")
    with pytest.raises(ValueError):
        smooth(x, out=np.zeros((4, 4), "int64"))
    locked = np.zeros((4, 5), "int64")
    locked.setflags(write=False)
    with pytest.raises(ValueError, match="the output array is read-only"):
        smooth(x, out=locked)


@pytest.mark.parametrize("mode", ["reflect", "nearest", "mirror", "wrap"])
@pytest.mark.parametrize("dtype", ["uint8", "int32"])
def test_border_modes_are_scipys(mode, dtype):
    from scipy import ndimage

    x = image(dtype, (17, 40)) // 16
    total = ndimage.correlate(x.astype("int64"), np.ones((3, 3), "int64"), mode=mode)
    equal(smooth(x, mode=mode), total // 9)


def test_valid_is_the_inner_part():
    x = image("uint8", (17, 40))
    equal(smooth(x, mode="valid"), smooth(x)[1:-1, 1:-1])


def test_dtype_casts_the_result():
    x = image("uint8", (17, 40))
    equal(smooth(x, dtype="uint8"), smooth(x).astype("uint8"))
    equal(nf.stencil(mean3x3, dtype=nf.uint8)(x), smooth(x).astype("uint8"))
    equal(nf.stencil(mean3x3, dtype="fit")(x), smooth(x).astype("uint8"))


def weighted(x, w):
    return x[0] * w + x[1]


def test_scalar_arguments():
    x = image("int16", (50,))
    expected = np.zeros(50, "int64")
    expected[:-1] = x[:-1].astype("int64") * 3 + x[1:]
    equal(nf.stencil(weighted)(x, 3), expected)
    equal(nf.stencil(weighted)(x, np.int8(3)), expected)
    assert nf.stencil(weighted)(x, 0.5).dtype == np.float64


def pair(x, y):
    return x[0, 0] - y[0, 1]


def test_two_arrays():
    x, y = image("int16", (9, 20), 1), image("uint8", (9, 20), 2)
    expected = np.zeros((9, 20), "int64")
    expected[:, :-1] = x[:, :-1].astype("int64") - y[:, 1:]
    equal(nf.stencil(pair)(x, y), expected)


def test_a_lambda():
    x = image("int8", (40,))
    expected = np.zeros(40, "int64")
    expected[1:] = x[1:].astype("int64") - x[:-1]
    equal(nf.stencil(lambda a: a[0] - a[-1])(x), expected)


def test_the_neighborhood_is_known_after_a_call():
    kernel = nf.stencil(mean3x3)
    assert kernel.neighborhood is None
    kernel(np.zeros((4, 4)))
    assert kernel.neighborhood == [[-1, 1], [-1, 1]]


def test_what_raises_leaves_right_or_old_elements():
    @nf.stencil
    def ratio(x, y):
        return (x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]) / (y[0, 0] * y[0, 1])

    x = np.full((12, 90), 50.0)
    for column in range(2, 70):  # whatever the width of vectors: one lies in the second step of a row
        y, out = np.full_like(x, 2), np.full_like(x, 7)
        y[5, column] = 0
        with pytest.raises(ZeroDivisionError):
            ratio(x, y, out=out)
        assert set(np.unique(out)) <= {7, 50}
