"""The workloads A to G in cache and out of it, beside the copy limit, Halide, Numba's parallel loops, OpenCV and JAX.

A: 3x3 mean of 8-bit images. B: of floats, in strict order. C: two means after one another. D: 5x5 windows. E: 3-D neighbourhoods.
F: the sum of two images. G: the Sobel filter of an 8-bit image as float32. Every result is checked before it is timed. Halide
may always compute floats in another order, and its schedule of 27 points does; ours may with `fastmath`: rows of that name.
"""

import functools

import cv2
import numpy as np

import nearfield as nf
import threads
from corpus import SIZES, shape_of
from measure import Table, geometric_mean, interleaved
from stencil import jax_mean, loops_of, mean_of
from stencils import CHAINS, WORKLOADS
from stencils.basic import FLOATS, INTEGERS

ALL = {**WORKLOADS, "C": CHAINS}
SHAPES = {2: (1000, 1000), 3: (64, 100, 100)}
TITLES = {"small": "in cache (1000x1000; E: 64x100x100)", "large": "out of cache (96 MiB; rows of 8192, planes of 512x512)"}
# What is aimed at: shares of the copy limit (in cache with 1 and 2 threads, out of it with 1 and 2), and how much longer Halide
# and Numba take in cache and out of it.
GOALS = {
    "A": ((0.50, 0.40, 0.80, 0.75), (1.3, 1.5), (2.2, 2.2)),
    "B": ((0.50, 0.50, 0.75, 0.80), (0.95, 1.4), (1.7, 1.7)),
    "C": ((0.28, 0.25, 0.33, 0.50), (1.1, 1.3), (1, 1)),
    "D 5x5 separable u8": ((0.28, 0.20, 0.40, 0.60), (1.1, 1.1), (1, 1)),
    "D 5x5 weights u8": ((0.28, 0.20, 0.32, 0.55), (1, 1), (1, 1)),
    "D 5x5 weights f32": ((0.22, 0.22, 0.42, 0.48), (2, 2), (1, 1)),
    "E 7 points f32": ((0.38, 0.40, 0.55, 0.80), (1.1, 1.3), (1.2, 1.2)),
    "E 27 points f32": ((0.22, 0.22, 0.28, 0.60), (1.1, 1.3), (1.5, 1.5)),
    "F": ((0.90, 0.65, 0.95, 0.95), (1.0, 1.2), (1, 1.3)),
    "G": ((0.42, 0.42, 0.65, 0.75), (0.95, 1.2), (2, 2)),
}


def in_order(name):
    """The workload of the same arithmetic in the kernel's order."""
    return name.removesuffix(", fastmath")


def goals(name, size, count):
    """The three figures to reach: share of the copy limit, Halide, Numba."""
    shares, halide, loops = GOALS.get(in_order(name)) or GOALS[name[0]]
    large = size == "large"
    return shares[2 * large + (count > 1)], halide[large], loops[large]


def opencv(name, x, y=None):
    """OpenCV's own function for the workload, where it has one; it rounds where we cut."""
    out = np.zeros_like(x)
    gx, gy, root = (np.zeros(x.shape, np.float32) for _ in range(3)) if name[0] == "G" else (None,) * 3
    between = np.zeros_like(x)

    def chain():
        cv2.blur(x, (3, 3), between)
        cv2.blur(between, (3, 3), out)

    def sobel():
        cv2.Sobel(x, cv2.CV_32F, 1, 0, gx)
        cv2.Sobel(x, cv2.CV_32F, 0, 1, gy)
        cv2.magnitude(gx, gy, root)

    binomial = np.array([1, 4, 6, 4, 1]) / 16
    has = {
        "A mean 3x3 u8": lambda: cv2.blur(x, (3, 3), out),
        "B mean 3x3 f32": lambda: cv2.blur(x, (3, 3), out),
        "B mean 3x3 f64": lambda: cv2.blur(x, (3, 3), out),
        "C two means u8": chain,
        "C two means f32": chain,
        "D 5x5 separable u8": lambda: cv2.sepFilter2D(x, -1, binomial, binomial, out),
        "D 5x5 weights u8": lambda: cv2.filter2D(x, -1, FLOATS, out),
        "D 5x5 weights f32": lambda: cv2.filter2D(x, -1, FLOATS, out),
        "F x + y f64": lambda: cv2.add(x, y, out),
        "G sobel u8 to f32": sobel,
    }  # fmt: skip
    return has.get(in_order(name))


@functools.cache
def schedules(name, parallel):
    """Halide's candidates, compiled once for all sizes."""
    from schedules import SCHEDULES

    return list(SCHEDULES[name](parallel))


def nearfield(case, arguments, out):
    """The kernel; of a chain one function that applies it twice."""
    if case not in CHAINS:
        kernel = case.compiled()
        return lambda: kernel(*arguments, out=out)
    mean = nf.stencil(case.kernel, dtype=case.outputs[0])

    @nf.jit
    def chain(x, out):
        out[...] = mean(mean(x))

    return lambda: chain(*arguments, out)


def variants(case, arguments, shape, count):
    """The callables by name, each checked against Numba's result, that against the oracle where that is quick."""
    outs = {name: np.zeros(shape, case.outputs[0]) for name in ("nearfield", "numba loops", "halide")}
    made = {"nearfield": nearfield(case, arguments, outs["nearfield"])}
    made["numba loops"] = lambda: case.loops(*arguments, outs["numba loops"])
    made["numba loops"]()
    expected = case.inner(outs["numba loops"])
    if expected.size < 1 << 21:
        assert case.agree(expected, case.expected(arguments)[0]), f"{case.name}: Numba's loops are wrong"

    def right(out):
        tolerance = 4 * case.tolerance * np.abs(expected).max()
        return np.allclose(case.inner(out), expected, rtol=0, atol=tolerance)

    made["nearfield"]()
    assert right(outs["nearfield"]), f"{case.name}: Nearfield is wrong"
    try:
        from schedules import best_of

        _, made["halide"] = best_of(schedules(in_order(case.name), count > 1), arguments, outs["halide"], case.reach, right)
    except ImportError:
        pass
    if call := opencv(case.name, *arguments):
        made["opencv"] = call
    if case.name[0] == "A" and count > 1:
        try:
            made["jax"] = jax_mean(arguments[0])
        except ImportError:
            pass
    return made


def measure(case, size, count, seconds):
    """Best seconds of everyone, and of copying as many bytes; the copies are spread over the time of the others."""
    shape = SHAPES[case.rank] if size == "small" else shape_of(case, size)
    arguments = case.inputs(np.random.default_rng(1), shape)
    moved = sum(a.nbytes for a in arguments if isinstance(a, np.ndarray)) + np.empty(shape, case.outputs[0]).nbytes
    made = variants(case, arguments, shape, count)
    times = {"copy": nf.copy_seconds(moved, count)}
    for _ in range(3):
        turn = interleaved(made, seconds / 3, nap=2e-3) | {"copy": nf.copy_seconds(moved, count)}
        times = {name: min(times.get(name, best), best) for name, best in turn.items()}
    return times


def small_images(seconds):
    """100x100 from Python: the whole call counts; Numba's loops are serial ones, which are faster there."""
    table = Table("A on 100x100 int8, out= from Python, 1 thread", ["numba loops"], ["goal"])
    x = np.random.default_rng(1).integers(-128, 128, (100, 100)).astype(np.int8)
    kernel, loops = nf.stencil(mean_of("int8")), loops_of("int8")
    ours, theirs = np.zeros_like(x), np.zeros_like(x)
    kernel(x, out=ours)
    loops(x, theirs)
    assert np.array_equal(ours, theirs)
    made = {"nearfield": lambda: kernel(x, out=ours), "numba loops": lambda: loops(x, theirs)}
    table.row("A mean 3x3 i8, 100x100", interleaved(made, seconds, group=3e-4), notes=[f"numba {1 / 0.45:.2f}"])
    return table


def run(only=(), sizes=(), counts=None, seconds=1.5):
    """Prints the tables and returns them."""
    letters = [letter for letter in sorted(ALL) if not only or letter in [word.upper() for word in only]]
    tables = []
    for count in threads.each_count(counts):
        if count == 1 and "A" in letters and "small" in (sizes or SIZES):
            tables.append(small_images(seconds))
        for size in sizes or SIZES:
            table = Table(f"workloads, {TITLES[size]}, {threads.words(count)}",
                          ["halide", "numba loops", "opencv", "jax"], ["of copy", "goals: copy, halide, numba"])  # fmt: skip
            for case in (case for letter in letters for case in ALL[letter]):
                times = measure(case, size, count, seconds)
                share, halide, loops = goals(case.name, size, count)
                name = case.name
                table.row(name, times, notes=[f"{times['copy'] / times['nearfield']:.2f}", f"{share:.2f}, {halide:g}, {loops:g}"])
            for peer in ("halide", "numba loops"):
                ratios = [row["ratios"][peer] for row in table.rows if peer in row["ratios"]]
                if ratios:
                    print(f"  geometric mean over {peer}: {geometric_mean(ratios):.2f}")
            tables.append(table)
    return tables


if __name__ == "__main__":
    run()
