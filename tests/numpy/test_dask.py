"""Dask arrays: gufuncs are lazy on them, blocks compute, and kernels travel to other processes."""


import numpy as np
import pytest
from functions import mean3x3

import nearfield as nf

da = pytest.importorskip("dask.array")

_smooth = nf.stencil(mean3x3)


@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], "(n, m) -> (n, m)")
def typed(x, out):
    out[:] = _smooth(x)


@nf.guvectorize("(n, m) -> (n, m)")
@nf.stencil
def untyped(x):
    return (x[-1, 0] + x[1, 0] + x[0, -1] + x[0, 1]) // 4


def test_a_terabyte_is_lazy():
    y = typed(da.ones((1000000, 1000, 1000), chunks=("auto", -1, -1), dtype="int8"))
    assert isinstance(y, da.Array) and y.dtype == np.int8 and y.shape == (1000000, 1000, 1000)
    frame = y[123456, :4, :5].compute()
    np.testing.assert_array_equal(frame, [[0, 0, 0, 0, 0], [0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [0, 1, 1, 1, 1]])


@pytest.mark.parametrize("smooth", [typed, untyped])
def test_blocks_are_what_numpy_gives(smooth):
    x = np.random.default_rng(0).integers(-128, 127, (10, 30, 40)).astype("int8")
    y = smooth(da.from_array(x, chunks=(3, -1, -1)))
    expected = smooth(x)
    assert y.dtype == expected.dtype
    np.testing.assert_array_equal(y.compute(scheduler="threads"), expected)


def test_the_same_kernel_has_the_same_name():
    x = da.ones((4, 5, 6), chunks=(1, -1, -1), dtype="int8")
    assert typed(x).name == typed(x).name
    assert typed(x).name != untyped(x).name


def test_safe_casting_is_checked_at_the_call():
    with pytest.raises(TypeError, match="could not be safely coerced.*nf.uint8"):
        typed(da.ones((4, 5, 6), chunks=(1, -1, -1), dtype="uint8"))


def test_core_dimensions_of_functions_must_be_whole():
    with pytest.raises(ValueError, match="multiple chunks"):
        typed(da.ones((4, 5, 6), chunks=(1, 2, -1), dtype="int8"))
    y = typed(da.ones((4, 5, 6), chunks=(1, 2, -1), dtype="int8"), allow_rechunk=True)
    np.testing.assert_array_equal(y.compute(), typed(np.ones((4, 5, 6), "int8")))


def test_lists_beside_dask_arrays():
    @nf.guvectorize([(nf.float64[:], nf.float64[:], nf.float64[:])], "(n),(n)->(n)")
    def plus(x, y, out):
        out[:] = x + y

    @nf.guvectorize("(n),(n)->(n)")
    def minus(x, y):
        return x - y

    x = np.arange(12.0).reshape(3, 4)
    lazy, beside = da.from_array(x, chunks=(2, -1)), [1, 2, 3, 4]
    np.testing.assert_array_equal(plus(lazy, beside).compute(), x + beside)
    np.testing.assert_array_equal(minus(lazy, beside).compute(), x - beside)


def test_nothing_is_written_into_out_later():
    x = np.ones((3, 4, 5), "int8")
    for call in (lambda: typed(da.from_array(x), x), lambda: typed(da.from_array(x), out=x), lambda: typed(x, out=da.from_array(x))):
        with pytest.raises(TypeError, match="no out="):
            call()


def test_map_blocks():
    x = np.random.default_rng(0).integers(0, 100, (6, 20, 20)).astype("int8")
    y = da.from_array(x, chunks=(2, -1, -1)).map_blocks(typed, dtype="int8")
    np.testing.assert_array_equal(y.compute(), typed(x))
    y = da.from_array(x, chunks=(2, -1, -1)).map_blocks(_smooth, dtype="int64")
    np.testing.assert_array_equal(y.compute(), _smooth(x))


def test_other_processes():
    x = np.random.default_rng(0).integers(0, 100, (4, 20, 20)).astype("int8")
    y = typed(da.from_array(x, chunks=(2, -1, -1)))
    np.testing.assert_array_equal(y.compute(scheduler="processes", num_workers=2), typed(x))
