# run: pass narrow-ranges
func @f(x: int8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[0] : int8
  %2 = cast %1 : int64
  %3 = neighbor %0[1] : int8
  %4 = cast %3 : int64
  %5 = sub %2, %4 : int64
  %6 = abs %5 : int64
  return %6
}
# ---- expect (./dev test --update)
# func @f(x: int8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : int8[:]
#   %1 = neighbor %0[0] : int8
#   %2 = neighbor %0[1] : int8
#   %3 = max %1, %2 : int8
#   %4 = min %1, %2 : int8
#   %5 = cast %4 : uint8
#   %6 = cast %3 : uint8
#   %7 = sub %6, %5 : uint8
#   %8 = cast %7 : int64
#   return %8
# }
