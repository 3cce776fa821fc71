"""Stencils that may raise at some points run in vectors, and raise where Python does, and only there."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nearfield as nf


@nf.stencil
def ratio(x, y):
    return x[0, -1] // y[0, 1]


@nf.stencil(mode="nearest")
def ratio_everywhere(x, y):
    return x[0, -1] / y[0, 1]


@nf.stencil
def guarded(x, y):
    return x[0, -1] // y[0, 1] if y[0, 1] != 0 else -1


@nf.stencil
def after_return(x, y):
    if y[0, 1] == 0 and x[0, -1] != 7:
        return 0
    return x[0, -1] // y[0, 1]


@nf.stencil
def nested(x, y):
    total = x[0, -1]
    if x[0, 0] > 0:
        if y[0, 1] == 0:
            raise ValueError("no zeros where x is positive")
        total = total % y[0, 1]
    return total


def outcome(kernel, x, y):
    """The kernel's result at all points that it computes, or the exception and its line, as plain Python finds them."""
    inside = slice(None) if kernel is ratio_everywhere else slice(1, -1)
    wide = [np.pad(a, ((0, 0), (1, 1)), "edge") for a in (x, y)]
    computed = np.zeros(x.shape, "float64")
    for i in range(x.shape[0]):
        for j in range(x.shape[1])[inside]:
            left, here, right = int(wide[0][i, j]), int(wide[0][i, j + 1]), int(wide[1][i, j + 2])
            if kernel is guarded:
                computed[i, j] = left // right if right != 0 else -1
            elif kernel is after_return:
                if right == 0 and left != 7:
                    continue
                computed[i, j] = left // right
            elif kernel is nested:
                if here > 0 and right == 0:
                    raise ValueError
                computed[i, j] = left % right if here > 0 else left
            else:
                computed[i, j] = left // right if kernel is ratio else left / right
    return computed


LINES = {
    ratio: "return x[0, -1] // y[0, 1]",
    ratio_everywhere: "return x[0, -1] / y[0, 1]",
    after_return: "return x[0, -1] // y[0, 1]",
    nested: 'raise ValueError("no zeros where x is positive")',
}


def agrees(kernel, x, y):
    try:
        expected = outcome(kernel, x, y)
    except (ZeroDivisionError, ValueError) as error:
        with pytest.raises(type(error)) as raised:
            kernel(x, y)
        assert LINES[kernel] in "\n".join([str(raised.value), *getattr(raised.value, "__notes__", [])])
    else:
        np.testing.assert_array_equal(kernel(x, y), expected)


@pytest.mark.parametrize("kernel", [ratio, ratio_everywhere, guarded, after_return, nested], ids=lambda k: k.__name__)
@settings(max_examples=60)
@given(data=st.data())
def test_raises_where_python_does(kernel, data):
    shape = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 150)))
    dtype = data.draw(st.sampled_from(["uint8", "int16", "int32", "int64"]))
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    x, y = random.integers(0 if dtype == "uint8" else -9, 10, (2, *shape)).astype(dtype)
    y[y == 0] = 3
    # At most a few zeros, in the columns that no point divides by too.
    for _ in range(data.draw(st.integers(0, 3))):
        y[random.integers(shape[0]), random.integers(shape[1])] = 0
    agrees(kernel, x, y)


@pytest.mark.parametrize("at", [(0, 2), (150, 700), (299, 1399)])
def test_one_zero_in_a_large_image(at):
    x, y = np.full((300, 1400), 12, "uint8"), np.full((300, 1400), 5, "uint8")
    np.testing.assert_array_equal(ratio(x, y)[:, 1:-1], 2)
    y[at] = 0
    with pytest.raises(ZeroDivisionError):
        ratio(x, y)
    np.testing.assert_array_equal(guarded(x, y)[:, 1:-1], np.where(y == 0, -1, 2)[:, 2:])


def test_zeros_that_no_point_divides_by():
    x, y = np.full((40, 200), 12, "uint8"), np.full((40, 200), 5, "uint8")
    y[:, :2] = 0  # the divisor of the first point is in column 2
    np.testing.assert_array_equal(ratio(x, y)[:, 1:-1], 2)


def test_chains_raise_too():
    @nf.jit
    def chain(x, y):
        return ratio(ratio(x, y), y)

    x, y = np.full((40, 200), 120, "uint8"), np.full((40, 200), 5, "uint8")
    np.testing.assert_array_equal(chain(x, y)[:, 2:-1], 4)
    y[20, 100] = 0
    with pytest.raises(ZeroDivisionError):
        chain(x, y)


def test_the_message_names_the_line():
    x = np.zeros((4, 50), "int32")
    with pytest.raises(ZeroDivisionError) as raised:
        ratio(x, x)
    text = "\n".join([str(raised.value), *getattr(raised.value, "__notes__", [])])
    assert re.search(r"test_checks\.py.*\n.*return x\[0, -1\] // y\[0, 1\]", text), text


def test_it_runs_in_vectors():
    assert "explicit vectors" in str(nested.explain("int32[:, ::1]", "int32[:, ::1]"))
