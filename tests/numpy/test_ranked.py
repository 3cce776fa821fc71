"""``sorted`` and ``np.median`` of numbers that are written out give what CPython and NumPy give."""

import math
import random

import numpy as np
import pytest
from arrays import DTYPES

import nearfield as nf

EDGES = {"f": [0.0, -1.5, 2.25, math.inf, -math.inf, 1e300], "i": [0, 1, -1, 5], "u": [0, 1, 200], "b": [0, 1]}


def draw(rng, dtype, count):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return [dtype.type(rng.choice(EDGES["f"][:3]) + rng.randrange(5)) for _ in range(count)]
    if dtype.kind == "b":
        return [np.bool_(rng.randrange(2)) for _ in range(count)]
    bounds = np.iinfo(dtype)
    pick = lambda: rng.choice([bounds.min, bounds.max, rng.randrange(bounds.max), 3])  # noqa: E731
    return [dtype.type(pick()) for _ in range(count)]


def median3(x):
    return np.median([x[-1, -1], x[-1, 0], x[-1, 1], x[0, -1], x[0, 0], x[0, 1], x[1, -1], x[1, 0], x[1, 1]])


def third_of_plus(x):
    return sorted((x[-1, 0], x[0, -1], x[0, 0], x[0, 1], x[1, 0]))[2]


def median5(x):
    return np.median(
        [
            x[-2, -2], x[-2, -1], x[-2, 0], x[-2, 1], x[-2, 2], x[-1, -2], x[-1, -1], x[-1, 0], x[-1, 1], x[-1, 2],
            x[0, -2], x[0, -1], x[0, 0], x[0, 1], x[0, 2], x[1, -2], x[1, -1], x[1, 0], x[1, 1], x[1, 2],
            x[2, -2], x[2, -1], x[2, 0], x[2, 1], x[2, 2],
        ]  # fmt: skip
    )


def windows(x, reach):
    rows, columns = x.shape
    return np.array([x[reach + i : rows - reach + i, reach + j : columns - reach + j]
                     for i in range(-reach, reach + 1) for j in range(-reach, reach + 1)])  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_medians_of_windows_are_numpys(dtype):
    rng = np.random.default_rng(1)
    x = rng.integers(0, 200, (23, 150)).astype(dtype)
    if x.dtype.kind == "f":
        x -= 70.5
    got = nf.stencil(median3)(x)
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got[1:-1, 1:-1], np.median(windows(x, 1), axis=0))
    out = np.zeros_like(x)
    nf.stencil(median5)(x, out=out)
    np.testing.assert_array_equal(out[2:-2, 2:-2], np.median(windows(x, 2), axis=0).astype(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_item_of_sorted_keeps_the_dtype(dtype):
    rng = np.random.default_rng(2)
    x = rng.integers(0, 2 if dtype == "bool" else 120, (9, 70)).astype(dtype)
    got = nf.stencil(third_of_plus)(x)
    assert got.dtype == x.dtype
    plus = np.array([x[:-2, 1:-1], x[1:-1, :-2], x[1:-1, 1:-1], x[1:-1, 2:], x[2:, 1:-1]])
    np.testing.assert_array_equal(got[1:-1, 1:-1], np.sort(plus, axis=0)[2])


def test_nan_anywhere_makes_the_median_nan():
    x = np.arange(200, dtype="float32").reshape(10, 20)
    x[4, 7] = np.nan
    got = nf.stencil(median3)(x)
    assert np.isnan(got[3:6, 6:9]).all()
    assert np.isnan(got).sum() == 9


@nf.jit
def sorted_pair(a, b):
    return sorted((a, b))


def test_comparators_lose_nothing():
    """Zeros of two signs and what is compared with NaN stay in place."""
    for a, b in [(0.0, -0.0), (-0.0, 0.0), (math.nan, 1.0), (1.0, math.nan)]:
        assert [repr(float(v)) for v in sorted_pair(a, b)] == [repr(a), repr(b)]


@nf.jit
def of_four(a, b, c, d):
    first, second, third, fourth = sorted([a, b, c, d])
    return np.median((a, b, c, d)), first, second, third, fourth, sorted((d, c, b, a))[-2], len(sorted([a, b]))


@pytest.mark.parametrize("dtype", [d for d in DTYPES if d != "bool"])
def test_four_numbers(dtype):
    rng = random.Random(3)
    for _ in range(200):
        values = draw(rng, dtype, 4)
        median, first, second, third, fourth, item, length = of_four(*values)
        expected = sorted(values)
        assert [first, second, third, fourth] == expected
        assert (item, length) == (expected[2], 2)
        assert median == (float(expected[1]) + float(expected[2])) / 2


@nf.jit
def at_run_time(a, b, c, k):
    return sorted((a, b, c))[k]


def test_an_item_at_run_time():
    for k in (-3, -1, 0, 2):
        assert at_run_time(5, 2.5, 7, k) == sorted((5, 2.5, 7))[k]
    with pytest.raises(IndexError):
        at_run_time(1, 2, 3, 3)
