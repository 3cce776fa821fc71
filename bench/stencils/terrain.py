"""Maps from elevation models.

slope and aspect: Horn, "Hill shading and the reflectance map", 1981, in degrees; aspect as a compass has it. hillshade: the
cosine of the light's angle by slope and aspect, as GDAL's `gdaldem` and xarray-spatial compute it.
"""

import math

import numba
import numpy as np
import scipy.ndimage

from .case import Case, around, fields, parallel

F32 = np.float32
EIGHT, TWO = F32(8), F32(2)
DEGREES = F32(180 / math.pi)


def slope(z, cell):
    gx = ((z[-1, 1] + TWO * z[0, 1] + z[1, 1]) - (z[-1, -1] + TWO * z[0, -1] + z[1, -1])) / (EIGHT * cell)
    gy = ((z[1, -1] + TWO * z[1, 0] + z[1, 1]) - (z[-1, -1] + TWO * z[-1, 0] + z[-1, 1])) / (EIGHT * cell)
    return np.arctan(np.sqrt(gx * gx + gy * gy)) * DEGREES


@parallel
def slope_loops(z, cell, out):
    for i in numba.prange(1, z.shape[0] - 1):
        for j in range(1, z.shape[1] - 1):
            gx = ((z[i - 1, j + 1] + TWO * z[i, j + 1] + z[i + 1, j + 1])
                  - (z[i - 1, j - 1] + TWO * z[i, j - 1] + z[i + 1, j - 1])) / (EIGHT * cell)  # fmt: skip
            gy = ((z[i + 1, j - 1] + TWO * z[i + 1, j] + z[i + 1, j + 1])
                  - (z[i - 1, j - 1] + TWO * z[i - 1, j] + z[i - 1, j + 1])) / (EIGHT * cell)  # fmt: skip
            out[i, j] = np.arctan(np.sqrt(gx * gx + gy * gy)) * DEGREES


def gradients(z, cell):
    z = z.astype(np.float64)
    return scipy.ndimage.sobel(z, 1) / (8 * cell), scipy.ndimage.sobel(z, 0) / (8 * cell)


def aspect(z):
    gx = (z[-1, 1] + TWO * z[0, 1] + z[1, 1]) - (z[-1, -1] + TWO * z[0, -1] + z[1, -1])
    gy = (z[1, -1] + TWO * z[1, 0] + z[1, 1]) - (z[-1, -1] + TWO * z[-1, 0] + z[-1, 1])
    if gx == 0 and gy == 0:
        return F32(-1)
    angle = np.arctan2(gy, -gx) * DEGREES
    return F32(90) - angle if angle <= 90 else F32(450) - angle


@parallel
def aspect_loops(z, out):
    for i in numba.prange(1, z.shape[0] - 1):
        for j in range(1, z.shape[1] - 1):
            gx = (z[i - 1, j + 1] + TWO * z[i, j + 1] + z[i + 1, j + 1]) - (z[i - 1, j - 1] + TWO * z[i, j - 1] + z[i + 1, j - 1])
            gy = (z[i + 1, j - 1] + TWO * z[i + 1, j] + z[i + 1, j + 1]) - (z[i - 1, j - 1] + TWO * z[i - 1, j] + z[i - 1, j + 1])
            angle = np.arctan2(gy, -gx) * DEGREES
            angle = F32(90) - angle if angle <= F32(90) else F32(450) - angle
            out[i, j] = F32(-1) if gx == 0 and gy == 0 else angle


def aspect_oracle(z):
    gx, gy = gradients(z, 1)
    angle = np.degrees(np.arctan2(gy, -gx))
    return np.where((gx == 0) & (gy == 0), -1, np.where(angle <= 90, 90 - angle, 450 - angle))


def hillshade(z, cell, height, azimuth):
    gx = ((z[-1, 1] + TWO * z[0, 1] + z[1, 1]) - (z[-1, -1] + TWO * z[0, -1] + z[1, -1])) / (EIGHT * cell)
    gy = ((z[1, -1] + TWO * z[1, 0] + z[1, 1]) - (z[-1, -1] + TWO * z[-1, 0] + z[-1, 1])) / (EIGHT * cell)
    steep = np.arctan(np.sqrt(gx * gx + gy * gy))
    facing = np.arctan2(gy, -gx)
    light = np.sin(height) * np.cos(steep) + np.cos(height) * np.sin(steep) * np.cos(azimuth - facing)
    return max(F32(255) * light, F32(0))


@parallel
def hillshade_loops(z, cell, height, azimuth, out):
    high, low = np.sin(height), np.cos(height)
    for i in numba.prange(1, z.shape[0] - 1):
        for j in range(1, z.shape[1] - 1):
            gx = ((z[i - 1, j + 1] + TWO * z[i, j + 1] + z[i + 1, j + 1])
                  - (z[i - 1, j - 1] + TWO * z[i, j - 1] + z[i + 1, j - 1])) / (EIGHT * cell)  # fmt: skip
            gy = ((z[i + 1, j - 1] + TWO * z[i + 1, j] + z[i + 1, j + 1])
                  - (z[i - 1, j - 1] + TWO * z[i - 1, j] + z[i - 1, j + 1])) / (EIGHT * cell)  # fmt: skip
            steep = np.arctan(np.sqrt(gx * gx + gy * gy))
            light = high * np.cos(steep) + low * np.sin(steep) * np.cos(azimuth - np.arctan2(gy, -gx))
            out[i, j] = max(F32(255) * light, F32(0))


def hillshade_oracle(z, cell, height, azimuth):
    gx, gy = gradients(z, cell)
    steep, facing = np.arctan(np.hypot(gx, gy)), np.arctan2(gy, -gx)
    height, azimuth = float(height), float(azimuth)
    return 255 * np.maximum(np.sin(height) * np.cos(steep) + np.cos(height) * np.sin(steep) * np.cos(azimuth - facing), 0)


CASES = (
    Case("slope f32", slope, slope_loops, lambda z, cell: np.degrees(np.arctan(np.hypot(*gradients(z, cell)))),
         fields(F32, 1, F32(0.5)), around(1), ("float32",), 1e-5),
    Case("aspect f32", aspect, aspect_loops, aspect_oracle, fields(F32), around(1), ("float32",), 1e-4),
    Case("hillshade f32", hillshade, hillshade_loops, hillshade_oracle,
         fields(F32, 1, F32(0.5), F32(math.pi / 4), F32(3 * math.pi / 4)), around(1), ("float32",), 1e-5),
)  # fmt: skip
