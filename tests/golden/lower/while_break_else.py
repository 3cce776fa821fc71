# run: lower int64[::1] int64
import nearfield as nf


@nf.jit
def find(a, wanted):
    i = 0
    while i < len(a):
        if a[i] == wanted:
            break
        i += 1
    else:
        i = -1
    return i
# ---- expect (./dev test --update)
# source 0 "while_break_else.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 127..131
#
# func @find(a: int64[::1], wanted: int64) -> int64 {
#   %3 = slot : int64
#   %5 = slot : bool
#   %0 = param 0 : int64[::1]
#   %1 = param 1 : int64
#   %2 = const 0 : int64
#   set %3, %2
#   %6 = const false : bool
#   set %5, %6
#   while %10 {
#     %8 = get %3 : int64
#     %9 = dim %0, 0 : int64
#     %10 = lt %8, %9 : bool
#   } do {
#     %11 = get %3 : int64
#     %12 = load %0[%11] wrap check site 1 : int64
#     %13 = eq %12, %1 : bool
#     if %13 {
#       %14 = const true : bool
#       set %5, %14
#       break
#     }
#     %18 = get %3 : int64
#     %19 = const 1 : int64
#     %20 = add %18, %19 : int64
#     set %3, %20
#   }
#   %23 = get %5 : bool
#   %24 = not %23 : bool
#   if %24 {
#     %25 = const -1 : int64
#     set %3, %25
#   }
#   %28 = get %3 : int64
#   return %28
# }
