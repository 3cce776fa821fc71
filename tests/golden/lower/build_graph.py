# run: lower int32[::1] int64[::1] int32[::1] int32[::1]
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
# source 0 "build_graph.py"
# site 1 ValueError "zero-size array to reduction operation maximum which has no identity" at 0 226..253
# site 2 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 349..366
# site 3 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 468..493
# site 4 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 541..554
# site 5 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 575..588
# constant 0 int64[6] = -5, -4, -1, 1, 4, 5
#
# func @build_graph(labeled_pixels: int32[::1], steps_to_neighbours: int64[::1], row: int32[::1], col: int32[::1]) {
#   %10 = slot : int64
#   %0 = param 0 : int32[::1]
#   %1 = param 1 : int64[::1]
#   %2 = param 2 : int32[::1]
#   %3 = param 3 : int32[::1]
#   %4 = reduce max %1 site 1 : int64
#   %5 = dim %0, 0 : int64
#   %6 = sub %5, %4 : int64
#   %7 = const 0 : int64
#   %8 = const 1 : int64
#   set %10, %7
#   for %9 = %4 to %6 step %8 {
#     %12 = load %0[%9] wrap check site 2 : int32
#     %13 = const 0 : int64
#     %14 = cast %12 : int64
#     %15 = ne %14, %13 : bool
#     if %15 {
#       %16 = global 0 : readonly int64[::1]
#       %17 = dim %16, 0 : int64
#       %18 = const 0 : int64
#       %19 = const 1 : int64
#       for %20 = %18 to %17 step %19 {
#         %21 = load %16[%20] : int64
#         %22 = add %9, %21 : int64
#         %23 = load %0[%22] wrap check site 3 : int32
#         %24 = const 0 : int64
#         %25 = cast %23 : int64
#         %26 = ne %25, %24 : bool
#         if %26 {
#           %27 = get %10 : int64
#           store %12, %2[%27] wrap check site 4
#           %29 = get %10 : int64
#           store %23, %3[%29] wrap check site 5
#           %31 = get %10 : int64
#           %32 = const 1 : int64
#           %33 = add %31, %32 : int64
#           set %10, %33
#         }
#       }
#     }
#   }
# }
