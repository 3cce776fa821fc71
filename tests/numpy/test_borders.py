"""Borders of images that are too large to be copied as a whole: each mode gives what NumPy computes on a padded image."""

import numpy as np
import pytest

import nearfield as nf

PAD = {"reflect": "symmetric", "nearest": "edge", "mirror": "reflect", "wrap": "wrap"}
# Rank, footprint on the last axis and on those before, shapes: rows of many steps, of about one, of less.
CASES = [
    ((300_000,), (-3, 2), ()),
    ((70, 2100), (-1, 1), (-1, 1)),
    ((70, 2100), (-2, 0), (0, 1)),
    ((70, 2100), (0, 1), (-1, 0)),
    ((1500, 131), (-7, 7), (-2, 2)),
    ((5000, 40), (-1, 3), (-1, 1)),
    ((14, 90, 130), (-1, 1), (-1, 1)),
]


def window(rank, last, others):
    """A kernel that adds up its whole window, each element with a weight of its own, and the weights by offset."""
    reach = [others] * (rank - 1) + [last]
    offsets = np.ndindex(*[hi - lo + 1 for lo, hi in reach])
    weights = {tuple(k + lo for k, (lo, _) in zip(index, reach)): 1 + number % 5 for number, index in enumerate(offsets)}
    terms = " + ".join(f"{weight} * x[{', '.join(map(str, offset))}]" for offset, weight in weights.items())
    text = f"def kernel(x):\n    return {terms}\n"
    scope = {}
    exec(compile(text, "<window>", "exec"), scope)
    return nf.stencil(scope["kernel"], source=text), weights, reach


@pytest.mark.parametrize("shape, last, others", CASES)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float64"])
def test_every_mode_is_numpys_on_a_padded_image(shape, last, others, dtype):
    kernel, weights, reach = window(len(shape), last, others)
    x = np.random.default_rng(0).integers(0, 250, shape).astype(dtype)
    for layout in (x, x[..., ::-1]):
        for mode, pad in PAD.items():
            padded = np.pad(layout, [(max(0, -lo), max(0, hi)) for lo, hi in reach], mode=pad)
            want = np.zeros(shape, kernel(x[(slice(9),) * x.ndim]).dtype)
            for offset, weight in weights.items():
                begin = [max(0, -lo) + o for (lo, _), o in zip(reach, offset)]
                part = padded[tuple(slice(b, b + n) for b, n in zip(begin, shape))]
                want += (part.astype(want.dtype) * weight).astype(want.dtype)
            np.testing.assert_array_equal(kernel(layout, mode=mode), want, err_msg=f"{mode} {dtype}")


@nf.stencil
def both(x, y):
    return x[0, -1] + y[1, 2], y[0, 1] * 0.5


def test_every_result_has_its_border():
    x, y = np.random.default_rng(0).integers(0, 100, (2, 300, 700)).astype("int16")
    for mode, pad in PAD.items():
        total, half = both(x, y, mode=mode)
        a, b = (np.pad(array, 2, mode=pad) for array in (x, y))
        np.testing.assert_array_equal(total, a[2:-2, 1:-3].astype(int) + b[3:-1, 4:])
        np.testing.assert_array_equal(half, b[2:-2, 3:-1] * 0.5)


@nf.stencil
def steps(x):
    if x[0, 1] - x[0, -1] > 5:
        raise ValueError("a step")
    return x[0, 1] - x[0, -1]


def test_no_point_is_computed_that_the_image_does_not_have():
    """The ends of rows are computed beside each other: where a kernel may raise, the step between them must not be seen."""
    x = np.repeat(np.arange(3000)[None], 30, axis=0).astype("int16")
    for mode in PAD:
        assert steps(x, mode=mode)[:, 1:-1].min() == 2
    with pytest.raises(ValueError, match="a step"):
        steps(x * 3, mode="nearest")
