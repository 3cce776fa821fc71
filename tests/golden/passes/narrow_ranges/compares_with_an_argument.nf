# run: pass narrow-ranges
func @f(x: uint8[:] relative, low: int64) -> bool, bool, bool stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : uint8[:]
  %1 = param 1 : int64
  %2 = neighbor %0[0] : uint8
  %3 = cast %2 : int64
  %4 = ge %3, %1 : bool
  %5 = gt %1, %3 : bool
  %6 = eq %3, %1 : bool
  return %4, %5, %6
}
# ---- expect (./dev test --update)
# func @f(x: uint8[:] relative, low: int64) -> bool, bool, bool stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 1 : int64
#   %1 = const 0 : int64
#   %2 = const 255 : int64
#   %3 = max %0, %1 : int64
#   %4 = min %3, %2 : int64
#   %5 = cast %4 : uint8
#   %6 = param 0 : uint8[:]
#   %7 = neighbor %6[0] : uint8
#   %8 = ge %7, %5 : bool
#   %9 = le %0, %2 : bool
#   %10 = and %8, %9 : bool
#   %11 = const 0 : int64
#   %12 = const 255 : int64
#   %13 = max %0, %11 : int64
#   %14 = min %13, %12 : int64
#   %15 = cast %14 : uint8
#   %16 = lt %7, %15 : bool
#   %17 = gt %0, %12 : bool
#   %18 = or %16, %17 : bool
#   %19 = const 0 : int64
#   %20 = const 255 : int64
#   %21 = max %0, %19 : int64
#   %22 = min %21, %20 : int64
#   %23 = cast %22 : uint8
#   %24 = eq %7, %23 : bool
#   %25 = le %0, %20 : bool
#   %26 = and %24, %25 : bool
#   %27 = ge %0, %19 : bool
#   %28 = and %26, %27 : bool
#   return %10, %18, %28
# }
