"""Published stencils as a novice writes them, against the parallel loops of a Numba expert: bench/stencils, all in one process."""

import re

import numpy as np

import nearfield as nf
import threads
from measure import Table, geometric_mean, interleaved
from nearfield import _core
from stencils import CASES

# Bytes of all arrays of a call: what the last level of cache holds many times over, and what it does not hold.
SIZES = {"small": 4 << 20, "large": 96 << 20}
TITLES = {"small": "in cache (4 MiB of arrays)", "large": "out of cache (96 MiB of arrays)"}
# All axes but the first.
INNER = {"small": {1: (), 2: (1000,), 3: (100, 100), 4: (20, 30, 40)}, "large": {1: (), 2: (8192,), 3: (512, 512), 4: (64, 64, 64)}}


def shape_of(case, size):
    """As many rows, planes or volumes as make up the bytes."""
    inner = INNER[size][case.rank]
    least = 2 + case.reach[0][1] - case.reach[0][0]
    return (max(least, round(SIZES[size] / point_bytes(case) / np.prod(inner, dtype=int))), *inner)


def point_bytes(case):
    """Bytes of all arrays of a call for each point."""
    small = case.inputs(np.random.default_rng(0), (8,) * case.rank)
    return sum(a.itemsize for a in small if isinstance(a, np.ndarray)) + sum(np.dtype(d).itemsize for d in case.outputs)


def form(kernel, arguments):
    """How a kernel was compiled: in vectors or as a loop, whether that can raise, and the functions it calls for one number."""
    types = [f"{a.dtype}[{','.join(':' * a.ndim)}]" if isinstance(a, np.ndarray) else np.asarray(a).dtype.name for a in arguments]
    text = _core.emit(kernel, "llvm", types)
    words = ["vectors" if "@nf_run_stencil" in text else "loop"]
    words += ["raises"] * ("@raise" in text)
    if words[0] == "loop":  # beside vectors there is a loop too, for where a check holds, and a vector's few odd lanes
        words += [f"scalar {name}" for name in sorted(set(re.findall(r"call (?:float|double) @nf_(\w+)_f\d\d\(", text)))]
    return ", ".join(words)


def measure(case, size, seconds):
    """Seconds of both, after a look at what they computed, and the form of our code."""
    shape = shape_of(case, size)
    arguments = case.inputs(np.random.default_rng(1), shape)
    kernel = case.compiled()
    ours, theirs = ([np.zeros(shape, dtype) for dtype in case.outputs] for _ in range(2))

    def nearfield():
        kernel(*arguments, out=ours[0] if len(ours) == 1 else tuple(ours))

    def loops():
        case.loops(*arguments, *theirs)

    nearfield()
    loops()
    for got, peer, dtype in zip(ours, theirs, case.outputs, strict=True):
        # The corpus's own test holds Nearfield to the oracle; two roundings apart are allowed here.
        scale = 2 * case.tolerance * np.abs(case.inner(peer)).max(initial=0)
        assert np.allclose(case.inner(got), case.inner(peer), rtol=0, atol=scale), f"{case.name}: the results differ ({dtype})"
    return interleaved({"nearfield": nearfield, "numba loops": loops}, seconds, nap=2e-3), form(kernel, arguments)


def mean_of(table):
    """The geometric mean of a table's ratios."""
    return geometric_mean([row["ratios"]["numba loops"] for row in table.rows])


def markdown(tables):
    """One table for docs/performance.md, a column for each size."""
    mark = lambda ratio: f"{ratio:.2f}" if ratio >= 0.995 else f"**{ratio:.2f}**"  # noqa: E731
    lines = ["| stencil | " + " | ".join(table.title.removeprefix("published stencils, ") for table in tables) + " | code |"]
    lines.append("|---" * (len(tables) + 2) + "|")
    for rows in zip(*(table.rows for table in tables), strict=True):
        cells = [mark(row["ratios"]["numba loops"]) for row in rows]
        lines.append(f"| {rows[0]['row']} | {' | '.join(cells)} | {rows[0]['cells'][-1]} |")
    lines.append(f"| geometric mean of {len(tables[0].rows)} | " + " | ".join(mark(mean_of(table)) for table in tables) + " | |")
    return "\n".join(lines)


def run(only=(), sizes=(), counts=None, seconds=0.7):
    """Prints the tables with their geometric means, and returns them."""
    tables = []
    for count in threads.each_count(counts or [nf.get_num_threads()]):
        for size in sizes or SIZES:
            table = Table(f"published stencils, {TITLES[size]}, {threads.words(count)}", ["numba loops"], ["form of the code"])
            for case in CASES:
                if not only or any(word.lower() in case.name for word in only):
                    times, note = measure(case, size, seconds)
                    table.row(case.name, times, notes=[note])
            slow = [f"{row['row']} {row['ratios']['numba loops']:.2f}" for row in table.rows if row["ratios"]["numba loops"] < 1]
            print(f"  geometric mean of {len(table.rows)}: {mean_of(table):.2f} (goal: 2)")
            print(f"  below 1 (goal: none): {', '.join(slow) or 'none'}")
            tables.append(table)
    return tables


if __name__ == "__main__":
    run()
