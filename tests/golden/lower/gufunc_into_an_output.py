# run: lower float64[:, ::1] float64[::1] float64[::1]
import nearfield as nf


@nf.guvectorize("(n),()->()", target="parallel")
def total(x, by, out):
    for v in x:
        out[0] += v * by


@nf.jit
def f(x, y, out):
    total(x, y, out)
# ---- expect (./dev test --update)
# source 0 "gufunc_into_an_output.py"
# site 1 ValueError "Loop and array shapes are incompatible: {0} elements along a leading axis where others have {1}" at 0 225..241
# site 2 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 176..192
#
# func @f(x: float64[:, ::1], y: float64[::1], out: float64[::1]) {
#   %0 = param 0 : float64[:, ::1]
#   %1 = param 1 : float64[::1]
#   %2 = param 2 : float64[::1]
#   %3 = dim %0, 1 : int64
#   %4 = dim %0, 0 : int64
#   %5 = dim %1, 0 : int64
#   %6 = ne %5, %4 : bool
#   %7 = const 1 : int64
#   %8 = ne %4, %7 : bool
#   %9 = ne %5, %7 : bool
#   %10 = and %9, %8 : bool
#   %11 = and %6, %10 : bool
#   if %11 {
#     raise site 1 (%5, %4)
#   }
#   %14 = eq %4, %7 : bool
#   %15 = select %14, %5, %4 : int64
#   %16 = dim %2, 0 : int64
#   %17 = ne %16, %15 : bool
#   %18 = const 1 : int64
#   if %17 {
#     raise site 1 (%16, %15)
#   }
#   %21 = apart %0 from (%2) : readonly float64[:, ::1]
#   %22 = apart %1 from (%2) same : readonly float64[::1]
#   %23 = const 1 : int64
#   %24 = mul %23, %15 : int64
#   %25 = const 0 : int64
#   call 2(%21, %22, %2, %15, %25, %24) parallel
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
#     %9 = load %2[%8] check site 2 : float64
#     %10 = mul %7, %1 : float64
#     %11 = add %9, %10 : float64
#     store %11, %2[%8] check site 2
#   }
# }
#
# func @loop_of_total(p0: readonly float64[:, ::1], p1: readonly float64[::1], p2: float64[::1], p3: int64, p4: int64, p5: int64) {
#   %0 = param 0 : readonly float64[:, ::1]
#   %1 = param 1 : readonly float64[::1]
#   %2 = param 2 : float64[::1]
#   %3 = param 3 : int64
#   %4 = param 4 : int64
#   %5 = param 5 : int64
#   %6 = const 1 : int64
#   %7 = const 0 : int64
#   %8 = floordiv %4, %3 : int64
#   %9 = sub %5, %6 : int64
#   %10 = floordiv %9, %3 : int64
#   %11 = add %10, %6 : int64
#   %12 = const 1 : int64
#   for %13 = %8 to %11 step %12 {
#     %14 = mul %13, %3 : int64
#     %15 = sub %4, %14 : int64
#     %16 = max %15, %7 : int64
#     %17 = sub %5, %14 : int64
#     %18 = min %17, %3 : int64
#     %19 = const 1 : int64
#     for %20 = %16 to %18 step %19 {
#       %21 = dim %0, 0 : int64
#       %22 = const 1 : int64
#       %23 = eq %21, %22 : bool
#       %24 = const 0 : int64
#       %25 = select %23, %24, %20 : int64
#       %26 = row %0[%25] : readonly float64[::1]
#       %27 = dim %1, 0 : int64
#       %28 = const 1 : int64
#       %29 = eq %27, %28 : bool
#       %30 = const 0 : int64
#       %31 = select %29, %30, %20 : int64
#       %32 = load %1[%31] : float64
#       %33 = dim %2, 0 : int64
#       %34 = const 1 : int64
#       %35 = eq %33, %34 : bool
#       %36 = const 0 : int64
#       %37 = select %35, %36, %20 : int64
#       %38 = row %2[%37] : float64[::1]
#       call 1(%26, %32, %38)
#     }
#   }
#   return
# }
