"""Functions of floats on 2^20 numbers with ``out=``, against NumPy and Numba: ``./dev bench math``."""

import math

import numba
import numpy as np

import nearfield as nf
from measure import Table, interleaved

SIZE, PAIRS = 2**20, 2**12
NAMES = ["exp", "log", "sin", "cos", "tanh", "asinh", "acosh", "atanh"]
NAMES_OF_TWO = {"pow": np.power, "atan2": np.arctan2, "hypot": np.hypot, "logaddexp": np.logaddexp, "nextafter": np.nextafter}
RANGES = {"log": (0.01, 10), "acosh": (1, 10), "atanh": (-0.999, 0.999)}


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
            x = random.uniform(*RANGES.get(name, (-10, 10)), SIZE).astype(dtype)
            out = np.empty_like(x)
            table.row(f"{name} {dtype}", interleaved({
                "nearfield": lambda: loop(x, out),
                "stencil": lambda: point(x, out=out),
                "numpy": lambda: numpys(x, out=out),
                "numba": lambda: numbas(x, out),
                "copy": lambda: np.copyto(out, x),
            }))
    pairs = Table("functions of 2^12 pairs (a jit loop)", ["numpy", "numba"])
    for name, numpys in NAMES_OF_TWO.items():
        function = getattr(math, name, numpys)

        def loop(x, y, out):
            for i in range(x.shape[0]):
                out[i] = function(x[i], y[i])

        ours, theirs = nf.jit(loop), numba.njit(loop)
        for dtype in ("float32", "float64"):
            x, y = (random.uniform(0.01, 10, PAIRS).astype(dtype) for _ in range(2))
            out = np.empty_like(x)
            pairs.row(f"{name} {dtype}", interleaved({
                "nearfield": lambda: ours(x, y, out),
                "numpy": lambda: numpys(x, y, out=out),
                "numba": lambda: theirs(x, y, out),
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
    return [table, pairs, floors]


if __name__ == "__main__":
    run()
