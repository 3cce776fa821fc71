"""Filters along one axis.

fir: a low-pass of 31 taps by the window method (Blackman and Tukey, 1958; `scipy.signal.firwin`), on floats and on 16-bit sound.
savitzky-golay: Savitzky and Golay, "Smoothing and differentiation of data by simplified least squares procedures", 1964, as
`scipy.signal.savgol_filter`.
"""

import numba
import numpy as np
import scipy.ndimage
import scipy.signal

from .case import BLOCK, Case, around, fields, images, parallel

TAPS = scipy.signal.firwin(31, 0.2).astype(np.float32)
FIXED = np.round(TAPS.astype(np.float64) * 32768).astype(np.int64)


def fir(x):
    total = np.float32(0)
    for k in range(-15, 16):
        total += TAPS[k + 15] * x[k]
    return total


@parallel
def fir_loops(x, out):
    """A block at a time for each tap, which vectorises."""
    for block in numba.prange((x.shape[0] + BLOCK - 1) // BLOCK):
        first, last = max(15, block * BLOCK), min(x.shape[0] - 15, (block + 1) * BLOCK)
        total = np.zeros(BLOCK, np.float32)
        for k in range(31):
            tap, source = TAPS[k], x[first + k - 15 :]
            for i in range(last - first):
                total[i] += tap * source[i]
        target = out[first:]
        for i in range(last - first):
            target[i] = total[i]


def fir_fixed(x):
    total = 0
    for k in range(-15, 16):
        total += FIXED[k + 15] * x[k]
    return total >> 15


@parallel
def fir_fixed_loops(x, out):
    for block in numba.prange((x.shape[0] + BLOCK - 1) // BLOCK):
        first, last = max(15, block * BLOCK), min(x.shape[0] - 15, (block + 1) * BLOCK)
        total = np.zeros(BLOCK, np.int32)
        for k in range(31):
            tap, source = np.int32(FIXED[k]), x[first + k - 15 :]
            for i in range(last - first):
                total[i] += tap * source[i]
        target = out[first:]
        for i in range(last - first):
            target[i] = total[i] >> 15


def savgol(x):
    return (-2 * (x[-3] + x[3]) + 3 * (x[-2] + x[2]) + 6 * (x[-1] + x[1]) + 7 * x[0]) / 21


@parallel
def savgol_loops(x, out):
    for block in numba.prange((x.shape[0] + BLOCK - 1) // BLOCK):
        first, last = max(3, block * BLOCK), min(x.shape[0] - 3, (block + 1) * BLOCK)
        y, target = x[first - 3 :], out[first:]
        for i in range(last - first):
            target[i] = (-2 * (y[i] + y[i + 6]) + 3 * (y[i + 1] + y[i + 5]) + 6 * (y[i + 2] + y[i + 4]) + 7 * y[i + 3]) / 21


CASES = (
    Case("fir 31 taps f32", fir, fir_loops, lambda x: scipy.ndimage.correlate1d(x.astype(np.float64), TAPS.astype(np.float64)),
         fields(np.float32), around(15, 1), ("float32",), 1e-5),
    Case("fir 31 taps i16", fir_fixed, fir_fixed_loops, lambda x: scipy.ndimage.correlate1d(x.astype(np.int64), FIXED) >> 15,
         images("int16", -20000, 20000), around(15, 1), ("int16",)),
    Case("savitzky-golay f64", savgol, savgol_loops, lambda x: scipy.signal.savgol_filter(x, 7, 2, mode="nearest"),
         fields(np.float64), around(3, 1), ("float64",), 1e-13),
)  # fmt: skip
