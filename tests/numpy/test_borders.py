"""Borders of images: each mode gives what NumPy computes on a padded image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nearfield as nf

PAD = {"reflect": "symmetric", "nearest": "edge", "mirror": "reflect", "wrap": "wrap"}
# Images that are too large to be copied as a whole, footprint on the last axis and on those before: rows of many steps,
# of about one, of less.
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


def on_padded(x, weights, reach, pad, dtype):
    """What the kernel of `window` gives on the last axes of an image that `numpy.pad` continues."""
    leading = x.ndim - len(reach)
    padded = np.pad(x, [(0, 0)] * leading + [(max(0, -lo), max(0, hi)) for lo, hi in reach], mode=pad)
    want = np.zeros(x.shape, dtype)
    for offset, weight in weights.items():
        begin = [max(0, -lo) + o for (lo, _), o in zip(reach, offset)]
        part = padded[(...,) + tuple(slice(b, b + n) for b, n in zip(begin, x.shape[leading:]))]
        want += (part.astype(dtype) * weight).astype(dtype)
    return want


@pytest.mark.parametrize("shape, last, others", CASES)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float64"])
def test_every_mode_is_numpys_on_a_padded_image(shape, last, others, dtype):
    kernel, weights, reach = window(len(shape), last, others)
    x = np.random.default_rng(0).integers(0, 250, shape).astype(dtype)
    for layout in (x, x[..., ::-1]):
        for mode, pad in PAD.items():
            want = on_padded(layout, weights, reach, pad, kernel(x[(slice(9),) * x.ndim]).dtype)
            np.testing.assert_array_equal(kernel(layout, mode=mode), want, err_msg=f"{mode} {dtype}")


SMALL = {(rank, dtype): window(rank, (-2, 1), (-1, 3)) for rank in (1, 2, 3) for dtype in ("uint8", "float64")}


@given(st.data())
def test_small_images_again_and_again(data):
    """Later calls of a kind are prepared ones: of any shape, with leading axes, mode and `out` in any order."""
    (rank, dtype), (kernel, weights, reach) = data.draw(st.sampled_from(list(SMALL.items())))
    mode, pad = data.draw(st.sampled_from(list(PAD.items())))
    shape = data.draw(st.lists(st.integers(1, 3), max_size=2)) + data.draw(st.lists(st.integers(1, 40), min_size=rank, max_size=rank))
    x = np.random.default_rng(0).integers(0, 250, shape).astype(dtype)
    x = data.draw(st.sampled_from([x, x[..., ::-1], np.asfortranarray(x)]))
    want = on_padded(x, weights, reach, pad, kernel(np.zeros((9,) * rank, dtype)).dtype)
    np.testing.assert_array_equal(kernel(x, mode=mode), want)
    out = np.empty(x.shape, data.draw(st.sampled_from([want.dtype, np.dtype("float32")])))
    if data.draw(st.booleans()):
        assert kernel(x, out=out, mode=mode) is out
    else:
        assert kernel(x, mode=mode, out=out) is out
    np.testing.assert_array_equal(out, want.astype(out.dtype))
    assert kernel(x).flat[0] == 0  # the kernel's own mode is another one


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


@nf.stencil(mode="reflect")
def between(x, y, factor):
    return x[-1, 0] + factor * y[0, 1]


def test_arrays_larger_than_the_first_go_on_at_their_own_edges():
    """The same in the general call, which is the first one, and in prepared ones."""
    x, y = np.arange(30.0).reshape(5, 6), np.arange(56.0).reshape(7, 8)
    want = np.pad(x, 1, mode="symmetric")[:-2, 1:-1] + 3.0 * y[:5, 1:7]
    for _ in range(3):
        np.testing.assert_array_equal(between(x, y, 3.0), want)


def test_an_unknown_mode_is_an_error_in_later_calls_too():
    x = np.zeros((8, 8))
    both(x, x, mode="wrap"), both(x, x, mode="wrap")
    for wrong in ("around", 3, b"wrap"):
        with pytest.raises(ValueError, match="Unsupported mode style"):
            both(x, x, mode=wrong)


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
