# run: lower float64[::1] float64[::1] float64[::1]
import nearfield as nf


@nf.guvectorize("(n)->(n),()")
def doubled(x, out, sum):
    for i in range(x.shape[0]):
        out[i] = 2 * x[i]
        sum[0] += out[i]


@nf.jit
def f(x, out, sum):
    doubled(x, out, sum)
# ---- expect (./dev test --update)
# source 0 "gufunc_into_two_outputs.py"
# site 1 ValueError "Operand has a mismatch in one of its core dimensions: `n` of (n)->(n),() is {0} here and {1} before" at 0 251..271
# site 2 ValueError "axis {0} of an array has size {1}, wanted {2}" at 0 251..271
# site 3 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 187..191
# site 4 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 174..191
# site 5 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 200..216
# site 6 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 210..216
#
# func @f(x: float64[::1], out: float64[::1], sum: float64[::1]) {
#   %0 = param 0 : float64[::1]
#   %1 = param 1 : float64[::1]
#   %2 = param 2 : float64[::1]
#   %3 = dim %0, 0 : int64
#   %4 = dim %1, 0 : int64
#   %5 = ne %4, %3 : bool
#   if %5 {
#     raise site 1 (%4, %3)
#   }
#   %8 = apart %1 from (%0, %2) : float64[::1]
#   %9 = apart %2 from (%0) : float64[::1]
#   call 1(%0, %8, %9)
#   copy %1, %8 site 2
#   copy %2, %9 site 2
# }
#
# func @doubled(x: readonly float64[::1], out: float64[::1], sum: float64[::1]) {
#   %0 = param 0 : readonly float64[::1]
#   %1 = param 1 : float64[::1]
#   %2 = param 2 : float64[::1]
#   %3 = const 0 : int64
#   %4 = dim %0, 0 : int64
#   %5 = const 1 : int64
#   for %6 = %3 to %4 step %5 {
#     %7 = const 2 : int64
#     %8 = load %0[%6] wrap check site 3 : float64
#     %9 = cast %7 : float64
#     %10 = mul %9, %8 : float64
#     store %10, %1[%6] wrap check site 4
#     %12 = const 0 : int64
#     %13 = load %2[%12] check site 5 : float64
#     %14 = load %1[%6] wrap check site 6 : float64
#     %15 = add %13, %14 : float64
#     store %15, %2[%12] check site 5
#   }
# }
