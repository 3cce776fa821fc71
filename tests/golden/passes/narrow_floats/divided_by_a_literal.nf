# run: pass narrow-floats
func @f(x: float32[:] relative, u: uint16[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] fastmath {
  %0 = param 0 : float32[:]
  %1 = param 1 : uint16[:]
  %2 = neighbor %0[0] : float32
  %3 = cast %2 : float64
  %4 = neighbor %1[1] : uint16
  %5 = cast %4 : float64
  %6 = mul %3, %5 : float64
  %7 = const 9.0 : float64
  %8 = div %6, %7 : float64
  %9 = gt %8, %7 : bool
  %10 = sqrt %8 : float64
  %11 = select %9, %10, %8 : float64
  %12 = cast %11 : float32
  return %12
}
# ---- expect (./dev test --update)
# func @f(x: float32[:] relative, u: uint16[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] fastmath {
#   %0 = param 0 : float32[:]
#   %1 = param 1 : uint16[:]
#   %2 = neighbor %0[0] : float32
#   %3 = cast %2 : float64
#   %4 = neighbor %1[1] : uint16
#   %5 = cast %4 : float64
#   %6 = mul %3, %5 : float64
#   %7 = const 9.0 : float64
#   %8 = div %6, %7 : float64
#   %9 = gt %8, %7 : bool
#   %10 = sqrt %8 : float64
#   %11 = select %9, %10, %8 : float64
#   %12 = cast %4 : float32
#   %13 = mul %2, %12 : float32
#   %14 = const 9.0 : float32
#   %15 = div %13, %14 : float32
#   %16 = sqrt %15 : float32
#   %17 = gt %15, %14 : bool
#   %18 = select %17, %16, %15 : float32
#   return %18
# }
