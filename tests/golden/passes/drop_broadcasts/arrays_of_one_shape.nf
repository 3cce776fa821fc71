# run: pass drop-broadcasts
site 1 ValueError "axis {0} has size {1}, wanted {2}"
site 2 ValueError "{1} and {2} elements along axis {0}"
func @f(x: float32[:], y: float32[:]) -> float32[::1] {
  %0 = param 0 : float32[:]
  %1 = param 1 : float32[:]
  %2 = call 1(%0) site 1 : float32[::1]
  %3 = broadcast %0 with (%2) site 2 : readonly float32[:]
  %4 = broadcast %2 with (%0) site 2 : readonly float32[:]
  %5 = call 2(%3, %4) site 1 : float32[::1]
  %6 = broadcast %5 with (%1) site 2 : readonly float32[:]
  %7 = broadcast %1 with (%5) site 2 : readonly float32[:]
  %8 = call 2(%6, %7) site 1 : float32[::1]
  return %8
}
func @slope(x: float32[:] relative) -> float32 stencil rank 1 mode reflect footprint [-1..1] {
  %0 = param 0 : float32[:]
  %1 = neighbor %0[1] : float32
  %2 = neighbor %0[-1] : float32
  %3 = sub %1, %2 : float32
  return %3
}
func @product(x: readonly float32[:] relative, y: readonly float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : readonly float32[:]
  %1 = param 1 : readonly float32[:]
  %2 = neighbor %0[0] : float32
  %3 = neighbor %1[0] : float32
  %4 = mul %2, %3 : float32
  return %4
}
# ---- expect (./dev test --update)
# site 1 ValueError "axis {0} has size {1}, wanted {2}"
# site 2 ValueError "{1} and {2} elements along axis {0}"
#
# func @f(x: float32[:], y: float32[:]) -> float32[::1] {
#   %0 = param 0 : float32[:]
#   %1 = param 1 : float32[:]
#   %2 = call 1(%0) site 1 : float32[::1]
#   %3 = call 2(%0, %2) site 1 : float32[::1]
#   %4 = broadcast %3 with (%1) site 2 : readonly float32[:]
#   %5 = broadcast %1 with (%3) site 2 : readonly float32[:]
#   %6 = call 2(%4, %5) site 1 : float32[::1]
#   return %6
# }
#
# func @slope(x: float32[:] relative) -> float32 stencil rank 1 mode reflect footprint [-1..1] {
#   %0 = param 0 : float32[:]
#   %1 = neighbor %0[1] : float32
#   %2 = neighbor %0[-1] : float32
#   %3 = sub %1, %2 : float32
#   return %3
# }
#
# func @product(x: readonly float32[:] relative, y: readonly float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : readonly float32[:]
#   %1 = param 1 : readonly float32[:]
#   %2 = neighbor %0[0] : float32
#   %3 = neighbor %1[0] : float32
#   %4 = mul %2, %3 : float32
#   return %4
# }
