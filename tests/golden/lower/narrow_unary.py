# run: lower uint8
import nearfield as nf


@nf.jit
def f(a):
    return -a, ~a, +a, abs(a)
# ---- expect (./dev test --update)
# source 0 "narrow_unary.py"
#
# func @f(a: uint8) -> uint64, uint64, uint64, uint8 {
#   %0 = param 0 : uint8
#   %1 = neg %0 : uint8
#   %2 = cast %1 : uint64
#   %3 = invert %0 : uint8
#   %4 = cast %3 : uint64
#   %5 = cast %0 : uint64
#   return %2, %4, %5, %0
# }
