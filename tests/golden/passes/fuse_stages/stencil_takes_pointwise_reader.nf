# run: pass fuse-stages
site 1 ValueError "axis {0} has size {1}, wanted {2}"
func @f(x: float32[:]) -> float32[::1] {
  %0 = param 0 : float32[:]
  %1 = call 1(%0) site 1 : float32[::1]
  %2 = call 2(%0, %1) site 1 : float32[::1]
  return %2
}
func @mean(x: float32[:] relative) -> float32 stencil rank 1 mode reflect footprint [-1..1] {
  %0 = param 0 : float32[:]
  %1 = neighbor %0[1] : float32
  %2 = neighbor %0[-1] : float32
  %3 = add %1, %2 : float32
  return %3
}
func @difference(x: float32[:] relative, y: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : float32[:]
  %1 = param 1 : float32[:]
  %2 = neighbor %0[0] : float32
  %3 = neighbor %1[0] : float32
  %4 = sub %2, %3 : float32
  return %4
}
# ---- expect (./dev test --update)
# site 1 ValueError "axis {0} has size {1}, wanted {2}"
#
# func @f(x: float32[:]) -> float32[::1] {
#   %0 = param 0 : float32[:]
#   %1 = call 3(%0) site 1 : float32[::1]
#   return %1
# }
#
# func @mean(x: float32[:] relative) -> float32 stencil rank 1 mode reflect footprint [-1..1] {
#   %0 = param 0 : float32[:]
#   %1 = neighbor %0[1] : float32
#   %2 = neighbor %0[-1] : float32
#   %3 = add %1, %2 : float32
#   return %3
# }
#
# func @difference(x: float32[:] relative, y: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : float32[:]
#   %1 = param 1 : float32[:]
#   %2 = neighbor %0[0] : float32
#   %3 = neighbor %1[0] : float32
#   %4 = sub %2, %3 : float32
#   return %4
# }
#
# func @difference(x: float32[:] relative) -> float32 stencil rank 1 mode reflect footprint [-1..1] {
#   %0 = param 0 : float32[:]
#   %1 = neighbor %0[0] : float32
#   %2 = neighbor %0[1] : float32
#   %3 = neighbor %0[-1] : float32
#   %4 = add %2, %3 : float32
#   %5 = sub %1, %4 : float32
#   return %5
# }
