# run: pass fuse-stages
site 1 ValueError "axis {0} has size {1}, wanted {2}"
func @f(x: float32[:]) -> float32[::1] {
  %0 = param 0 : float32[:]
  %1 = call 1(%0) site 1 : float32[::1]
  %2 = call 1(%1) site 1 : float32[::1]
  return %2
}
func @slope(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [-1..1] {
  %0 = param 0 : float32[:]
  %1 = neighbor %0[1] : float32
  %2 = neighbor %0[-1] : float32
  %3 = sub %1, %2 : float32
  return %3
}
# ---- expect (./dev test --update)
# site 1 ValueError "axis {0} has size {1}, wanted {2}"
#
# func @f(x: float32[:]) -> float32[::1] {
#   %0 = param 0 : float32[:]
#   %1 = call 1(%0) site 1 : float32[::1]
#   %2 = call 1(%1) site 1 : float32[::1]
#   return %2
# }
#
# func @slope(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [-1..1] {
#   %0 = param 0 : float32[:]
#   %1 = neighbor %0[1] : float32
#   %2 = neighbor %0[-1] : float32
#   %3 = sub %1, %2 : float32
#   return %3
# }
