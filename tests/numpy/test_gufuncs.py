"""Generalised ufuncs on NumPy arrays: every form of the decorator, broadcasting, outputs, and NumPy's words for mistakes."""

import pickle

import numba
import numpy as np
import pytest
from arrays import arrays
from functions import mean3x3
from hypothesis import given, settings

import nearfield as nf

_smooth = nf.stencil(mean3x3)


@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], "(n, m) -> (n, m)")
def typed_out(x, out):
    out[:] = _smooth(x)


@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], signature="(n, m) -> (n, m)")
@nf.stencil
def typed_stencil(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


@nf.guvectorize("(n, m) -> (n, m)")
@nf.stencil
def untyped_stencil(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


@nf.guvectorize("(n, m) -> (n, m)")
def returned(x):
    return _smooth(x)


numba_stencil = numba.stencil(mean3x3)


@numba.guvectorize([(numba.int8[:, :], numba.int8[:, :])], "(n,m)->(n,m)")
def numba_smooth(x, out):
    out[:] = numba_stencil(x)


def stack(shape, dtype="int8", seed=0):
    return np.random.default_rng(seed).integers(-128, 127, shape).astype(dtype)


@pytest.mark.parametrize("smooth", [typed_out, typed_stencil])
@pytest.mark.parametrize("shape", [(20, 30), (5, 20, 30), (2, 3, 10, 10), (0, 10, 10), (4, 2, 2), (3, 0, 5), (1, 1)])
def test_typed_forms_are_numbas(smooth, shape):
    x = stack(shape)
    got = smooth(x)
    assert got.dtype == np.int8 and got.shape == shape
    np.testing.assert_array_equal(got, numba_smooth(x))


@pytest.mark.parametrize("smooth", [untyped_stencil, returned])
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "float64", "float32"])
def test_untyped_forms_have_the_dtype_of_their_arithmetic(smooth, dtype):
    x = stack((4, 20, 30), dtype)
    got = smooth(x)
    assert got.dtype == (np.float64 if np.dtype(dtype).kind == "f" else np.int64)
    np.testing.assert_array_equal(got, np.stack([_smooth(frame) for frame in x]))


@given(x=arrays(3, dtypes=["int8"], max_side=8))
@settings(max_examples=30)
def test_any_layout(x):
    np.testing.assert_array_equal(typed_stencil(x), numba_smooth(np.ascontiguousarray(x)))


@pytest.mark.parametrize("smooth", [typed_out, typed_stencil])
def test_outputs(smooth):
    x = stack((4, 20, 30))
    expected = smooth(x)
    for out in (np.empty_like(x), np.zeros((4, 40, 30), "int8")[:, ::2]):
        assert smooth(x, out) is out
        np.testing.assert_array_equal(out, expected)
        out[...] = 0
        assert smooth(x, out=out) is out
        np.testing.assert_array_equal(out, expected)
    wider = np.empty(x.shape, "int32")
    assert smooth(x, out=(wider,)) is wider
    np.testing.assert_array_equal(wider, expected)
    in_place = x.copy()
    assert smooth(in_place, out=in_place) is in_place
    np.testing.assert_array_equal(in_place, expected)


def test_outputs_are_checked():
    x = stack((4, 20, 30))
    with pytest.raises(ValueError):
        typed_stencil(x, out=np.empty((4, 20, 31), "int8"))
    with pytest.raises(TypeError, match="must be of ArrayType"):
        typed_stencil(x, out=[1])
    with pytest.raises(ValueError, match="exactly one entry"):
        typed_stencil(x, out=(np.empty_like(x), np.empty_like(x)))
    with pytest.raises(TypeError, match="both a positional and keyword"):
        typed_stencil(x, np.empty_like(x), out=np.empty_like(x))
    with pytest.raises(TypeError, match="from 1 to 2 positional arguments but 3"):
        typed_stencil(x, x, x)


def test_another_dtype_is_refused_as_numpy_does():
    x = np.zeros((4, 5), "uint8")
    with pytest.raises(TypeError) as ours:
        typed_stencil(x)
    with pytest.raises(TypeError) as numbas:
        numba_smooth(x)
    shared = "not supported for the input types, and the inputs could not be safely coerced"
    assert shared in str(ours.value) and shared in str(numbas.value)
    assert "declare nf.uint8" in str(ours.value)


@nf.guvectorize("(n),()->(n)")
def add_scalar(x, y, out):
    for i in range(x.shape[0]):
        out[i] = x[i] + y


@nf.guvectorize([(nf.float64[:], nf.float64[:], nf.float64[:])], "(n),(n)->()")
def dot(x, y, out):
    total = 0.0
    for i in range(x.shape[0]):
        total += x[i] * y[i]
    out[0] = total


def test_broadcasting():
    x, y = np.arange(12.0).reshape(3, 4), np.array([[10.0], [20.0]])
    got = add_scalar(x, y)
    assert got.shape == (2, 3, 4)
    np.testing.assert_array_equal(got, x + y[:, :, None] + np.zeros((2, 3, 1)))
    np.testing.assert_array_equal(add_scalar(x, 5), x + 5)
    np.testing.assert_array_equal(add_scalar([1, 2, 3], 5), [6, 7, 8])


def test_scalar_results():
    x = np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(dot(x, x), (x * x).sum(axis=1))
    one = dot(x[0], x[1])
    assert one == 38.0 and isinstance(one, np.float64)
    np.testing.assert_array_equal(dot(np.arange(4), x), x @ np.arange(4))  # int64 to float64 counts as safe


def test_axes():
    x = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(dot(x, x, axis=0), (x * x).sum(axis=0))
    np.testing.assert_array_equal(dot(x, x, axes=[1, 1, ()]), (x * x).sum(axis=1))
    y = stack((20, 30, 4))
    got = typed_stencil(y, axes=[(0, 1), (0, 1)])
    np.testing.assert_array_equal(got, np.moveaxis(typed_stencil(np.moveaxis(y, -1, 0)), 0, -1))


def test_mismatches_are_numpys():
    with pytest.raises(ValueError):
        dot(np.zeros(3), np.zeros(4))
    with pytest.raises(ValueError):
        dot(np.float64(1), np.zeros(4))
    with pytest.raises(ValueError):
        dot(np.zeros((2, 4)), np.zeros((3, 4)))


def test_what_it_says_of_itself():
    assert (typed_stencil.nin, typed_stencil.nout, typed_stencil.nargs) == (1, 1, 2)
    assert typed_stencil.signature == "(n,m)->(n,m)"
    assert typed_stencil.types == ["b->b"] and not typed_stencil.is_dynamic
    assert untyped_stencil.is_dynamic
    assert typed_out.__name__ == "typed_out"
    assert typed_out.py_func.__name__ == "typed_out"


def test_types_that_are_not_declared_are_those_of_calls():
    @nf.guvectorize("(n)->()")
    def first(x):
        return x[0]

    assert first.types == [] and first.ntypes == 0
    for dtype in ("int8", "float64", "int8"):
        first(np.ones(3, dtype))
    assert first.types == ["b->b", "d->d"] and first.ntypes == 2


def test_pickle():
    x = stack((2, 8, 9))
    for smooth in (typed_out, typed_stencil, untyped_stencil):
        again = pickle.loads(pickle.dumps(smooth))
        np.testing.assert_array_equal(again(x), smooth(x))
        assert again.__name__ == smooth.__name__


def test_gpu_says_that_there_is_none_yet():
    for target in ("gpu", "cuda"):
        smooth = nf.guvectorize("(n,m)->(n,m)", target=target)(_smooth)
        with pytest.raises(NotImplementedError, match="no GPU code yet"):
            smooth(np.zeros((3, 3)))


def test_parallel_is_the_same():
    x = stack((20, 100, 100))
    smooth = nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], "(n,m)->(n,m)", target="parallel")(_smooth)
    np.testing.assert_array_equal(smooth(x), typed_stencil(x))


def test_wrong_layouts_and_signatures():
    def f(x, out):
        out[:] = x

    cases = [
        (NameError, "undefined output symbols: m", lambda: nf.guvectorize("(n)->(m)")(f)),
        (ValueError, "bad layout", lambda: nf.guvectorize("n->n")(f)),
        (ValueError, 'bad token in signature "n\\+1"', lambda: nf.guvectorize("(n)->(n+1)")(f)),
        (TypeError, "mismatch for arg #1", lambda: nf.guvectorize([(nf.int8[:, :], nf.int8[:])], "(n)->(n)")(f)),
        (TypeError, "scalar type int8 given for non scalar argument #1",
         lambda: nf.guvectorize([(nf.int8, nf.int8[:])], "(n)->(n)")(f)),
        (TypeError, "1 argument types given", lambda: nf.guvectorize([(nf.int8[:],)], "(n)->(n)")(f)),
        (TypeError, "void return type", lambda: nf.guvectorize(["f8[:](f8[:])"], "(n)->(n)")(f)),
        (TypeError, "takes 2 arguments, but the layout", lambda: nf.guvectorize("(n),(n),(n)->(n)")(f)),
        (ValueError, "Unsupported target: tpu", lambda: nf.guvectorize("(n)->(n)", target="tpu")(f)),
        (KeyError, "Unrecognized options", lambda: nf.guvectorize("(n)->(n)", wrong=1)(f)),
    ]  # fmt: skip
    for kind, words, make in cases:
        with pytest.raises(kind, match=words):
            make()
