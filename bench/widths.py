"""Images of 2^k columns, whose rows lie at the same places of the caches: ``./dev bench widths``."""

import numpy as np

import threads
from measure import Table, interleaved
from stencils import NAMED

POINTS = 1 << 20
COLUMNS = (512, 1024, 2048, 4096)
USUAL = 1000
NAMES = ("A mean 3x3 u8", "B mean 3x3 f32", "D 5x5 separable u8", "G sobel u8 to f32", "prewitt i16", "median 3x3 u8")


def measure(case, columns, seconds):
    """Seconds for a million points of both, in rows of so many columns."""
    shape = (POINTS // columns, columns)
    arguments = case.inputs(np.random.default_rng(1), shape)
    kernel = case.compiled()
    ours, theirs = (np.zeros(shape, case.outputs[0]) for _ in range(2))
    kernel(*arguments, out=ours)
    case.loops(*arguments, theirs)
    assert np.allclose(case.inner(ours), case.inner(theirs), rtol=1e-5), f"{case.name}: the results differ"
    times = interleaved({"nearfield": lambda: kernel(*arguments, out=ours), "numba loops": lambda: case.loops(*arguments, theirs)}, seconds)
    return {name: time * POINTS / ours.size for name, time in times.items()}


def run(seconds=0.3):
    """Prints the table and returns it."""
    table = Table("a million points in rows of 2^k columns, 1 thread", ["numba loops"], [f"in rows of {USUAL}"])
    for _ in threads.each_count([1]):
        for name in NAMES:
            usual = measure(NAMED[name], USUAL, seconds)["nearfield"]
            for columns in COLUMNS:
                times = measure(NAMED[name], columns, seconds)
                table.row(f"{name}, {columns}", times, notes=[f"{usual / times['nearfield']:.2f}"])
    return [table]


if __name__ == "__main__":
    run()
