"""The 3x3 mean against what people use today: how long each takes, relative to Nearfield, in one process."""

import sys

import numba
import numpy as np
import scipy.ndimage

import nearfield as nf
from measure import Table, interleaved


def mean_of(name):
    """The kernel's text is one and the same for both compilers."""
    if name == "float32":

        def mean(x):
            return (
                x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
            ) / np.float32(9)
    else:

        def mean(x):
            return (
                x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
            ) // 9

    return mean


def loops_of(name):
    """The explicit loops that a Numba user writes for speed."""
    if name == "float32":

        def mean(x, out):
            for i in range(1, x.shape[0] - 1):
                for j in range(1, x.shape[1] - 1):
                    out[i, j] = (
                        x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1]
                        + x[i, j - 1] + x[i, j] + x[i, j + 1]
                        + x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
                    ) / np.float32(9)  # fmt: skip
    else:

        def mean(x, out):
            for i in range(1, x.shape[0] - 1):
                for j in range(1, x.shape[1] - 1):
                    out[i, j] = (
                        x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1]
                        + x[i, j - 1] + x[i, j] + x[i, j + 1]
                        + x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
                    ) // 9  # fmt: skip

    return numba.njit(mean, error_model="numpy")


def halide_mean(x, out, parallel):
    """A sensible hand schedule: vectors of one register, four rows at a time, rows in parallel."""
    import halide as hl

    kind = {"int8": hl.Int(8), "uint8": hl.UInt(8), "float32": hl.Float(32)}[x.dtype.name]
    wide = hl.Float(32) if x.dtype == np.float32 else hl.Int(16)
    param = hl.ImageParam(kind, 2)
    column, row, inner, strip = hl.Var("x"), hl.Var("y"), hl.Var("yi"), hl.Var("yo")
    across, mean = hl.Func("across"), hl.Func("mean")
    at = lambda dx, y: hl.cast(wide, param[column + dx, y])  # noqa: E731
    across[column, row] = at(-1, row) + at(0, row) + at(1, row)
    nine = hl.f32(9) if x.dtype == np.float32 else hl.cast(wide, 9)
    total = across[column, row - 1] + across[column, row] + across[column, row + 1]
    mean[column, row] = hl.cast(kind, total / nine)
    lanes = 16 if x.dtype == np.float32 else 64
    tail = hl.TailStrategy.ShiftInwards
    mean.split(row, strip, row, 64, tail).split(row, row, inner, 4, tail).vectorize(column, lanes, tail)
    mean.reorder(inner, column, row, strip).unroll(inner)
    if parallel:
        mean.parallel(strip)
    across.compute_at(mean, column).vectorize(column, lanes, hl.TailStrategy.RoundUp).unroll(row)
    source, target = hl.Buffer(x), hl.Buffer(out[1:-1, 1:-1])
    target.set_min([1, 1])
    param.set(source)
    mean.compile_jit()
    return lambda: mean.realize(target)


def jax_mean(x):
    """The mean as JAX users write it, with shifted slices; compiled by XLA."""
    import jax
    import jax.numpy as jnp

    wide = jnp.float32 if x.dtype == np.float32 else jnp.int16

    @jax.jit
    def mean(a):
        a = a.astype(wide)
        rows = a[:-2] + a[1:-1] + a[2:]
        total = rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]
        return (total / np.float32(9) if x.dtype == np.float32 else total // 9).astype(x.dtype)

    on_device = jax.device_put(x)
    return lambda: mean(on_device).block_until_ready()


def variants(x, threads):
    """The callables for one image, each checked against NumPy first."""
    import cv2

    name = x.dtype.name
    kernel = nf.stencil(mean_of(name))
    out = np.zeros_like(x)
    made = {"nearfield": lambda: kernel(x, out=out)}
    if threads == 1:
        stencil = numba.stencil(mean_of(name))
        calling = numba.njit(lambda a: stencil(a))
        made["numba stencil"] = lambda: calling(x)
        loops, loops_out = loops_of(name), np.zeros_like(x)
        made["numba loops"] = lambda: loops(x, loops_out)
        scipy_out = np.zeros_like(x)
        made["scipy"] = lambda: scipy.ndimage.uniform_filter(x, 3, output=scipy_out)
    if name != "int8":
        cv2.setNumThreads(threads)
        cv_out = np.zeros_like(x)
        made["opencv"] = lambda: cv2.blur(x, (3, 3), cv_out)
    halide_out = np.zeros_like(x)
    try:
        made["halide"] = halide_mean(x, halide_out, threads > 1)
    except ImportError:
        pass
    if threads > 1:
        try:
            made["jax"] = jax_mean(x)
        except ImportError:
            pass
    copied = np.zeros_like(x)
    made["copy"] = lambda: np.copyto(copied, x)

    expected = reference(x)
    for key, result in (("nearfield", out), ("halide", halide_out)):
        if key in made:
            made[key]()
            right = np.allclose if name == "float32" and key == "halide" else np.array_equal  # its sums are in another order
            assert right(result[1:-1, 1:-1], expected), f"{key} is wrong"
    return made


def reference(x):
    """The interior by NumPy, in the kernel's order of additions."""
    wide = x if x.dtype == np.float32 else x.astype(np.int64)
    total = None
    for i in range(3):
        for j in range(3):
            part = wide[i : x.shape[0] - 2 + i, j : x.shape[1] - 2 + j]
            total = part.copy() if total is None else total + part
    return total / np.float32(9) if x.dtype == np.float32 else (total // 9).astype(x.dtype)


def run(sizes=(100, 1000, 8192), names=("int8", "uint8", "float32")):
    """Prints the tables and returns them."""
    peers = ["numba stencil", "numba loops", "scipy", "opencv", "halide", "jax", "copy"]
    tables = []
    random = np.random.default_rng(1)
    for threads in (1, nf.get_num_threads()):
        table = Table(f"3x3 mean, {threads} thread{'s' * (threads > 1)}", peers)
        tables.append(table)
        nf.set_num_threads(threads)
        for name in names:
            for size in sizes:
                if threads > 1 and size == 100:
                    continue
                x = random.integers(-128 if name == "int8" else 0, 127, (size, size)).astype(name)
                table.row(f"{name} {size}x{size}", interleaved(variants(x, threads), 1.0 if size < 8192 else 6.0))
    return tables


if __name__ == "__main__":
    run(sizes=tuple(int(word) for word in sys.argv[1:]) or (100, 1000, 8192))
