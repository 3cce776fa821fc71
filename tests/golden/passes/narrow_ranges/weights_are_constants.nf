# run: pass narrow-ranges
func @f(x: uint8[:] relative) -> uint8 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[0] : uint8
  %2 = cast %1 : int64
  %3 = const 4 : int64
  %4 = mul %2, %3 : int64
  %5 = neighbor %0[1] : uint8
  %6 = cast %5 : int64
  %7 = add %4, %6 : int64
  %8 = const 5 : int64
  %9 = floordiv %7, %8 : int64
  %10 = cast %9 : uint8
  return %10
}
# ---- expect (./dev test --update)
# func @f(x: uint8[:] relative) -> uint8 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[0] : uint8
#   %2 = cast %1 : uint16
#   %3 = const 4 : uint8
#   %4 = const 4 : uint16
#   %5 = mul %2, %4 : uint16
#   %6 = neighbor %0[1] : uint8
#   %7 = cast %6 : uint16
#   %8 = add %5, %7 : uint16
#   %9 = const 5 : uint16
#   %10 = floordiv %8, %9 : uint16
#   %11 = cast %10 : uint8
#   return %11
# }
