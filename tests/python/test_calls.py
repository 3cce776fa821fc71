"""Calls like an earlier one take a short way; it gives the same answers and errors as the long one."""

import ctypes
import threading

import nearfield as nf
import numpy as np
import pytest


def cross(x):
    return x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]


def expected(x, out, border):
    """The cross in NumPy; `border` is what border cells hold."""
    wide = x.astype(np.int64)
    inside = wide[..., :-2, 1:-1] + wide[..., 1:-1, :-2] + wide[..., 1:-1, 2:] + wide[..., 2:, 1:-1]
    result = np.full(x.shape, border, np.int64) if out is None else out.astype(np.int64)
    if min(x.shape[-2:]) > 2:
        result[..., 1:-1, 1:-1] = inside
    return result


def image(*shape):
    return (np.arange(np.prod(shape)) % 23 - 11).astype(np.int8).reshape(shape)


SHAPES = [(5, 7), (3, 3), (2, 9), (9, 2), (1, 1), (0, 4), (40, 3), (3, 40), (64, 65), (2, 6, 7), (3, 2, 5, 4), (0, 5, 5)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("cval", [None, 3])
def test_prepared_stencils_write_what_the_first_call_writes(shape, cval):
    kernel = nf.stencil(cross) if cval is None else nf.stencil(cval=cval)(cross)
    x = image(*shape)
    for other in [image(6, 6), x, x, x[..., ::-1], x]:
        assert np.array_equal(kernel(other), expected(other, None, cval or 0))
    for _ in range(3):
        out = np.full(shape, 9, np.int64)
        assert kernel(x, out=out) is out
        assert np.array_equal(out, expected(x, None if cval is not None else np.full(shape, 9), cval))


def test_prepared_stencils_take_rows_with_gaps_and_outputs_in_their_input():
    kernel = nf.stencil(cval=0)(cross)
    whole, target = image(20, 30), np.zeros((20, 30), np.int8)
    kernel(image(8, 9), out=np.zeros((8, 9), np.int8))
    for _ in range(2):
        x, out = whole[2:10, 3:12], target[5:13, 1:10]
        kernel(x, out=out)
        assert np.array_equal(out, expected(x, None, 0).astype(np.int8))
    wanted = expected(whole, None, 0).astype(np.int8)
    kernel(whole, out=whole)
    assert np.array_equal(whole, wanted)


def test_prepared_stencils_refuse_what_the_first_call_refuses():
    kernel = nf.stencil(cross)
    x, out = image(6, 7), np.zeros((6, 7), np.int64)
    for _ in range(3):
        kernel(x, out=out)
        with pytest.raises(ValueError, match="shape"):
            kernel(x, out=np.zeros((7, 6), np.int64))
        frozen = out.copy()
        frozen.flags.writeable = False
        with pytest.raises(ValueError, match="read-only"):
            kernel(x, out=frozen)
        with pytest.raises(TypeError, match="byte order"):
            kernel(x.astype(">i4"))
        with pytest.raises(TypeError, match="arguments"):
            kernel(x, x)


def test_two_arrays_and_a_scalar_keep_their_rules():
    @nf.stencil(standard_indexing="table")
    def mix(x, y, table, factor):
        return x[-1] + y[1] * factor + table[0]

    x, y, table = np.arange(6.0), np.arange(8.0), np.array([100.0, 1.0])
    for factor in (2, 2, 0.5, 2, True, np.float32(3)):
        wanted = np.zeros(6)
        wanted[1:-1] = x[:-2] + y[2:6] * factor + 100
        assert np.array_equal(mix(x, y, table, factor), wanted)
    with pytest.raises(ValueError, match="smaller than `x`"):
        mix(x, y[:5], table, 2)


def test_prepared_functions_know_their_arguments_apart():
    @nf.jit
    def add(a, b):
        return a + b

    for _ in range(2):
        for a, b in [(1, 2), (1.5, 2), (True, 2), (np.int8(100), np.int8(100)), (2**63, 1), (np.float32(0.1), np.float32(0.2))]:
            assert add(a, b) == nf.jit(lambda a, b: a + b)(a, b)
        assert add(b=2, a=1) == 3

    @nf.jit
    def last(x, i):
        return x[-1] + i

    x = np.arange(6)
    for array in (x, x[::-1], x.astype(np.uint8), x, x[::2], x[:0:-1]):
        assert last(array, 1) == array[-1] + 1


def test_prepared_functions_raise():
    @nf.jit
    def at(x, i):
        return x[i]

    x = np.arange(3)
    for _ in range(3):
        assert at(x, 2) == 2
        with pytest.raises(IndexError):
            at(x, 3)


def test_prepared_functions_return_arrays_and_tuples():
    @nf.jit
    def both(x):
        y = np.zeros_like(x)
        for i in range(x.size):
            y[i] = x[i] + 1
        return y, x, x.size

    x = np.arange(4)
    for _ in range(3):
        y, same, size = both(x)
        assert np.array_equal(y, x + 1) and same is x and size == 4


def test_prepared_gufuncs_broadcast_and_check():
    @nf.guvectorize([(nf.float64[:], nf.float64, nf.float64[:])], "(n),()->(n)")
    def scale(x, factor, out):
        for i in range(x.size):
            out[i] = x[i] * factor

    x = np.arange(12.0).reshape(3, 4)
    for _ in range(3):
        assert np.array_equal(scale(x, 2.0), x * 2)
        assert np.array_equal(scale(x[0], np.array([1.0, 2.0])), x[0] * [[1.0], [2.0]])
        assert np.array_equal(scale(x[:, ::2], np.arange(3.0)), x[:, ::2] * [[0.0], [1.0], [2.0]])
        out = np.empty((3, 4))
        assert scale(x, 3.0, out=out) is out and np.array_equal(out, x * 3)
        assert scale(x, 3, out=(out,)) is out
        with pytest.raises(ValueError, match="broadcast"):
            scale(x, np.arange(2.0))
        with pytest.raises(ValueError, match="shape"):
            scale(x, 3.0, out=np.empty((4, 4)))


def test_prepared_gufuncs_check_core_sizes_and_give_scalars():
    @nf.guvectorize("(n),(n)->()")
    def dot(x, y, out):
        total = x[0] * y[0]
        for i in range(1, x.size):
            total += x[i] * y[i]
        out[0] = total

    x = np.arange(4.0)
    for _ in range(3):
        result = dot(x, x)
        assert result == 14 and isinstance(result, np.float64)
        assert np.array_equal(dot(np.stack([x, x]), x), [14, 14])
        with pytest.raises(ValueError, match="core dimension"):
            dot(x, x[:3])


def test_prepared_gufuncs_over_stencils_fill_their_border():
    square = nf.guvectorize("(n,n)->(n,n)")(nf.stencil(cross))
    stack = image(3, 5, 5)
    for _ in range(3):
        assert np.array_equal(square(stack), expected(stack, None, 0))
        out = np.full((3, 5, 5), 9, np.int64)
        assert square(stack, out=out) is out and np.array_equal(out, expected(stack, None, 0))
        with pytest.raises(ValueError, match="core dimension"):
            square(image(3, 5, 6))


def test_threads_share_one_kernel():
    kernel = nf.stencil(cross)
    images = [image(n, n + 1) for n in range(3, 60)]
    kernel(images[0])
    wrong = []

    def work():
        for x in images:
            if not np.array_equal(kernel(x), expected(x, None, 0)):
                wrong.append(x.shape)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_rounding_of_the_calling_thread_is_left_out_and_left_alone():
    """Small calls set it only where floats are computed: the bits are those of rounding to nearest all the same."""
    libm = ctypes.CDLL("libm.so.6")
    upward = 0x800
    x = np.full((9, 40), 0.1, "float32")
    kernel = nf.stencil(lambda a: a[0, -1] + a[0, 1] * np.float32(3))
    expected = kernel(x)
    assert expected[4, 4] == np.float32(0.1) + np.float32(0.1) * np.float32(3)
    whole = nf.stencil(lambda a: (a[0, -1] + a[0, 1]) // 3)
    y = np.arange(360).reshape(9, 40).astype("int8")
    counted = whole(y)
    out, numbers = np.zeros_like(expected), np.zeros_like(counted)
    try:
        assert libm.fesetround(upward) == 0
        for _ in range(3):
            kernel(x, out=out), whole(y, out=numbers)
        assert libm.fegetround() == upward
    finally:
        libm.fesetround(0)
    assert out.tobytes() == expected.tobytes() and numbers.tobytes() == counted.tobytes()
