# run: types int32[::1] int64[::1] int32[::1] int32[::1]
import numpy as np
import nearfield as nf

steps = np.array([-5, -4, -1, 1, 4, 5])


@nf.jit
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
