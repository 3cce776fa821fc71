"""float32 that Numba's rules make float64: wide by default, narrow where the kernel asks for float32."""

import numpy as np
import pytest

import nearfield as nf

x = np.random.default_rng(3).normal(size=(40, 70)).astype("float32")
F4 = np.float32


def by_seven(x):
    return (x[0, -1] + x[0, 0] + x[0, 1]) * 3 / 7


def in_float32(x):
    out = np.zeros_like(x)
    out[:, 1:-1] = ((x[:, :-2] + x[:, 1:-1]) + x[:, 2:]) * F4(3) / F4(7)
    return out


def in_float64(x):
    out = np.zeros(x.shape)
    out[:, 1:-1] = ((x[:, :-2] + x[:, 1:-1]) + x[:, 2:]).astype("float64") * 3 / 7
    return out


def test_is_float64_unless_asked():
    np.testing.assert_array_equal(nf.stencil(by_seven)(x), in_float64(x))


def test_an_out_of_float32_does_not_ask():
    out = np.empty_like(x)
    nf.stencil(by_seven)(x, out=out)
    np.testing.assert_array_equal(out[:, 1:-1], in_float64(x).astype("float32")[:, 1:-1])


@pytest.mark.parametrize("options", [{"dtype": "float32"}, {"dtype": F4}])
def test_the_dtype_of_the_kernel_asks(options):
    result = nf.stencil(by_seven, **options)(x)
    assert result.dtype == F4
    np.testing.assert_array_equal(result, in_float32(x))
    out = np.empty_like(x)
    nf.stencil(by_seven, **options)(x, out=out)
    np.testing.assert_array_equal(out[:, 1:-1], in_float32(x)[:, 1:-1])


def test_the_dtype_of_the_call_asks():
    np.testing.assert_array_equal(nf.stencil(by_seven)(x, dtype="float32"), in_float32(x))


def test_the_two_differ_in_the_last_bits_only():
    assert (in_float32(x) != in_float64(x).astype("float32")).any()  # the tests above can tell
    np.testing.assert_allclose(in_float32(x), in_float64(x), rtol=4e-7)


def test_what_float32_does_not_hold_stays_float64():
    y = np.random.default_rng(3).integers(-(2**31), 2**31, x.shape).astype("int32")
    kernel = nf.stencil(lambda x, y: x[0, 0] * y[0, 0], dtype="float32")
    np.testing.assert_array_equal(kernel(x, y), (x.astype("float64") * y).astype("float32"))
