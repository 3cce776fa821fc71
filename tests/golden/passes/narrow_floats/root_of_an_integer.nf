# run: after narrow-floats
# The square root of an integer below 2**24, rounded to float32: no float64 is needed. A sum of two roots keeps it.
func @f(x: uint8[:] relative) -> float32, float32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[0] : uint8
  %2 = cast %1 : int64
  %3 = mul %2, %2 : int64
  %4 = cast %3 : float64
  %5 = sqrt %4 : float64
  %6 = cast %5 : float32
  %7 = neighbor %0[1] : uint8
  %8 = cast %7 : float64
  %9 = sqrt %8 : float64
  %10 = add %5, %9 : float64
  %11 = cast %10 : float32
  return %6, %11
}
# ---- expect (./dev test --update)
# func @f(x: uint8[:] relative) -> float32, float32 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[0] : uint8
#   %2 = cast %1 : int64
#   %3 = mul %2, %2 : int64
#   %4 = cast %3 : float64
#   %5 = sqrt %4 : float64
#   %6 = cast %3 : float32
#   %7 = sqrt %6 : float32
#   %8 = neighbor %0[1] : uint8
#   %9 = cast %8 : float64
#   %10 = sqrt %9 : float64
#   %11 = add %5, %10 : float64
#   %12 = cast %11 : float32
#   return %7, %12
# }
