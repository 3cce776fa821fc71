"""Large images of any number of columns, whose rows begin anywhere in a line of the cache: ``./dev bench lengths``."""

import numpy as np

import nearfield as nf
import threads
from corpus import point_bytes
from measure import Table, interleaved
from stencils import NAMED

BYTES = 96 << 20  # of all arrays of a call
COLUMNS = (8192, 8200, 4000, 4001)
NAMES = ("A mean 3x3 u8", "B mean 3x3 f32", "G sobel u8 to f32", "canny suppression i16", "gray-scott f32")


def measure(case, columns, count, seconds):
    """Seconds of both for rows of so many columns, and of copying as many bytes."""
    shape = (BYTES // point_bytes(case) // columns, columns)
    arguments = case.inputs(np.random.default_rng(1), shape)
    kernel = case.compiled()
    ours, theirs = ([np.ones(shape, dtype) for dtype in case.outputs] for _ in range(2))
    out = ours[0] if len(ours) == 1 else tuple(ours)
    kernel(*arguments, out=out)
    case.loops(*arguments, *theirs)
    for got, peer in zip(ours, theirs, strict=True):
        assert np.allclose(case.inner(got), case.inner(peer), rtol=1e-5), f"{case.name}: the results differ"
    made = {"nearfield": lambda: kernel(*arguments, out=out), "numba loops": lambda: case.loops(*arguments, *theirs)}
    return interleaved(made, seconds, nap=2e-3) | {"copy": nf.copy_seconds(BYTES, count)}


def run(seconds=0.8):
    """Prints the tables and returns them."""
    tables = []
    for count in threads.each_count():
        table = Table(f"96 MiB in rows of any length, {threads.words(count)}", ["numba loops"], ["of copy", f"in rows of {COLUMNS[0]}"])
        for name in NAMES:
            for columns in COLUMNS:
                times = measure(NAMED[name], columns, count, seconds)
                usual = times["nearfield"] if columns == COLUMNS[0] else usual
                notes = [f"{times['copy'] / times['nearfield']:.2f}", f"{usual / times['nearfield']:.2f}"]
                table.row(f"{name}, {columns}", times, notes=notes)
        tables.append(table)
    return tables


if __name__ == "__main__":
    run()
