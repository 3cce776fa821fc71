# run: lower float64[:, ::1] float64[::1]
import nearfield as nf


@nf.guvectorize("(n),()->()")
def total(x, by, out):
    for v in x:
        out[0] += v * by


@nf.jit
def f(x, y):
    return total(x, y)
# ---- expect (./dev test --update)
# source 0 "gufunc_in_jit.py"
# site 1 ValueError "Loop and array shapes are incompatible: {0} elements along a leading axis where others have {1}" at 0 195..206
# site 2 ValueError "negative dimensions are not allowed" at 0 195..206
# site 3 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 144..160
#
# func @f(x: float64[:, ::1], y: float64[::1]) -> float64[::1] {
#   %0 = param 0 : float64[:, ::1]
#   %1 = param 1 : float64[::1]
#   %2 = dim %0, 1 : int64
#   %3 = dim %0, 0 : int64
#   %4 = dim %1, 0 : int64
#   %5 = ne %4, %3 : bool
#   %6 = const 1 : int64
#   %7 = ne %3, %6 : bool
#   %8 = ne %4, %6 : bool
#   %9 = and %8, %7 : bool
#   %10 = and %5, %9 : bool
#   if %10 {
#     raise site 1 (%4, %3)
#   }
#   %13 = eq %3, %6 : bool
#   %14 = select %13, %4, %3 : int64
#   %15 = alloc(%14) zero site 2 : float64[::1]
#   %16 = const 0 : int64
#   %17 = const 1 : int64
#   for %18 = %16 to %14 step %17 {
#     %19 = dim %0, 0 : int64
#     %20 = const 1 : int64
#     %21 = eq %19, %20 : bool
#     %22 = const 0 : int64
#     %23 = select %21, %22, %18 : int64
#     %24 = row %0[%23] : readonly float64[::1]
#     %25 = dim %1, 0 : int64
#     %26 = const 1 : int64
#     %27 = eq %25, %26 : bool
#     %28 = const 0 : int64
#     %29 = select %27, %28, %18 : int64
#     %30 = load %1[%29] : float64
#     %31 = dim %15, 0 : int64
#     %32 = const 1 : int64
#     %33 = eq %31, %32 : bool
#     %34 = const 0 : int64
#     %35 = select %33, %34, %18 : int64
#     %36 = row %15[%35] : float64[::1]
#     call 1(%24, %30, %36)
#   }
#   return %15
# }
#
# func @total(x: readonly float64[::1], by: float64, out: float64[::1]) {
#   %0 = param 0 : readonly float64[::1]
#   %1 = param 1 : float64
#   %2 = param 2 : float64[::1]
#   %3 = dim %0, 0 : int64
#   %4 = const 0 : int64
#   %5 = const 1 : int64
#   for %6 = %4 to %3 step %5 {
#     %7 = load %0[%6] : float64
#     %8 = const 0 : int64
#     %9 = load %2[%8] check site 3 : float64
#     %10 = mul %7, %1 : float64
#     %11 = add %9, %10 : float64
#     store %11, %2[%8] check site 3
#   }
# }
