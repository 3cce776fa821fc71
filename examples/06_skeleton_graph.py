"""The pixel graph of a skeleton: a general loop that is no stencil, then SciPy, NetworkX and three pictures."""

import matplotlib
import networkx as nx
import numpy as np
from scipy import sparse
from skimage import data, morphology

import nearfield as nf

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


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


image = np.pad(~data.horse(), 1)
skeleton = morphology.skeletonize(image)
width = skeleton.shape[1]
steps = np.array([dy * width + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0)])

labels = np.zeros(skeleton.shape, "int32")
labels[skeleton] = np.arange(1, skeleton.sum() + 1)
row, col = np.zeros(8 * skeleton.sum(), "int32"), np.zeros(8 * skeleton.sum(), "int32")

build_graph_nf = nf.jit(build_graph)  # `steps` is a constant of the compiled code
build_graph_nf(labels.ravel(), steps, row, col)

slow_row, slow_col = np.zeros_like(row), np.zeros_like(col)
build_graph(labels.ravel(), steps, slow_row, slow_col)
assert np.array_equal(row, slow_row) and np.array_equal(col, slow_col)

edges = row != 0
graph = sparse.coo_matrix((np.ones(edges.sum()), (row[edges], col[edges]))).tocsr()
pixels = nx.from_scipy_sparse_array(graph[1:, 1:])
ends = [node for node, degree in pixels.degree if degree == 1]
print(f"{pixels.number_of_nodes()} pixels, {pixels.number_of_edges()} edges, {len(ends)} ends")
assert nx.number_connected_components(pixels) == 1

figure, axes = plt.subplots(1, 3, figsize=(12, 4))
places = {node: (x, -y) for node, (y, x) in enumerate(np.argwhere(skeleton))}
axes[0].imshow(image)
axes[1].imshow(skeleton)
nx.draw(pixels, places, ax=axes[2], node_size=[20 if node in ends else 1 for node in pixels])
figure.savefig("skeleton.png")
