# run: lower uint8[:] float32[:]
import nearfield as nf


@nf.vectorize
def weighted(a, b):
    return a * b + 1


@nf.jit
def f(x, y):
    return weighted(x, y) + weighted(x, 2)
# ---- expect (./dev test --update)
# source 0 "ufunc_of_whole_arrays.py"
# site 1 ValueError "operands could not be broadcast together with shapes that have {1} and {2} elements along axis {0}" at 0 147..178
# site 2 ValueError "axis {0} of an array has size {1}, wanted {2}" at 0 147..178
#
# func @f(x: uint8[:], y: float32[:]) -> float64[::1] {
#   %0 = param 0 : uint8[:]
#   %1 = param 1 : float32[:]
#   %2 = const 2 : int64
#   %3 = broadcast %0 with (%1) site 1 : readonly uint8[:]
#   %4 = broadcast %1 with (%0) site 1 : readonly float32[:]
#   %5 = call 3(%3, %4) site 2 : float64[::1]
#   return %5
# }
#
# func @weighted(a: uint8, b: float32) -> float64 {
#   %0 = param 0 : uint8
#   %1 = param 1 : float32
#   %2 = cast %0 : float32
#   %3 = mul %2, %1 : float32
#   %4 = const 1 : int64
#   %5 = cast %3 : float64
#   %6 = cast %4 : float64
#   %7 = add %5, %6 : float64
#   return %7
# }
#
# func @weighted(a: uint8, b: int64) -> int64 {
#   %0 = param 0 : uint8
#   %1 = param 1 : int64
#   %2 = cast %0 : int64
#   %3 = mul %2, %1 : int64
#   %4 = const 1 : int64
#   %5 = add %3, %4 : int64
#   return %5
# }
#
# func @expression_at_12_12(x0: readonly uint8[:] relative, x1: readonly float32[:] relative) -> float64 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : readonly uint8[:]
#   %1 = neighbor %0[0] : uint8
#   %2 = param 1 : readonly float32[:]
#   %3 = neighbor %2[0] : float32
#   %4 = call 1(%1, %3) : float64
#   %5 = const 2 : int64
#   %6 = call 2(%1, %5) : int64
#   %7 = cast %6 : float64
#   %8 = add %4, %7 : float64
#   return %8
# }
