# run: lower float64[:, :] float32[:, :] float64[::1]
import nearfield as nf


@nf.stencil(standard_indexing=("weights",))
def f(x, mask, weights):
    if mask[0, 0] > 0.5:
        return x[-1, 0] * weights[0]
    return x[1, 0] * weights[1]
# ---- expect (./dev test --update)
# source 0 "secondary_arrays.py"
# site 1 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 199..209
# site 2 IndexError "index {0} is out of bounds for axis {1} with size {2}" at 0 231..241
#
# func @f(x: float64[:, :] relative, mask: float32[:, :] relative, weights: float64[::1]) -> float64 stencil rank 2 mode constant {
#   %0 = param 0 : float64[:, :]
#   %1 = param 1 : float32[:, :]
#   %2 = param 2 : float64[::1]
#   %3 = neighbor %1[0, 0] : float32
#   %4 = const 0.5 : float64
#   %5 = cast %3 : float64
#   %6 = gt %5, %4 : bool
#   if %6 {
#     %7 = neighbor %0[-1, 0] : float64
#     %8 = const 0 : int64
#     %9 = load %2[%8] check site 1 : float64
#     %10 = mul %7, %9 : float64
#     return %10
#   }
#   %13 = neighbor %0[1, 0] : float64
#   %14 = const 1 : int64
#   %15 = load %2[%14] check site 2 : float64
#   %16 = mul %13, %15 : float64
#   return %16
# }
