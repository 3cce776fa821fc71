# run: lower float64[::1] float64[::1]
import numpy as np
import nearfield as nf


@nf.jit
def addarr(x, y):
    result = np.zeros_like(x)
    for i in range(x.size):
        result[i] = x[i] + y[i]
    return result
# ---- expect (./dev test --update)
# source 0 "addarr.py"
# site 1 ValueError "negative dimensions are not allowed" at 0 122..138
# site 2 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 187..191
# site 3 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 194..198
# site 4 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 175..198
#
# func @addarr(x: float64[::1], y: float64[::1]) -> float64[::1] {
#   %0 = param 0 : float64[::1]
#   %1 = param 1 : float64[::1]
#   %2 = dim %0, 0 : int64
#   %3 = alloc(%2) zero site 1 : float64[::1]
#   %4 = const 0 : int64
#   %5 = dim %0, 0 : int64
#   %6 = const 1 : int64
#   for %7 = %4 to %5 step %6 {
#     %8 = load %0[%7] wrap check site 2 : float64
#     %9 = load %1[%7] wrap check site 3 : float64
#     %10 = add %8, %9 : float64
#     store %10, %3[%7] wrap check site 4
#   }
#   return %3
# }
