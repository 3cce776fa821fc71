"""Generalised ufuncs: a kernel on the last axes, for every index of the leading ones, with declared types or without."""

import numpy as np

import nearfield as nf


@nf.stencil
def _smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


# With types and an output parameter, as for Numba.
@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], "(n, m) -> (n, m)")
def smooth_out(x, out):
    out[:] = _smooth(x)


# Straight on the stencil, which returns its result.
@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], signature="(n, m) -> (n, m)")
@nf.stencil
def smooth_typed(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


# Without types: each call takes the dtype that it gets.
smooth = nf.guvectorize("(n, m) -> (n, m)")(_smooth)

stack = np.random.default_rng(0).integers(-128, 127, (10, 100, 120)).astype("int8")
assert np.array_equal(smooth_out(stack), smooth_typed(stack))
assert np.array_equal(smooth_typed(stack[3]), smooth_typed(stack)[3])
print("with types:   ", smooth_typed(stack).dtype, smooth_typed(stack).shape)
print("without types:", smooth(stack).dtype, "- the values are the same:", np.array_equal(smooth(stack), smooth_typed(stack)))

out = np.empty_like(stack)
assert smooth_typed(stack, out=out) is out

try:
    smooth_typed(stack.astype("uint8"))
except TypeError as error:
    print("refused:", error)
