# run: pass narrow-ranges
func @f(x: uint8[:] relative) -> float64 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[0] : uint8
  %2 = cast %1 : uint64
  %3 = neighbor %0[1] : uint8
  %4 = cast %3 : uint64
  %5 = sub %2, %4 : uint64
  %6 = cast %5 : float64
  %7 = add %2, %4 : uint64
  %8 = cast %7 : float64
  %9 = add %6, %8 : float64
  return %9
}
# ---- expect (./dev test --update)
# func @f(x: uint8[:] relative) -> float64 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[0] : uint8
#   %2 = cast %1 : uint64
#   %3 = neighbor %0[1] : uint8
#   %4 = cast %3 : uint64
#   %5 = sub %2, %4 : uint64
#   %6 = cast %5 : float64
#   %7 = cast %1 : uint16
#   %8 = cast %3 : uint16
#   %9 = add %7, %8 : uint16
#   %10 = cast %9 : float64
#   %11 = add %6, %10 : float64
#   return %11
# }
