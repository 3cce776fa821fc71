"""Filters by order and grey morphology, as in `scipy.ndimage`.

median: the exchange network of Paeth, "Median finding on a 3x3 grid", Graphics Gems, 1990, as Smith gave it in 1996. rank: the
second smallest of nine. Erosion, dilation, gradient and top-hat: Serra, "Image analysis and mathematical morphology", 1982.
"""

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, images, parallel


def median3(x):
    a, b, c = x[-1, -1], x[-1, 0], x[-1, 1]
    d, e, f = x[0, -1], x[0, 0], x[0, 1]
    g, h, i = x[1, -1], x[1, 0], x[1, 1]
    b, c = min(b, c), max(b, c)
    e, f = min(e, f), max(e, f)
    h, i = min(h, i), max(h, i)
    a, b = min(a, b), max(a, b)
    d, e = min(d, e), max(d, e)
    g, h = min(g, h), max(g, h)
    b, c = min(b, c), max(b, c)
    e, f = min(e, f), max(e, f)
    h, i = min(h, i), max(h, i)
    d = max(a, d)
    f = min(f, i)
    e, h = min(e, h), max(e, h)
    g = max(d, g)
    e = min(max(b, e), h)
    c = min(c, f)
    e, c = min(e, c), max(e, c)
    return min(max(g, e), c)


@parallel
def median3_loops(x, out):
    for row in numba.prange(1, x.shape[0] - 1):
        for column in range(1, x.shape[1] - 1):
            a, b, c = x[row - 1, column - 1], x[row - 1, column], x[row - 1, column + 1]
            d, e, f = x[row, column - 1], x[row, column], x[row, column + 1]
            g, h, i = x[row + 1, column - 1], x[row + 1, column], x[row + 1, column + 1]
            b, c = min(b, c), max(b, c)
            e, f = min(e, f), max(e, f)
            h, i = min(h, i), max(h, i)
            a, b = min(a, b), max(a, b)
            d, e = min(d, e), max(d, e)
            g, h = min(g, h), max(g, h)
            b, c = min(b, c), max(b, c)
            e, f = min(e, f), max(e, f)
            h, i = min(h, i), max(h, i)
            g = max(max(a, d), g)
            e, h = min(e, h), max(e, h)
            e = min(max(b, e), h)
            c = min(c, min(f, i))
            out[row, column] = min(max(g, min(e, c)), max(e, c))


def minimum3(x):
    return min(
        x[-1, -1], x[-1, 0], x[-1, 1], x[0, -1], x[0, 0], x[0, 1], x[1, -1], x[1, 0], x[1, 1]
    )


@parallel
def minimum3_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            above = min(min(x[i - 1, j - 1], x[i - 1, j]), x[i - 1, j + 1])
            here = min(min(x[i, j - 1], x[i, j]), x[i, j + 1])
            below = min(min(x[i + 1, j - 1], x[i + 1, j]), x[i + 1, j + 1])
            out[i, j] = min(min(above, here), below)


def dilation7(x):
    best = x[0, 0]
    for i in range(-3, 4):
        for j in range(-3, 4):
            best = max(best, x[i, j])
    return best


@parallel
def dilation7_loops(x, out):
    """The largest of each column first, then along the row."""
    width = x.shape[1]
    for i in numba.prange(3, x.shape[0] - 3):
        row = np.empty(width, np.uint8)
        for j in range(width):
            above = max(max(x[i - 3, j], x[i - 2, j]), x[i - 1, j])
            row[j] = max(max(above, x[i, j]), max(max(x[i + 1, j], x[i + 2, j]), x[i + 3, j]))
        for j in range(3, width - 3):
            left = max(max(row[j - 3], row[j - 2]), row[j - 1])
            out[i, j] = max(max(left, row[j]), max(max(row[j + 1], row[j + 2]), row[j + 3]))


def rank3(x):
    first = x[0, 0]
    second = 255
    for i in range(-1, 2):
        for j in range(-1, 2):
            if i != 0 or j != 0:
                second = min(second, max(first, x[i, j]))
                first = min(first, x[i, j])
    return second


@parallel
def rank3_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            a, b, c = x[i - 1, j - 1], x[i - 1, j], x[i - 1, j + 1]
            d, e, f = x[i, j - 1], x[i, j], x[i, j + 1]
            g, h, k = x[i + 1, j - 1], x[i + 1, j], x[i + 1, j + 1]
            first, second = min(a, b), max(a, b)
            second, first = min(second, max(first, c)), min(first, c)
            second, first = min(second, max(first, d)), min(first, d)
            second, first = min(second, max(first, e)), min(first, e)
            second, first = min(second, max(first, f)), min(first, f)
            second, first = min(second, max(first, g)), min(first, g)
            second, first = min(second, max(first, h)), min(first, h)
            out[i, j] = min(second, max(first, k))


def morphological_gradient(x):
    low = high = x[0, 0]
    for i in range(-1, 2):
        for j in range(-1, 2):
            low = min(low, x[i, j])
            high = max(high, x[i, j])
    return high - low


@parallel
def morphological_gradient_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            low = high = x[i, j]
            for k in range(i - 1, i + 2):
                low = min(low, min(x[k, j - 1], min(x[k, j], x[k, j + 1])))
                high = max(high, max(x[k, j - 1], max(x[k, j], x[k, j + 1])))
            out[i, j] = high - low


def tophat(x, eroded):
    opened = eroded[0, 0]
    for i in range(-1, 2):
        for j in range(-1, 2):
            opened = max(opened, eroded[i, j])
    return x[0, 0] - opened


@parallel
def tophat_loops(x, eroded, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            opened = eroded[i, j]
            for k in range(i - 1, i + 2):
                opened = max(opened, max(eroded[k, j - 1], max(eroded[k, j], eroded[k, j + 1])))
            out[i, j] = x[i, j] - opened


def tophat_inputs(random, shape):
    x = random.integers(0, 256, shape).astype("uint8")
    return x, scipy.ndimage.grey_erosion(x, 3) if x.size else x


def erosion3d(x):
    return min(x[0, 0, 0], x[-1, 0, 0], x[1, 0, 0], x[0, -1, 0], x[0, 1, 0], x[0, 0, -1], x[0, 0, 1])


@parallel
def erosion3d_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            for k in range(1, x.shape[2] - 1):
                across = min(min(x[i - 1, j, k], x[i + 1, j, k]), min(x[i, j - 1, k], x[i, j + 1, k]))
                out[i, j, k] = min(across, min(x[i, j, k], min(x[i, j, k - 1], x[i, j, k + 1])))


def erosion3d_oracle(x):
    return scipy.ndimage.grey_erosion(x, footprint=scipy.ndimage.generate_binary_structure(3, 1))


CASES = (
    Case("median 3x3 u8", median3, median3_loops, lambda x: scipy.ndimage.median_filter(x, 3),
         images("uint8"), around(1), ("uint8",)),
    Case("minimum 3x3 i16", minimum3, minimum3_loops, lambda x: scipy.ndimage.minimum_filter(x, 3),
         images("int16", -32768, 32768), around(1), ("int16",)),
    Case("dilation 7x7 u8", dilation7, dilation7_loops, lambda x: scipy.ndimage.grey_dilation(x, 7),
         images("uint8"), around(3), ("uint8",)),
    Case("rank 3x3 u8", rank3, rank3_loops, lambda x: scipy.ndimage.rank_filter(x, 1, 3), images("uint8"), around(1), ("uint8",)),
    Case("morphological gradient u8", morphological_gradient, morphological_gradient_loops,
         lambda x: scipy.ndimage.morphological_gradient(x, 3), images("uint8"), around(1), ("uint8",)),
    Case("top-hat u8", tophat, tophat_loops, lambda x, eroded: x - scipy.ndimage.grey_dilation(eroded, 3).astype(int),
         tophat_inputs, around(1), ("uint8",)),
    Case("erosion 3-D i16", erosion3d, erosion3d_loops, erosion3d_oracle, images("int16", -1000, 3000), around(1, 3), ("int16",)),
)  # fmt: skip
