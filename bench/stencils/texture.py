"""Local statistics, codes of texture, and corners.

census: Zabih and Woodfill, "Non-parametric local transforms for computing visual correspondence", 1994. local binary pattern:
Ojala, Pietikainen and Harwood, 1996. fast corners: Rosten and Drummond, "Machine learning for high-speed corner detection",
2006, the segment test of nine. harris: Harris and Stephens, "A combined corner and edge detector", 1988, the response from the
products of derivatives. variance and standardisation: the usual moments of a window (Niblack, 1986).
"""

import math

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, at, fields, images, parallel

F32 = np.float32
NINTH, PART, ZERO = F32(1 / 9), F32(1 / 25), F32(0)
DOWN = (-3, -3, -2, -1, 0, 1, 2, 3, 3, 3, 2, 1, 0, -1, -2, -3)
ACROSS = (0, 1, 2, 3, 3, 3, 2, 1, 0, -1, -2, -3, -3, -3, -2, -1)


def variance(x):
    total = 0
    squares = 0
    for i in range(-1, 2):
        for j in range(-1, 2):
            total += x[i, j]
            squares += x[i, j] * x[i, j]
    return (9 * squares - total * total) / F32(81)


@parallel
def variance_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            total = np.int32(0)
            squares = np.int32(0)
            for k in range(i - 1, i + 2):
                a, b, c = np.int32(x[k, j - 1]), np.int32(x[k, j]), np.int32(x[k, j + 1])
                total = np.int32(total + a + b + c)
                squares = np.int32(squares + a * a + b * b + c * c)
            out[i, j] = np.float32(np.int32(9 * squares - total * total)) / F32(81)


def variance_oracle(x):
    weights = np.ones((3, 3), np.int64)
    x = x.astype(np.int64)
    return (9 * scipy.ndimage.correlate(x * x, weights) - scipy.ndimage.correlate(x, weights) ** 2) / 81


def standardise(x, epsilon):
    mean = ZERO
    for i in range(-2, 3):
        for j in range(-2, 3):
            mean += x[i, j]
    mean = mean * PART
    spread = ZERO
    for i in range(-2, 3):
        for j in range(-2, 3):
            spread += (x[i, j] - mean) * (x[i, j] - mean)
    return (x[0, 0] - mean) / math.sqrt(spread * PART + epsilon)


@parallel
def standardise_loops(x, epsilon, out):
    for i in numba.prange(2, x.shape[0] - 2):
        for j in range(2, x.shape[1] - 2):
            mean = ZERO
            for k in range(-2, 3):
                for m in range(-2, 3):
                    mean += x[i + k, j + m]
            mean *= PART
            spread = ZERO
            for k in range(-2, 3):
                for m in range(-2, 3):
                    spread += (x[i + k, j + m] - mean) * (x[i + k, j + m] - mean)
            out[i, j] = (x[i, j] - mean) / math.sqrt(spread * PART + epsilon)


def standardise_oracle(x, epsilon):
    x = x.astype(np.float64)
    mean = scipy.ndimage.uniform_filter(x, 5)
    spread = scipy.ndimage.correlate(x * x, np.ones((5, 5))) / 25 - mean**2
    return (x - mean) / np.sqrt(spread + epsilon)


def census(x):
    c = x[0, 0]
    return (
        (x[-1, -1] < c) << 7 | (x[-1, 0] < c) << 6 | (x[-1, 1] < c) << 5 | (x[0, -1] < c) << 4
        | (x[0, 1] < c) << 3 | (x[1, -1] < c) << 2 | (x[1, 0] < c) << 1 | (x[1, 1] < c)
    )  # fmt: skip


@parallel
def census_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            c = x[i, j]
            out[i, j] = (
                (x[i - 1, j - 1] < c) << 7 | (x[i - 1, j] < c) << 6 | (x[i - 1, j + 1] < c) << 5 | (x[i, j - 1] < c) << 4
                | (x[i, j + 1] < c) << 3 | (x[i + 1, j - 1] < c) << 2 | (x[i + 1, j] < c) << 1 | (x[i + 1, j + 1] < c)
            )  # fmt: skip


def census_oracle(x):
    code = np.zeros(x.shape, np.int64)
    for i in range(-1, 2):
        for j in range(-1, 2):
            if i or j:
                code = 2 * code + (at(x, i, j) < x)
    return code


def binary_pattern(x):
    c = x[0, 0]
    code = 0
    if x[-1, -1] >= c:
        code += 1
    if x[-1, 0] >= c:
        code += 2
    if x[-1, 1] >= c:
        code += 4
    if x[0, 1] >= c:
        code += 8
    if x[1, 1] >= c:
        code += 16
    if x[1, 0] >= c:
        code += 32
    if x[1, -1] >= c:
        code += 64
    if x[0, -1] >= c:
        code += 128
    return code


@parallel
def binary_pattern_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            c = x[i, j]
            out[i, j] = (
                (x[i - 1, j - 1] >= c) + 2 * (x[i - 1, j] >= c) + 4 * (x[i - 1, j + 1] >= c) + 8 * (x[i, j + 1] >= c)
                + 16 * (x[i + 1, j + 1] >= c) + 32 * (x[i + 1, j] >= c) + 64 * (x[i + 1, j - 1] >= c) + 128 * (x[i, j - 1] >= c)
            )  # fmt: skip


def binary_pattern_oracle(x):
    ring = [(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]
    return sum((at(x, *offset) >= x).astype(int) << bit for bit, offset in enumerate(ring))


def fast_corner(x, threshold):
    bright = 0
    dark = 0
    for k in range(16):
        if x[DOWN[k], ACROSS[k]] > x[0, 0] + threshold:
            bright |= 65537 << k
        if x[DOWN[k], ACROSS[k]] < x[0, 0] - threshold:
            dark |= 65537 << k
    bright &= bright >> 1
    bright &= bright >> 2
    bright &= bright >> 4
    bright &= bright >> 1
    dark &= dark >> 1
    dark &= dark >> 2
    dark &= dark >> 4
    dark &= dark >> 1
    return 255 if (bright | dark) & 65535 != 0 else 0


@parallel
def fast_corner_loops(x, threshold, out):
    """As the authors do it: most points have too few bright and dark ones among four, which is seen first."""
    for i in numba.prange(3, x.shape[0] - 3):
        for j in range(3, x.shape[1] - 3):
            high, low = x[i, j] + threshold, x[i, j] - threshold
            north, south, west, east = x[i - 3, j], x[i + 3, j], x[i, j - 3], x[i, j + 3]
            found = False
            if ((north > high or south > high) and (west > high or east > high)) or (
                (north < low or south < low) and (west < low or east < low)
            ):
                bright = 0
                dark = 0
                for k in range(16):
                    value = x[i + DOWN[k], j + ACROSS[k]]
                    bright |= (value > high) * 65537 << k
                    dark |= (value < low) * 65537 << k
                bright &= bright >> 1
                bright &= bright >> 2
                bright &= bright >> 4
                bright &= bright >> 1
                dark &= dark >> 1
                dark &= dark >> 2
                dark &= dark >> 4
                dark &= dark >> 1
                found = (bright | dark) & 65535 != 0
            out[i, j] = 255 if found else 0


def fast_corner_oracle(x, threshold):
    ring = np.stack([at(x, *offset) for offset in zip(DOWN, ACROSS, strict=True)])
    ring = np.concatenate([ring, ring[:8]])
    here = x.astype(int)
    runs = [ring > here + threshold, ring < here - threshold]
    return 255 * np.any([run[k : k + 9].all(0) for run in runs for k in range(16)], 0)


def fast_corner_inputs(random, shape):
    """Blocks of one grey each, so that there are corners, with a little noise."""
    blocks = random.integers(0, 230, [n // 8 + 1 for n in shape])
    image = blocks.repeat(8, 0).repeat(8, 1)[: shape[0], : shape[1]]
    return (image + random.integers(0, 25, shape)).astype("uint8"), 40


def harris(xx, yy, xy, k):
    a = ZERO
    b = ZERO
    c = ZERO
    for i in range(-1, 2):
        for j in range(-1, 2):
            a += xx[i, j]
            b += yy[i, j]
            c += xy[i, j]
    return a * b - c * c - k * (a + b) * (a + b)


@parallel
def harris_loops(xx, yy, xy, k, out):
    for i in numba.prange(1, xx.shape[0] - 1):
        for j in range(1, xx.shape[1] - 1):
            a = ZERO
            b = ZERO
            c = ZERO
            for m in range(i - 1, i + 2):
                a += xx[m, j - 1] + xx[m, j] + xx[m, j + 1]
                b += yy[m, j - 1] + yy[m, j] + yy[m, j + 1]
                c += xy[m, j - 1] + xy[m, j] + xy[m, j + 1]
            out[i, j] = a * b - c * c - k * (a + b) * (a + b)


def harris_oracle(xx, yy, xy, k):
    a, b, c = (scipy.ndimage.correlate(part.astype(np.float64), np.ones((3, 3))) for part in (xx, yy, xy))
    return a * b - c * c - k * (a + b) ** 2


CASES = (
    Case("local variance u8", variance, variance_loops, variance_oracle, images("uint8"), around(1), ("float32",), 1e-6),
    Case("local standardisation f32", standardise, standardise_loops, standardise_oracle, fields(F32, 1, F32(0.01)),
         around(2), ("float32",), 1e-5),
    Case("census transform u8", census, census_loops, census_oracle, images("uint8"), around(1), ("uint8",)),
    Case("local binary pattern u8", binary_pattern, binary_pattern_loops, binary_pattern_oracle,
         images("uint8"), around(1), ("uint8",)),
    Case("fast corners u8", fast_corner, fast_corner_loops, fast_corner_oracle, fast_corner_inputs, around(3), ("uint8",)),
    Case("harris response f32", harris, harris_loops, harris_oracle, fields(F32, 3, F32(0.05)), around(1), ("float32",), 1e-5),
)  # fmt: skip
