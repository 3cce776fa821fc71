"""The 3x3 mean over 500 chunks of 1 MiB under Dask's threaded scheduler: what of the time is Dask's own.

`identity` is the same graph with a function that gives back its own chunk.
"""

import dask
import dask.array as da
import numba
import numpy as np
from dask._task_spec import Task
from dask.highlevelgraph import HighLevelGraph

import nearfield as nf
from measure import Table, interleaved
from stencil import mean_of

SIDE, CHUNKS, WORKERS = 1024, 500, 2

mean = mean_of("int8")
theirs_stencil = numba.stencil(mean)
ours = nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], "(n,m)->(n,m)")(nf.stencil(mean))


@numba.guvectorize([(numba.int8[:, :], numba.int8[:, :])], "(n,m)->(n,m)", nopython=True)
def theirs(x, out):
    out[:] = theirs_stencil(x)


def corner(block):
    """Takes each chunk and lets it go, as a consumer does; one element is left."""
    return block[(slice(0, 1),) * block.ndim].copy()


def consumed(array):
    """A function that computes all chunks of an array on two threads."""
    last = array.map_blocks(corner, dtype=array.dtype, chunks=tuple((1,) * n for n in array.numblocks), meta=array._meta)
    (graph,) = dask.optimize(last)

    def run():
        return graph.compute(scheduler="threads", num_workers=WORKERS, optimize_graph=False)

    return run


def own_chunk(call, arguments, shape, box, *pieces):
    """The piece in the middle: the chunk that a task's result lies over."""
    return pieces[len(pieces) // 2]


def identity_like(array, source):
    """The array's graph, task by task, with `own_chunk`."""
    layer = array.dask.layers[array.name]
    tasks = {key: Task(key, own_chunk, *task.args) for key, task in layer.items()}
    graph = HighLevelGraph.from_collections(array.name, tasks, dependencies=[source])
    return da.Array(graph, array.name, array.chunks, meta=array._meta)


def same(block):
    return block


def run():
    """Prints the table and returns it."""
    table = Table("3x3 mean of 500 chunks of 1 MiB int8, Dask's threads (2)", ["numba", "identity"])
    random = np.random.default_rng(0).integers(-128, 127, (SIDE, SIDE)).astype("int8")

    stack = da.stack([da.from_array(random, chunks=-1)] * CHUNKS).persist(scheduler="threads")
    lazy, reference = ours(stack), theirs(stack)
    assert np.array_equal(lazy[7].compute(), reference[7].compute())
    table.row("a stack, a frame a chunk", interleaved({
        "nearfield": consumed(lazy),
        "numba": consumed(reference),
        "identity": consumed(stack.map_blocks(same, dtype="int8", meta=stack._meta)),
    }, seconds=20))  # fmt: skip

    plane = da.block([[da.from_array(random, chunks=-1)] * 25] * 20).persist(scheduler="threads")
    lazy = ours(plane)
    reference = plane.map_overlap(theirs, depth=1, boundary="none", dtype="int8", meta=plane._meta)
    part = (slice(1000, 1100), slice(2000, 2100))
    assert np.array_equal(lazy[part].compute(), reference[part].compute())
    table.row("one plane of 20x25 chunks", interleaved({
        "nearfield": consumed(lazy),
        "numba": consumed(reference),
        "identity": consumed(identity_like(lazy, plane)),
    }, seconds=20))  # fmt: skip
    return [table]


if __name__ == "__main__":
    run()
