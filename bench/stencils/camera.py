"""Camera images: colours from a mosaic, and halving steps by cubic convolution.

bayer: bilinear interpolation of the mosaic of Bayer's patent US3971065, 1976 (RGGB), three outputs; which colour a pixel has is
passed as an array. bicubic: Keys, "Cubic convolution interpolation for digital image processing", 1981, at half a sample.
"""

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, at, images, parallel

RED, GREEN_ON_RED, GREEN_ON_BLUE, BLUE = 0, 1, 2, 3


def bayer(x, colour):
    c = colour[0, 0]
    level, upright = (x[0, -1] + x[0, 1]) // 2, (x[-1, 0] + x[1, 0]) // 2
    cross = (x[-1, 0] + x[0, -1] + x[0, 1] + x[1, 0]) // 4
    corners = (x[-1, -1] + x[-1, 1] + x[1, -1] + x[1, 1]) // 4
    if c == RED:
        return x[0, 0], cross, corners
    if c == GREEN_ON_RED:
        return level, x[0, 0], upright
    if c == GREEN_ON_BLUE:
        return upright, x[0, 0], level
    return corners, cross, x[0, 0]


@parallel
def bayer_loops(x, colour, reds, greens, blues):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            c = colour[i, j]
            here = np.int32(x[i, j])
            level = np.int32(x[i, j - 1] + x[i, j + 1])
            upright = np.int32(x[i - 1, j] + x[i + 1, j])
            cross = (level + upright) // 4
            corners = np.int32(x[i - 1, j - 1] + x[i - 1, j + 1] + x[i + 1, j - 1] + x[i + 1, j + 1]) // 4
            reds[i, j] = here if c == 0 else (level // 2 if c == 1 else (upright // 2 if c == 2 else corners))
            greens[i, j] = here if c == 1 or c == 2 else cross
            blues[i, j] = here if c == 3 else (level // 2 if c == 2 else (upright // 2 if c == 1 else corners))


def bayer_oracle(x, colour):
    x = x.astype(np.int64)
    level, upright = at(x, 0, -1) + at(x, 0, 1), at(x, -1, 0) + at(x, 1, 0)
    corners = (at(level, -1, 0) + at(level, 1, 0)) // 4
    return (
        np.choose(colour, [x, level // 2, upright // 2, corners]),
        np.choose(colour, [(level + upright) // 4, x, x, (level + upright) // 4]),
        np.choose(colour, [corners, upright // 2, level // 2, x]),
    )


def bayer_inputs(random, shape):
    colour = 2 * (np.arange(shape[0])[:, None] % 2) + np.arange(shape[1]) % 2
    return random.integers(0, 4096, shape).astype("int16"), colour.astype("uint8")


def bicubic(x):
    a = 9 * (x[-1, 0] + x[-1, 1]) - (x[-1, -1] + x[-1, 2])
    b = 9 * (x[0, 0] + x[0, 1]) - (x[0, -1] + x[0, 2])
    c = 9 * (x[1, 0] + x[1, 1]) - (x[1, -1] + x[1, 2])
    d = 9 * (x[2, 0] + x[2, 1]) - (x[2, -1] + x[2, 2])
    return min(max((9 * (b + c) - (a + d) + 128) >> 8, 0), 255)


@parallel
def bicubic_loops(x, out):
    """Down the columns into a row, then along it."""
    width = x.shape[1]
    for i in numba.prange(1, x.shape[0] - 2):
        row = np.empty(width, np.int16)
        for j in range(width):
            row[j] = 9 * (np.int16(x[i, j]) + np.int16(x[i + 1, j])) - (np.int16(x[i - 1, j]) + np.int16(x[i + 2, j]))
        for j in range(1, width - 2):
            value = 9 * (np.int32(row[j]) + np.int32(row[j + 1])) - (np.int32(row[j - 1]) + np.int32(row[j + 2]))
            out[i, j] = min(max((value + 128) >> 8, 0), 255)


def bicubic_oracle(x):
    weights = np.pad(np.outer([-1, 9, 9, -1], [-1, 9, 9, -1]), ((1, 0), (1, 0)))
    return np.clip((scipy.ndimage.correlate(x.astype(np.int64), weights) + 128) >> 8, 0, 255)


CASES = (
    Case("bayer demosaic i16", bayer, bayer_loops, bayer_oracle, bayer_inputs, around(1), ("int16",) * 3),
    Case("bicubic half sample u8", bicubic, bicubic_loops, bicubic_oracle, images("uint8"), ((-1, 2), (-1, 2)), ("uint8",)),
)
