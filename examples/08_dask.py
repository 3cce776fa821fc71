"""Dask arrays: a generalised ufunc is lazy on them, and each block is computed by compiled code."""

import time

import dask.array as da
import numpy as np

import nearfield as nf


@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], signature="(n, m) -> (n, m)")
@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


# A terabyte, of which nothing exists yet.
start = time.perf_counter()
x = da.ones((1000000, 1000, 1000), chunks=("auto", -1, -1), dtype="int8")
y = smooth(x)
print(f"{y.nbytes / 1e12:.0f} TB made lazy in {time.perf_counter() - start:.2f} s: {y}")

# A part of it is computed when it is asked for.
frame = y[123456].compute()
assert frame.dtype == np.int8 and frame[1:-1, 1:-1].all() and not frame[0].any()
print("one frame:", frame.shape, frame.sum(), "ones")

# A stencil knows how far it reads: chunks of one plane may have any size.
plane = da.random.default_rng(1).integers(0, 100, (900, 700), dtype="int8", chunks=(128, 99))
assert np.array_equal(smooth(plane).compute(), smooth(plane.compute()))

# map_blocks works too.
stack = da.random.default_rng(0).integers(-128, 127, (8, 200, 300), dtype="int8", chunks=(2, -1, -1))
z = stack.map_blocks(smooth, dtype="int8")
assert np.array_equal(z.compute(), smooth(stack.compute()))
print("map_blocks:", z)
