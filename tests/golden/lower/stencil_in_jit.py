# run: lower int8[:, ::1]
import nearfield as nf


@nf.stencil
def _smooth(x):
    return (x[-1, 0] + x[0, 0] + x[1, 0]) // 3


@nf.njit
def smooth_jit(x):
    return _smooth(x)
# ---- expect (./dev test --update)
# source 0 "stencil_in_jit.py"
# site 1 ValueError "axis {0} of an array has size {1}, the stencil `_smooth` wants {2}" at 0 167..177
#
# func @smooth_jit(x: int8[:, ::1]) -> int64[:, ::1] {
#   %0 = param 0 : int8[:, ::1]
#   %1 = call 1(%0) site 1 : int64[:, ::1]
#   return %1
# }
#
# func @_smooth(x: int8[:, ::1] relative) -> int64 stencil rank 2 mode constant {
#   %0 = param 0 : int8[:, ::1]
#   %1 = neighbor %0[-1, 0] : int8
#   %2 = neighbor %0[0, 0] : int8
#   %3 = cast %1 : int64
#   %4 = cast %2 : int64
#   %5 = add %3, %4 : int64
#   %6 = neighbor %0[1, 0] : int8
#   %7 = cast %6 : int64
#   %8 = add %5, %7 : int64
#   %9 = const 3 : int64
#   %10 = floordiv %8, %9 : int64
#   return %10
# }
