"""Means and sharpening.

uniform: `scipy.ndimage.uniform_filter`. gaussian: the binomial approximation of Burt and Adelson, "The Laplacian pyramid as a
compact image code", 1983. unsharp: Schreiber, "Wirephoto quality improvement by unsharp masking", 1970, on a 3x3 mean.
emboss: the diagonal difference with a grey offset of every paint program.
"""

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, at, fields, images, parallel

WEIGHTS = (np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256).astype(np.float32)
V00, V01, V02, V11, V12, V22 = (WEIGHTS[i] for i in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)))
W0, W1, W2 = np.float32(1 / 16), np.float32(4 / 16), np.float32(6 / 16)
NINTH, AMOUNT = np.float32(1 / 9), np.float32(1.5)


def uniform3(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]) // 9


@parallel
def uniform3_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (
                x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1]
                + x[i, j - 1] + x[i, j] + x[i, j + 1]
                + x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
            ) // 9  # fmt: skip


def uniform5(x):
    total = 0
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += x[i, j]
    return total // 25


@parallel
def uniform5_loops(x, out):
    """Sums of columns first."""
    width = x.shape[1]
    for i in numba.prange(2, x.shape[0] - 2):
        columns = np.empty(width, np.uint16)
        for j in range(width):
            columns[j] = x[i - 2, j] + x[i - 1, j] + x[i, j] + x[i + 1, j] + x[i + 2, j]
        for j in range(2, width - 2):
            out[i, j] = np.uint16(columns[j - 2] + columns[j - 1] + columns[j] + columns[j + 1] + columns[j + 2]) // 25


def uniform15(x):
    total = 0
    for i in range(-7, 8):
        for j in range(-7, 8):
            total += x[i, j]
    return total // 225


@parallel
def uniform15_loops(x, out):
    """Sums of columns first, then sums of 2, 4 and 8 neighbours of them."""
    width = x.shape[1]
    for i in numba.prange(7, x.shape[0] - 7):
        one, two, four = np.zeros(width, np.uint16), np.empty(width, np.uint16), np.empty(width, np.uint16)
        for k in range(i - 7, i + 8):
            for j in range(width):
                one[j] += x[k, j]
        for j in range(width - 1):
            two[j] = one[j] + one[j + 1]
        for j in range(width - 3):
            four[j] = two[j] + two[j + 2]
        for j in range(7, width - 7):
            out[i, j] = np.uint16(four[j - 7] + four[j - 3] + four[j + 1] + two[j + 5] + one[j + 7]) // 225


def box_sum(x, size):
    return scipy.ndimage.correlate(x.astype(np.int64), np.ones((size,) * x.ndim, np.int64))


def gaussian5(x):
    total = np.float32(0)
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += WEIGHTS[i + 2, j + 2] * x[i, j]
    return total


@parallel
def gaussian5_loops(x, out):
    """All weights written out, in the kernel's order."""
    for i in numba.prange(2, x.shape[0] - 2):
        r0, r1, r2, r3, r4 = x[i - 2], x[i - 1], x[i], x[i + 1], x[i + 2]
        for j in range(x.shape[1] - 4):
            total = V00 * r0[j]
            total += V01 * r0[j + 1]
            total += V02 * r0[j + 2]
            total += V01 * r0[j + 3]
            total += V00 * r0[j + 4]
            total += V01 * r1[j]
            total += V11 * r1[j + 1]
            total += V12 * r1[j + 2]
            total += V11 * r1[j + 3]
            total += V01 * r1[j + 4]
            total += V02 * r2[j]
            total += V12 * r2[j + 1]
            total += V22 * r2[j + 2]
            total += V12 * r2[j + 3]
            total += V02 * r2[j + 4]
            total += V01 * r3[j]
            total += V11 * r3[j + 1]
            total += V12 * r3[j + 2]
            total += V11 * r3[j + 3]
            total += V01 * r3[j + 4]
            total += V00 * r4[j]
            total += V01 * r4[j + 1]
            total += V02 * r4[j + 2]
            total += V01 * r4[j + 3]
            total += V00 * r4[j + 4]
            out[i, j + 2] = total


@parallel
def gaussian5_separate_loops(x, out):
    """Down the columns into a row, then along it."""
    width = x.shape[1]
    for i in numba.prange(2, x.shape[0] - 2):
        row = np.empty(width, np.float32)
        for j in range(width):
            row[j] = W0 * (x[i - 2, j] + x[i + 2, j]) + W1 * (x[i - 1, j] + x[i + 1, j]) + W2 * x[i, j]
        for j in range(2, width - 2):
            out[i, j] = W0 * (row[j - 2] + row[j + 2]) + W1 * (row[j - 1] + row[j + 1]) + W2 * row[j]


def gaussian5_oracle(x):
    return scipy.ndimage.correlate(x.astype(np.float64), WEIGHTS.astype(np.float64))


def unsharp(x):
    mean = (
        x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
    ) // 9
    return min(max(x[0, 0] + (3 * (x[0, 0] - np.int64(mean))) // 2, 0), 255)


@parallel
def unsharp_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            total = np.uint16(
                x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1]
                + x[i, j - 1] + x[i, j] + x[i, j + 1]
                + x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
            )  # fmt: skip
            here, mean = np.int16(x[i, j]), np.int16(np.uint16(total // np.uint16(9)))
            value = np.int16(here + (np.int16(3 * np.int16(here - mean)) >> 1))
            out[i, j] = min(max(value, np.int16(0)), np.int16(255))


def unsharp_oracle(x):
    return np.clip(at(x, 0, 0) + (3 * (at(x, 0, 0) - box_sum(x, 3) // 9)) // 2, 0, 255)


def emboss(x):
    return min(max(2 * x[1, 1] + x[0, 1] + x[1, 0] - 2 * x[-1, -1] - x[0, -1] - x[-1, 0] + 128, 0), 255)


@parallel
def emboss_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            light = 2 * x[i + 1, j + 1] + x[i, j + 1] + x[i + 1, j]
            shade = 2 * x[i - 1, j - 1] + x[i, j - 1] + x[i - 1, j]
            out[i, j] = min(max(np.int16(light - shade + 128), np.int16(0)), np.int16(255))


def emboss_oracle(x):
    weights = np.array([[-2, -1, 0], [-1, 0, 1], [0, 1, 2]])
    return np.clip(scipy.ndimage.correlate(x.astype(np.int64), weights) + 128, 0, 255)


CASES = (
    Case("uniform 3x3 u8", uniform3, uniform3_loops, lambda x: box_sum(x, 3) // 9, images("uint8"), around(1), ("uint8",)),
    Case("uniform 5x5 u8", uniform5, uniform5_loops, lambda x: box_sum(x, 5) // 25, images("uint8"), around(2), ("uint8",)),
    Case("uniform 15x15 u8", uniform15, uniform15_loops, lambda x: box_sum(x, 15) // 225, images("uint8"), around(7), ("uint8",)),
    Case("gaussian 5x5 f32", gaussian5, gaussian5_loops, gaussian5_oracle, fields(np.float32), around(2), ("float32",), 1e-6),
    Case("gaussian 5x5 f32, fastmath", gaussian5, gaussian5_separate_loops, gaussian5_oracle, fields(np.float32), around(2), ("float32",), 1e-6, True),
    Case("unsharp mask u8", unsharp, unsharp_loops, unsharp_oracle, images("uint8"), around(1), ("uint8",)),
    Case("emboss u8", emboss, emboss_loops, emboss_oracle, images("uint8"), around(1), ("uint8",)),
)
