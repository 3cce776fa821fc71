"""Kernels on a real cluster of worker processes: they arrive, compile once, and survive what happens to workers."""

import contextlib
import os
import signal
import time

import numpy as np
import pytest

import nearfield as nf

distributed = pytest.importorskip("distributed")
import dask  # noqa: E402
import dask.array as da  # noqa: E402

pytestmark = [pytest.mark.timeout(120), pytest.mark.filterwarnings("ignore")]
SECONDS = 40  # the longest that a test waits for a result


@nf.stencil(mode="reflect")
def smooth(x):
    return (x[-1, 0] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, 0]) // 5


@nf.vectorize
def halved(a):
    return a // 2


@nf.guvectorize([(nf.int16[:], nf.int64[:])], "(n)->()")
def total(x, out):
    out[0] = 0
    for i in range(x.shape[0]):
        out[0] += x[i]


X = np.random.default_rng(0).integers(-99, 99, (8, 24, 20)).astype("int16")


@contextlib.contextmanager
def cluster(workers=2, threads=2, processes=True):
    settings = {"distributed.worker.daemon": True, "distributed.comm.timeouts.connect": "20s", "distributed.scheduler.allowed-failures": 5}
    with dask.config.set(settings):
        made = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=threads, processes=processes, dashboard_address=None, silence_logs=50, memory_limit=0
        )
        try:
            with distributed.Client(made, timeout=30) as client:
                yield client
        finally:
            made.close(timeout=20)


def test_threads_of_one_process():
    with cluster(workers=1, threads=4, processes=False) as client:
        x = da.from_array(X, chunks=(2, 8, 20))
        np.testing.assert_array_equal(client.compute(smooth(x)).result(SECONDS), smooth(X))


@pytest.fixture(scope="module")
def client():
    with cluster() as made:
        yield made


def compiled_in(client):
    """For each worker: kernels of this module that arrived, and what the disk cache did there."""

    def count():
        from nearfield import kernel

        return sum(k.__name__ == "smooth" for k in kernel._arrived.values()), nf.cache_info()

    return client.run(count)


def test_stencils_and_gufuncs(client):
    x = da.from_array(X, chunks=(4, 12, 10))
    np.testing.assert_array_equal(client.compute(smooth(x)).result(SECONDS), smooth(X))
    np.testing.assert_array_equal(client.compute(total(x.rechunk((4, 12, -1)))).result(SECONDS), total(X))
    np.testing.assert_array_equal(x.map_blocks(smooth, dtype="int64")[:4, :12, :10].compute(), smooth(X[:4, :12, :10]))


def test_kernels_are_one_object_in_each_worker(client):
    x = da.from_array(X, chunks=(2, 12, 20))
    client.compute(smooth(x)).result(SECONDS)
    client.compute(smooth(x + 1)).result(SECONDS)
    for arrived, cache in compiled_in(client).values():
        assert arrived <= 1
        assert cache["hits"] + cache["misses"] < 20, "compiled for each task"
    assert sum(arrived for arrived, _ in compiled_in(client).values()) >= 1


def test_other_processes_find_compiled_code_on_disk(client):
    nf.stencil(lambda x: x)  # the cache is set up
    smooth(X[0])
    caches = [cache for arrived, cache in compiled_in(client).values() if arrived]
    if not nf.cache_info()["enabled"]:
        pytest.skip(f"the disk cache is off here: {nf.cache_info()['why_off']}")
    assert any(cache["hits"] for cache in caches) or any(cache["stored"] for cache in caches)


def test_lazy_arrays(client):
    y = smooth(nf.from_array(X)) - 1
    expected = smooth(X) - 1
    with dask.config.set({"array.chunk-size": "8kB"}):
        np.testing.assert_array_equal(client.compute(y).result(SECONDS), expected)
        (held,) = dask.persist(y)
        assert isinstance(held, nf.Array)
        np.testing.assert_array_equal((held + 1).compute(), expected + 1)
        np.testing.assert_array_equal(client.compute(held * 2).result(SECONDS), expected * 2)


def slowly(block):
    time.sleep(0.1)
    return block


def slow_input():
    return da.from_array(X, chunks=(1, 12, 10)).map_blocks(slowly, meta=np.empty((0, 0, 0), "int16"))


def test_a_killed_worker_loses_nothing(client, long):
    for round_ in range(10 if long else 1):
        client.wait_for_workers(2, timeout=SECONDS)
        future = client.compute(smooth(slow_input() + np.int16(round_)))
        time.sleep(0.5)
        pids = client.run(os.getpid)
        assert not future.done()
        os.kill(next(iter(pids.values())), signal.SIGKILL)
        np.testing.assert_array_equal(future.result(SECONDS), smooth(X + np.int16(round_)))


def test_a_stopped_worker_goes_on(client):
    """A task may run twice then; both give the same bytes."""
    client.wait_for_workers(2, timeout=SECONDS)
    pid = next(iter(client.run(os.getpid).values()))
    future = client.compute(smooth(slow_input() - 1))
    time.sleep(0.3)
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(1)
    finally:
        os.kill(pid, signal.SIGCONT)
    np.testing.assert_array_equal(future.result(SECONDS), smooth(X - 1))


def set_version(version):
    from nearfield import _core

    before, _core.__version__ = _core.__version__, version
    return before


@pytest.mark.parametrize("what", ["a kernel", "a gufunc", "a ufunc", "a lazy array"])
def test_a_worker_of_another_version_is_refused_by_name(client, what):
    client.wait_for_workers(2, timeout=SECONDS)
    x = da.from_array(X[:3])
    made = {"a kernel": smooth, "a gufunc": total, "a ufunc": halved, "a lazy array": lambda _: nf.from_array(X[:3]) + 5}[what](x)
    (ours,) = set(client.run(set_version, "0.0.0").values())
    try:
        with pytest.raises(RuntimeError, match=f"comes from Nearfield {ours}, and this process runs Nearfield 0.0.0: install the same"):
            client.compute(made).result(SECONDS)
    finally:
        client.run(set_version, ours)


def test_a_file_that_a_worker_does_not_find_is_an_error_of_the_task(client, tmp_path):
    from PIL import Image

    for i in range(3):
        Image.fromarray(np.zeros((4, 5), "uint8")).save(tmp_path / f"im{i}.png")
    lazy = nf.imread(tmp_path / "*.png") + 1
    graph = lazy.to_dask(1)
    (tmp_path / "im1.png").unlink()
    with pytest.raises(FileNotFoundError, match="im1.png"):
        client.compute(graph).result(SECONDS)
    assert client.submit(sum, [1, 2]).result(SECONDS) == 3
