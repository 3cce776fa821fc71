"""Filters over windows against OpenCV, in one process and one thread: sums, products of a row and a column, minima, medians."""

import numpy as np

import nearfield as nf
import threads
from measure import Table, interleaved

BINOMIAL = (1, 4, 6, 4, 1)
FLOATS = (0.0625, 0.25, 0.375, 0.25, 0.0625)


@nf.stencil
def box5(x):
    total = 0
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += x[i, j]
    return total // 25


@nf.stencil
def box15(x):
    total = 0
    for i in range(-7, 8):
        for j in range(-7, 8):
            total += x[i, j]
    return total // 225


@nf.stencil
def gauss5(x):
    total = 128
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += x[i, j] * BINOMIAL[i + 2] * BINOMIAL[j + 2]
    return total // 256


@nf.stencil(fastmath=True)
def gauss5_fast(x):
    total = np.float32(0)
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += x[i, j] * np.float32(FLOATS[i + 2] * FLOATS[j + 2])
    return total


@nf.stencil
def erode7(x):
    least = x[0, 0]
    for i in range(-3, 4):
        for j in range(-3, 4):
            if x[i, j] < least:
                least = x[i, j]
    return least


@nf.stencil
def median3(x):
    return np.median([x[-1, -1], x[-1, 0], x[-1, 1], x[0, -1], x[0, 0], x[0, 1], x[1, -1], x[1, 0], x[1, 1]])


def windows(x, reach):
    """All shifted views of the interior, as one array."""
    rows, columns = x.shape
    return np.array([x[i : rows - 2 * reach + i, j : columns - 2 * reach + j] for i in range(2 * reach + 1) for j in range(2 * reach + 1)])


def references():
    """For each row: the kernel, its reach, what it computes by NumPy, and OpenCV's function on (image, out)."""
    import cv2

    weights = np.outer(BINOMIAL, BINOMIAL).ravel()
    sums = lambda x, reach: windows(x, reach).astype(np.int64)  # noqa: E731
    weighted = lambda x: np.tensordot(weights, windows(x, 2).astype(np.int64), 1)  # noqa: E731
    square = np.ones((7, 7), np.uint8)
    row = np.array(FLOATS, np.float32)
    return {
        "uint8 5x5 box": (box5, 2, lambda x: sums(x, 2).sum(0) // 25, lambda x, out: cv2.blur(x, (5, 5), out)),
        "uint8 15x15 box": (box15, 7, lambda x: sums(x, 7).sum(0) // 225, lambda x, out: cv2.blur(x, (15, 15), out)),
        "uint8 5x5 gauss": (gauss5, 2, lambda x: (weighted(x) + 128) // 256, lambda x, out: cv2.GaussianBlur(x, (5, 5), 0, out)),
        "float32 5x5 gauss": (gauss5_fast, 2, lambda x: np.tensordot(weights / 256.0, windows(x, 2).astype(float), 1),
                              lambda x, out: cv2.sepFilter2D(x, -1, row, row, out)),
        "uint8 7x7 erosion": (erode7, 3, lambda x: windows(x, 3).min(0), lambda x, out: cv2.erode(x, square, out)),
        "uint8 3x3 median": (median3, 1, lambda x: np.median(windows(x, 1), axis=0), lambda x, out: cv2.medianBlur(x, 3, out)),
    }  # fmt: skip


def run(size=1000, seconds=1.0):
    """Prints the table and returns it."""
    table = Table(f"windows, {size}x{size}, 1 thread", ["opencv", "copy"])
    for _ in threads.each_count([1]):
        random = np.random.default_rng(1)
        for name, (kernel, reach, expected, theirs) in references().items():
            x = random.integers(0, 255, (size, size)).astype(name.split()[0])
            out, other, copied = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
            kernel(x, out=out)
            inner = (slice(reach, -reach), slice(reach, -reach))
            small = x[:200, :200]
            got, want = out[:200, :200][inner], expected(small).astype(x.dtype)
            assert np.allclose(got, want, rtol=1e-5) if x.dtype == np.float32 else np.array_equal(got, want), f"{name} is wrong"
            calls = {"nearfield": lambda: kernel(x, out=out), "opencv": lambda: theirs(x, other), "copy": lambda: np.copyto(copied, x)}
            table.row(name, interleaved(calls, seconds))
    return [table]


if __name__ == "__main__":
    run()
