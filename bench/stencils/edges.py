"""Derivatives and edges.

laplace, gaussian laplace, prewitt: `scipy.ndimage`; the second after Marr and Hildreth, "Theory of edge detection", 1980.
sobel: Sobel and Feldman, 1968, its magnitude also in three dimensions. scharr: Scharr, 2000, as scikit-image scales it.
roberts: Roberts, "Machine perception of three-dimensional solids", 1963. central difference: `numpy.gradient`.
"""

import math

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, at, fields, images, parallel


def impulse_response(operator, radius):
    """The weights of a linear filter."""
    impulse = np.zeros((2 * radius + 1, 2 * radius + 1))
    impulse[radius, radius] = 1
    return operator(impulse)[::-1, ::-1].astype(np.float32)


def gaussian_laplace_oracle(x):
    return scipy.ndimage.gaussian_laplace(x.astype(np.float64), 1, truncate=3, mode="constant")


LOG = impulse_response(gaussian_laplace_oracle, 3)
FOUR = np.float32(4)


def laplace(x):
    return x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0] - FOUR * x[0, 0]


@parallel
def laplace_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = x[i - 1, j] + x[i, j - 1] + x[i, j + 1] + x[i + 1, j] - FOUR * x[i, j]


def gaussian_laplace(x):
    total = np.float32(0)
    for i in range(-3, 4):
        for j in range(-3, 4):
            total += LOG[i + 3, j + 3] * x[i, j]
    return total


@parallel
def gaussian_laplace_loops(x, out):
    """A row at a time for each weight, which vectorises."""
    width = x.shape[1] - 6
    for i in numba.prange(3, x.shape[0] - 3):
        row = np.zeros(width, np.float32)
        for k in range(7):
            for m in range(7):
                weight, source = LOG[k, m], x[i + k - 3, m:]
                for j in range(width):
                    row[j] += weight * source[j]
        out[i, 3 : width + 3] = row


def prewitt(x):
    return x[1, -1] + x[1, 0] + x[1, 1] - x[-1, -1] - x[-1, 0] - x[-1, 1]


@parallel
def prewitt_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            below = x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
            above = x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1]
            out[i, j] = below - above


def sobel(x):
    gx = (x[-1, 1] + 2 * x[0, 1] + x[1, 1]) - (x[-1, -1] + 2 * x[0, -1] + x[1, -1])
    gy = (x[1, -1] + 2 * x[1, 0] + x[1, 1]) - (x[-1, -1] + 2 * x[-1, 0] + x[-1, 1])
    return math.sqrt(gx * gx + gy * gy)


@parallel
def sobel_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            right = np.int32(x[i - 1, j + 1]) + 2 * np.int32(x[i, j + 1]) + np.int32(x[i + 1, j + 1])
            left = np.int32(x[i - 1, j - 1]) + 2 * np.int32(x[i, j - 1]) + np.int32(x[i + 1, j - 1])
            below = np.int32(x[i + 1, j - 1]) + 2 * np.int32(x[i + 1, j]) + np.int32(x[i + 1, j + 1])
            above = np.int32(x[i - 1, j - 1]) + 2 * np.int32(x[i - 1, j]) + np.int32(x[i - 1, j + 1])
            gx, gy = np.float32(right - left), np.float32(below - above)
            out[i, j] = math.sqrt(gx * gx + gy * gy)


def magnitude(x, derivative):
    x = x.astype(np.float64)
    return np.sqrt(sum(derivative(x, axis) ** 2 for axis in range(x.ndim)))


def scharr(x):
    gx = 3 * (x[-1, 1] - x[-1, -1]) + 10 * (x[0, 1] - x[0, -1]) + 3 * (x[1, 1] - x[1, -1])
    gy = 3 * (x[1, -1] - x[-1, -1]) + 10 * (x[1, 0] - x[-1, 0]) + 3 * (x[1, 1] - x[-1, 1])
    return math.sqrt((gx * gx + gy * gy) / 512)


@parallel
def scharr_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            gx = 3 * (x[i - 1, j + 1] - x[i - 1, j - 1] + x[i + 1, j + 1] - x[i + 1, j - 1]) + 10 * (x[i, j + 1] - x[i, j - 1])
            gy = 3 * (x[i + 1, j - 1] - x[i - 1, j - 1] + x[i + 1, j + 1] - x[i - 1, j + 1]) + 10 * (x[i + 1, j] - x[i - 1, j])
            out[i, j] = math.sqrt((gx * gx + gy * gy) / 512)


def scharr_oracle(x):
    def derivative(image, axis):
        weights = np.outer([3, 10, 3], [-1, 0, 1]) if axis else np.outer([-1, 0, 1], [3, 10, 3])
        return scipy.ndimage.correlate(image, weights) / np.sqrt(512)

    return magnitude(x, derivative)


def roberts(x):
    a = np.float32(x[0, 0]) - np.float32(x[1, 1])
    b = np.float32(x[0, 1]) - np.float32(x[1, 0])
    return math.sqrt(a * a + b * b)


@parallel
def roberts_loops(x, out):
    for i in numba.prange(x.shape[0] - 1):
        for j in range(x.shape[1] - 1):
            a = np.float32(x[i, j]) - np.float32(x[i + 1, j + 1])
            b = np.float32(x[i, j + 1]) - np.float32(x[i + 1, j])
            out[i, j] = math.sqrt(a * a + b * b)


def roberts_oracle(x):
    return np.sqrt((at(x, 0, 0) - at(x, 1, 1)) ** 2 + (at(x, 0, 1) - at(x, 1, 0)) ** 2)


def difference(x):
    return (x[0, 1] - x[0, -1]) * 0.5


@parallel
def difference_loops(x, out):
    for i in numba.prange(x.shape[0]):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (x[i, j + 1] - x[i, j - 1]) * 0.5


def sobel3d(x):
    gx = np.float32(0)
    gy = np.float32(0)
    gz = np.float32(0)
    for i in range(-1, 2):
        for j in range(-1, 2):
            weight = np.float32((2 - abs(i)) * (2 - abs(j)))
            gz += weight * (x[1, i, j] - x[-1, i, j])
            gy += weight * (x[i, 1, j] - x[i, -1, j])
            gx += weight * (x[i, j, 1] - x[i, j, -1])
    return math.sqrt(gx * gx + gy * gy + gz * gz)


@parallel
def sobel3d_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            for k in range(1, x.shape[2] - 1):
                gx = np.float32(0)
                gy = np.float32(0)
                gz = np.float32(0)
                for a in range(-1, 2):
                    for b in range(-1, 2):
                        weight = np.float32((2 - abs(a)) * (2 - abs(b)))
                        gz += weight * (x[i + 1, j + a, k + b] - x[i - 1, j + a, k + b])
                        gy += weight * (x[i + a, j + 1, k + b] - x[i + a, j - 1, k + b])
                        gx += weight * (x[i + a, j + b, k + 1] - x[i + a, j + b, k - 1])
                out[i, j, k] = math.sqrt(gx * gx + gy * gy + gz * gz)


CASES = (
    Case("laplace f32", laplace, laplace_loops, lambda x: scipy.ndimage.laplace(x.astype(np.float64)),
         fields(np.float32), around(1), ("float32",), 1e-5),
    Case("gaussian laplace 7x7 f32", gaussian_laplace, gaussian_laplace_loops, gaussian_laplace_oracle,
         fields(np.float32), around(3), ("float32",), 1e-5),
    Case("prewitt i16", prewitt, prewitt_loops, lambda x: scipy.ndimage.prewitt(x.astype(int), 0),
         images("int16", -2000, 2000), around(1), ("int16",)),
    Case("sobel magnitude u8", sobel, sobel_loops, lambda x: magnitude(x, scipy.ndimage.sobel),
         images("uint8"), around(1), ("float32",), 1e-6),
    Case("scharr magnitude i16", scharr, scharr_loops, scharr_oracle, images("int16", -2000, 2000), around(1), ("float32",), 1e-6),
    Case("roberts cross u8", roberts, roberts_loops, roberts_oracle, images("uint8"), ((0, 1), (0, 1)), ("float32",), 1e-6),
    Case("central difference f64", difference, difference_loops, lambda x: np.gradient(x, axis=1) if x.shape[1] > 1 else x,
         fields(np.float64), ((0, 0), (-1, 1)), ("float64",), 1e-15),
    Case("sobel magnitude 3-D f32", sobel3d, sobel3d_loops, lambda x: magnitude(x, scipy.ndimage.sobel),
         fields(np.float32), around(1, 3), ("float32",), 1e-5),
)  # fmt: skip
