"""General loops: addarr and the pixel graph of a skeleton, against CPython and Numba."""

import time

import numba
import numpy as np
import skimage.data
import skimage.morphology

import nearfield as nf
from measure import Table, interleaved


def addarr(x, y):
    result = np.zeros_like(x)
    for i in range(x.size):
        result[i] = x[i] + y[i]
    return result


def skeleton():
    """Labels of the pixels of a real skeleton (the horse of scikit-image), padded, flat; and the steps to neighbours."""
    image = skimage.morphology.skeletonize(~skimage.data.horse())
    image = np.pad(np.tile(image, (3, 3)), 1)
    labels = np.zeros(image.shape, np.int32)
    labels[image] = np.arange(1, image.sum() + 1)
    width = image.shape[1]
    around = np.array([-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1])
    return labels.ravel(), around


LABELS, steps = skeleton()


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


def python_seconds(function, *args):
    """One run under CPython."""
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


def run():
    """Prints the table and returns it."""
    table = Table("general loops", ["python", "numba"])
    for name in ("float64", "uint8"):
        x = (np.arange(1_000_000) % 100).astype(name)
        ours, theirs = nf.jit(addarr), numba.njit(addarr)
        assert np.array_equal(ours(x, x), theirs(x, x))
        times = interleaved({"nearfield": lambda: ours(x, x), "numba": lambda: theirs(x, x)})
        times["python"] = python_seconds(addarr, x[:100_000], x[:100_000]) * 10
        table.row(f"addarr 10^6 {name}", times)
    size = 8 * int((LABELS != 0).sum())
    row, col = np.zeros(size, np.int32), np.zeros(size, np.int32)
    ours, theirs = nf.jit(build_graph), numba.njit(build_graph)
    ours(LABELS, steps, row, col)
    expected = np.zeros((2, size), np.int32)
    theirs(LABELS, steps, *expected)
    assert np.array_equal(expected, [row, col])
    times = interleaved({
        "nearfield": lambda: ours(LABELS, steps, row, col),
        "numba": lambda: theirs(LABELS, steps, row, col),
    })
    times["python"] = python_seconds(build_graph, LABELS, steps, row, col)
    table.row(f"build_graph {LABELS.size} pixels", times)
    return [table]


if __name__ == "__main__":
    run()
