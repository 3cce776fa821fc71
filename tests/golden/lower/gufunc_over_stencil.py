# run: lower int8[:, ::1]
import nearfield as nf


@nf.guvectorize([(nf.int8[:, :], nf.int8[:, :])], signature="(n, m) -> (n, m)")
@nf.stencil
def smooth(x):
    return (x[-1, 0] + x[0, -1] + x[0, 0] + x[0, 1] + x[1, 0]) // 5
# ---- expect (./dev test --update)
# source 0 "gufunc_over_stencil.py"
#
# func @smooth(x: int8[:, ::1] relative) -> int64 stencil rank 2 mode constant {
#   %0 = param 0 : int8[:, ::1]
#   %1 = neighbor %0[-1, 0] : int8
#   %2 = neighbor %0[0, -1] : int8
#   %3 = cast %1 : int64
#   %4 = cast %2 : int64
#   %5 = add %3, %4 : int64
#   %6 = neighbor %0[0, 0] : int8
#   %7 = cast %6 : int64
#   %8 = add %5, %7 : int64
#   %9 = neighbor %0[0, 1] : int8
#   %10 = cast %9 : int64
#   %11 = add %8, %10 : int64
#   %12 = neighbor %0[1, 0] : int8
#   %13 = cast %12 : int64
#   %14 = add %11, %13 : int64
#   %15 = const 5 : int64
#   %16 = floordiv %14, %15 : int64
#   return %16
# }
