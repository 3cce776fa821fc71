# run: lower float64[::1]
import numpy as np
import nearfield as nf


@nf.jit
def f(x, out=None, scale=2):
    if out is None:
        out = np.empty_like(x)
    for i in range(x.size):
        out[i] = x[i] * scale
    return out
# ---- expect (./dev test --update)
# source 0 "default_of_none.py"
# site 1 ValueError "negative dimensions are not allowed" at 0 141..157
# site 2 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 203..207
# site 3 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 194..215
#
# func @f(x: float64[::1]) -> float64[::1] {
#   %3 = slot : float64[::1]
#   %0 = param 0 : float64[::1]
#   %1 = dim %0, 0 : int64
#   %2 = alloc(%1) site 1 : float64[::1]
#   set %3, %2
#   %5 = const 0 : int64
#   %6 = dim %0, 0 : int64
#   %7 = const 1 : int64
#   for %8 = %5 to %6 step %7 {
#     %9 = load %0[%8] wrap check site 2 : float64
#     %10 = const 2 : int64
#     %11 = cast %10 : float64
#     %12 = mul %9, %11 : float64
#     %13 = get %3 : float64[::1]
#     store %12, %13[%8] wrap check site 3
#   }
#   %16 = get %3 : float64[::1]
#   return %16
# }
