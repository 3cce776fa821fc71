# run: lower int64 float64 float64[::1]
import nearfield as nf


@nf.jit
def f(n, x, a):
    if n > 0 and x > 0.5:
        return n or x
    return n and a[n]
# ---- expect (./dev test --update)
# source 0 "and_or.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 154..158
#
# func @f(n: int64, x: float64, a: float64[::1]) -> float64 {
#   %16 = slot : float64
#   %0 = param 0 : int64
#   %1 = param 1 : float64
#   %2 = param 2 : float64[::1]
#   %3 = const 0 : int64
#   %4 = gt %0, %3 : bool
#   %5 = const 0.5 : float64
#   %6 = gt %1, %5 : bool
#   %7 = and %4, %6 : bool
#   if %7 {
#     %8 = cast %0 : bool
#     %9 = cast %0 : float64
#     %10 = select %8, %9, %1 : float64
#     return %10
#   }
#   %13 = cast %0 : bool
#   if %13 {
#     %14 = load %2[%0] wrap check site 1 : float64
#     set %16, %14
#   } else {
#     %15 = cast %0 : float64
#     set %16, %15
#   }
#   %20 = get %16 : float64
#   return %20
# }
