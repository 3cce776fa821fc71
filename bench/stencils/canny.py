"""The stages of Canny, "A computational approach to edge detection", 1986, on 8-bit images.

Smoothing with the 5x5 weights of sum 159 that every course on the subject uses; the gradient as |gx| + |gy| with its sector, two
outputs; non-maximum suppression across the edge; and one sweep of the double threshold.
"""

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, at, images, parallel

WEIGHTS = np.array([[2, 4, 5, 4, 2], [4, 9, 12, 9, 4], [5, 12, 15, 12, 5], [4, 9, 12, 9, 4], [2, 4, 5, 4, 2]])


def smooth(x):
    total = 0
    for i in range(-2, 3):
        for j in range(-2, 3):
            total += WEIGHTS[i + 2, j + 2] * x[i, j]
    return total // 159


@parallel
def smooth_loops(x, out):
    """A row at a time for each weight, in 16 bits, which vectorises."""
    width = x.shape[1] - 4
    for i in numba.prange(2, x.shape[0] - 2):
        row = np.zeros(width, np.uint16)
        for k in range(5):
            for m in range(5):
                weight, source = np.uint16(WEIGHTS[k, m]), x[i + k - 2, m:]
                for j in range(width):
                    row[j] += weight * source[j]
        for j in range(width):
            out[i, j + 2] = row[j] // np.uint16(159)


def gradient(x):
    gx = (x[-1, 1] + 2 * x[0, 1] + x[1, 1]) - (x[-1, -1] + 2 * x[0, -1] + x[1, -1])
    gy = (x[1, -1] + 2 * x[1, 0] + x[1, 1]) - (x[-1, -1] + 2 * x[-1, 0] + x[-1, 1])
    wide, tall = abs(gx), abs(gy)
    if 5 * tall < 2 * wide:
        return wide + tall, 0
    if 5 * wide < 2 * tall:
        return wide + tall, 2
    if (gx < 0) == (gy < 0):
        return wide + tall, 1
    return wide + tall, 3


@parallel
def gradient_loops(x, out, sectors):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            right, left = x[i - 1, j + 1] + 2 * x[i, j + 1] + x[i + 1, j + 1], x[i - 1, j - 1] + 2 * x[i, j - 1] + x[i + 1, j - 1]
            below, above = x[i + 1, j - 1] + 2 * x[i + 1, j] + x[i + 1, j + 1], x[i - 1, j - 1] + 2 * x[i - 1, j] + x[i - 1, j + 1]
            gx, gy = np.int16(right - left), np.int16(below - above)
            wide, tall = np.int16(abs(gx)), np.int16(abs(gy))
            out[i, j] = wide + tall
            slanted = np.uint8(1) if (gx < 0) == (gy < 0) else np.uint8(3)
            steep = np.uint8(2) if np.int16(5 * wide) < np.int16(2 * tall) else slanted
            sectors[i, j] = np.uint8(0) if np.int16(5 * tall) < np.int16(2 * wide) else steep


def gradient_oracle(x):
    gx, gy = (scipy.ndimage.sobel(x.astype(int), axis) for axis in (1, 0))
    sectors = np.where((gx < 0) == (gy < 0), 1, 3)
    sectors[5 * abs(gx) < 2 * abs(gy)] = 2
    sectors[5 * abs(gy) < 2 * abs(gx)] = 0
    return abs(gx) + abs(gy), sectors


def suppress(m, sectors):
    s = sectors[0, 0]
    if s == 0:
        a, b = m[0, -1], m[0, 1]
    elif s == 1:
        a, b = m[-1, -1], m[1, 1]
    elif s == 2:
        a, b = m[-1, 0], m[1, 0]
    else:
        a, b = m[-1, 1], m[1, -1]
    return m[0, 0] if m[0, 0] > a and m[0, 0] >= b else 0


@parallel
def suppress_loops(m, sectors, out):
    """All neighbours are read and compared before one is taken, in 16 bits, so that the loop vectorises."""
    for i in numba.prange(1, m.shape[0] - 1):
        above, row, below, s, target = m[i - 1], m[i], m[i + 1], sectors[i], out[i]
        for j in range(1, m.shape[1] - 1):
            here, t = row[j], np.int16(s[j])
            keep0 = np.int16((here > row[j - 1]) & (here >= row[j + 1]) & (t == np.int16(0)))
            keep1 = np.int16((here > above[j - 1]) & (here >= below[j + 1]) & (t == np.int16(1)))
            keep2 = np.int16((here > above[j]) & (here >= below[j]) & (t == np.int16(2)))
            keep3 = np.int16((here > above[j + 1]) & (here >= below[j - 1]) & (t == np.int16(3)))
            target[j] = np.int16(here * np.int16(keep0 | keep1 | keep2 | keep3))


def suppress_oracle(m, sectors):
    steps = [(0, 1), (1, 1), (1, 0), (1, -1)]
    before = np.choose(sectors, [at(m, -i, -j) for i, j in steps])
    after = np.choose(sectors, [at(m, i, j) for i, j in steps])
    return np.where((m > before) & (m >= after), m, 0)


def suppress_inputs(random, shape):
    return random.integers(0, 2041, shape).astype("int16"), random.integers(0, 4, shape).astype("uint8")


def thresholds(m, low, high):
    strongest = m[0, 0]
    for i in range(-1, 2):
        for j in range(-1, 2):
            strongest = max(strongest, m[i, j])
    return 255 if m[0, 0] >= low and strongest >= high else 0


@parallel
def thresholds_loops(m, low, high, out):
    for i in numba.prange(1, m.shape[0] - 1):
        for j in range(1, m.shape[1] - 1):
            strongest = m[i, j]
            for k in range(i - 1, i + 2):
                strongest = max(strongest, max(m[k, j - 1], max(m[k, j], m[k, j + 1])))
            out[i, j] = 255 if m[i, j] >= low and strongest >= high else 0


def thresholds_oracle(m, low, high):
    return np.where((m >= low) & (scipy.ndimage.maximum_filter(m, 3) >= high), 255, 0)


CASES = (
    Case("canny smoothing u8", smooth, smooth_loops, lambda x: scipy.ndimage.correlate(x.astype(int), WEIGHTS) // 159,
         images("uint8"), around(2), ("uint8",)),
    Case("canny gradient u8", gradient, gradient_loops, gradient_oracle, images("uint8"), around(1), ("int16", "uint8")),
    Case("canny suppression i16", suppress, suppress_loops, suppress_oracle, suppress_inputs, around(1), ("int16",)),
    Case("canny thresholds i16", thresholds, thresholds_loops, thresholds_oracle,
         lambda random, shape: (random.integers(0, 2041, shape).astype("int16"), 700, 1900), around(1), ("uint8",)),
)  # fmt: skip
