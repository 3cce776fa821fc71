# run: lower int64 int64
import nearfield as nf


@nf.jit
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a
# ---- expect (./dev test --update)
# source 0 "swap.py"
# site 1 ZeroDivisionError "integer modulo by zero" at 0 104..109
#
# func @gcd(a: int64, b: int64) -> int64 {
#   %2 = slot : int64
#   %4 = slot : int64
#   %0 = param 0 : int64
#   %1 = param 1 : int64
#   set %2, %0
#   set %4, %1
#   while %7 {
#     %6 = get %4 : int64
#     %7 = cast %6 : bool
#   } do {
#     %8 = get %4 : int64
#     %9 = get %2 : int64
#     %10 = get %4 : int64
#     %11 = const 0 : int64
#     %12 = eq %10, %11 : bool
#     if %12 {
#       raise site 1
#     }
#     %15 = mod %9, %10 : int64
#     set %2, %8
#     set %4, %15
#   }
#   %19 = get %2 : int64
#   return %19
# }
