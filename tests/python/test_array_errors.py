"""What people read when arrays of other libraries and lazy arrays are used wrongly: each text is a golden in array_errors/."""

from pathlib import Path

import numpy as np
import pytest
from error_goldens import Mistakes, check

import nearfield as nf

da = pytest.importorskip("dask.array")

GOLDEN = Path(__file__).with_name("array_errors")
case = CASES = Mistakes()


@nf.stencil
def smooth(x):
    return (x[-1] + x[0] + x[1]) // 3


@nf.stencil
def plane(x):
    return x[-1, 0] + x[0, 1]


@nf.stencil
def difference(x, y):
    return x[0] - y[1]


@case
def dask_out():
    smooth(da.zeros(3), out=np.zeros(3))


@case
def dask_keyword():
    smooth(da.zeros(3), depth=1)


@case
def dask_count():
    smooth(da.zeros(3), 1)


@case
def dask_of_unknown_chunks():
    x = da.arange(6, chunks=2)
    smooth(x[x > 1])


@case
def dask_smaller_second_array():
    difference(da.zeros(5), da.zeros(4))


@case
def dask_leading_axes():
    difference(da.zeros((2, 5)), da.zeros((3, 5)))


@case
def dask_beside_a_list():
    difference(da.zeros(5), [1, 2, 3, 4, 5])


@case
def dask_number_first():
    difference(1, da.zeros(5))


@case
def dask_of_other_arrays():
    class Sparse:
        pass

    x = da.zeros(5)
    x._meta = Sparse()
    smooth(x)


@case
def dask_gufunc_of_too_few_dimensions():
    nf.guvectorize("(n,m)->(n,m)")(plane)(da.zeros(5))


class OnGpu:
    """What CuPy's arrays look like from outside."""

    shape, dtype, ndim = (3,), np.dtype("float32"), 1
    __cuda_array_interface__ = {"shape": (3,), "typestr": "<f4", "data": (1 << 40, False), "version": 3}
    __module__ = "cupy"

    def __array_ufunc__(self, *args, **keywords):
        raise AssertionError("asked to compute")


@case
def cuda_array():
    smooth(OnGpu())


@case
def cuda_array_in_a_gufunc():
    nf.guvectorize("(n)->(n)")(smooth)(OnGpu())


@case
def cuda_array_in_a_jitted_function():
    nf.jit(lambda x: x[0])(OnGpu())


LAZY = nf.from_array(np.arange(60, dtype="uint8").reshape(3, 4, 5))


@case
def lazy_ufunc():
    np.heaviside(LAZY, 1)


@case
def lazy_ufunc_method():
    np.add.accumulate(LAZY)


@case
def lazy_ufunc_keyword():
    np.add(LAZY, 1, where=np.ones((3, 4, 5), bool))


@case
def lazy_function():
    np.sort(LAZY)


@case
def lazy_round_with_decimals():
    np.round(LAZY, 2)


@case
def lazy_with_an_object():
    LAZY + [1, 2]


@case
def lazy_number_out_of_bounds():
    LAZY + 300


@case
def lazy_shapes():
    LAZY + nf.from_array(np.zeros((4, 4)))


@case
def lazy_axis():
    LAZY.sum(axis=3)


@case
def lazy_axis_twice():
    LAZY.sum(axis=(1, -2))


@case
def lazy_argmin_of_two_axes():
    LAZY.argmin(axis=(0, 1))


@case
def lazy_minimum_of_nothing():
    LAZY[:0].min()


@case
def lazy_bool_arithmetic():
    -(LAZY > 3)


@case
def lazy_float_bits():
    (LAZY * 0.5) & 1


@case
def lazy_of_float16():
    np.sqrt(LAZY)


@case
def lazy_condition():
    np.where(LAZY, 1, 2)


@case
def lazy_negative_power():
    (nf.from_array(np.array([2, 3])) ** nf.from_array(np.array([1, -1]))).compute()


@case
def lazy_truth():
    bool(LAZY > 3)


@case
def lazy_number():
    float(LAZY)


@case
def lazy_dlpack_without_a_copy():
    LAZY.__dlpack__(copy=False)


@case
def lazy_device():
    LAZY.to_device("gpu")


@case
def lazy_array_api_version():
    LAZY.__array_namespace__(api_version="1999.12")


@case
def lazy_stencil_of_other_shapes():
    difference(LAZY, nf.from_array(np.zeros((3, 4, 6))))


@case
def lazy_stencil_count():
    difference(LAZY)


@case
def lazy_stencil_of_a_number():
    difference(1, LAZY)


@case
def lazy_gufunc_of_two_arrays():
    @nf.guvectorize("(n),(n)->(n)")
    def both(x, y, out):
        out[:] = x + y

    both(LAZY, LAZY)


@case
def lazy_standard_indexing():
    @nf.stencil(standard_indexing="weights")
    def weighted(x, weights):
        return x[0] * weights[0]

    weighted(LAZY, LAZY * 2)


@case
def lazy_shape_across_frames():
    @nf.stencil
    def scaled(x):
        return x[-1, 0, 0] * x.shape[0]

    scaled(LAZY)


@case
def from_dask_of_something_else():
    nf.from_dask(np.zeros(3))


@case
def from_dask_of_unknown_chunks():
    x = da.arange(6, chunks=2)
    nf.from_dask(x[x > 1])


@case
def another_version():
    from nearfield import kernel

    parts, attributes, _, token = smooth.__reduce__()[1]
    kernel.rebuild(parts, attributes, "0.0.1", token)(np.zeros(3))


@case
def labelled_out():
    xr = pytest.importorskip("xarray")
    smooth(xr.DataArray(np.zeros(3)), out=np.zeros(3))


@case
def labelled_second():
    xr = pytest.importorskip("xarray")
    difference(np.zeros(3), xr.DataArray(np.zeros(3)))


@case
def labelled_in_a_jitted_function():
    xr = pytest.importorskip("xarray")
    nf.jit(lambda x: x[0])(xr.DataArray(np.zeros(3)))


@case
def series_of_other_indexes():
    pd = pytest.importorskip("pandas")
    difference(pd.Series([1, 2, 3]), pd.Series([1, 2, 3], index=[4, 5, 6]))


@pytest.mark.parametrize("name", CASES)
def test_error(name, request):
    check(CASES[name], GOLDEN / f"{name}.txt", request)


def test_every_text_has_a_case():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)
