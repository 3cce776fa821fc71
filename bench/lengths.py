"""Large images of any number of columns, whose rows begin anywhere in a line of the cache: ``./dev bench lengths``."""

import numba
import numpy as np

import nearfield as nf
from measure import Table, interleaved
from stencils import CASES, WORKLOADS

BYTES = 96 << 20  # of all arrays of a call
COLUMNS = (8192, 8200, 4000, 4001)
NAMES = ("A mean 3x3 u8", "B mean 3x3 f32", "G sobel u8 to f32", "canny suppression i16", "gray-scott f32")


def measure(case, columns, threads, seconds):
    """Seconds of both for rows of so many columns, and of copying as many bytes."""
    one = case.inputs(np.random.default_rng(0), (8, 8))
    point = sum(a.itemsize for a in one if isinstance(a, np.ndarray)) + sum(np.dtype(d).itemsize for d in case.outputs)
    shape = (BYTES // point // columns, columns)
    arguments = case.inputs(np.random.default_rng(1), shape)
    kernel = case.compiled()
    ours, theirs = ([np.ones(shape, dtype) for dtype in case.outputs] for _ in range(2))
    out = ours[0] if len(ours) == 1 else tuple(ours)
    kernel(*arguments, out=out)
    case.loops(*arguments, *theirs)
    for got, peer in zip(ours, theirs, strict=True):
        assert np.allclose(case.inner(got), case.inner(peer), rtol=1e-5), f"{case.name}: the results differ"
    made = {"nearfield": lambda: kernel(*arguments, out=out), "numba loops": lambda: case.loops(*arguments, *theirs)}
    return interleaved(made, seconds, nap=2e-3) | {"copy": nf.copy_seconds(BYTES, threads)}


def run(seconds=0.8):
    """Prints the tables and returns them."""
    before = nf.get_num_threads()
    cases = {case.name: case for case in [*(c for cases in WORKLOADS.values() for c in cases), *CASES]}
    tables = []
    for threads in sorted({1, before}):
        nf.set_num_threads(threads)
        numba.set_num_threads(threads)
        title = f"96 MiB in rows of any length, {threads} thread{'s' * (threads > 1)}"
        table = Table(title, ["numba loops"], ["of copy", f"in rows of {COLUMNS[0]}"])
        for name in NAMES:
            for columns in COLUMNS:
                times = measure(cases[name], columns, threads, seconds)
                usual = times["nearfield"] if columns == COLUMNS[0] else usual
                notes = [f"{times['copy'] / times['nearfield']:.2f}", f"{usual / times['nearfield']:.2f}"]
                table.row(f"{name}, {columns}", times, notes=notes)
        tables.append(table)
    nf.set_num_threads(before)
    numba.set_num_threads(before)
    return tables


if __name__ == "__main__":
    run()
