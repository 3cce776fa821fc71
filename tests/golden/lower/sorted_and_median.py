# run: lower uint8 uint8 float32
import numpy as np
import nearfield as nf


@nf.jit
def f(a, b, x):
    return sorted([b, a, 7])[1], np.median((x, a))
# ---- expect (./dev test --update)
# source 0 "sorted_and_median.py"
#
# func @f(a: uint8, b: uint8, x: float32) -> int64, float64 {
#   %0 = param 0 : uint8
#   %1 = param 1 : uint8
#   %2 = param 2 : float32
#   %3 = const 7 : int64
#   %4 = cast %1 : int64
#   %5 = cast %0 : int64
#   %6 = min %4, %3 : int64
#   %7 = max %3, %4 : int64
#   %8 = min %6, %5 : int64
#   %9 = max %5, %6 : int64
#   %10 = min %9, %7 : int64
#   %11 = max %7, %9 : int64
#   %12 = cast %0 : float32
#   %13 = min %2, %12 : float32
#   %14 = max %12, %2 : float32
#   %15 = cast %14 : float64
#   %16 = min %2, %12 : float32
#   %17 = max %12, %2 : float32
#   %18 = cast %16 : float64
#   %19 = const 2.0 : float64
#   %20 = add %18, %15 : float64
#   %21 = div %20, %19 : float64
#   %22 = ne %2, %2 : bool
#   %23 = ne %12, %12 : bool
#   %24 = or %22, %23 : bool
#   %25 = const nan : float64
#   %26 = select %24, %25, %21 : float64
#   return %10, %26
# }
