# run: lower float64[:, ::1] float64[:, ::1]
import nearfield as nf


@nf.stencil
def step(x):
    return 0.25 * (x[-1, 0] + x[1, 0] + x[0, -1] + x[0, 1])


@nf.jit
def relax(a, b):
    for i in range(10):
        step(a, out=b)
        step(b, out=a)
    return a
# ---- expect (./dev test --update)
# source 0 "stencil_out.py"
# site 1 ValueError "axis {0} of an array has size {1}, the stencil `step` wants {2}" at 0 214..228
# site 2 ValueError "axis {0} of an array has size {1}, the stencil `step` wants {2}" at 0 237..251
#
# func @relax(a: float64[:, ::1], b: float64[:, ::1]) -> float64[:, ::1] {
#   %0 = param 0 : float64[:, ::1]
#   %1 = param 1 : float64[:, ::1]
#   %2 = const 0 : int64
#   %3 = const 10 : int64
#   %4 = const 1 : int64
#   for %5 = %2 to %3 step %4 {
#     %6 = call 1(%0) out %1 keep site 1 : float64[:, ::1]
#     %7 = call 1(%1) out %0 keep site 2 : float64[:, ::1]
#   }
#   return %0
# }
#
# func @step(x: float64[:, ::1] relative) -> float64 stencil rank 2 mode constant {
#   %0 = param 0 : float64[:, ::1]
#   %1 = const 0.25 : float64
#   %2 = neighbor %0[-1, 0] : float64
#   %3 = neighbor %0[1, 0] : float64
#   %4 = add %2, %3 : float64
#   %5 = neighbor %0[0, -1] : float64
#   %6 = add %4, %5 : float64
#   %7 = neighbor %0[0, 1] : float64
#   %8 = add %6, %7 : float64
#   %9 = mul %1, %8 : float64
#   return %9
# }
