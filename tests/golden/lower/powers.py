# run: lower uint8 float32 int64
import nearfield as nf


@nf.jit
def f(a, x, n):
    return a ** 2, x ** 3, x ** -1, x ** 0.5, n ** n
# ---- expect (./dev test --update)
# source 0 "powers.py"
# site 1 ZeroDivisionError "0 cannot be raised to a negative power" at 0 128..134
#
# func @f(a: uint8, x: float32, n: int64) -> int64, float32, float32, float64, int64 {
#   %0 = param 0 : uint8
#   %1 = param 1 : float32
#   %2 = param 2 : int64
#   %3 = const 2 : int64
#   %4 = cast %0 : int64
#   %5 = mul %4, %4 : int64
#   %6 = const 3 : int64
#   %7 = mul %1, %1 : float32
#   %8 = mul %1, %7 : float32
#   %9 = const -1 : int64
#   %10 = const 1.0 : float32
#   %11 = div %10, %1 : float32
#   %12 = const 0.5 : float64
#   %13 = cast %1 : float64
#   %14 = pow %13, %12 : float64
#   %15 = const 0 : int64
#   %16 = eq %2, %15 : bool
#   %17 = const 0 : int64
#   %18 = lt %2, %17 : bool
#   %19 = and %16, %18 : bool
#   if %19 {
#     raise site 1
#   }
#   %22 = pow %2, %2 : int64
#   return %5, %8, %11, %14, %22
# }
