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


def add_rows(a, b, out):
    for i in range(a.shape[0]):
        out[i] = a[i] + b[i]


def sum_rows(a, b):
    out = np.empty_like(a)
    for i in range(a.shape[0]):
        out[i] = a[i] + b[i]
    return out


def gufunc_rows(table):
    """Two small arrays through a generalised ufunc, declared types and none, against Numba's jitted function."""
    a, b, out = np.arange(10.0), np.arange(10.0), np.zeros(10)
    signatures, layout = ["f8[:], f8[:], f8[:]"], "(n),(n)->(n)"
    typed, untyped = nf.guvectorize(signatures, layout)(add_rows), nf.guvectorize(layout)(add_rows)
    returns, stores = numba.njit(sum_rows), numba.njit(add_rows)
    ours, jitted = nf.jit(sum_rows), nf.jit(add_rows)
    assert np.array_equal(typed(a, b), returns(a, b)) and np.array_equal(untyped(a, b), ours(a, b))
    for name, function in (("jit, two arrays", ours), ("typed gufunc, two arrays", typed), ("gufunc, two arrays", untyped)):
        table.row(name, interleaved({
            "nearfield": lambda: function(a, b), "numba": lambda: returns(a, b), "np.add": lambda: np.add(a, b),
        }))  # fmt: skip
    for name, function in (("jit", jitted), ("typed gufunc", typed), ("gufunc", untyped)):
        table.row(f"{name}, two arrays and out", interleaved({
            "nearfield": lambda: function(a, b, out), "numba": lambda: stores(a, b, out), "np.add": lambda: np.add(a, b, out),
        }))  # fmt: skip


def scaled(x, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] * 2.0 + 1.0


def scaled_all(x, out):
    for k in range(x.shape[0]):
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                out[k, i, j] = x[k, i, j] * 2.0 + 1.0


def total(x, out):
    s = 0.0
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            s += x[i, j]
    out[0] = s


def total_all(x, out):
    for k in range(x.shape[0]):
        s = 0.0
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                s += x[k, i, j]
        out[k] = s


def turned(x, out):
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[j, i] = x[i, j]


def turned_all(x, out):
    for k in range(x.shape[0]):
        for i in range(x.shape[1]):
            for j in range(x.shape[2]):
                out[k, j, i] = x[k, i, j]


def core_rows(table):
    """10,000 cores of 16x16: a gufunc against one jitted loop that does the same."""
    for core, loop, layout in ((scaled, scaled_all, "(m,n)->(m,n)"), (total, total_all, "(m,n)->()"), (turned, turned_all, "(m,n)->(n,m)")):
        for dtype in ("float64", "float32"):
            x = np.random.default_rng(0).random((10000, 16, 16)).astype(dtype)
            gufunc, jitted, theirs, numba_loop = nf.guvectorize(layout)(core), nf.jit(loop), numba.guvectorize(layout)(core), numba.njit(loop)
            # One output for all: each finds in the cache what the one before it left there.
            out = np.zeros(x.shape if core is not total else len(x), dtype)
            calls = {"nearfield": lambda: gufunc(x, out), "jitted loop": lambda: jitted(x, out),
                     "numba gufunc": lambda: theirs(x, out), "numba loop": lambda: numba_loop(x, out)}  # fmt: skip
            results = []
            for call in calls.values():
                out[...] = 0
                call()
                results.append(out.copy())
            assert all(np.array_equal(results[0], result) for result in results)
            table.row(f"{core.__name__} {layout} {dtype}", timed(calls, seconds=3, rounds=400))


def ufunc_rows(table):
    """Two small arrays through `vectorize`, against Numba's jitted function."""
    x, y, out = np.arange(10.0), np.arange(10.0), np.zeros(10)
    ours, returns, stores = nf.vectorize(add), numba.njit(sum_rows), numba.njit(add_rows)
    assert np.array_equal(ours(x, y), returns(x, y))
    table.row("vectorize, two arrays and out", interleaved({
        "nearfield": lambda: ours(x, y, out=out), "numba": lambda: stores(x, y, out),
        "np.add": lambda: np.add(x, y, out=out),
    }))  # fmt: skip
    table.row("vectorize, two arrays", interleaved({
        "nearfield": lambda: ours(x, y), "numba": lambda: returns(x, y),
        "np.add": lambda: np.add(x, y),
    }))  # fmt: skip


def run():
    """Prints the table and returns it."""
    table = Table("the cost of a call", ["numba", "np.add"])
    stencil_rows(table, 100)
    stencil_rows(table, 10)
    jit_rows(table)
    gufunc_rows(table)
    ufunc_rows(table)
    cores = Table("10,000 cores of 16x16", ["jitted loop", "numba gufunc", "numba loop"])
    core_rows(cores)
    return [table, cores]


if __name__ == "__main__":
    run()
