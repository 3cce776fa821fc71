# run: pass narrow-ranges
func @f(x: uint8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[0] : uint8
  %2 = cast %1 : int64
  %3 = neighbor %0[1] : uint8
  %4 = cast %3 : int64
  %5 = sub %2, %4 : int64
  %6 = abs %5 : int64
  %7 = const 10 : int64
  %8 = gt %6, %7 : bool
  %9 = max %2, %4 : int64
  %10 = select %8, %9, %7 : int64
  return %10
}
# ---- expect (./dev test --update)
# func @f(x: uint8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[0] : uint8
#   %2 = cast %1 : int16
#   %3 = neighbor %0[1] : uint8
#   %4 = cast %3 : int16
#   %5 = sub %2, %4 : int16
#   %6 = abs %5 : int16
#   %7 = cast %6 : uint8
#   %8 = const 10 : uint8
#   %9 = gt %7, %8 : bool
#   %10 = max %1, %3 : uint8
#   %11 = select %9, %10, %8 : uint8
#   %12 = cast %11 : int64
#   return %12
# }
