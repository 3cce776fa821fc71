"""Means over volumes: 3x3x3 of floats and of 16-bit CT values (`scipy.ndimage.uniform_filter`), and 3x3x3x3 of a series of volumes,
as functional MRI has them.
"""

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, fields, images, parallel

PART, TINY = np.float32(1 / 27), np.float32(1 / 81)


def mean27(x):
    total = np.float32(0)
    for i in range(-1, 2):
        for j in range(-1, 2):
            for k in range(-1, 2):
                total += x[i, j, k]
    return total * PART


@parallel
def mean27_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            for k in range(1, x.shape[2] - 1):
                total = np.float32(0)
                for a in range(i - 1, i + 2):
                    for b in range(j - 1, j + 2):
                        total += x[a, b, k - 1] + x[a, b, k] + x[a, b, k + 1]
                out[i, j, k] = total * PART


def uniform27(x):
    total = 0
    for i in range(-1, 2):
        for j in range(-1, 2):
            for k in range(-1, 2):
                total += x[i, j, k]
    return total // 27


@parallel
def uniform27_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            for k in range(1, x.shape[2] - 1):
                total = 0
                for a in range(i - 1, i + 2):
                    for b in range(j - 1, j + 2):
                        total += x[a, b, k - 1] + x[a, b, k] + x[a, b, k + 1]
                out[i, j, k] = total // 27


def mean81(x):
    total = np.float32(0)
    for t in range(-1, 2):
        for i in range(-1, 2):
            for j in range(-1, 2):
                for k in range(-1, 2):
                    total += x[t, i, j, k]
    return total * TINY


@parallel
def mean81_loops(x, out):
    for t in numba.prange(1, x.shape[0] - 1):
        for i in range(1, x.shape[1] - 1):
            for j in range(1, x.shape[2] - 1):
                for k in range(1, x.shape[3] - 1):
                    total = np.float32(0)
                    for a in range(t - 1, t + 2):
                        for b in range(i - 1, i + 2):
                            for c in range(j - 1, j + 2):
                                total += x[a, b, c, k - 1] + x[a, b, c, k] + x[a, b, c, k + 1]
                    out[t, i, j, k] = total * TINY


def mean_oracle(x):
    return scipy.ndimage.uniform_filter(x.astype(np.float64), 3)


CASES = (
    Case("mean 27 points 3-D f32", mean27, mean27_loops, mean_oracle, fields(np.float32), around(1, 3), ("float32",), 1e-5),
    Case("uniform 3x3x3 i16", uniform27, uniform27_loops,
         lambda x: scipy.ndimage.correlate(x.astype(np.int64), np.ones((3, 3, 3), np.int64)) // 27,
         images("int16", -1000, 3000), around(1, 3), ("int16",)),
    Case("mean 81 points 4-D f32", mean81, mean81_loops, mean_oracle, fields(np.float32), around(1, 4), ("float32",), 1e-5),
)  # fmt: skip
