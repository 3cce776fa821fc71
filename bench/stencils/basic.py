"""The workloads of docs/performance.md: means, weighted windows, 3-D neighbourhoods, a sum of two images, an edge filter.

They are the shapes of memory traffic that most stencils have; `workloads.py` measures them beside schedules in Halide.
"""

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, fields, images, parallel
from .edges import magnitude, sobel, sobel_loops
from .smoothing import box_sum, uniform3, uniform3_loops
from .volumes import mean27, mean27_loops, mean_oracle

F32, F64 = np.float32, np.float64
NINE, SIX = F32(9), F32(6)
ROWS = 32
# No row or column is a multiple of another: nothing to separate. Their sum is 256.
INTEGERS = np.array([[3, 7, 11, 5, 2], [9, 14, 19, 13, 6], [12, 21, 25, 18, 10], [8, 15, 16, 11, 4], [1, 6, 9, 7, 4]])
FLOATS = (INTEGERS / 256).astype(F32)


def mean_f32(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) / NINE


@parallel
def mean_f32_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (
                x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1]
                + x[i, j - 1] + x[i, j] + x[i, j + 1]
                + x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
            ) / NINE  # fmt: skip


def mean_f64(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) / 9


@parallel
def mean_f64_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (
                x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1]
                + x[i, j - 1] + x[i, j] + x[i, j + 1]
                + x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
            ) / 9  # fmt: skip


@parallel
def chain_u8_loops(x, out):
    """Blocks of rows, so that what lies between the two stays in the cache."""
    height, width = x.shape
    for block in numba.prange((height + ROWS - 1) // ROWS):
        first, last = max(2, block * ROWS), min(height - 2, (block + 1) * ROWS)
        between = np.empty((max(0, last - first) + 2, width), np.uint8)
        for i in range(between.shape[0]):
            a, b, c, target = x[first + i - 2], x[first + i - 1], x[first + i], between[i]
            for j in range(1, width - 1):
                target[j] = (a[j - 1] + a[j] + a[j + 1] + b[j - 1] + b[j] + b[j + 1] + c[j - 1] + c[j] + c[j + 1]) // 9
        for i in range(last - first):
            a, b, c, target = between[i], between[i + 1], between[i + 2], out[first + i]
            for j in range(2, width - 2):
                target[j] = (a[j - 1] + a[j] + a[j + 1] + b[j - 1] + b[j] + b[j + 1] + c[j - 1] + c[j] + c[j + 1]) // 9


@parallel
def chain_f32_loops(x, out):
    height, width = x.shape
    for block in numba.prange((height + ROWS - 1) // ROWS):
        first, last = max(2, block * ROWS), min(height - 2, (block + 1) * ROWS)
        between = np.empty((max(0, last - first) + 2, width), np.float32)
        for i in range(between.shape[0]):
            a, b, c, target = x[first + i - 2], x[first + i - 1], x[first + i], between[i]
            for j in range(1, width - 1):
                target[j] = (a[j - 1] + a[j] + a[j + 1] + b[j - 1] + b[j] + b[j + 1] + c[j - 1] + c[j] + c[j + 1]) / NINE
        for i in range(last - first):
            a, b, c, target = between[i], between[i + 1], between[i + 2], out[first + i]
            for j in range(2, width - 2):
                target[j] = (a[j - 1] + a[j] + a[j + 1] + b[j - 1] + b[j] + b[j + 1] + c[j - 1] + c[j] + c[j + 1]) / NINE


def binomial5(x):
    return (
        1 * (x[-2, -2] + x[-2, 2] + x[2, -2] + x[2, 2])
        + 4 * (x[-2, -1] + x[-2, 1] + x[2, -1] + x[2, 1] + x[-1, -2] + x[-1, 2] + x[1, -2] + x[1, 2])
        + 6 * (x[-2, 0] + x[2, 0] + x[0, -2] + x[0, 2])
        + 16 * (x[-1, -1] + x[-1, 1] + x[1, -1] + x[1, 1])
        + 24 * (x[-1, 0] + x[1, 0] + x[0, -1] + x[0, 1])
        + 36 * x[0, 0]
    ) // 256


@parallel
def binomial5_loops(x, out):
    """Down the columns into a row, then along it."""
    width = x.shape[1]
    for i in numba.prange(2, x.shape[0] - 2):
        row = np.empty(width, np.uint16)
        for j in range(width):
            row[j] = x[i - 2, j] + x[i + 2, j] + 4 * (x[i - 1, j] + x[i + 1, j]) + 6 * x[i, j]
        for j in range(2, width - 2):
            out[i, j] = np.uint16(row[j - 2] + row[j + 2] + 4 * (row[j - 1] + row[j + 1]) + 6 * row[j]) >> 8


def weighted_u8(x):
    total = 0
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += INTEGERS[i + 2, j + 2] * x[i, j]
    return total // 256


@parallel
def weighted_u8_loops(x, out):
    """A row at a time for each weight, in 16 bits, which vectorises."""
    width = x.shape[1] - 4
    for i in numba.prange(2, x.shape[0] - 2):
        row = np.zeros(width, np.uint16)
        for k in range(5):
            for m in range(5):
                weight, source = np.uint16(INTEGERS[k, m]), x[i + k - 2, m:]
                for j in range(width):
                    row[j] += weight * source[j]
        for j in range(width):
            out[i, j + 2] = row[j] >> 8


def weighted_f32(x):
    total = F32(0)
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += FLOATS[i + 2, j + 2] * x[i, j]
    return total


@parallel
def weighted_f32_loops(x, out):
    """A row at a time for each weight, which vectorises; the 25 terms in one expression do not."""
    width = x.shape[1] - 4
    for i in numba.prange(2, x.shape[0] - 2):
        row = np.zeros(width, np.float32)
        for k in range(5):
            for m in range(5):
                weight, source = FLOATS[k, m], x[i + k - 2, m:]
                for j in range(width):
                    row[j] += weight * source[j]
        out[i, 2 : width + 2] = row


def seven_points(x):
    return x[0, 0, -1] + x[0, 0, 1] + x[0, -1, 0] + x[0, 1, 0] + x[-1, 0, 0] + x[1, 0, 0] - SIX * x[0, 0, 0]


@parallel
def seven_points_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            for k in range(1, x.shape[2] - 1):
                out[i, j, k] = (
                    x[i, j, k - 1] + x[i, j, k + 1] + x[i, j - 1, k] + x[i, j + 1, k]
                    + x[i - 1, j, k] + x[i + 1, j, k] - SIX * x[i, j, k]
                )  # fmt: skip


def add(x, y):
    return x[0, 0] + y[0, 0]


@parallel
def add_loops(x, y, out):
    for i in numba.prange(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[i, j] + y[i, j]


def add_inputs(random, shape):
    return random.integers(0, 256, shape).astype("uint8"), random.integers(0, 256, shape).astype("uint8")


def weighted_oracle(weights):
    return lambda x: scipy.ndimage.correlate(x.astype(F64), weights.astype(F64))


def twice(mean):
    """The oracle of a chain: its outer two rings mean nothing."""
    return lambda x: mean(mean(x))


POINT = ((0, 0), (0, 0))
# The kernel is applied to its own result.
CHAINS = (
    Case("C two means u8", uniform3, chain_u8_loops, twice(lambda x: box_sum(x, 3) // 9), images("uint8"), around(2), ("uint8",)),
    Case("C two means f32", mean_f32, chain_f32_loops, twice(mean_oracle), fields(F32), around(2), ("float32",), 1e-6),
)
WORKLOADS = {
    "A": (
        Case("A mean 3x3 i8", uniform3, uniform3_loops, lambda x: box_sum(x, 3) // 9, images("int8", -128, 128), around(1), ("int8",)),
        Case("A mean 3x3 u8", uniform3, uniform3_loops, lambda x: box_sum(x, 3) // 9, images("uint8"), around(1), ("uint8",)),
    ),
    "B": (
        Case("B mean 3x3 f32", mean_f32, mean_f32_loops, mean_oracle, fields(F32), around(1), ("float32",), 1e-6),
        Case("B mean 3x3 f64", mean_f64, mean_f64_loops, mean_oracle, fields(F64), around(1), ("float64",), 1e-14),
    ),
    "D": (
        Case("D 5x5 separable u8", binomial5, binomial5_loops,
             lambda x: scipy.ndimage.correlate(x.astype(int), np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1])) // 256,
             images("uint8"), around(2), ("uint8",)),
        Case("D 5x5 weights u8", weighted_u8, weighted_u8_loops, lambda x: scipy.ndimage.correlate(x.astype(int), INTEGERS) // 256,
             images("uint8"), around(2), ("uint8",)),
        Case("D 5x5 weights f32", weighted_f32, weighted_f32_loops, weighted_oracle(FLOATS), fields(F32), around(2), ("float32",), 1e-6),
        Case("D 5x5 weights f32, fastmath", weighted_f32, weighted_f32_loops, weighted_oracle(FLOATS), fields(F32), around(2), ("float32",), 1e-6, True),
    ),
    "E": (
        Case("E 7 points f32", seven_points, seven_points_loops, lambda x: scipy.ndimage.laplace(x.astype(F64)),
             fields(F32), around(1, 3), ("float32",), 1e-5),
        Case("E 27 points f32", mean27, mean27_loops, mean_oracle, fields(F32), around(1, 3), ("float32",), 1e-5),
        Case("E 27 points f32, fastmath", mean27, mean27_loops, mean_oracle, fields(F32), around(1, 3), ("float32",), 1e-5, True),
    ),
    "F": (
        Case("F x + y u8", add, add_loops, lambda x, y: x + y, add_inputs, POINT, ("uint8",)),
        Case("F x + y f64", add, add_loops, lambda x, y: x + y, fields(F64, 2), POINT, ("float64",), 1e-15),
    ),
    "G": (
        Case("G sobel u8 to f32", sobel, sobel_loops, lambda x: magnitude(x, scipy.ndimage.sobel),
             images("uint8"), around(1), ("float32",), 1e-6),
    ),
}  # fmt: skip
