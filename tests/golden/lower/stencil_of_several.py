# run: lower uint8[:,:]
import nearfield as nf


@nf.stencil
def gradient(x):
    return x[1, 0] - x[-1, 0], x[0, 1] - x[0, -1]


@nf.jit
def f(x):
    dy, dx = gradient(x)
    return dy, dx
# ---- expect (./dev test --update)
# source 0 "stencil_of_several.py"
# site 1 ValueError "axis {0} of an array has size {1}, the stencil `gradient` wants {2}" at 0 161..172
#
# func @f(x: uint8[:, :]) -> uint64[:, ::1], uint64[:, ::1] {
#   %0 = param 0 : uint8[:, :]
#   %1 = call 1(%0) site 1 : (uint64[:, ::1], uint64[:, ::1])
#   %2 = item %1, 0 : uint64[:, ::1]
#   %3 = item %1, 1 : uint64[:, ::1]
#   return %2, %3
# }
#
# func @gradient(x: uint8[:, :] relative) -> uint64, uint64 stencil rank 2 mode constant {
#   %0 = param 0 : uint8[:, :]
#   %1 = neighbor %0[1, 0] : uint8
#   %2 = neighbor %0[-1, 0] : uint8
#   %3 = cast %1 : uint64
#   %4 = cast %2 : uint64
#   %5 = sub %3, %4 : uint64
#   %6 = neighbor %0[0, 1] : uint8
#   %7 = neighbor %0[0, -1] : uint8
#   %8 = cast %6 : uint64
#   %9 = cast %7 : uint64
#   %10 = sub %8, %9 : uint64
#   return %5, %10
# }
