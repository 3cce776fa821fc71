# run: lower int64[::1]
import nearfield as nf


@nf.jit
def count(a):
    n = 0
    for i in range(len(a)):
        if a[i] < 0:
            continue
        n += 1
    return n
# ---- expect (./dev test --update)
# source 0 "continue_in_for.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 120..124
#
# func @count(a: int64[::1]) -> int64 {
#   %6 = slot : int64
#   %0 = param 0 : int64[::1]
#   %1 = const 0 : int64
#   %2 = const 0 : int64
#   %3 = dim %0, 0 : int64
#   %4 = const 1 : int64
#   set %6, %1
#   for %5 = %2 to %3 step %4 {
#     %8 = load %0[%5] wrap check site 1 : int64
#     %9 = const 0 : int64
#     %10 = lt %8, %9 : bool
#     if %10 {
#       continue
#     }
#     %13 = get %6 : int64
#     %14 = const 1 : int64
#     %15 = add %13, %14 : int64
#     set %6, %15
#   }
#   %18 = get %6 : int64
#   return %18
# }
