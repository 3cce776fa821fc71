"""Stencils on Dask arrays: whatever the chunks are, the result has the bits that the NumPy array gives."""

import time

import numpy as np
import pytest
from arrays import arrays
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nearfield as nf

da = pytest.importorskip("dask.array")

MODES = ["constant", "reflect", "nearest", "mirror", "wrap", "valid"]


@nf.stencil
def mean(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9


@nf.stencil
def far(x):
    return x[-3, 2] - x[1, -5] + x[0, 0]


@nf.stencil(cval=300)
def uneven(x):
    return x[0, 1] * 2 + x[2, 0]


@nf.stencil
def line(x):
    return x[-2] + x[0] - x[3]


@nf.stencil
def volume(x):
    return x[-1, 0, 0] + x[1, 0, 0] - x[0, 0, 2]


@nf.stencil(cval=1)
def gradient(x):
    return x[1, 0] - x[-1, 0], x[0, 1] * 0.5


@nf.stencil
def blend(x, y, amount):
    return x[-1, 0] * amount + y[0, 1]


ONE_ARRAY = {1: [line], 2: [mean, far, uneven, gradient], 3: [volume]}


@st.composite
def chunkings(draw, shape):
    """Chunks of any sizes for a shape; none is empty, because Dask's own functions do not like them."""
    chunks = []
    for extent in shape:
        cuts = draw(st.sets(st.integers(1, max(extent - 1, 1)), max_size=4)) if extent > 1 else set()
        edges = [0, *sorted(cuts), extent]
        chunks.append(tuple(b - a for a, b in zip(edges, edges[1:])))
    return tuple(chunks)


def same(result, expected):
    """Equal bits, dtypes and shapes, computed and announced."""
    if isinstance(expected, tuple):
        assert isinstance(result, tuple) and len(result) == len(expected)
        for r, e in zip(result, expected):
            same(r, e)
        return
    assert isinstance(result, da.Array)
    assert result.dtype == expected.dtype and result.shape == expected.shape
    computed = result.compute(scheduler="sync")
    assert computed.dtype == expected.dtype and computed.shape == expected.shape
    np.testing.assert_array_equal(computed, expected)
    assert computed.tobytes() == np.ascontiguousarray(expected).tobytes()


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_chunks_never_change_a_bit(data):
    rank = data.draw(st.integers(1, 3))
    kernel = data.draw(st.sampled_from(ONE_ARRAY[rank]))
    leading = data.draw(st.integers(0, 3 - rank))
    x = data.draw(arrays(rank + leading, max_side=12))
    mode = data.draw(st.sampled_from(MODES))
    dtype = data.draw(st.sampled_from([None, None, "float32", "int16", "uint8"]))
    chunks = data.draw(chunkings(x.shape))
    same(kernel(da.from_array(x, chunks=chunks), mode=mode, dtype=dtype), kernel(x, mode=mode, dtype=dtype))


@settings(max_examples=60)
@given(data=st.data())
def test_several_arrays_may_have_chunks_of_their_own(data):
    x = data.draw(arrays(2, max_side=12))
    more = data.draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    y = np.random.default_rng(1).integers(0, 200, tuple(np.add(x.shape, more))).astype(data.draw(st.sampled_from(["uint8", "float32"])))
    mode = data.draw(st.sampled_from(MODES))
    amount = data.draw(st.sampled_from([2, 0.5, np.float32(1.5)]))
    lazy = da.from_array(x, chunks=data.draw(chunkings(x.shape)))
    other = data.draw(st.sampled_from([y, da.from_array(y, chunks=data.draw(chunkings(y.shape)))]))
    same(blend(lazy, other, amount, mode=mode), blend(x, y, amount, mode=mode))


def test_one_image_for_a_whole_stack():
    x, y = np.random.default_rng(0).integers(0, 9, (2, 5, 8, 9))
    lazy = blend(da.from_array(x, chunks=(2, 3, 9)), da.from_array(y[0], chunks=4), 3)
    same(lazy, np.stack([blend(frame, y[0], 3) for frame in x]))


def test_a_stack_with_whole_frames_stays_blockwise():
    """Then Dask can fuse the task with those around it: one for each chunk, reading included."""
    x = da.ones((6, 8, 9), chunks=(2, -1, -1), dtype="uint8")
    y = mean(x + 1) * 2
    assert len(da.optimize(y.__dask_graph__(), y.__dask_keys__())) == 3


def test_one_task_for_each_chunk():
    x = da.from_array(np.zeros((40, 50), "uint8"), chunks=10).persist()
    y = mean(x)
    assert len(y.dask) == len(x.dask) + 20


def test_parameters_that_are_indexed_absolutely():
    @nf.stencil(standard_indexing="weights")
    def weighted(x, weights):
        return x[-1] * weights[0] + x[0] * weights[1] + x[1] * weights[2]

    x, weights = np.arange(20.0), np.array([1.0, 2.0, 3.0])
    expected = weighted(x, weights, mode="wrap")
    same(weighted(da.from_array(x, chunks=3), weights, mode="wrap"), expected)
    same(weighted(da.from_array(x, chunks=3), da.from_array(weights, chunks=2), mode="wrap"), expected)


def test_stencils_that_use_the_shape():
    @nf.stencil
    def scaled(x):
        return x[0, 0] * x.shape[0] + x[-1, 1]

    x = np.arange(42).reshape(6, 7)
    same(scaled(da.from_array(x, chunks=(2, 3))), scaled(x))


def test_gufuncs_over_stencils_need_no_whole_core_dimensions():
    untyped = nf.guvectorize("(n,m)->(n,m)")(mean)
    typed = nf.guvectorize([(nf.int16[:, :], nf.float32[:, :])], "(n,m)->(n,m)")(mean)
    x = np.random.default_rng(0).integers(-99, 99, (4, 20, 30)).astype("int8")
    for smooth in untyped, typed:
        same(smooth(da.from_array(x, chunks=(2, 7, 11))), smooth(x))
    with pytest.raises(TypeError, match="could not be safely coerced"):
        typed(da.ones((4, 5, 6), chunks=2, dtype="float32"))


@settings(max_examples=40)
@given(data=st.data())
def test_gufuncs_over_stencils_broadcast(data):
    both = nf.guvectorize("(n),(n)->(n)")(_both)
    x = data.draw(arrays(2, dtypes=["uint8", "float32"], max_side=6, min_side=1))
    y = np.arange(x.shape[1], dtype="int16") if data.draw(st.booleans()) else np.arange(x.size, dtype="int16").reshape(1, *x.shape)
    lazy_y = da.from_array(y, chunks=data.draw(chunkings(y.shape)))
    same(both(da.from_array(x, chunks=data.draw(chunkings(x.shape))), lazy_y), both(x, y))


@nf.stencil(mode="nearest")
def _both(x, y):
    return x[-1] + y[2]


@pytest.mark.parametrize("mode", ["constant", "wrap", "reflect"])
@pytest.mark.parametrize("chunks", [(700, 601), (700, 200), (350, 601), (200, 250)], ids=str)
def test_chunks_of_many_rows(mode, chunks):
    """Whose rows are copied some at a time, read in place, or both."""
    x = np.random.default_rng(0).random((700, 601))
    same(far(da.from_array(x, chunks=chunks), mode=mode), far(x, mode=mode))
    y = np.random.default_rng(1).integers(0, 99, (710, 620)).astype("float32")
    same(blend(da.from_array(x, chunks=chunks), da.from_array(y, chunks=(300, -1)), 2, mode=mode), blend(x, y, 2, mode=mode))
    same(volume(da.from_array(x[:60].reshape(3, 20, 601), chunks=(1, 7, 300)), mode=mode), volume(x[:60].reshape(3, 20, 601), mode=mode))


def test_chunks_that_are_not_aligned():
    """As messages between processes leave them."""
    x = np.random.default_rng(0).random((40, 30))

    def unaligned(block):
        copy = np.frombuffer(b"." + block.tobytes(), "u1", offset=1).view(block.dtype).reshape(block.shape)
        assert not copy.flags.aligned
        return copy

    same(far(da.from_array(x, chunks=(20, 10)).map_blocks(unaligned, dtype=x.dtype)), far(x))


def test_chunks_of_strides_of_their_own():
    x = np.random.default_rng(0).random((40, 30))
    lazy = da.from_array(x, chunks=(20, 10)).map_blocks(np.asfortranarray, dtype=x.dtype)
    same(far(lazy, mode="wrap"), far(x, mode="wrap"))


def test_a_terabyte_is_a_graph_in_less_than_a_second():
    x = da.ones((1000000, 1000, 1000), chunks=("auto", -1, -1), dtype="int8")
    start = time.perf_counter()
    y = mean(x)
    assert time.perf_counter() - start < 1
    assert repr(y).startswith("dask.array<mean, shape=(1000000, 1000, 1000), dtype=int64, chunksize=(")
    np.testing.assert_array_equal(y[123456, :2, :3].compute(), [[0, 0, 0], [0, 1, 1]])


def test_a_terabyte_in_one_plane():
    x = da.ones((10**6, 10**6), chunks=4096, dtype="int8")
    start = time.perf_counter()
    y = mean(x)
    assert time.perf_counter() - start < 1
    np.testing.assert_array_equal(y[4095:4098, -2:].compute(), [[1, 0]] * 3)


def test_names_are_those_of_the_call():
    x = da.ones((8, 9), chunks=3, dtype="int8")
    assert mean(x).name == mean(x).name
    assert len({mean(x).name, mean(x, mode="wrap").name, mean(x, dtype="int8").name, far(x).name}) == 4


def test_map_overlap_and_map_blocks():
    x = np.random.default_rng(0).integers(0, 99, (20, 30)).astype("int16")
    lazy = da.from_array(x, chunks=(7, 11))
    inner = lazy.map_overlap(mean, depth=1, boundary="none", dtype="int64").compute()
    np.testing.assert_array_equal(inner[1:-1, 1:-1], mean(x)[1:-1, 1:-1])
    np.testing.assert_array_equal(da.map_blocks(mean, da.from_array(x, chunks=-1), dtype="int64").compute(), mean(x))


def test_the_function_is_not_called_to_find_the_dtype():
    @nf.stencil
    def raises(x):
        if x[0] == 1:
            raise ValueError("called")
        return x[1] * 0.5

    assert raises(da.ones(5, chunks=2, dtype="uint8")).dtype == np.float64
