"""Jitted functions compute what CPython and NumPy compute, and what Numba computes."""

import functions
import numba
import numpy as np
import pytest
from arrays import DTYPES, arrays
from functions import addarr, build_graph, clipped_sum, collatz, loops
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import nearfield as nf

addarr_nf = nf.jit(addarr)
build_graph_nf = nf.jit(build_graph)
loops_nf = nf.njit(loops)
collatz_nf = nf.jit(collatz)
clipped_sum_nf = nf.jit(nopython=True, cache=True)(clipped_sum)


@given(x=arrays(1, max_side=100), seed=st.integers(0, 100))
@settings(max_examples=80)
def test_addarr(x, seed):
    """What is stored wraps to the array's dtype, as NumPy's own sum of two arrays of one dtype does."""
    y = np.random.default_rng(seed).permutation(x.copy())
    with np.errstate(over="ignore"):
        expected = x + y
    got = addarr_nf(x, y)
    assert got.dtype == x.dtype
    np.testing.assert_array_equal(got, expected)


@pytest.mark.parametrize("dtype", DTYPES)
def test_addarr_is_numbas(dtype):
    x = (np.arange(300) * 7).astype(dtype)
    np.testing.assert_array_equal(addarr_nf(x, x[::-1]), numba.njit(addarr)(x, x[::-1]))


@given(x=arrays(2, dtypes=["int8", "uint8", "int16", "int32", "float64"]))
@settings(max_examples=60)
def test_loops_are_what_the_stencil_computes(x):
    out = np.zeros(x.shape, "int64" if x.dtype.kind != "f" else "float64")
    assert loops_nf(x, out) is None
    np.testing.assert_array_equal(out, nf.stencil(functions.mean3x3)(x))


def labels(seed, shape=(40, 6), dtype="int32"):
    """A picture with numbered pixels, framed by zeros, as one row."""
    random = np.random.default_rng(seed)
    picture = np.zeros(shape, dtype)
    inner = random.random((shape[0] - 2, shape[1] - 2)) < 0.4
    picture[1:-1, 1:-1][inner] = np.arange(1, inner.sum() + 1)
    return picture.ravel()


@given(seed=st.integers(0, 1000), dtype=st.sampled_from(["int32", "int64", "uint8"]))
@settings(max_examples=20)
def test_build_graph(seed, dtype):
    pixels = labels(seed, dtype=dtype)
    results = []
    for function in (build_graph, build_graph_nf):
        row, col = np.zeros(8 * pixels.size, "int32"), np.zeros(8 * pixels.size, "int32")
        assert function(pixels, functions.steps, row, col) is None
        results.append((row, col))
    np.testing.assert_array_equal(results[0], results[1])


@given(st.integers(1, 10**6))
@settings(max_examples=30)
def test_scalars_in_and_out(n):
    got = collatz_nf(n)
    assert got == collatz(n) and type(got) is int


@given(x=arrays(1, dtypes=["int16", "float32", "float64", "uint8"]), low=st.floats(-50, 0), high=st.floats(0, 50))
@settings(max_examples=40)
def test_branches_and_iteration(x, low, high):
    assume(np.isfinite(x.astype("float64")).all())
    got = clipped_sum_nf(x, low, high)
    # Python adds in the same order, in float64; a float32 element is exact there.
    assert got == clipped_sum([v.item() for v in x], low, high) and type(got) is float


def test_python_scalars_come_back():
    @nf.jit
    def same(x):
        return x

    for value, kind in [(True, bool), (3, int), (2.5, float), (np.float32(0.5), float), (np.uint8(200), int), (2**63, int)]:
        got = same(value)
        assert got == value and type(got) is kind
    with pytest.raises(OverflowError, match="does not fit 64 bits"):
        same(2**64)


def test_an_argument_that_is_returned_is_the_same_object():
    @nf.jit
    def fill(x, value):
        for i in range(x.size):
            x[i] = value
        return x

    x = np.zeros(4)
    assert fill(x, 3) is x
    assert (x == 3).all()


def test_tuples_come_back():
    @nf.jit
    def both(x):
        return x[0], x.size

    assert both(np.array([7.0, 8.0])) == (7.0, 2)


def test_keywords_and_defaults():
    @nf.jit
    def f(a, b, c=100):
        return a - b + c

    assert f(5, 3) == f.py_func(5, 3) == 102
    assert f(b=3, a=5) == 102
    assert f(5, c=1, b=3) == 3
    with pytest.raises(TypeError, match="not enough arguments for `f`: expected 3, got 1"):
        f(1)
    with pytest.raises(TypeError, match="too many arguments for `f`: expected 3, got 4"):
        f(1, 2, 3, 4)
    with pytest.raises(TypeError, match="unexpected keyword argument 'd'"):
        f(1, 2, d=3)
    with pytest.raises(TypeError, match="multiple values for argument 'a'"):
        f(1, a=2)
    with pytest.raises(TypeError, match="missing argument 'b'"):
        f(a=1)


def test_explicit_signatures_convert_scalars():
    @nf.jit([nf.int64(nf.int64), nf.float64(nf.float64)])
    def double(x):
        return x + x

    assert double(3) == 6 and type(double(3)) is int
    assert double(np.float32(1.5)) == 3.0

    @nf.jit("int64(int64)")
    def truncated(x):
        return x + x

    assert truncated(2.9) == 4

    @nf.jit("f8(f8[:])")
    def first(x):
        return x[0]

    assert first(np.array([1.5])[::1]) == 1.5
    with pytest.raises(TypeError, match=r"No matching definition for argument type\(s\) float32\[:\]"):
        first(np.zeros(3, "float32"))


def test_global_arrays_are_copied_when_a_specialization_is_built():
    table = np.array([1, 2, 3])

    @nf.jit
    def look(i):
        return table[i]

    assert look(1) == 2
    table[1] = 50
    assert look(1) == 2


def test_callees_may_come_later():
    @nf.jit
    def outer(x):
        return inner(x) + 1

    @nf.jit
    def inner(x):
        return x * 10

    assert outer(4) == 41


def test_index_errors_are_python_s():
    @nf.jit
    def at(x, i):
        return x[i]

    x = np.arange(5)
    assert at(x, -1) == 4
    with pytest.raises(IndexError):
        at(x, 5)
    with pytest.raises(IndexError):
        at(x, -6)


def test_division_by_zero():
    @nf.jit
    def divide(a, b):
        return a // b

    @nf.jit(error_model="numpy")
    def divide_numpy(a, b):
        return a // b

    with pytest.raises(ZeroDivisionError):
        divide(1, 0)
    assert divide_numpy(1, 0) == 0
    assert divide(-7, 2) == -4


def test_raise():
    @nf.jit
    def check(x):
        if x < 0:
            raise ValueError("must not be negative")
        return x

    assert check(1) == 1
    with pytest.raises(ValueError) as caught:
        check(-1)
    assert caught.value.args == ("must not be negative",)
