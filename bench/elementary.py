"""exp, log, sin, cos and tanh of 2^20 numbers with ``out=``, against NumPy and Numba: ``./dev bench math``."""

import math

import numba
import numpy as np

import nearfield as nf
from measure import Table, interleaved

SIZE = 2**20
NAMES = ["exp", "log", "sin", "cos", "tanh"]


def kernels(function):
    """A loop for both compilers, and a stencil."""

    def loop(x, out):
        for i in range(x.shape[0]):
            out[i] = function(x[i])

    @nf.stencil
    def point(x):
        return function(x[0])

    return nf.jit(loop), point, numba.njit(loop)


def run():
    """Prints the tables and returns them."""
    random = np.random.default_rng(0)
    table = Table("elementary functions of 2^20 numbers (a jit loop)", ["stencil", "numpy", "numba", "copy"])
    for name in NAMES:
        loop, point, numbas = kernels(getattr(math, name))
        numpys = getattr(np, name)
        for dtype in ("float32", "float64"):
            x = random.uniform(0.01 if name == "log" else -10, 10, SIZE).astype(dtype)
            out = np.empty_like(x)
            table.row(f"{name} {dtype}", interleaved({
                "nearfield": lambda: loop(x, out),
                "stencil": lambda: point(x, out=out),
                "numpy": lambda: numpys(x, out=out),
                "numba": lambda: numbas(x, out),
                "copy": lambda: np.copyto(out, x),
            }))
    floors = Table("x // 9 and x % 9 of 2^20 numbers (a jit loop)", ["numpy", "numba"])

    def floor(x, out):
        for i in range(x.shape[0]):
            out[i] = x[i] // 9

    def modulo(x, out):
        for i in range(x.shape[0]):
            out[i] = x[i] % 9

    for name, function, numpys in (("//", floor, np.floor_divide), ("%", modulo, np.remainder)):
        ours, theirs = nf.jit(function), numba.njit(function)
        for dtype in ("float32", "float64"):
            x = random.uniform(-1000, 1000, SIZE).astype(dtype)
            out = np.empty_like(x)
            floors.row(f"{name} {dtype}", interleaved({
                "nearfield": lambda: ours(x, out),
                "numpy": lambda: numpys(x, 9, out=out),
                "numba": lambda: theirs(x, out),
            }))
    return [table, floors]


if __name__ == "__main__":
    run()
