# run: lower int64 uint64 float32
import nearfield as nf


@nf.jit
def between(a, b, c):
    return a < b <= c
# ---- expect (./dev test --update)
# source 0 "chained_comparison.py"
#
# func @between(a: int64, b: uint64, c: float32) -> bool {
#   %0 = param 0 : int64
#   %1 = param 1 : uint64
#   %2 = param 2 : float32
#   %3 = const 0 : int64
#   %4 = lt %0, %3 : bool
#   %5 = cast %0 : uint64
#   %6 = lt %5, %1 : bool
#   %7 = const true : bool
#   %8 = select %4, %7, %6 : bool
#   %9 = cast %2 : float64
#   %10 = cast %1 : float64
#   %11 = le %10, %9 : bool
#   %12 = const false : bool
#   %13 = and %8, %11 : bool
#   return %13
# }
