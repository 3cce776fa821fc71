# run: pass narrow-floats
func @f(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : float32[:]
  %1 = neighbor %0[0] : float32
  %2 = cast %1 : float64
  %3 = const 9.0 : float64
  %4 = div %2, %3 : float64
  %5 = const 0.1 : float64
  %6 = mul %4, %5 : float64
  %7 = cast %6 : float32
  return %7
}
# ---- expect (./dev test --update)
# func @f(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : float32[:]
#   %1 = neighbor %0[0] : float32
#   %2 = cast %1 : float64
#   %3 = const 9.0 : float64
#   %4 = div %2, %3 : float64
#   %5 = const 0.1 : float64
#   %6 = mul %4, %5 : float64
#   %7 = cast %6 : float32
#   return %7
# }
