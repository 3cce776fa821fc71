"""Two 3x3 means one after the other: as one function against two calls, and against what people use today."""

import sys

import numpy as np

import nearfield as nf
import threads
from measure import Table, interleaved
from stencil import loops_of, mean_of


def means(name):
    """The kernel, and the function that applies it twice."""
    mean = nf.stencil(mean_of(name), dtype=None if name == "float32" else np.uint8)

    @nf.jit
    def twice(x):
        return mean(mean(x))

    return mean, twice


def halide_twice(x, out, parallel):
    """A hand schedule: strips of rows, the first mean computed as the strip slides down, vectors of one register."""
    import halide as hl

    kind = {"uint8": hl.UInt(8), "float32": hl.Float(32)}[x.dtype.name]
    wide = hl.Float(32) if x.dtype == np.float32 else hl.UInt(16)
    nine = hl.f32(9) if x.dtype == np.float32 else hl.cast(wide, 9)
    param = hl.ImageParam(kind, 2)
    column, row, strip = hl.Var("x"), hl.Var("y"), hl.Var("strip")

    def mean(source, name):
        made = hl.Func(name)
        total = None
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                value = hl.cast(wide, source[column + dx, row + dy])
                total = value if total is None else total + value
        made[column, row] = hl.cast(kind, total / nine)
        return made

    first = mean(param, "first")
    second = mean(first, "second")
    lanes, tail = 16 if x.dtype == np.float32 else 64, hl.TailStrategy.ShiftInwards
    second.split(row, strip, row, 64, tail).vectorize(column, lanes, tail)
    if parallel:
        second.parallel(strip)
    first.store_at(second, strip).compute_at(second, row).vectorize(column, lanes, tail)
    source, target = hl.Buffer(x), hl.Buffer(out[2:-2, 2:-2])
    target.set_min([2, 2])
    param.set(source)
    second.compile_jit()
    return lambda: second.realize(target)


def numpy_twice(x):
    """Shifted slices, as NumPy users write it."""

    def mean(a):
        wide = a if a.dtype == np.float32 else a.astype(np.uint16)
        rows = wide[:-2] + wide[1:-1] + wide[2:]
        total = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
        return (total / np.float32(9) if a.dtype == np.float32 else total // 9).astype(a.dtype)

    return lambda: mean(mean(x))


def variants(x, count):
    """The callables for one image, checked against each other first."""
    mean, twice = means(x.dtype.name)
    made = {"nearfield": lambda: twice(x), "two calls": lambda: mean(mean(x))}
    assert twice(x).tobytes() == mean(mean(x)).tobytes()
    if count == 1:
        loops, between, out = loops_of(x.dtype.name), np.zeros_like(x), np.zeros_like(x)
        made["numba loops"] = lambda: (loops(x, between), loops(between, out))
        made["numpy"] = numpy_twice(x)
    halide_out = np.zeros_like(x)
    try:
        made["halide"] = halide_twice(x, halide_out, count > 1)
        made["halide"]()
        right = np.allclose if x.dtype == np.float32 else np.array_equal  # its sums are in another order
        assert right(halide_out[2:-2, 2:-2], twice(x)[2:-2, 2:-2]), "halide is wrong"
    except ImportError:
        pass
    return made


def run(sizes=(1000, 8192), names=("uint8", "float32")):
    """Prints the tables and returns them. The last column is the limit: a copy of the image."""
    tables = []
    random = np.random.default_rng(1)
    for count in threads.each_count():
        table = Table(f"two 3x3 means, {threads.words(count)}", ["two calls", "numba loops", "numpy", "halide", "copy"])
        tables.append(table)
        for name in names:
            for size in sizes:
                x = random.integers(0, 127, (size, size)).astype(name)
                times = interleaved(variants(x, count), 1.0 if size < 8192 else 6.0)
                times["copy"] = nf.copy_seconds(2 * x.nbytes, count)
                table.row(f"{name} {size}x{size}", times)
    return tables


if __name__ == "__main__":
    run(sizes=tuple(int(word) for word in sys.argv[1:]) or (1000, 8192))
