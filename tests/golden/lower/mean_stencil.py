# run: lower uint8[:, :]
import nearfield as nf


@nf.stencil
def smooth(x):
    return (x[-1, -1] + x[-1, 0] + x[-1, 1] +
            x[ 0, -1] + x[ 0, 0] + x[ 0, 1] +
            x[ 1, -1] + x[ 1, 0] + x[ 1, 1]) // 9
# ---- expect (./dev test --update)
# source 0 "mean_stencil.py"
#
# func @smooth(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant {
#   %0 = param 0 : uint8[:, :]
#   %1 = neighbor %0[-1, -1] : uint8
#   %2 = neighbor %0[-1, 0] : uint8
#   %3 = cast %1 : uint64
#   %4 = cast %2 : uint64
#   %5 = add %3, %4 : uint64
#   %6 = neighbor %0[-1, 1] : uint8
#   %7 = cast %6 : uint64
#   %8 = add %5, %7 : uint64
#   %9 = neighbor %0[0, -1] : uint8
#   %10 = cast %9 : uint64
#   %11 = add %8, %10 : uint64
#   %12 = neighbor %0[0, 0] : uint8
#   %13 = cast %12 : uint64
#   %14 = add %11, %13 : uint64
#   %15 = neighbor %0[0, 1] : uint8
#   %16 = cast %15 : uint64
#   %17 = add %14, %16 : uint64
#   %18 = neighbor %0[1, -1] : uint8
#   %19 = cast %18 : uint64
#   %20 = add %17, %19 : uint64
#   %21 = neighbor %0[1, 0] : uint8
#   %22 = cast %21 : uint64
#   %23 = add %20, %22 : uint64
#   %24 = neighbor %0[1, 1] : uint8
#   %25 = cast %24 : uint64
#   %26 = add %23, %25 : uint64
#   %27 = const 9 : int64
#   %28 = cast %26 : int64
#   %29 = floordiv %28, %27 : int64
#   return %29
# }
