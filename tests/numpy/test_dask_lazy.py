"""Lazy arrays as Dask collections, and Dask arrays as sources of frames."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import nearfield as nf

dask = pytest.importorskip("dask")
da = pytest.importorskip("dask.array")


@nf.stencil(mode="nearest")
def smooth(x):
    return (x[-1, 0] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, 0]) // 5


@nf.stencil
def change(x):
    return x[1, 0, 0] - x[-2, 0, 1]


X = np.random.default_rng(0).integers(0, 255, (23, 12, 10)).astype("uint8")


def graphs(x):
    """Lazy arrays of several kinds over one leaf, and what they are."""
    return {
        "leaf": x,
        "stencil": smooth(x),
        "operators": smooth(x) - x * 2 + x[0] - smooth(x)[-1] * x[3:4],
        "across": change(x),
        "across reflected": change(smooth(x), mode="reflect"),
        "across valid": change(x + 1, mode="valid"),
        "across wrapped": change(x, mode="wrap"),
        "slice": smooth(x[4:20])[2:9],
        "one frame": smooth(x)[7],
        "reduction": (x - x.mean(axis=0)).max(axis=(1, 2)),
        "cast": smooth(x).astype("uint8"),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("frames")
    for i, frame in enumerate(X):
        Image.fromarray(frame).save(folder / f"im{i}.png")
    return str(folder / "im*.png")


@pytest.mark.parametrize("name", graphs(nf.from_array(X)))
@pytest.mark.parametrize("leaf", ["memory", "files", "dask"])
def test_blocks_are_the_array(name, leaf, files):
    dask_array = da.from_array(X, chunks=(5, 7, 10))
    x = nf.from_array(X) if leaf == "memory" else nf.imread(files) if leaf == "files" else nf.from_dask(dask_array)
    lazy, expected = graphs(x)[name], graphs(nf.from_array(X))[name].compute()
    np.testing.assert_array_equal(lazy.compute(), expected)
    for chunks in None, 4, (3, 12, -1) if expected.ndim == 3 else -1:
        blocks = lazy.to_dask(chunks)
        assert blocks.shape == expected.shape and blocks.dtype == expected.dtype
        np.testing.assert_array_equal(blocks.compute(scheduler="threads"), expected)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(lazy)).compute(), expected)


@settings(max_examples=40)
@given(reach=st.tuples(st.integers(-4, 0), st.integers(0, 4)), frames=st.integers(1, 12), chunk=st.integers(1, 12), data=st.data())
def test_blocks_of_kernels_across_frames(reach, frames, chunk, data):
    lo, hi = reach
    far = nf.stencil(lambda x: x[lo, 0, 0] * 2 - x[hi, 0, 0])
    mode = data.draw(st.sampled_from(["constant", "reflect", "nearest", "mirror", "wrap", "valid"]))
    lazy = far(nf.from_array(X[:frames]), mode=mode)
    expected = far(X[:frames], mode=mode)
    np.testing.assert_array_equal(lazy.compute(), expected)
    if len(expected):
        np.testing.assert_array_equal(lazy.to_dask((chunk, -1, -1)).compute(scheduler="sync"), expected)


def test_one_task_for_each_block_of_bounded_bytes():
    x = smooth(nf.from_array(np.zeros((40, 100, 100), "uint8")))
    with dask.config.set({"array.chunk-size": "400kB"}):
        assert x.to_dask().chunks[0] == (5,) * 8  # 80 kB of int64 each
    assert len(x.to_dask(10).dask) == 4


def test_a_block_carries_only_its_frames():
    x = nf.from_array(np.random.default_rng(0).integers(0, 255, (100, 100, 100)).astype("uint8"))
    for lazy in smooth(x) + x, change(x):
        tasks = dict(lazy.to_dask(10).dask)
        assert all(len(pickle.dumps(task)) < 200_000 for task in tasks.values())


def test_the_protocol_of_collections():
    x = nf.from_array(X)
    y = smooth(x)
    assert dask.is_dask_collection(y)
    both = dask.compute(y, x + 1, scheduler="threads")
    np.testing.assert_array_equal(both[0], smooth(X))
    np.testing.assert_array_equal(both[1], X + 1)
    (held,) = dask.persist(y, scheduler="threads")
    assert isinstance(held, nf.Array) and held.shape == y.shape
    np.testing.assert_array_equal(smooth(held).compute(), smooth(smooth(X)))
    np.testing.assert_array_equal(dask.delayed(np.sum)(y).compute(), smooth(X).sum())


TOKENS = """
import dask, numpy as np, nearfield as nf
weights = np.array([1.0, 2.0])
@nf.jit
def twice(a):
    return a * 2
@nf.stencil
def f(x):
    return twice(x[0, 1]) + weights[1] * x[-1, 0]
x = nf.from_array(np.arange(60.0).reshape(3, 4, 5))
g = nf.guvectorize("(n,m)->(n,m)")(f)
print(dask.base.tokenize(f), dask.base.tokenize(g), dask.base.tokenize(f(x) + 1), dask.base.tokenize(f(x).sum()))
"""


def test_tokens_are_the_same_in_every_process(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(TOKENS)
    outputs = {subprocess.run([sys.executable, program], capture_output=True, text=True, check=True, timeout=60).stdout for _ in range(2)}
    program.write_text("# a line more\n" + TOKENS)
    outputs.add(subprocess.run([sys.executable, program], capture_output=True, text=True, check=True, timeout=60).stdout)
    assert len(outputs) == 1 and len(set(outputs.pop().split())) == 4
    changed = TOKENS.replace("1.0, 2.0", "1.0, 3.0")
    program.write_text(changed)
    other = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert other[0] not in outputs


def test_dask_computes_each_block_once():
    calls = []

    def block(part):
        calls.append(part.shape)
        return part

    source = da.from_array(X, chunks=(5, -1, -1)).map_blocks(block, meta=np.empty((0, 0, 0), "uint8"))
    lazy = smooth(nf.from_dask(source))
    calls.clear()
    np.testing.assert_array_equal(lazy.compute(), smooth(X))
    assert len(calls) == 5


@pytest.mark.timeout(60)
def test_threads_of_dask_and_ours_do_not_wait_for_each_other():
    """Our threads wait for Dask's tasks, which want threads of ours: there must be some for them."""
    x = np.random.default_rng(0).integers(0, 255, (12, 700, 700)).astype("uint8")
    blocks = smooth(nf.from_array(x)).to_dask(2)
    for _ in range(3):
        lazy = smooth(nf.from_dask(blocks))
        np.testing.assert_array_equal((lazy - lazy.min()).compute(), smooth(smooth(x)) - smooth(smooth(x)).min())


def test_an_error_in_dask_arrives():
    def broken(part):
        raise RuntimeError("the disk is on fire")

    source = da.from_array(X, chunks=(5, -1, -1)).map_blocks(broken, meta=np.empty((0, 0, 0), "uint8"))
    with pytest.raises(RuntimeError, match="the disk is on fire"):
        smooth(nf.from_dask(source)).compute()


def test_the_same_kernel_arrives_as_one_object():
    a, b = pickle.loads(pickle.dumps(smooth)), pickle.loads(pickle.dumps(smooth))
    assert a is b and a is not smooth and a(X).tobytes() == smooth(X).tobytes()
