"""Lazy stencils of several results and with arrays that they index absolutely: as on the whole array, however it is cut."""

import numpy as np
import pytest

import nearfield as nf

MODES = ["constant", "nearest", "reflect", "mirror", "wrap", "valid"]


@nf.stencil
def slopes(x):
    return x[0, 1] - x[0, -1], np.float32(x[1, 0]) - np.float32(x[-2, 0]), x[0, 0] > x[1, 1]


@nf.stencil
def changes(x):
    return x[1, 0, 0] - x[-1, 0, 0], np.uint8(x[0, 1, 0]), x[0, 0, 0] * 0.5


@nf.stencil(standard_indexing="table")
def looked_up(x, table):
    return table[x[0, 0]] + table[x[-1, 1]]


@nf.stencil(standard_indexing=("weights", "planes"))
def weighted(x, weights, y, planes):
    return x[0, 0] * weights[0] + y[1, -1] * weights[1] + planes[2, 0, 1], x[1, 1] + np.int16(planes[0, 0, 0])


def frames(shape, dtype="uint8", seed=0):
    return np.random.default_rng(seed).integers(0, 100, shape).astype(dtype)


def same(lazy, wanted):
    assert isinstance(lazy, tuple) and len(lazy) == len(wanted)
    for one, other in zip(lazy, wanted, strict=True):
        assert one.dtype == other.dtype and one.shape == other.shape
        np.testing.assert_array_equal(one.compute(), other)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(7, 13, 11), (13, 11), (1, 3, 5), (2, 40, 64)], ids=str)
def test_several_results_are_those_of_the_whole_array(mode, shape):
    x = frames(shape)
    same(slopes(nf.from_array(x), mode=mode), slopes(x, mode=mode))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("count", [1, 2, 9, 40])
def test_several_results_across_frames(mode, count):
    x = frames((count, 6, 7))
    same(changes(nf.from_array(x), mode=mode), changes(x, mode=mode))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("memory", [None, "80MB"])
def test_results_that_are_used_together(mode, memory):
    x = frames((60, 50, 70), "int16")
    a, b, c = changes(nf.from_array(x), mode=mode)
    wa, wb, wc = changes(x, mode=mode)
    np.testing.assert_array_equal((a * b + c).compute(memory=memory), wa * wb + wc)
    np.testing.assert_array_equal((a.sum(axis=0) + c.max(axis=0)).compute(), wa.sum(axis=0) + wc.max(axis=0))


def test_parts_of_several_results():
    x = frames((12, 9, 8))
    for lazy, wanted in zip(slopes(nf.from_array(x), mode="wrap"), slopes(x, mode="wrap"), strict=True):
        np.testing.assert_array_equal(lazy[3].compute(), wanted[3])
        np.testing.assert_array_equal(lazy[4:9].compute(), wanted[4:9])
        np.testing.assert_array_equal(lazy[5][2:4].compute(), wanted[5][2:4])
        np.testing.assert_array_equal(lazy.astype("float32").compute(), wanted.astype("float32"))
        np.testing.assert_array_equal(nf.stencil(lambda v: v[0, 1])(lazy[2:5], mode="nearest").compute(),
                                      nf.stencil(lambda v: v[0, 1])(wanted[2:5], mode="nearest"))  # fmt: skip
    for lazy, wanted in zip(changes(nf.from_array(x), mode="reflect"), changes(x, mode="reflect"), strict=True):
        np.testing.assert_array_equal(lazy[3:4].compute(), wanted[3:4])
        np.testing.assert_array_equal(changes(lazy, mode="wrap")[0].compute(), changes(wanted, mode="wrap")[0])


def test_several_results_of_colours(tmp_path):
    from PIL import Image

    x = frames((3, 12, 15, 3))
    for i, image in enumerate(x):
        Image.fromarray(image).save(tmp_path / f"{i}.png")
    lazy = slopes(nf.imread(str(tmp_path / "*.png")), mode="nearest")
    for channel in range(3):
        for one, other in zip(lazy, slopes(np.ascontiguousarray(x[..., channel]), mode="nearest"), strict=True):
            np.testing.assert_array_equal(one.compute()[..., channel], other)


@pytest.mark.parametrize("mode", MODES)
def test_arrays_that_are_indexed_absolutely(mode):
    x, table = frames((100, 9, 8)), np.arange(100.0) ** 2
    np.testing.assert_array_equal(looked_up(nf.from_array(x), table, mode=mode).compute(), looked_up(x, table, mode=mode))
    # One of the shape of a stack of frames stays whole when frames are taken.
    y, weights, planes = frames((3, 9, 8), "int16", 1), np.array([2, -3]), frames((3, 9, 8), seed=2)
    lazy = weighted(nf.from_array(x[:3]), weights, nf.from_array(y), planes, mode=mode)
    wanted = weighted(x[:3], weights, y, planes, mode=mode)
    same(lazy, wanted)
    np.testing.assert_array_equal(lazy[0][1:].compute(), wanted[0][1:])


@pytest.mark.parametrize("mode", MODES)
def test_blocks_of_dask_carry_them(mode):
    pytest.importorskip("dask")
    x, y, weights, planes = frames((9, 7, 8)), frames((9, 7, 8), "int16", 1), np.array([2, -3]), frames((9, 7, 8), seed=2)
    lazy = weighted(nf.from_array(x), weights, nf.from_array(y), nf.from_array(planes), mode=mode)
    for one, other in zip(lazy, weighted(x, weights, y, planes, mode=mode), strict=True):
        np.testing.assert_array_equal(one.to_dask(2).compute(scheduler="threads"), other)
    a, b, c = changes(nf.from_array(x), mode=mode)
    wa, wb, wc = changes(x, mode=mode)
    np.testing.assert_array_equal((a + c * b).to_dask(2).compute(scheduler="synchronous"), wa + wc * wb)


def test_several_results_of_a_gufunc():
    gradient = nf.guvectorize("(n,m)->(n,m),(n,m),(n,m)")(slopes)
    x = frames((5, 9, 8))
    same(gradient(nf.from_array(x)), gradient(x))


def test_absolute_arrays_lie_in_memory():
    x = nf.from_array(frames((4, 9, 8)))
    with pytest.raises(NotImplementedError, match="`looked_up` indexes `table` absolutely: every block sees it whole"):
        looked_up(x, nf.from_array(np.arange(100.0)) * 2)
