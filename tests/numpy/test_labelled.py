"""xarray's DataArrays and pandas' Series: labels stay, values are those of the plain array."""

import numpy as np
import pytest

import nearfield as nf

xr = pytest.importorskip("xarray")
pd = pytest.importorskip("pandas")


@nf.stencil
def smooth(x):
    return (x[-1, 0] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, 0]) // 5


@nf.stencil
def gradient(x):
    return x[1, 0] - x[-1, 0], x[0, 1] - x[0, -1]


@nf.stencil
def blend(x, y, amount):
    return x[0, -1] * amount + y[1, 0]


@nf.stencil
def change(x):
    return x[1] - x[-2]


X = np.random.default_rng(0).integers(0, 255, (3, 8, 10)).astype("int32")


@pytest.fixture(params=["numpy", "dask"])
def field(request):
    made = xr.DataArray(
        X,
        dims=("time", "lat", "lon"),
        coords={"time": [10, 20, 30], "lat": np.linspace(0, 1, 8), "lon": np.arange(10), "area": (("lat", "lon"), np.ones((8, 10)))},
        attrs={"units": "K"},
        name="t",
    )
    return made.chunk({"time": 1, "lat": 3, "lon": 4}) if request.param == "dask" else made


def check(result, field, expected):
    assert result.dims == field.dims and result.attrs == field.attrs and result.name == field.name
    assert type(result.data) is type(field.data)  # lazy stays lazy
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result.values, expected)


def test_stencils_keep_dims_and_coords(field):
    for mode in "constant", "reflect":
        result = smooth(field, mode=mode)
        check(result, field, smooth(X, mode=mode))
        xr.testing.assert_equal(result.coords.to_dataset(), field.coords.to_dataset())
    check(xr.apply_ufunc(smooth, field, dask="allowed", keep_attrs=True), field, smooth(X))


def test_valid_keeps_the_coordinates_of_what_is_left(field):
    result = smooth(field, mode="valid")
    check(result, field, smooth(X, mode="valid"))
    xr.testing.assert_equal(result.coords.to_dataset(), field.isel(lat=slice(1, -1), lon=slice(1, -1)).coords.to_dataset())


def test_several_arrays_and_results(field):
    for result, expected in zip(gradient(field), gradient(X)):
        check(result, field, expected)
    check(blend(field, field + 1, 2), field, blend(X, X + np.int32(1), 2))
    with pytest.raises(ValueError, match="exact"):
        blend(field, field.assign_coords(lon=np.arange(10) + 1), 2)


def test_gufuncs(field):
    over = nf.guvectorize("(n,m)->(n,m)")(smooth)
    check(over(field), field, smooth(X))
    check(xr.apply_ufunc(over, field, dask="allowed", keep_attrs=True), field, smooth(X))

    @nf.guvectorize("(n)->()")
    def total(x, out):
        out[0] = 0
        for v in x:
            out[0] += v

    whole = field.chunk({"lon": -1}) if field.chunks else field
    result = total(whole)
    assert result.dims == ("time", "lat") and list(result.coords["time"]) == [10, 20, 30] and "lon" not in result.coords
    np.testing.assert_array_equal(result.values, X.sum(axis=-1))


def test_series():
    series = pd.Series(np.arange(8) ** 2, index=list("abcdefgh"), name="s")
    result = change(series)
    assert result.name == "s" and list(result.index) == list(series.index)
    np.testing.assert_array_equal(result, change(series.to_numpy()))
    inside = change(series, mode="valid")
    assert list(inside.index) == list("cdefg")
    over = nf.guvectorize("(n)->(n)")(change)
    pd.testing.assert_series_equal(over(series), change(series))
    pd.testing.assert_series_equal(change(series * 0.5), pd.Series(change(series.to_numpy() * 0.5), series.index, name="s"))


def test_arrays_smaller_than_what_a_stencil_reads():
    @nf.stencil(mode="valid")
    def far(x):
        return x[6] - x[-1]

    for count in range(10):
        x = np.arange(float(count))
        labelled = far(xr.DataArray(x, dims="t", coords={"t": x}))
        np.testing.assert_array_equal(labelled, far(x))
        np.testing.assert_array_equal(labelled.coords["t"], x[1 : max(count - 6, 1)])


def test_keywords_that_know_no_labels_are_refused(field):
    @nf.guvectorize("(n)->()")
    def total(x):
        return x.sum()

    for keywords in {"out": np.zeros(field.shape[:-1])}, {"axis": 0}, {"axes": [(0,), ()]}, {"keepdims": True}:
        with pytest.raises(TypeError, match=f"no {next(iter(keywords))}="):
            total(field, **keywords)
    with pytest.raises(TypeError, match="no out="):
        total(field, np.zeros(field.shape[:-1]))
