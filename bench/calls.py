"""What a call costs when there is little to do, against Numba's and NumPy's calls."""

import numba
import numpy as np

import nearfield as nf
from measure import Table
from measure import interleaved as timed
from stencil import loops_of, mean_of


def add(a, b):
    return a + b


def double(x, out):
    for i in range(x.shape[0]):
        out[i] = 2 * x[i]


def interleaved(variants):
    """In groups long enough for a call that is made in a loop, as calls on small arrays are."""
    return timed(variants, group=3e-4)


def stencil_rows(table, n):
    """The 3x3 mean of an n by n image, into a given array and into a new one."""
    x = np.arange(n * n).reshape(n, n).astype(np.int8)
    # The dtype of what Numba's loops write: both then store the same bytes.
    ours, loops = nf.stencil(mean_of("int8"), dtype="int8"), loops_of("int8")
    out, theirs = np.zeros_like(x), np.zeros_like(x)

    def loops_new():
        result = np.zeros_like(x)
        loops(x, result)
        return result

    ours(x, out=out)
    loops(x, theirs)
    assert np.array_equal(out, theirs) and np.array_equal(ours(x), theirs)
    table.row(f"stencil {n}x{n}, out=", interleaved({
        "nearfield": lambda: ours(x, out=out), "numba": lambda: loops(x, out), "np.add": lambda: np.add(x, x, out=out),
    }))  # fmt: skip
    table.row(f"stencil {n}x{n}, new array", interleaved({
        "nearfield": lambda: ours(x), "numba": loops_new, "np.add": lambda: np.add(x, x),
    }))  # fmt: skip


def jit_rows(table):
    """Scalars in, a scalar out; and one small array in."""
    ours, theirs = nf.jit(add), numba.njit(add)
    table.row("jit add(1, 2)", interleaved({
        "nearfield": lambda: ours(1, 2), "numba": lambda: theirs(1, 2), "np.add": lambda: np.add(1, 2),
    }))  # fmt: skip
    x, out = np.arange(10.0), np.zeros(10)
    ours, theirs = nf.jit(double), numba.njit(double)
    table.row("jit double(x, out), 10", interleaved({
        "nearfield": lambda: ours(x, out), "numba": lambda: theirs(x, out), "np.add": lambda: np.add(x, x, out=out),
    }))  # fmt: skip


def gufunc_rows(table):
    """Ten elements through a generalised ufunc with declared types."""
    x, out = np.arange(10.0), np.zeros(10)
    ours = nf.guvectorize([(nf.float64[:], nf.float64[:])], "(n)->(n)")(double)
    theirs = numba.guvectorize([(numba.float64[:], numba.float64[:])], "(n)->(n)")(double)
    assert np.array_equal(ours(x), theirs(x))
    table.row("gufunc of 10, out=", interleaved({
        "nearfield": lambda: ours(x, out=out), "numba": lambda: theirs(x, out), "np.add": lambda: np.add(x, x, out=out),
    }))  # fmt: skip
    table.row("gufunc of 10, new array", interleaved({
        "nearfield": lambda: ours(x), "numba": lambda: theirs(x), "np.add": lambda: np.add(x, x),
    }))  # fmt: skip


def run():
    """Prints the table and returns it."""
    table = Table("the cost of a call", ["numba", "np.add"])
    stencil_rows(table, 100)
    stencil_rows(table, 10)
    jit_rows(table)
    gufunc_rows(table)
    return [table]


if __name__ == "__main__":
    run()
