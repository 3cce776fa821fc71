# run: lower int32 float32
import math
import numpy as np
import nearfield as nf


@nf.jit
def f(n, x):
    return math.sqrt(n), np.sqrt(n), np.sqrt(x), math.floor(x), math.hypot(n, x), math.asinh(n), np.arccosh(x), np.logaddexp(n, x), math.nextafter(x, n), math.isnan(x), round(x), max(n, x, 1)
# ---- expect (./dev test --update)
# source 0 "math_functions.py"
#
# func @f(n: int32, x: float32) -> float64, float64, float32, int64, float64, float64, float32, float32, float64, bool, int64, float64 {
#   %0 = param 0 : int32
#   %1 = param 1 : float32
#   %2 = cast %0 : float64
#   %3 = sqrt %2 : float64
#   %4 = cast %0 : float64
#   %5 = sqrt %4 : float64
#   %6 = sqrt %1 : float32
#   %7 = floor %1 : float32
#   %8 = cast %7 : int64
#   %9 = cast %0 : float64
#   %10 = cast %1 : float64
#   %11 = hypot %9, %10 : float64
#   %12 = cast %0 : float64
#   %13 = asinh %12 : float64
#   %14 = acosh %1 : float32
#   %15 = cast %0 : float32
#   %16 = logaddexp %15, %1 : float32
#   %17 = cast %1 : float64
#   %18 = cast %0 : float64
#   %19 = nextafter %17, %18 : float64
#   %20 = isnan %1 : bool
#   %21 = round %1 : float32
#   %22 = cast %21 : int64
#   %23 = const 1 : int64
#   %24 = cast %0 : float64
#   %25 = cast %1 : float64
#   %26 = max %24, %25 : float64
#   %27 = cast %23 : float64
#   %28 = max %26, %27 : float64
#   return %3, %5, %6, %8, %11, %13, %14, %16, %19, %20, %22, %28
# }
