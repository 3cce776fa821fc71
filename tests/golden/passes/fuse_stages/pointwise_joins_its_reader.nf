# run: pass fuse-stages
site 1 ValueError "axis {0} has size {1}, wanted {2}"
func @f(x: float32[:, :]) -> float32[:, ::1] {
  %0 = param 0 : float32[:, :]
  %1 = const 2.0 : float32
  %2 = call 1(%0, %1) site 1 : float32[:, ::1]
  %3 = call 2(%2) site 1 : float32[:, ::1]
  return %3
}
func @scale(x: float32[:, :] relative, c: float32) -> float32 stencil rank 2 mode constant footprint [0..0, 0..0] {
  %0 = param 0 : float32[:, :]
  %1 = neighbor %0[0, 0] : float32
  %2 = param 1 : float32
  %3 = mul %1, %2 : float32
  return %3
}
func @slope(x: float32[:, :] relative) -> float32 stencil rank 2 mode constant footprint [0..0, -1..1] {
  %0 = param 0 : float32[:, :]
  %1 = neighbor %0[0, 1] : float32
  %2 = neighbor %0[0, -1] : float32
  %3 = sub %1, %2 : float32
  return %3
}
# ---- expect (./dev test --update)
# site 1 ValueError "axis {0} has size {1}, wanted {2}"
#
# func @f(x: float32[:, :]) -> float32[:, ::1] {
#   %0 = param 0 : float32[:, :]
#   %1 = const 2.0 : float32
#   %2 = call 3(%0) site 1 : float32[:, ::1]
#   return %2
# }
#
# func @scale(x: float32[:, :] relative, c: float32) -> float32 stencil rank 2 mode constant footprint [0..0, 0..0] {
#   %0 = param 0 : float32[:, :]
#   %1 = neighbor %0[0, 0] : float32
#   %2 = param 1 : float32
#   %3 = mul %1, %2 : float32
#   return %3
# }
#
# func @slope(x: float32[:, :] relative) -> float32 stencil rank 2 mode constant footprint [0..0, -1..1] {
#   %0 = param 0 : float32[:, :]
#   %1 = neighbor %0[0, 1] : float32
#   %2 = neighbor %0[0, -1] : float32
#   %3 = sub %1, %2 : float32
#   return %3
# }
#
# func @slope(x: float32[:, :] relative) -> float32 stencil rank 2 mode constant footprint [0..0, -1..1] {
#   %0 = param 0 : float32[:, :]
#   %1 = neighbor %0[0, 1] : float32
#   %2 = const 2.0 : float32
#   %3 = mul %1, %2 : float32
#   %4 = neighbor %0[0, -1] : float32
#   %5 = mul %4, %2 : float32
#   %6 = sub %3, %5 : float32
#   return %6
# }
