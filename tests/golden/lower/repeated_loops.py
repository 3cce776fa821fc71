# run: lower float32[:, :]
import nearfield as nf

radius = 1


@nf.stencil
def mean(x):
    total = 0.0
    for i in range(-radius, radius + 1):
        for j in (-1, 0, 1):
            total += x[i, j]
    return total / 9
# ---- expect (./dev test --update)
# source 0 "repeated_loops.py"
#
# func @mean(x: float32[:, :] relative) -> float64 stencil rank 2 mode constant {
#   %0 = param 0 : float32[:, :]
#   %1 = const 0.0 : float64
#   %2 = const -1 : int64
#   %3 = const -1 : int64
#   %4 = neighbor %0[-1, -1] : float32
#   %5 = cast %4 : float64
#   %6 = add %1, %5 : float64
#   %7 = const 0 : int64
#   %8 = neighbor %0[-1, 0] : float32
#   %9 = cast %8 : float64
#   %10 = add %6, %9 : float64
#   %11 = const 1 : int64
#   %12 = neighbor %0[-1, 1] : float32
#   %13 = cast %12 : float64
#   %14 = add %10, %13 : float64
#   %15 = const 0 : int64
#   %16 = const -1 : int64
#   %17 = neighbor %0[0, -1] : float32
#   %18 = cast %17 : float64
#   %19 = add %14, %18 : float64
#   %20 = const 0 : int64
#   %21 = neighbor %0[0, 0] : float32
#   %22 = cast %21 : float64
#   %23 = add %19, %22 : float64
#   %24 = const 1 : int64
#   %25 = neighbor %0[0, 1] : float32
#   %26 = cast %25 : float64
#   %27 = add %23, %26 : float64
#   %28 = const 1 : int64
#   %29 = const -1 : int64
#   %30 = neighbor %0[1, -1] : float32
#   %31 = cast %30 : float64
#   %32 = add %27, %31 : float64
#   %33 = const 0 : int64
#   %34 = neighbor %0[1, 0] : float32
#   %35 = cast %34 : float64
#   %36 = add %32, %35 : float64
#   %37 = const 1 : int64
#   %38 = neighbor %0[1, 1] : float32
#   %39 = cast %38 : float64
#   %40 = add %36, %39 : float64
#   %41 = const 9 : int64
#   %42 = cast %41 : float64
#   %43 = div %40, %42 : float64
#   return %43
# }
