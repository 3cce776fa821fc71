# run: lower uint8[:,:] uint8[:,:] int64
import nearfield as nf


@nf.jit
def f(x, y, n):
    return x * 2 + (y - n * 3)
# ---- expect (./dev test --update)
# source 0 "whole_array.py"
# site 1 ValueError "operands could not be broadcast together with shapes that have {1} and {2} elements along axis {0}" at 0 101..120
# site 2 ValueError "axis {0} of an array has size {1}, wanted {2}" at 0 101..120
#
# func @f(x: uint8[:, :], y: uint8[:, :], n: int64) -> int64[:, ::1] {
#   %0 = param 0 : uint8[:, :]
#   %1 = param 1 : uint8[:, :]
#   %2 = param 2 : int64
#   %3 = const 2 : int64
#   %4 = const 3 : int64
#   %5 = mul %2, %4 : int64
#   %6 = broadcast %0 with (%1) site 1 : readonly uint8[:, :]
#   %7 = broadcast %1 with (%0) site 1 : readonly uint8[:, :]
#   %8 = call 1(%6, %7, %5) site 2 : int64[:, ::1]
#   return %8
# }
#
# func @expression_at_7_12(x0: readonly uint8[:, :] relative, x1: readonly uint8[:, :] relative, c2: int64) -> int64 stencil rank 2 mode constant footprint [0..0, 0..0] {
#   %0 = param 0 : readonly uint8[:, :]
#   %1 = neighbor %0[0, 0] : uint8
#   %2 = const 2 : int64
#   %3 = cast %1 : int64
#   %4 = mul %3, %2 : int64
#   %5 = param 1 : readonly uint8[:, :]
#   %6 = neighbor %5[0, 0] : uint8
#   %7 = param 2 : int64
#   %8 = cast %6 : int64
#   %9 = sub %8, %7 : int64
#   %10 = add %4, %9 : int64
#   return %10
# }
