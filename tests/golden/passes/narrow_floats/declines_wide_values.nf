# run: pass narrow-floats
func @f(x: float32[:] relative, n: int32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] fastmath {
  %0 = param 0 : float32[:]
  %1 = param 1 : int32[:]
  %2 = neighbor %0[0] : float32
  %3 = cast %2 : float64
  %4 = neighbor %1[1] : int32
  %5 = cast %4 : float64
  %6 = mul %3, %5 : float64
  %7 = cast %6 : float32
  return %7
}
# ---- expect (./dev test --update)
# func @f(x: float32[:] relative, n: int32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] fastmath {
#   %0 = param 0 : float32[:]
#   %1 = param 1 : int32[:]
#   %2 = neighbor %0[0] : float32
#   %3 = cast %2 : float64
#   %4 = neighbor %1[1] : int32
#   %5 = cast %4 : float64
#   %6 = mul %3, %5 : float64
#   %7 = cast %6 : float32
#   return %7
# }
