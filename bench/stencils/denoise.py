"""Denoising that looks at values as well as places.

bilateral: Tomasi and Manduchi, "Bilateral filtering for gray and color images", 1998. non-local means: Buades, Coll and Morel, "A
non-local algorithm for image denoising", 2005, patches of 3x3 in a window of 5x5. total variation: one step of the flow of
Rudin, Osher and Fatemi, 1992, with a smoothed norm. diffusion: Perona and Malik, "Scale-space and edge detection using
anisotropic diffusion", 1990, their first conductance.
"""

import math

import numba
import numpy as np

from .case import Case, around, at, fields, parallel

ZERO, ONE, TWO = np.float32(0), np.float32(1), np.float32(2)
SPACE = np.exp(-np.add.outer(np.arange(-2, 3) ** 2, np.arange(-2, 3) ** 2) / 8).astype(np.float32)


def bilateral(x, slope):
    total = ZERO
    weights = ZERO
    for i in range(-2, 3):
        for j in range(-2, 3):
            d = x[i, j] - x[0, 0]
            w = SPACE[i + 2, j + 2] * np.exp(slope * d * d)
            total += w * x[i, j]
            weights += w
    return total / weights


@parallel
def bilateral_loops(x, slope, out):
    for i in numba.prange(2, x.shape[0] - 2):
        for j in range(2, x.shape[1] - 2):
            total = ZERO
            weights = ZERO
            for k in range(5):
                for m in range(5):
                    d = x[i + k - 2, j + m - 2] - x[i, j]
                    w = SPACE[k, m] * np.exp(slope * d * d)
                    total += w * x[i + k - 2, j + m - 2]
                    weights += w
            out[i, j] = total / weights


def bilateral_oracle(x, slope):
    x = x.astype(np.float64)
    weights = {(i, j): SPACE[i + 2, j + 2] * np.exp(slope * (at(x, i, j) - x) ** 2) for i in range(-2, 3) for j in range(-2, 3)}
    return sum(w * at(x, *offset) for offset, w in weights.items()) / sum(weights.values())


def nonlocal_means(x, slope):
    total = ZERO
    weights = ZERO
    for i in range(-2, 3):
        for j in range(-2, 3):
            distance = ZERO
            for k in range(-1, 2):
                for m in range(-1, 2):
                    d = x[i + k, j + m] - x[k, m]
                    distance += d * d
            w = np.exp(slope * distance)
            total += w * x[i, j]
            weights += w
    return total / weights


@parallel
def nonlocal_means_loops(x, slope, out):
    for i in numba.prange(3, x.shape[0] - 3):
        for j in range(3, x.shape[1] - 3):
            total = ZERO
            weights = ZERO
            for a in range(i - 2, i + 3):
                for b in range(j - 2, j + 3):
                    distance = ZERO
                    for k in range(-1, 2):
                        for m in range(-1, 2):
                            d = x[a + k, b + m] - x[i + k, j + m]
                            distance += d * d
                    w = np.exp(slope * distance)
                    total += w * x[a, b]
                    weights += w
            out[i, j] = total / weights


def nonlocal_means_oracle(x, slope):
    x = x.astype(np.float64)
    total = weights = 0
    for i in range(-2, 3):
        for j in range(-2, 3):
            squares = (at(x, i, j) - x) ** 2
            w = np.exp(slope * sum(at(squares, k, m) for k in range(-1, 2) for m in range(-1, 2)))
            total = total + w * at(x, i, j)
            weights = weights + w
    return total / weights


def total_variation(u, f, step, fidelity, epsilon):
    ux = (u[0, 1] - u[0, -1]) / TWO
    uy = (u[1, 0] - u[-1, 0]) / TWO
    uxx = u[0, 1] - TWO * u[0, 0] + u[0, -1]
    uyy = u[1, 0] - TWO * u[0, 0] + u[-1, 0]
    uxy = (u[1, 1] - u[1, -1] - u[-1, 1] + u[-1, -1]) / np.float32(4)
    norm = ux * ux + uy * uy + epsilon
    curvature = (uxx * (uy * uy + epsilon) - TWO * ux * uy * uxy + uyy * (ux * ux + epsilon)) / (norm * math.sqrt(norm))
    return u[0, 0] + step * (curvature + fidelity * (f[0, 0] - u[0, 0]))


@parallel
def total_variation_loops(u, f, step, fidelity, epsilon, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            ux = (u[i, j + 1] - u[i, j - 1]) / TWO
            uy = (u[i + 1, j] - u[i - 1, j]) / TWO
            uxx = u[i, j + 1] - TWO * u[i, j] + u[i, j - 1]
            uyy = u[i + 1, j] - TWO * u[i, j] + u[i - 1, j]
            uxy = (u[i + 1, j + 1] - u[i + 1, j - 1] - u[i - 1, j + 1] + u[i - 1, j - 1]) / np.float32(4)
            norm = ux * ux + uy * uy + epsilon
            curvature = uxx * (uy * uy + epsilon) - TWO * ux * uy * uxy + uyy * (ux * ux + epsilon)
            out[i, j] = u[i, j] + step * (curvature / (norm * math.sqrt(norm)) + fidelity * (f[i, j] - u[i, j]))


def total_variation_oracle(u, f, step, fidelity, epsilon):
    u, f = u.astype(np.float64), f.astype(np.float64)
    ux, uy = (at(u, 0, 1) - at(u, 0, -1)) / 2, (at(u, 1, 0) - at(u, -1, 0)) / 2
    uxx, uyy = at(u, 0, 1) - 2 * u + at(u, 0, -1), at(u, 1, 0) - 2 * u + at(u, -1, 0)
    uxy = (at(u, 1, 1) - at(u, 1, -1) - at(u, -1, 1) + at(u, -1, -1)) / 4
    curvature = (uxx * (uy**2 + epsilon) - 2 * ux * uy * uxy + uyy * (ux**2 + epsilon)) / (ux**2 + uy**2 + epsilon) ** 1.5
    return u + step * (curvature + fidelity * (f - u))


def diffusion(x, rate, slope):
    north = x[-1, 0] - x[0, 0]
    south = x[1, 0] - x[0, 0]
    west = x[0, -1] - x[0, 0]
    east = x[0, 1] - x[0, 0]
    flow = (
        np.exp(slope * north * north) * north + np.exp(slope * south * south) * south
        + np.exp(slope * west * west) * west + np.exp(slope * east * east) * east
    )  # fmt: skip
    return x[0, 0] + rate * flow


@parallel
def diffusion_loops(x, rate, slope, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            here = x[i, j]
            north, south, west, east = x[i - 1, j] - here, x[i + 1, j] - here, x[i, j - 1] - here, x[i, j + 1] - here
            flow = (
                np.exp(slope * north * north) * north + np.exp(slope * south * south) * south
                + np.exp(slope * west * west) * west + np.exp(slope * east * east) * east
            )  # fmt: skip
            out[i, j] = here + rate * flow


def diffusion_oracle(x, rate, slope):
    x = x.astype(np.float64)
    steps = [at(x, *offset) - x for offset in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    return x + rate * sum(np.exp(slope * d * d) * d for d in steps)


F32 = np.float32
CASES = (
    Case("bilateral 5x5 f32", bilateral, bilateral_loops, bilateral_oracle, fields(F32, 1, F32(-8)), around(2), ("float32",), 1e-6),
    Case("non-local means f32", nonlocal_means, nonlocal_means_loops, nonlocal_means_oracle, fields(F32, 1, F32(-3)),
         around(3), ("float32",), 1e-6),
    Case("total variation step f32", total_variation, total_variation_loops, total_variation_oracle,
         fields(F32, 2, F32(0.1), F32(0.5), F32(0.01)), around(1), ("float32",), 1e-5),
    Case("perona-malik f32", diffusion, diffusion_loops, diffusion_oracle, fields(F32, 1, F32(0.2), F32(-4)),
         around(1), ("float32",), 1e-6),
)  # fmt: skip
