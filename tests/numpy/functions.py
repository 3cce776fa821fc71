"""The functions that the tests compile: plain Python, which is its own oracle under CPython and NumPy."""

import numpy as np


def mean3x3(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9  # fmt: skip


def loops(x, out):
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (x[i - 1, j - 1] + x[i - 1, j] + x[i - 1, j + 1] +
                         x[i, j - 1] + x[i, j] + x[i, j + 1] +
                         x[i + 1, j - 1] + x[i + 1, j] + x[i + 1, j + 1]) // 9  # fmt: skip


def addarr(x, y):
    result = np.zeros_like(x)
    for i in range(x.size):
        result[i] = x[i] + y[i]
    return result


steps = np.array([-7, -6, -5, -1, 1, 5, 6, 7])


def build_graph(labeled_pixels, steps_to_neighbours, row, col):
    start = np.max(steps_to_neighbours)
    end = len(labeled_pixels) - start
    elem = 0
    for k in range(start, end):
        i = labeled_pixels[k]
        if i != 0:
            for s in steps:
                neighbour = k + s
                j = labeled_pixels[neighbour]
                if j != 0:
                    row[elem] = i
                    col[elem] = j
                    elem += 1


def collatz(n):
    count = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        count += 1
    return count


def clipped_sum(x, low, high):
    total = 0.0
    for v in x:
        if v < low:
            total += low
        elif v > high:
            total += high
        else:
            total += v
    return total


class Relative:
    """An array read relative to a point, as a stencil reads it: integers as Python's, so that nothing wraps."""

    def __init__(self, array, point):
        self.array = array
        self.point = point

    def __getitem__(self, offsets):
        offsets = offsets if isinstance(offsets, tuple) else (offsets,)
        return self.array[tuple(p + o for p, o in zip(self.point, offsets))].item()


def apply_in_python(function, array, reach, dtype):
    """A stencil under CPython: `function` at every point that is `reach` away from the border, zero elsewhere."""
    out = np.zeros(array.shape, dtype)
    inner = [range(reach, n - reach) for n in array.shape]
    for point in np.ndindex(*[len(r) for r in inner]):
        at = tuple(r[i] for r, i in zip(inner, point))
        value = function(Relative(array, at))
        if np.dtype(dtype).kind in "iu":
            value = int(value) % 2**64  # integers wrap at 64 bits
            value = value - 2**64 if np.dtype(dtype).kind == "i" and value >= 2**63 else value
        out[at] = value
    return out
