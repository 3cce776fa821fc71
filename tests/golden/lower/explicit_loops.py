# run: lower int8[:, ::1]
import numpy as np
import nearfield as nf


@nf.jit
def smooth(x):
    out = np.zeros_like(x)
    for i in range(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            out[i, j] = (x[i - 1, j] + x[i, j] + x[i + 1, j]) // 3
    return out
# ---- expect (./dev test --update)
# source 0 "explicit_loops.py"
# site 1 ValueError "negative dimensions are not allowed" at 0 103..119
# site 2 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 227..238
# site 3 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 241..248
# site 4 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 251..262
# site 5 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 214..268
#
# func @smooth(x: int8[:, ::1]) -> int8[:, ::1] {
#   %0 = param 0 : int8[:, ::1]
#   %1 = dim %0, 0 : int64
#   %2 = dim %0, 1 : int64
#   %3 = alloc(%1, %2) zero site 1 : int8[:, ::1]
#   %4 = const 1 : int64
#   %5 = dim %0, 0 : int64
#   %6 = const 1 : int64
#   %7 = sub %5, %6 : int64
#   %8 = const 1 : int64
#   for %9 = %4 to %7 step %8 {
#     %10 = const 1 : int64
#     %11 = dim %0, 1 : int64
#     %12 = const 1 : int64
#     %13 = sub %11, %12 : int64
#     %14 = const 1 : int64
#     for %15 = %10 to %13 step %14 {
#       %16 = const 1 : int64
#       %17 = sub %9, %16 : int64
#       %18 = load %0[%17, %15] wrap check site 2 : int8
#       %19 = load %0[%9, %15] wrap check site 3 : int8
#       %20 = cast %18 : int64
#       %21 = cast %19 : int64
#       %22 = add %20, %21 : int64
#       %23 = const 1 : int64
#       %24 = add %9, %23 : int64
#       %25 = load %0[%24, %15] wrap check site 4 : int8
#       %26 = cast %25 : int64
#       %27 = add %22, %26 : int64
#       %28 = const 3 : int64
#       %29 = floordiv %27, %28 : int64
#       %30 = cast %29 : int8
#       store %30, %3[%9, %15] wrap check site 5
#     }
#   }
#   return %3
# }
