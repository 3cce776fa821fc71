# run: lower int64 int64 float64
import nearfield as nf


@nf.jit
def f(a, b, x):
    return a / b + a // b + a % 7 + x // 0.5 + x % b
# ---- expect (./dev test --update)
# source 0 "division.py"
# site 1 ZeroDivisionError "division by zero" at 0 93..98
# site 2 ZeroDivisionError "integer division by zero" at 0 101..107
# site 3 ZeroDivisionError "modulo by zero" at 0 129..134
#
# func @f(a: int64, b: int64, x: float64) -> float64 {
#   %0 = param 0 : int64
#   %1 = param 1 : int64
#   %2 = param 2 : float64
#   %3 = cast %0 : float64
#   %4 = cast %1 : float64
#   %5 = const 0.0 : float64
#   %6 = eq %4, %5 : bool
#   if %6 {
#     raise site 1
#   }
#   %9 = div %3, %4 : float64
#   %10 = const 0 : int64
#   %11 = eq %1, %10 : bool
#   if %11 {
#     raise site 2
#   }
#   %14 = floordiv %0, %1 : int64
#   %15 = cast %14 : float64
#   %16 = add %9, %15 : float64
#   %17 = const 7 : int64
#   %18 = mod %0, %17 : int64
#   %19 = cast %18 : float64
#   %20 = add %16, %19 : float64
#   %21 = const 0.5 : float64
#   %22 = floordiv %2, %21 : float64
#   %23 = add %20, %22 : float64
#   %24 = cast %1 : float64
#   %25 = const 0.0 : float64
#   %26 = eq %24, %25 : bool
#   if %26 {
#     raise site 3
#   }
#   %29 = mod %2, %24 : float64
#   %30 = add %23, %29 : float64
#   return %30
# }
