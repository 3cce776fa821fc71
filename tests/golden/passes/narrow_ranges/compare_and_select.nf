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
#   %2 = neighbor %0[1] : uint8
#   %3 = max %1, %2 : uint8
#   %4 = min %1, %2 : uint8
#   %5 = sub %3, %4 : uint8
#   %6 = const 10 : uint8
#   %7 = gt %5, %6 : bool
#   %8 = max %1, %2 : uint8
#   %9 = select %7, %8, %6 : uint8
#   %10 = cast %9 : int64
#   return %10
# }
