"""Time steps of partial differential equations by finite differences, and a cellular automaton.

heat: explicit Euler; wave: leapfrog (Courant, Friedrichs and Lewy, 1928). jacobi: one sweep for Poisson's equation.
gray-scott: Pearson, "Complex patterns in a simple system", 1993, two outputs. advection: first-order upwind (Courant, Isaacson
and Rees, 1952). burgers: Lax, 1954. life: Gardner on Conway's game, 1970.
"""

import numba
import numpy as np
import scipy.ndimage

from .case import BLOCK, Case, around, at, fields, images, parallel

F32 = np.float32
TWO, FOUR, SIX, SIXTH = F32(2), F32(4), F32(6), F32(1 / 6)


def laplacian(x):
    return scipy.ndimage.laplace(x.astype(np.float64))


def heat2(u, a):
    return u[0, 0] + a * (u[-1, 0] + u[1, 0] + u[0, -1] + u[0, 1] - 4 * u[0, 0])


@parallel
def heat2_loops(u, a, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            out[i, j] = u[i, j] + a * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4 * u[i, j])


def heat3(u, a):
    return u[0, 0, 0] + a * (
        u[-1, 0, 0] + u[1, 0, 0] + u[0, -1, 0] + u[0, 1, 0] + u[0, 0, -1] + u[0, 0, 1] - SIX * u[0, 0, 0]
    )


@parallel
def heat3_loops(u, a, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            for k in range(1, u.shape[2] - 1):
                out[i, j, k] = u[i, j, k] + a * (
                    u[i - 1, j, k] + u[i + 1, j, k] + u[i, j - 1, k] + u[i, j + 1, k]
                    + u[i, j, k - 1] + u[i, j, k + 1] - SIX * u[i, j, k]
                )  # fmt: skip


def wave2(u, before, c):
    return 2 * u[0, 0] - before[0, 0] + c * (u[-1, 0] + u[1, 0] + u[0, -1] + u[0, 1] - 4 * u[0, 0])


@parallel
def wave2_loops(u, before, c, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            around_it = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1]
            out[i, j] = 2 * u[i, j] - before[i, j] + c * (around_it - 4 * u[i, j])


def wave3(u, before, c):
    return TWO * u[0, 0, 0] - before[0, 0, 0] + c * (
        u[-1, 0, 0] + u[1, 0, 0] + u[0, -1, 0] + u[0, 1, 0] + u[0, 0, -1] + u[0, 0, 1] - SIX * u[0, 0, 0]
    )


@parallel
def wave3_loops(u, before, c, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            for k in range(1, u.shape[2] - 1):
                out[i, j, k] = TWO * u[i, j, k] - before[i, j, k] + c * (
                    u[i - 1, j, k] + u[i + 1, j, k] + u[i, j - 1, k] + u[i, j + 1, k]
                    + u[i, j, k - 1] + u[i, j, k + 1] - SIX * u[i, j, k]
                )  # fmt: skip


def wave_oracle(u, before, c):
    return 2 * u.astype(np.float64) - before + c * laplacian(u)


def jacobi2(u, f, h2):
    return 0.25 * (u[-1, 0] + u[1, 0] + u[0, -1] + u[0, 1] - h2 * f[0, 0])


@parallel
def jacobi2_loops(u, f, h2, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            out[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - h2 * f[i, j])


def jacobi3(u, f, h2):
    return SIXTH * (
        u[-1, 0, 0] + u[1, 0, 0] + u[0, -1, 0] + u[0, 1, 0] + u[0, 0, -1] + u[0, 0, 1] - h2 * f[0, 0, 0]
    )


@parallel
def jacobi3_loops(u, f, h2, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            for k in range(1, u.shape[2] - 1):
                out[i, j, k] = SIXTH * (
                    u[i - 1, j, k] + u[i + 1, j, k] + u[i, j - 1, k] + u[i, j + 1, k]
                    + u[i, j, k - 1] + u[i, j, k + 1] - h2 * f[i, j, k]
                )  # fmt: skip


def jacobi_oracle(u, f, h2):
    faces = 2 * u.ndim
    u = u.astype(np.float64)
    return (laplacian(u) + faces * u - h2 * f) / faces


def gray_scott(u, v, du, dv, feed, kill):
    around_u = u[-1, 0] + u[1, 0] + u[0, -1] + u[0, 1] - FOUR * u[0, 0]
    around_v = v[-1, 0] + v[1, 0] + v[0, -1] + v[0, 1] - FOUR * v[0, 0]
    reaction = u[0, 0] * v[0, 0] * v[0, 0]
    next_u = u[0, 0] + du * around_u - reaction + feed * (np.float32(1) - u[0, 0])
    return next_u, v[0, 0] + dv * around_v + reaction - (feed + kill) * v[0, 0]


@parallel
def gray_scott_loops(u, v, du, dv, feed, kill, next_u, next_v):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            a, b = u[i, j], v[i, j]
            around_a = u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - FOUR * a
            around_b = v[i - 1, j] + v[i + 1, j] + v[i, j - 1] + v[i, j + 1] - FOUR * b
            reaction = a * b * b
            next_u[i, j] = a + du * around_a - reaction + feed * (np.float32(1) - a)
            next_v[i, j] = b + dv * around_b + reaction - (feed + kill) * b


def gray_scott_oracle(u, v, du, dv, feed, kill):
    u, v = u.astype(np.float64), v.astype(np.float64)
    return u + du * laplacian(u) - u * v * v + feed * (1 - u), v + dv * laplacian(v) + u * v * v - (feed + kill) * v


def advection(u, vx, vy, step):
    a, b = vx[0, 0], vy[0, 0]
    if a > 0:
        across = a * (u[0, 0] - u[0, -1])
    else:
        across = a * (u[0, 1] - u[0, 0])
    if b > 0:
        down = b * (u[0, 0] - u[-1, 0])
    else:
        down = b * (u[1, 0] - u[0, 0])
    return u[0, 0] - step * (across + down)


@parallel
def advection_loops(u, vx, vy, step, out):
    for i in numba.prange(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            a, b, here = vx[i, j], vy[i, j], u[i, j]
            across = here - u[i, j - 1] if a > 0 else u[i, j + 1] - here
            down = here - u[i - 1, j] if b > 0 else u[i + 1, j] - here
            out[i, j] = here - step * (a * across + b * down)


def advection_oracle(u, vx, vy, step):
    across = np.where(vx > 0, u - at(u, 0, -1), at(u, 0, 1) - u)
    down = np.where(vy > 0, u - at(u, -1, 0), at(u, 1, 0) - u)
    return u - step * (vx * across + vy * down)


def burgers(u, rate):
    return 0.5 * (u[-1] + u[1]) - rate * (u[1] * u[1] - u[-1] * u[-1])


@parallel
def burgers_loops(u, rate, out):
    for block in numba.prange((u.shape[0] + BLOCK - 1) // BLOCK):
        first, last = max(1, block * BLOCK), min(u.shape[0] - 1, (block + 1) * BLOCK)
        before, after, target = u[first - 1 :], u[first + 1 :], out[first:]
        for i in range(last - first):
            target[i] = 0.5 * (before[i] + after[i]) - rate * (after[i] * after[i] - before[i] * before[i])


def burgers_oracle(u, rate):
    return 0.5 * (at(u, -1) + at(u, 1)) - rate * (at(u, 1) ** 2 - at(u, -1) ** 2)


def life(x):
    neighbours = x[-1, -1] + x[-1, 0] + x[-1, 1] + x[0, -1] + x[0, 1] + x[1, -1] + x[1, 0] + x[1, 1]
    return 1 if neighbours == 3 or (x[0, 0] == 1 and neighbours == 2) else 0


@parallel
def life_loops(x, out):
    for i in numba.prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            neighbours = np.uint8(
                x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1] + x[i, j - 1]
                + x[i, j + 1] + x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]
            )  # fmt: skip
            out[i, j] = np.uint8(neighbours | x[i, j]) == np.uint8(3)


def life_oracle(x):
    neighbours = scipy.ndimage.convolve(x, np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], "uint8"))
    return (neighbours == 3) | ((x == 1) & (neighbours == 2))


F64 = np.float64
CASES = (
    Case("heat 2-D f64", heat2, heat2_loops, lambda u, a: u + a * laplacian(u), fields(F64, 1, 0.2), around(1), ("float64",), 1e-14),
    Case("heat 3-D f32", heat3, heat3_loops, lambda u, a: u + a * laplacian(u),
         fields(F32, 1, F32(0.1)), around(1, 3), ("float32",), 1e-6),
    Case("wave 2-D f64", wave2, wave2_loops, wave_oracle, fields(F64, 2, 0.3), around(1), ("float64",), 1e-14),
    Case("wave 3-D f32", wave3, wave3_loops, wave_oracle, fields(F32, 2, F32(0.2)), around(1, 3), ("float32",), 1e-6),
    Case("jacobi 2-D f64", jacobi2, jacobi2_loops, jacobi_oracle, fields(F64, 2, 0.01), around(1), ("float64",), 1e-14),
    Case("jacobi 3-D f32", jacobi3, jacobi3_loops, jacobi_oracle, fields(F32, 2, F32(0.01)), around(1, 3), ("float32",), 1e-6),
    Case("gray-scott f32", gray_scott, gray_scott_loops, gray_scott_oracle,
         fields(F32, 2, F32(0.16), F32(0.08), F32(0.035), F32(0.06)), around(1), ("float32", "float32"), 1e-6),
    Case("advection upwind f64", advection, advection_loops, advection_oracle, fields(F64, 3, 0.1), around(1), ("float64",), 1e-14),
    Case("burgers 1-D f64", burgers, burgers_loops, burgers_oracle, fields(F64, 1, 0.05), around(1, 1), ("float64",), 1e-14),
    Case("game of life u8", life, life_loops, life_oracle, images("uint8", 0, 2), around(1), ("uint8",)),
)  # fmt: skip
