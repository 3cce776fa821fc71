"""Outputs of one call that share memory with each other end as NumPy leaves them, from Python and in jitted functions."""

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nearfield as nf

SIDE = 8


def stores(x, a, b):
    for i in range(x.shape[0]):
        a[i] = x[i] + 1
        b[i] = 2 * x[i]


def stores_in_turns(x, a, b):
    for i in range(x.shape[0]):
        b[i] = 2 * x[x.shape[0] - 1 - i]
        a[i] = x[i] - 7


def adds_up(x, a, b):
    for i in range(x.shape[0]):
        a[i] += x[i]
        b[i] -= a[i]


def with_numba(function):
    """A gufunc of NumPy's."""
    return numba.guvectorize(["f8[:], f8[:], f8[:]"], "(n)->(n),(n)")(function)


def in_jit(gufunc):
    @nf.jit
    def call(x, a, b):
        gufunc(x, a, b)

    return call


STORING = {}
for kernel in (stores, stores_in_turns, adds_up):
    as_given = nf.guvectorize("(n)->(n),(n)")(kernel)
    declared = nf.guvectorize(["f8[:], f8[:], f8[:]"], "(n)->(n),(n)")(kernel)
    parallel = nf.guvectorize("(n)->(n),(n)", target="parallel")(kernel)
    STORING[kernel.__name__] = with_numba(kernel), [as_given, declared, parallel, *map(in_jit, (as_given, declared, parallel))]


@st.composite
def shapes(draw):
    return tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))


@st.composite
def windows(draw, shape, plain=False):
    """A function that takes a view of this shape out of a buffer; a plain one keeps order and direction of the axes."""
    order = draw(st.permutations(range(len(shape)))) if not plain else range(len(shape))
    index = []
    for extent in shape:
        step = draw(st.integers(1, 2)) if not plain else 1
        reach = (extent - 1) * step + 1
        begin = draw(st.integers(0, SIDE - reach))
        places = range(begin, begin + reach, step)
        if not plain and draw(st.booleans()):
            places = places[::-1]
        index.append(slice(places.start, places.stop if places.stop >= 0 else None, places.step))
    return lambda buffer: buffer.transpose(order)[tuple(index)]


def called(function, buffer, take_x, take_a, take_b, x=None):
    """The buffer after a call on views of it."""
    buffer = buffer.copy()
    function(take_x(buffer) if x is None else x, take_a(buffer), take_b(buffer))
    return buffer


def made(data, shape, dtype="f8"):
    """A buffer and numbers for an input of its own."""
    random = np.random.default_rng(data.draw(st.integers(0, 99)))
    return random.integers(1, 90, (SIDE,) * len(shape)).astype(dtype), random.integers(1, 90, shape).astype("f8")


@settings(max_examples=200)
@given(data=st.data())
@pytest.mark.parametrize("name", STORING)
def test_kernels_that_store_into_parts_of_them(name, data):
    shape = data.draw(shapes())
    buffer, x = made(data, shape)
    a, b = data.draw(windows(shape)), data.draw(windows(shape))
    theirs, ours = STORING[name]
    wanted = called(theirs, buffer, None, a, b, x)
    for function in ours:
        np.testing.assert_array_equal(called(function, buffer, None, a, b, x), wanted)


@settings(max_examples=200)
@given(data=st.data())
@pytest.mark.parametrize("name", STORING)
def test_kernels_that_store_into_what_they_read(name, data):
    shape = data.draw(shapes())
    buffer, _ = made(data, shape)
    x, a, b = (data.draw(windows(shape, plain=True)) for _ in range(3))
    theirs, ours = STORING[name]
    wanted = called(theirs, buffer, x, a, b)
    for function in ours:
        np.testing.assert_array_equal(called(function, buffer, x, a, b), wanted)


@settings(max_examples=100)
@given(data=st.data())
def test_outputs_that_are_cast(data):
    """Both are computed aside then, and written one after the other."""
    shape = data.draw(shapes())
    buffer, x = made(data, shape, "f4")
    a, b = data.draw(windows(shape)), data.draw(windows(shape))
    theirs, (_, declared, _, _, declared_in_jit, _) = STORING["stores"]
    wanted = called(theirs, buffer, None, a, b, x)
    for function in (declared, declared_in_jit):
        np.testing.assert_array_equal(called(function, buffer, None, a, b, x), wanted)


@nf.guvectorize("(),()->(),()")
def parts(x, y, fraction, whole):
    fraction[0] = x % 1
    whole[0] = x // 1


@nf.jit
def parts_in_jit(x, fraction, whole):
    parts(x, x, fraction, whole)


@nf.guvectorize("()->(),()")
def returned_parts(x):
    return x % 1, x // 1


@nf.jit
def returned_parts_in_jit(x, fraction, whole):
    returned_parts(x, fraction, whole)


PARTS = [lambda x, a, b: parts(x, x, a, b), parts_in_jit, returned_parts, returned_parts_in_jit]
NUMPYS = np.frompyfunc(lambda x: (x % 1, x // 1), 1, 2)


@settings(max_examples=200)
@given(data=st.data())
def test_numbers_are_written_element_by_element(data):
    shape = (data.draw(st.integers(1, 6)),)
    buffer, x = made(data, shape)
    buffer += 0.25
    take_x, a, b = (data.draw(windows(shape, plain=True)) for _ in range(3))
    for own in (x + 0.5, None):
        wanted = called(NUMPYS, buffer.astype(object), take_x, a, b, own).astype("f8")
        for function in PARTS:
            np.testing.assert_array_equal(called(function, buffer, take_x, a, b, own), wanted)


@settings(max_examples=100)
@given(data=st.data())
def test_numbers_of_several_axes_are_written_in_c_order(data):
    """In jitted functions; NumPy's order follows the strides and the size of its buffer."""
    shape = data.draw(shapes())
    buffer, x = made(data, shape)
    x += 0.5
    a, b = data.draw(windows(shape)), data.draw(windows(shape))

    def one_by_one(x, a, b):
        for index in np.ndindex(x.shape):
            a[index], b[index] = x[index] % 1, x[index] // 1

    wanted = called(one_by_one, buffer, None, a, b, x)
    for function in (parts_in_jit, returned_parts_in_jit):
        np.testing.assert_array_equal(called(function, buffer, None, a, b, x), wanted)


@nf.guvectorize("(n)->(n),(n)")
def returns(x):
    return x + 1, x * 2


@nf.guvectorize("(n)->(n),(n)")
@nf.stencil
def slopes(x):
    return x[1] - x[-1], x[0] * 3


@settings(max_examples=100)
@given(data=st.data())
@pytest.mark.parametrize("gufunc", [returns, slopes], ids=lambda f: f.__name__)
def test_results_that_are_returned(gufunc, data):
    shape = data.draw(shapes())
    buffer, x = made(data, shape)
    take_x, a, b = (data.draw(windows(shape, plain=True)) for _ in range(3))
    for own in (x, None):
        wanted = called(gufunc, buffer, take_x, a, b, own)
        np.testing.assert_array_equal(called(in_jit(gufunc), buffer, take_x, a, b, own), wanted)


def test_written_inputs_that_overlap():
    @nf.guvectorize("(n),(n)", writable_args=(0, 1))
    def swap(a, b):
        for i in range(a.shape[0]):
            a[i], b[i] = b[i], a[i]

    @nf.jit
    def call(a, b):
        swap(a, b)

    for first, second in [(slice(0, 5), slice(3, 8)), (slice(2, 7), slice(0, 5)), (slice(0, 3), slice(5, 8))]:
        wanted, got = np.arange(8.0), np.arange(8.0)
        swap(wanted[first], wanted[second])
        call(got[first], got[second])
        np.testing.assert_array_equal(got, wanted)


def test_channels_of_one_image():
    image = np.zeros((300, 400, 3))
    x = np.random.default_rng(1).random((300, 400))
    _, ours = STORING["stores"]
    for function in ours:
        image[:] = 0
        function(x, image[..., 0], image[..., 2])
        np.testing.assert_array_equal(image, np.stack([x + 1, np.zeros_like(x), 2 * x], -1))
