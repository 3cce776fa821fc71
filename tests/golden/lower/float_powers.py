# run: lower float32[:]
import nearfield as nf


@nf.stencil
def f(x):
    return x[0] ** 2 + x[1] ** 2.0 + x[-1] ** 3.0
# ---- expect (./dev test --update)
# source 0 "float_powers.py"
#
# func @f(x: float32[:] relative) -> float64 stencil rank 1 mode constant {
#   %0 = param 0 : float32[:]
#   %1 = neighbor %0[0] : float32
#   %2 = const 2 : int64
#   %3 = mul %1, %1 : float32
#   %4 = neighbor %0[1] : float32
#   %5 = const 2.0 : float64
#   %6 = cast %4 : float64
#   %7 = mul %6, %6 : float64
#   %8 = cast %3 : float64
#   %9 = add %8, %7 : float64
#   %10 = neighbor %0[-1] : float32
#   %11 = const 3.0 : float64
#   %12 = cast %10 : float64
#   %13 = pow %12, %11 : float64
#   %14 = add %9, %13 : float64
#   return %14
# }
