"""The 3x3 mean against what people use today: how long each takes, relative to Nearfield, in one process."""

import sys

import numba
import numpy as np
import scipy.ndimage

import nearfield as nf
import threads
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


def variants(x, count):
    """The callables for one image, each checked against NumPy first."""
    import cv2

    name = x.dtype.name
    kernel = nf.stencil(mean_of(name))
    out = np.zeros_like(x)
    made = {"nearfield": lambda: kernel(x, out=out)}
    if count == 1:
        stencil = numba.stencil(mean_of(name))
        calling = numba.njit(lambda a: stencil(a))
        made["numba stencil"] = lambda: calling(x)
        loops, loops_out = loops_of(name), np.zeros_like(x)
        made["numba loops"] = lambda: loops(x, loops_out)
        scipy_out = np.zeros_like(x)
        made["scipy"] = lambda: scipy.ndimage.uniform_filter(x, 3, output=scipy_out)
    if name != "int8":
        cv_out = np.zeros_like(x)
        made["opencv"] = lambda: cv2.blur(x, (3, 3), cv_out)
    if count > 1:
        try:
            made["jax"] = jax_mean(x)
        except ImportError:
            pass
    copied = np.zeros_like(x)
    made["copy"] = lambda: np.copyto(copied, x)

    expected = reference(x)
    made["nearfield"]()
    assert np.array_equal(out[1:-1, 1:-1], expected), "nearfield is wrong"
    # Halide's sums are in another order.
    right = np.allclose if name == "float32" else np.array_equal
    try:
        from schedules import best_of, mean
    except ImportError:
        return made
    halide_out = np.zeros_like(x)
    candidates = mean(name, count > 1)
    _, made["halide"] = best_of(candidates, [x], halide_out, ((-1, 1),) * 2, lambda result: right(result[1:-1, 1:-1], expected))
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
    for count in threads.each_count():
        table = Table(f"3x3 mean, {threads.words(count)}", peers)
        tables.append(table)
        for name in names:
            for size in sizes:
                if count > 1 and size == 100:
                    continue
                x = random.integers(-128 if name == "int8" else 0, 127, (size, size)).astype(name)
                table.row(f"{name} {size}x{size}", interleaved(variants(x, count), 1.0 if size < 8192 else 6.0))
    return tables


if __name__ == "__main__":
    run(sizes=tuple(int(word) for word in sys.argv[1:]) or (100, 1000, 8192))
