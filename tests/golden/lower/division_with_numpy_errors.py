# run: lower int64 int64
import nearfield as nf


@nf.jit(error_model="numpy")
def f(a, b):
    return a / b + a // b
# ---- expect (./dev test --update)
# source 0 "division_with_numpy_errors.py"
#
# func @f(a: int64, b: int64) -> float64 {
#   %0 = param 0 : int64
#   %1 = param 1 : int64
#   %2 = cast %0 : float64
#   %3 = cast %1 : float64
#   %4 = div %2, %3 : float64
#   %5 = floordiv %0, %1 : int64
#   %6 = cast %5 : float64
#   %7 = add %4, %6 : float64
#   return %7
# }
