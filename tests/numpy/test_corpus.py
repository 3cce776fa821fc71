"""Published stencils, as a novice writes them, give what NumPy and SciPy say; the same ones are measured by ``./dev bench corpus``."""

import functools
import pathlib
import sys

import numba
import numpy as np
import pytest

import nearfield as nf

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "bench"))
from stencils import CASES, WORKLOADS  # noqa: E402

# Smaller than most neighbourhoods, odd, and just below, at and above the vectors' and tiles' widths.
SHAPES = {
    1: [(0,), (1,), (7,), (31,), (32,), (95,), (1000,)],
    2: [(1, 1), (2, 9), (3, 3), (15, 15), (16, 33), (9, 64), (8, 66), (21, 131), (37, 257)],
    3: [(2, 3, 3), (3, 3, 3), (5, 7, 18), (4, 9, 66), (6, 5, 130)],
    4: [(1, 3, 3, 3), (3, 3, 3, 3), (4, 5, 3, 18), (3, 4, 5, 67)],
}
ALL = CASES + tuple(case for cases in WORKLOADS.values() for case in cases)
named = pytest.mark.parametrize("case", ALL, ids=lambda case: case.name.replace(" ", "-"))


@functools.cache
def kernel(case):
    return case.compiled()


def as_tuple(results):
    return results if isinstance(results, tuple) else (results,)


def inputs(case, shape):
    return case.inputs(np.random.default_rng(sum(shape)), shape)


def check(case, got, expected):
    if case.tolerance:
        scale = np.abs(expected).max(initial=0)
        np.testing.assert_allclose(got, expected, rtol=0, atol=case.tolerance * scale)
    else:
        np.testing.assert_array_equal(got, expected)


@named
def test_a_published_stencil_gives_what_its_oracle_says(case):
    """As a new array, where the border is 0, and stored into ``out``, whose border stays."""
    for shape in SHAPES[case.rank]:
        arguments = inputs(case, shape)
        results = as_tuple(kernel(case)(*arguments))
        outs = tuple(np.full(shape, 77, dtype) for dtype in case.outputs)
        stored = as_tuple(kernel(case)(*arguments, out=outs if len(outs) > 1 else outs[0]))
        for result, out, same, expected in zip(results, outs, stored, case.expected(arguments), strict=True):
            assert result.shape == shape
            check(case, case.inner(result).astype(out.dtype), expected)
            case.inner(result)[...] = 0
            assert not result.any()

            assert same is out
            check(case, case.inner(out), expected)
            case.inner(out)[...] = 77
            assert (out == 77).all()


@named
def test_a_reflected_border_is_the_oracle_on_a_padded_image(case):
    shape = SHAPES[case.rank][-1]
    arguments = inputs(case, shape)
    edges = [(-lo, hi) for lo, hi in case.reach]
    padded = [np.pad(a, edges, "symmetric") if isinstance(a, np.ndarray) else a for a in arguments]
    results = as_tuple(kernel(case)(*arguments, mode="reflect"))
    for result, expected, dtype in zip(results, case.expected(padded), case.outputs, strict=True):
        check(case, result.astype(dtype), expected)


@named
def test_numbas_stencil_takes_the_same_text(case, long):
    """And gives the same dtype; ranges of `for` are all that it must be told."""
    if not long:
        pytest.skip("Numba compiles each for seconds: only with --long")
    arguments = inputs(case, SHAPES[case.rank][-2])
    if len(case.outputs) > 1:
        pytest.skip("Numba's stencils return one number")
    expected = numba.stencil(case.kernel, neighborhood=case.reach)(*arguments)
    result = kernel(case)(*arguments)
    assert result.dtype == expected.dtype
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)


def test_the_corpus_spans_dtypes_and_ranks():
    """At least forty methods, of what images, volumes and signals are made of."""
    assert len({case.name for case in CASES}) == len(CASES) >= 40
    assert {case.rank for case in CASES} == {1, 2, 3, 4}
    seen = {case.inputs(np.random.default_rng(0), (8,) * case.rank)[0].dtype.name for case in CASES}
    assert seen == {"uint8", "int16", "float32", "float64"}
