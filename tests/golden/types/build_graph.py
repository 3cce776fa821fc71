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
# ---- expect (./dev test --update)
# build_graph(labeled_pixels: int32[::1], steps_to_neighbours: int64[::1], row: int32[::1], col: int32[::1]) -> none
#   start      int64  set at 10:5
#   end        int64  set at 11:5
#   elem.1     int64  set at 12:5
#   elem.2     int64  merged at 13:5 from elem.1, elem.6
#   k          int64  set at 13:9
#   i          int32  set at 14:9
#   elem.3     int64  merged at 16:13 from elem.2, elem.5
#   s          int64  set at 16:17
#   neighbour  int64  set at 17:17
#   j          int32  set at 18:17
#   elem.4     int64  set at 22:21
#   elem.5     int64  merged at 19:17 from elem.4, elem.3
#   elem.6     int64  merged at 15:9 from elem.3, elem.2
