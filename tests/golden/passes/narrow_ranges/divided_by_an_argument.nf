# run: pass narrow-ranges
func @f(x: int8[:] relative, d: int64) -> int64, int16 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int8[:]
  %1 = param 1 : int64
  %2 = neighbor %0[0] : int8
  %3 = cast %2 : int64
  %4 = floordiv %3, %1 : int64
  %5 = mod %3, %1 : int64
  %6 = cast %5 : int16
  return %4, %6
}
# ---- expect (./dev test --update)
# func @f(x: int8[:] relative, d: int64) -> int64, int16 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : int8[:]
#   %1 = neighbor %0[0] : int8
#   %2 = cast %1 : int16
#   %3 = param 1 : int64
#   %4 = const -129 : int64
#   %5 = max %3, %4 : int64
#   %6 = const 129 : int64
#   %7 = min %5, %6 : int64
#   %8 = cast %7 : int16
#   %9 = floordiv %2, %8 : int16
#   %10 = cast %9 : int64
#   %11 = cast %3 : int16
#   %12 = mul %9, %11 : int16
#   %13 = sub %2, %12 : int16
#   %14 = const 0 : int64
#   %15 = eq %3, %14 : bool
#   %16 = const 0 : int16
#   %17 = select %15, %16, %13 : int16
#   return %10, %17
# }
