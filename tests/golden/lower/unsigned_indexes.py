# run: lower float64[::1] uint8 uint64 int64
import nearfield as nf


@nf.jit
def f(a, i, j, k):
    return a[i] + a[j] + a[k]
# ---- expect (./dev test --update)
# source 0 "unsigned_indexes.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 108..112
# site 2 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 115..119
# site 3 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 122..126
#
# func @f(a: float64[::1], i: uint8, j: uint64, k: int64) -> float64 {
#   %0 = param 0 : float64[::1]
#   %1 = param 1 : uint8
#   %2 = param 2 : uint64
#   %3 = param 3 : int64
#   %4 = cast %1 : int64
#   %5 = load %0[%4] check site 1 : float64
#   %6 = cast %2 : int64
#   %7 = load %0[%6] check site 2 : float64
#   %8 = add %5, %7 : float64
#   %9 = load %0[%3] wrap check site 3 : float64
#   %10 = add %8, %9 : float64
#   return %10
# }
