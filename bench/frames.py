"""Frames of a long series, each of which comes from memory and not from a cache: ``./dev bench frames``."""

import time

import numpy as np

import threads
from measure import Table, order_of_round
from stencils import NAMED

SHAPES = {2: (1000, 1000), 3: (64, 100, 100)}
BYTES = 200e6  # of all frames: far more than the caches hold
NAMES = ("A mean 3x3 u8", "B mean 3x3 f32", "D 5x5 separable u8", "E 7 points f32", "F x + y u8", "G sobel u8 to f32", "prewitt i16", "median 3x3 u8")


def copies(arguments):
    """So many frames that each is out of all caches when its turn comes again."""
    size = sum(a.nbytes for a in arguments if isinstance(a, np.ndarray))
    return [[np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments] for _ in range(int(BYTES / size))]


def measure(case, seconds):
    """Seconds for each frame of a series of both, and of ours for one frame again and again; a turn is the series once."""
    shape = SHAPES[case.rank]
    arguments = case.inputs(np.random.default_rng(1), shape)
    frames, again = copies(arguments), [arguments] * 30
    kernel = case.compiled()
    ours, theirs = (np.zeros(shape, case.outputs[0]) for _ in range(2))
    kernel(*arguments, out=ours)
    case.loops(*arguments, theirs)
    assert np.allclose(case.inner(ours), case.inner(theirs), rtol=1e-5), f"{case.name}: the results differ"
    turns = {
        "nearfield": (lambda frame: kernel(*frame, out=ours), frames),
        "numba loops": (lambda frame: case.loops(*frame, theirs), frames),
        "again": (lambda frame: kernel(*frame, out=ours), again),
    }
    best = dict.fromkeys(turns, float("inf"))
    end, done = time.perf_counter() + seconds, 0
    while done < 3 or time.perf_counter() < end:
        for name in order_of_round(list(turns), done):
            call, series = turns[name]
            start = time.perf_counter()
            for frame in series:
                call(frame)
            best[name] = min(best[name], (time.perf_counter() - start) / len(series))
        done += 1
    return best


def run(seconds=0.5):
    """Prints the tables and returns them."""
    tables = []
    for count in threads.each_count():
        table = Table(f"frames from memory, {threads.words(count)}", ["numba loops"], ["of one frame again"])
        for name in NAMES:
            best = measure(NAMED[name], seconds)
            table.row(name, best, notes=[f"{best['again'] / best['nearfield']:.2f}"])
        tables.append(table)
    return tables


if __name__ == "__main__":
    run()
