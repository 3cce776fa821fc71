"""Where arrays lie does not change results: outputs that overlap inputs and each other, arrays of more than 2**31 elements."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nearfield as nf
from arrays import LAYOUTS, laid_out

MODES = ["constant", "reflect", "nearest", "mirror", "wrap"]


@nf.stencil
def blur(x):
    return (x[-1, -1] + 2 * x[0, 0] + x[1, 1]) // 4


@nf.stencil
def two(x):
    return x[0, 1] - x[0, -1], x[1, 0] + x[-1, 0]


@settings(max_examples=150)
@given(data=st.data())
def test_an_output_may_overlap_its_input(data):
    """Every shift of a window over one buffer gives what it gives into memory of its own."""
    rows, columns = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 200))
    down, right = data.draw(st.integers(-3, 3)), data.draw(st.integers(-70, 70))
    mode = data.draw(st.sampled_from(MODES))
    buffer = np.random.default_rng(1).integers(0, 256, (rows + 6, columns + 140)).astype("uint8")
    x = buffer[3 : 3 + rows, 70 : 70 + columns]
    out = buffer[3 + down : 3 + down + rows, 70 + right : 70 + right + columns]
    expected = out.copy()
    blur(x.copy(), out=expected, mode=mode)
    around = buffer.copy()
    around[3 + down : 3 + down + rows, 70 + right : 70 + right + columns] = expected
    assert blur(x, out=out, mode=mode) is out
    np.testing.assert_array_equal(buffer, around)


@pytest.mark.parametrize("layout", [name for name in LAYOUTS if name != "readonly"])
@pytest.mark.parametrize("mode", MODES)
def test_an_output_may_lie_anyhow(layout, mode):
    x = np.random.default_rng(2).integers(0, 256, (37, 143)).astype("uint8")
    plain, laid = np.zeros(x.shape, "int16"), laid_out(np.zeros(x.shape, "int16"), layout)
    blur(x, out=plain, mode=mode)
    blur(laid_out(x, layout), out=laid, mode=mode)
    np.testing.assert_array_equal(laid, plain)


@pytest.mark.parametrize("shape", [(1500, 2048), (515, 1024), (7, 90, 2048), (3, 1024), (2, 1024)], ids=str)
def test_columns_of_a_border(shape):
    """Each task fills those beside its rows."""

    @nf.stencil(cval=7, dtype="int8")
    def change(x):
        return x[-1, -2] - x[1, 1]

    x = np.random.default_rng(4).integers(-50, 50, shape).astype("int8")
    wanted = np.full(shape, 7, "int8")
    wanted[..., 1:-1, 2:-1] = x[..., :-2, :-3] - x[..., 2:, 3:]
    out = np.full(shape, 99, "int8")
    change(x, out=out)
    np.testing.assert_array_equal(out, wanted)
    np.testing.assert_array_equal(change(x), wanted)


@pytest.mark.parametrize("shape", [(0, 5), (2, 2), (3, 40), (41, 67), (1100, 1030), (2, 0, 4), (3, 33, 20)])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_an_output_of_another_order_keeps_its_border(shape, dtype):
    """In Fortran's order, backwards, or both: copied in and out, the large ones on all threads."""
    random = np.random.default_rng(0)
    x = (random.random(shape) * 50).astype(dtype)
    expected = np.full(shape, 77, dtype)
    if min(shape[-2:]) > 2:
        inner = (..., slice(1, -1), slice(1, -1))
        wide = x.astype("int64" if dtype in ("uint8", "int16") else "float64")
        expected[inner] = ((wide[..., :-2, :-2] + 2 * wide[inner] + wide[..., 2:, 2:]) // 4).astype(dtype)
    for turned in (np.asfortranarray, lambda a: a[..., ::-1].copy()[..., ::-1], lambda a: np.asfortranarray(a[..., ::-1])[..., ::-1]):
        out = turned(np.full(shape, 77, dtype))
        blur(turned(x), out=out)
        np.testing.assert_array_equal(out, expected)


def test_outputs_may_overlap_each_other():
    """They are stored one after the other then."""
    x = np.random.default_rng(3).integers(0, 100, (20, 90))
    first, second = two(x, mode="wrap")
    buffer = np.zeros((21, 90), "int64")
    two(x, out=(buffer[:-1], buffer[1:]), mode="wrap")
    np.testing.assert_array_equal(buffer[1:], second)
    np.testing.assert_array_equal(buffer[0], first[0])


@pytest.mark.parametrize("shape", [(2**31 + 2000,), (3, 2**30), (2**16 + 3, 2**15 + 64)], ids=str)
def test_more_than_two_to_the_31_elements(shape, long):
    if not long:
        pytest.skip("allocates 4 GiB and more: only with --long")

    @nf.stencil(dtype="uint8")
    def step(x):
        return x[-1] + 2 * x[0] + 3 * x[1]

    @nf.stencil(dtype="uint8")
    def step2(x):
        return x[-1, 0] + 2 * x[0, -1] + 3 * x[1, 1]

    x = np.arange(np.prod(shape), dtype="uint32").astype("uint8").reshape(shape)
    got = (step if x.ndim == 1 else step2)(x)
    if x.ndim == 1:
        for part in (slice(0, 3000), slice(2**31 - 1500, 2**31 + 1500), slice(-3000, None)):
            np.testing.assert_array_equal(got[part][1:-1], step(x[part])[1:-1])
        assert got[0] == got[-1] == 0
    elif shape[0] == 3:
        for part in (slice(0, 3000), slice(2**30 - 3000, None)):
            np.testing.assert_array_equal(got[:, part][1, 1:-1], step2(np.ascontiguousarray(x[:, part]))[1, 1:-1])
    else:
        for rows in (slice(0, 5), slice(2**16 - 2, 2**16 + 3)):
            np.testing.assert_array_equal(got[rows][1:-1], step2(x[rows])[1:-1])
