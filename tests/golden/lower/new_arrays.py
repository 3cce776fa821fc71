# run: lower int64 uint8[:, :]
import numpy as np
import nearfield as nf


@nf.jit
def f(n, x):
    a = np.zeros(n)
    b = np.full((n, 2), 7, dtype=np.uint8)
    c = np.ones_like(x, dtype=x.dtype)
    c[:] = x
    return a, b, c
# ---- expect (./dev test --update)
# source 0 "new_arrays.py"
# site 1 ValueError "negative dimensions are not allowed" at 0 104..115
# site 2 ValueError "negative dimensions are not allowed" at 0 124..158
# site 3 ValueError "negative dimensions are not allowed" at 0 167..197
# site 4 ValueError "cannot assign an array of another shape: axis {0} has size {1}, wanted {2}" at 0 202..210
#
# func @f(n: int64, x: uint8[:, :]) -> float64[::1], uint8[:, ::1], uint8[:, ::1] {
#   %0 = param 0 : int64
#   %1 = param 1 : uint8[:, :]
#   %2 = alloc(%0) zero site 1 : float64[::1]
#   %3 = const 2 : int64
#   %4 = const 7 : int64
#   %5 = cast %4 : uint8
#   %6 = alloc(%0, %3) site 2 : uint8[:, ::1]
#   copy %6, %5
#   %8 = dim %1, 0 : int64
#   %9 = dim %1, 1 : int64
#   %10 = const 1 : uint8
#   %11 = alloc(%8, %9) site 3 : uint8[:, ::1]
#   copy %11, %10
#   copy %11, %1 site 4
#   return %2, %6, %11
# }
