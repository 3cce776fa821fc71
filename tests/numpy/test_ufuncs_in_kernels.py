"""Ufuncs and whole arrays in jitted functions: broadcasting, explicit outputs, outputs that are inputs too."""

import numpy as np
import pytest

import nearfield as nf


@nf.vectorize
def blend(a, b, weight):
    return a + (b - a) * weight


@nf.vectorize
def total(a, b):
    return a + b


@nf.jit
def call(a, b):
    return total(a, b)


@nf.jit
def call_into(a, b, out):
    return total(a, b, out)


@nf.jit
def call_named(a, b, out):
    total(a, b, out=out)


@nf.jit
def add(a, b):
    return a + b * 2


@nf.jit
def mixed(a, b, c):
    return np.maximum(total(a, b) * 2, c) - a


X = np.random.default_rng(5).integers(-50, 50, (4, 5, 6))

SHAPES = [
    ((3,), (3,)),
    ((3,), (1,)),
    ((4, 3), (3,)),
    ((3,), (4, 3)),
    ((4, 1), (3,)),
    ((4, 1), (1, 3)),
    ((2, 1, 3), (4, 1)),
    ((0,), (1,)),
    ((2, 0), (2, 1)),
    ((1, 1), (1, 1)),
]


def arrays_of(*shapes, dtype="f8"):
    rng = np.random.default_rng(1)
    return [rng.integers(0, 100, shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_arrays_of_different_shapes_are_broadcast_together(shapes):
    a, b = arrays_of(*shapes)
    np.testing.assert_array_equal(call(a, b), a + b)
    np.testing.assert_array_equal(add(a, b), a + b * 2)
    out = np.full(np.broadcast_shapes(*shapes), -1.0)
    result = call_into(a, b, out)
    assert result is out or out.size == 0
    np.testing.assert_array_equal(out, a + b)


def test_numbers_are_mixed_in():
    @nf.jit
    def f(a, w):
        return blend(a, 1.0, w)

    a = np.arange(4.0)
    np.testing.assert_array_equal(f(a, 0.5), a + (1 - a) * 0.5)
    np.testing.assert_array_equal(f(a, a[:, None].copy()), a + (1 - a) * a[:, None])


def test_operators_and_ufuncs_make_one_expression():
    a, b, c = arrays_of((4, 1), (5,), (2, 4, 5))
    np.testing.assert_array_equal(mixed(a, b, c), np.maximum((a + b) * 2, c) - a)


def test_strided_arrays_are_broadcast():
    a, b = X[:, ::2, ::-1].astype("f8")[::2], X[0, ::2, 3].astype("f8")[::-1]
    np.testing.assert_array_equal(call(a, b[:, None]), a + b[:, None])


def test_the_same_function_takes_equal_and_other_shapes():
    """A chain for arrays of one shape is no answer for others."""

    @nf.stencil(mode="nearest")
    def mean(x):
        return (x[-1] + x[0] + x[1]) / 3

    @nf.jit
    def f(x, y):
        return total(mean(x), y) + x

    def wanted(x, y):
        return mean(x) + y + x

    a, b = arrays_of((6,), (6,))
    np.testing.assert_array_equal(f(a, b), wanted(a, b))
    np.testing.assert_array_equal(f(a, b[:1]), wanted(a, b[:1]))
    np.testing.assert_array_equal(f(a[:1], b), wanted(a[:1], b))
    np.testing.assert_array_equal(f(a, b), wanted(a, b))


def test_an_output_is_larger_than_the_inputs():
    out = np.zeros((2, 3))
    call_into(np.arange(3.0), np.float64(1), out)
    np.testing.assert_array_equal(out, [[1, 2, 3], [1, 2, 3]])
    call_named(np.float64(4), np.float64(1), out)
    np.testing.assert_array_equal(out, np.full((2, 3), 5.0))


def test_outputs_are_cast_and_strided():
    a, b = arrays_of((4, 3), (3,))
    narrow = np.zeros((4, 3), "f4")
    call_into(a, b, narrow)
    np.testing.assert_array_equal(narrow, (a + b).astype("f4"))
    strided = np.zeros((8, 9))[::-2, ::3]
    call_into(a, b, strided)
    np.testing.assert_array_equal(strided, a + b)


def test_shapes_that_do_not_go_together():
    words = "operands could not be broadcast together with shapes that have [34] and [34] elements along axis 0"
    for f in (call, add):
        with pytest.raises(ValueError, match=words):
            f(np.zeros(3), np.zeros(4))
        with pytest.raises(ValueError, match="along axis 1"):
            f(np.zeros((2, 3)), np.zeros((2, 4)))
    with pytest.raises(ValueError, match="non-broadcastable output operand: axis 0 has 1 elements, the inputs make 3"):
        call_into(np.zeros(3), np.zeros(3), np.zeros(1))
    with pytest.raises(ValueError, match="operands could not be broadcast together"):
        call_into(np.zeros(3), np.zeros(3), np.zeros(4))


def test_an_output_that_overlaps_an_input_is_written_last():
    for shift in (1, -1, 2):
        x = np.arange(300.0) ** 2
        a, out = (x[shift:], x[:-shift]) if shift > 0 else (x[:shift], x[-shift:])
        wanted = a + 1
        call_into(a, np.float64(1), out)
        np.testing.assert_array_equal(out, wanted)
    x = np.arange(12.0).reshape(3, 4)
    wanted = x + x[0]
    call_into(x, x[0], x)  # a row that is broadcast, of the array that is written
    np.testing.assert_array_equal(x, wanted)
    x = np.arange(9.0)
    call_into(x, x[::-1], x)
    np.testing.assert_array_equal(x, np.full(9, 8.0))
    call_into(x, x, x)
    np.testing.assert_array_equal(x, np.full(9, 16.0))


def into_integers(a, out):
    total(a, a, out)


def into_a_number(a, out):
    total(a, 1.0, out)


def with_too_many(a, out):
    total(a, 1.0, out, out)


def into_constants(a, out):
    total(a, 1.0, TABLE)


def of_a_stencil(a):
    return total(a[0], a[1], a)


TABLE = np.zeros(3)

REFUSED = [
    (lambda: nf.jit(into_integers)(np.zeros(3), np.zeros(3, "i4")), "cannot be stored into"),
    (lambda: nf.jit(into_a_number)(np.zeros(3), 2.0), "the output is `float64`"),
    (lambda: nf.jit(into_a_number)(np.zeros((2, 3)), np.zeros(3)), "its inputs are broadcast to 2 dimensions, an output is not"),
    (lambda: nf.jit(with_too_many)(np.zeros(3), np.zeros(3)), "takes 2 arguments, got 4"),
    (lambda: nf.jit(into_constants)(np.zeros(3), np.zeros(3)), "may not be written"),
    (lambda: nf.stencil(of_a_stencil)(np.zeros(3)), "a stencil computes numbers, so `total` has no output here"),
]


@pytest.mark.parametrize(("call", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_is_refused_has_its_place(call, words):
    with pytest.raises(nf.CompileError) as error:
        call()
    assert words in str(error.value) and "^" in str(error.value), str(error.value)
