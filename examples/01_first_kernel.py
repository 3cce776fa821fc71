"""A first kernel: a loop over an array, written in Python, compiled for the arguments that it meets."""

import time

import numpy as np

import nearfield as nf


def addarr(x, y):
    result = np.zeros_like(x)
    for i in range(x.size):
        result[i] = x[i] + y[i]
    return result


addarr_nf = nf.jit(addarr)


@nf.jit
def smooth_loops(x, out):
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1] +
                         x[i, j - 1] + x[i, j] + x[i, j + 1] +
                         x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]) // 9  # fmt: skip


def seconds(function, *args):
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


# Each kind of arguments is compiled once, when it is first met.
for dtype in ("float64", "uint8"):
    x = np.arange(1_000_000).astype(dtype)
    assert np.array_equal(addarr_nf(x, x), x + x)
    slow, fast = seconds(addarr, x[:10_000], x[:10_000]) * 100, seconds(addarr_nf, x, x)
    print(f"addarr on 10^6 {dtype}: {slow / fast:.0f} times faster than Python's own loop")

image = np.random.default_rng(0).integers(0, 255, (512, 512)).astype("uint8")
out = np.zeros_like(image)
smooth_loops(image, out)
total = sum(image[1 + i : 511 + i, 1 + j : 511 + j].astype(int) for i in (-1, 0, 1) for j in (-1, 0, 1))
assert np.array_equal(out[1:-1, 1:-1], total // 9)
print("explicit loops over an image: the same as NumPy")
