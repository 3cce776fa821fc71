# run: lower int64[:, ::1]
import nearfield as nf


@nf.jit
def f(x):
    total = 0
    for n in x.shape:
        total += n
    for k, (dy, dx) in enumerate(((0, 1), (1, 0))):
        total += x[dy, dx] * k
    return total
# ---- expect (./dev test --update)
# source 0 "loops_over_tuples.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 194..203
#
# func @f(x: int64[:, ::1]) -> int64 {
#   %8 = slot : int64
#   %0 = param 0 : int64[:, ::1]
#   %1 = const 0 : int64
#   %2 = dim %0, 0 : int64
#   %3 = dim %0, 1 : int64
#   %4 = const 2 : int64
#   %5 = const 0 : int64
#   %6 = const 1 : int64
#   set %8, %1
#   for %7 = %5 to %4 step %6 {
#     %10 = const 0 : int64
#     %11 = eq %7, %10 : bool
#     %12 = select %11, %2, %3 : int64
#     %13 = get %8 : int64
#     %14 = add %13, %12 : int64
#     set %8, %14
#   }
#   %17 = const 0 : int64
#   %18 = const 1 : int64
#   %19 = const 1 : int64
#   %20 = const 0 : int64
#   %21 = const 2 : int64
#   %22 = const 0 : int64
#   %23 = const 1 : int64
#   for %24 = %22 to %21 step %23 {
#     %25 = const 0 : int64
#     %26 = eq %24, %25 : bool
#     %27 = select %26, %17, %19 : int64
#     %28 = select %26, %18, %20 : int64
#     %29 = get %8 : int64
#     %30 = load %0[%27, %28] wrap check site 1 : int64
#     %31 = mul %30, %24 : int64
#     %32 = add %29, %31 : int64
#     set %8, %32
#   }
#   %35 = get %8 : int64
#   return %35
# }
