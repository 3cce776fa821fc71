"""What people read when arrays of other libraries and lazy arrays are used wrongly: each text is a golden in array_errors/."""

from pathlib import Path

import numpy as np
import pytest
from test_errors import show

import nearfield as nf

da = pytest.importorskip("dask.array")

GOLDEN = Path(__file__).with_name("array_errors")
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


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


@pytest.mark.parametrize("name", CASES)
def test_error(name, request):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - the golden holds the class
        CASES[name]()
    path = GOLDEN / f"{name}.txt"
    text = show(caught.value)
    if request.config.getoption("--update"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert text == path.read_text()


def test_every_text_has_a_case():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)
