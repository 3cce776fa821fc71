# run: lower float64[:, ::1] float64[::1] float32[:, ::1]
import nearfield as nf


@nf.vectorize
def blend(a, b, weight):
    return a + (b - a) * weight


@nf.jit
def f(x, y, out):
    blend(x, y, 0.5, out)
# ---- expect (./dev test --update)
# source 0 "ufunc_into_an_output.py"
# site 1 ValueError "operands could not be broadcast together with shapes that have {1} and {2} elements along axis {0}" at 0 186..207
# site 2 ValueError "non-broadcastable output operand: axis {0} has {1} elements, the inputs make {2}" at 0 186..207
#
# func @f(x: float64[:, ::1], y: float64[::1], out: float32[:, ::1]) {
#   %0 = param 0 : float64[:, ::1]
#   %1 = param 1 : float64[::1]
#   %2 = param 2 : float32[:, ::1]
#   %3 = const 0.5 : float64
#   %4 = broadcast %0 with (%1, %2) site 1 : readonly float64[:, :]
#   %5 = broadcast %1 with (%0, %2) site 1 : readonly float64[:, :]
#   %6 = call 2(%4, %5) out %2 site 2 : float32[:, ::1]
# }
#
# func @blend(a: float64, b: float64, weight: float64) -> float64 {
#   %0 = param 0 : float64
#   %1 = param 1 : float64
#   %2 = param 2 : float64
#   %3 = sub %1, %0 : float64
#   %4 = mul %3, %2 : float64
#   %5 = add %0, %4 : float64
#   return %5
# }
#
# func @expression_at_12_5(x0: readonly float64[:, :] relative, x1: readonly float64[:, :] relative) -> float32 stencil rank 2 mode constant footprint [0..0, 0..0] {
#   %0 = param 0 : readonly float64[:, :]
#   %1 = neighbor %0[0, 0] : float64
#   %2 = param 1 : readonly float64[:, :]
#   %3 = neighbor %2[0, 0] : float64
#   %4 = const 0.5 : float64
#   %5 = call 1(%1, %3, %4) : float64
#   %6 = cast %5 : float32
#   return %6
# }
