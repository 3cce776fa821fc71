"""``nf.vectorize`` on 10^7 numbers with ``out=``, against Numba's ``vectorize``, numexpr and NumPy: ``./dev bench ufuncs``."""

import math

import numba
import numexpr
import numpy as np

import nearfield as nf
from measure import Table, interleaved

SIZE = 10**7
FUNCTIONS = ("exp", "sin", "log", "tanh")


def fused(a, b, c):
    return a * b + c


def elementary(name):
    function = getattr(math, name)

    def apply(x):
        return function(x)

    return apply


def pairs(function, signatures, target):
    """The same function by both compilers, for so many threads."""
    return nf.vectorize(signatures, target=target)(function), numba.vectorize(signatures, target=target)(function)


def threads_of(target):
    return 1 if target == "cpu" else nf.get_num_threads()


def fused_rows():
    """a * b + c of declared types; numexpr computes uint8 as int32, so it gets none of that."""
    random = np.random.default_rng(0)
    table = Table("vectorize: a * b + c of 10^7 numbers", ["numba", "numexpr", "numpy"], ["of copy"])
    for target in ("cpu", "parallel"):
        numexpr.set_num_threads(threads_of(target))
        for dtype in ("float32", "float64", "uint8"):
            ours, theirs = pairs(fused, [f"{dtype}({dtype}, {dtype}, {dtype})"], target)
            a, b, c = ((random.random(SIZE) * 100).astype(dtype) for _ in range(3))
            out, between = np.empty_like(a), np.empty_like(a)
            assert np.array_equal(ours(a, b, c), a * b + c)
            variants = {
                "nearfield": lambda: ours(a, b, c, out=out),
                "numba": lambda: theirs(a, b, c, out=out),
                "numpy": lambda: np.add(np.multiply(a, b, out=between), c, out=out),
            }
            if dtype != "uint8":
                variants["numexpr"] = lambda: numexpr.evaluate("a * b + c", {"a": a, "b": b, "c": c}, out=out)
            if target == "parallel":
                del variants["numpy"]
            limit = nf.copy_seconds(4 * a.nbytes, threads_of(target))
            times = interleaved(variants, seconds=3)
            limit = min(limit, nf.copy_seconds(4 * a.nbytes, threads_of(target)))
            table.row(f"{dtype}, {threads_of(target)} thread{'s'[: threads_of(target) - 1]}", times, notes=[f"{limit / times['nearfield']:.2f}"])
    return table


def function_rows():
    """Functions of floats; the error is the largest of a sample, in units in the last place of the rounded true value."""
    random = np.random.default_rng(0)
    table = Table("vectorize: functions of 10^7 numbers", ["numba", "numexpr", "numpy"], ["ulp", "numpy's"])
    for target in ("cpu", "parallel"):
        numexpr.set_num_threads(threads_of(target))
        for name in FUNCTIONS:
            for dtype in ("float32", "float64"):
                ours, theirs = pairs(elementary(name), [f"{dtype}({dtype})"], target)
                x = random.uniform(0.01 if name == "log" else -10, 10, SIZE).astype(dtype)
                out, numpys = np.empty_like(x), getattr(np, name)
                variants = {
                    "nearfield": lambda: ours(x, out=out),
                    "numba": lambda: theirs(x, out=out),
                    "numexpr": lambda: numexpr.evaluate(f"{name}(x)", {"x": x}, out=out),
                }
                if target == "cpu":
                    variants["numpy"] = lambda: numpys(x, out=out)
                errors = [ulps(f(x[:5000]), x[:5000], name) for f in (ours, numpys)]
                table.row(f"{name} {dtype}, {threads_of(target)}", interleaved(variants, seconds=3), notes=[f"{e:.2f}" for e in errors])
    return table


def ulps(got, x, name):
    """The largest error in units in the last place."""
    import mpmath

    worst = 0
    with mpmath.workdps(40):
        for value, at in zip(got, x):
            true = getattr(mpmath, name)(mpmath.mpf(float(at)))
            unit = float(np.spacing(np.abs(value.dtype.type(float(true))))) or float(np.finfo(value.dtype).smallest_subnormal)
            worst = max(worst, float(abs(mpmath.mpf(float(value)) - true) / unit))
    return worst


def run():
    """Prints the tables and returns them."""
    return [fused_rows(), function_rows()]


if __name__ == "__main__":
    run()
