# run: lower int64
import nearfield as nf


@nf.jit
def digits(n):
    count = 1
    while True:
        n //= 10
        if n == 0:
            return count
        count += 1
# ---- expect (./dev test --update)
# source 0 "while_true.py"
#
# func @digits(n: int64) -> int64 {
#   %2 = slot : int64
#   %4 = slot : int64
#   %0 = param 0 : int64
#   %1 = const 1 : int64
#   set %2, %0
#   set %4, %1
#   while %6 {
#     %6 = const true : bool
#   } do {
#     %7 = get %2 : int64
#     %8 = const 10 : int64
#     %9 = floordiv %7, %8 : int64
#     %10 = const 0 : int64
#     %11 = eq %9, %10 : bool
#     if %11 {
#       %12 = get %4 : int64
#       return %12
#     }
#     %15 = get %4 : int64
#     %16 = const 1 : int64
#     %17 = add %15, %16 : int64
#     set %2, %9
#     set %4, %17
#   }
# }
