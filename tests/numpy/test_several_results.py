"""Stencils that return a tuple give a tuple of arrays, each what a stencil for it alone gives."""

import numpy as np
import pytest

import nearfield as nf

MODES = ["constant", "nearest", "reflect", "mirror", "wrap", "valid"]


@nf.stencil
def gradient(x):
    dy = x[1, 0] - x[-1, 0]
    dx = x[0, 1] - x[0, -1]
    return dy, dx, (dx * dx + dy * dy) / 2


@nf.stencil
def down(x):
    both = x[0, 1] + x[0, -1]  # unused, but it counts for the footprint
    return x[1, 0] - x[-1, 0]


@nf.stencil
def right(x):
    both = x[1, 0] + x[-1, 0]
    return x[0, 1] - x[0, -1]


@nf.stencil
def energy(x):
    dy = x[1, 0] - x[-1, 0]
    dx = x[0, 1] - x[0, -1]
    return (dx * dx + dy * dy) / 2


ALONE = (down, right, energy)


@nf.stencil(cval=7, dtype="fit")
def extremes(x):
    return min(x[0, -1], x[0, 0], x[0, 1]), x[0, -1] + x[0, 0] + x[0, 1]


@nf.stencil(neighborhood=((-1, 1),))
def by_a_loop(x, n):
    """Run-time offsets: no vectors, so it does not run as a chain."""
    total = 0
    for i in range(-n, n + 1):
        total += x[i]
    return total, total * 2


@nf.jit
def angle(x):
    dy, dx, _ = gradient(x)
    return np.arctan2(dy, dx), dy


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32"])
def test_each_is_what_it_is_alone(mode, dtype):
    random = np.random.default_rng(1)
    for shape in [(1, 1), (2, 9), (40, 70), (9, 1100), (3, 20, 30), (0, 4)]:
        x = random.integers(0, 100, shape).astype(dtype)
        results = gradient(x, mode=mode)
        assert type(results) is tuple and len(results) == 3
        for got, alone in zip(results, ALONE, strict=True):
            expected = alone(x, mode=mode)
            assert got.dtype == expected.dtype and got.shape == expected.shape
            np.testing.assert_array_equal(got, expected, err_msg=f"{alone} {shape}")


def test_options():
    x = np.random.default_rng(2).integers(0, 256, (30, 40)).astype("uint8")
    least, total = extremes(x)
    assert least.dtype == np.uint8 and total.dtype == np.uint16
    assert (least[:, 0] == 7).all() and (total[:, -1] == 7).all()
    np.testing.assert_array_equal(total[:, 1:-1], x[:, :-2].astype(int) + x[:, 1:-1] + x[:, 2:])
    assert {r.dtype for r in gradient(x, dtype=np.float32)} == {np.dtype("float32")}


def test_out():
    x = np.random.default_rng(3).integers(0, 100, (20, 30)).astype("int64")
    expected = gradient(x)
    outs = (np.full(x.shape, -1, "int64"), np.full((30, 20), -1, "float32").T, np.full(x.shape, -1.0))
    assert gradient(x, out=outs) is outs
    for out, right_result in zip(outs, expected, strict=True):
        np.testing.assert_array_equal(out[1:-1, 1:-1], right_result[1:-1, 1:-1])
        assert (out[0] == -1).all() and (out[:, -1] == -1).all()  # without a cval the border stays
    same = x.copy()
    gradient(same, out=(same, np.empty_like(same), np.empty_like(same)))
    np.testing.assert_array_equal(same[1:-1, 1:-1], expected[0][1:-1, 1:-1])


def test_wrong_outs():
    x = np.zeros((5, 6))
    with pytest.raises(TypeError, match="makes 3 arrays, `out` is one"):
        gradient(x, out=np.zeros((5, 6)))
    with pytest.raises(TypeError, match="makes 3 arrays, `out` is a tuple of 2"):
        gradient(x, out=(np.zeros((5, 6)), np.zeros((5, 6))))
    with pytest.raises(ValueError, match=r"`out` has shape \(5, 5\)"):
        gradient(x, out=(np.zeros((5, 5)),) * 3)
    with pytest.raises(TypeError, match="makes 1 array, `out` is a tuple of 2"):
        down(x, out=(x, x))


def test_without_vectors_and_in_a_function():
    x = np.arange(50.0)
    one, two = by_a_loop(x, 1)
    np.testing.assert_array_equal(one[1:-1], x[:-2] + x[1:-1] + x[2:])
    np.testing.assert_array_equal(two, one * 2)
    image = np.random.default_rng(4).random((40, 50))
    turned, dy = angle(image)
    np.testing.assert_array_equal(dy, down(image))
    np.testing.assert_allclose(turned, np.arctan2(down(image), right(image)), rtol=1e-12)


def test_absolute_arrays_of_a_stacks_rank_are_seen_whole():
    """Not one of their parts for each frame of the stack."""
    kernel = nf.stencil(lambda x, planes: x[0, 0] + planes[1, 0, 1], standard_indexing="planes")
    x, planes = np.arange(24).reshape(2, 3, 4), np.arange(24).reshape(2, 3, 4)
    np.testing.assert_array_equal(kernel(x, planes), x + planes[1, 0, 1])
