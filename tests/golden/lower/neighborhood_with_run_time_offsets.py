# run: lower float64[::1] int64
import nearfield as nf


@nf.stencil(neighborhood=((-3, 3),), cval=-1)
def box(x, radius):
    total = 0.0
    for i in range(-radius, radius + 1):
        total += x[i]
    return total
# ---- expect (./dev test --update)
# source 0 "neighborhood_with_run_time_offsets.py"
# site 1 IndexError "offset {0} along axis {1} is outside the neighborhood of the stencil" at 0 197..201
#
# func @box(x: float64[::1] relative, radius: int64) -> float64 stencil rank 1 mode constant cval float64 -1.0 footprint [-3..3] {
#   %8 = slot : float64
#   %0 = param 0 : float64[::1]
#   %1 = param 1 : int64
#   %2 = const 0.0 : float64
#   %3 = neg %1 : int64
#   %4 = const 1 : int64
#   %5 = add %1, %4 : int64
#   %6 = const 1 : int64
#   set %8, %2
#   for %7 = %3 to %5 step %6 {
#     %10 = get %8 : float64
#     %11 = neighbor_at %0[%7] site 1 : float64
#     %12 = add %10, %11 : float64
#     set %8, %12
#   }
#   %15 = get %8 : float64
#   return %15
# }
