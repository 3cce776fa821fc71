# run: pass narrow-ranges
func @f(x: uint8[:] relative) -> int64, uint64 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : uint8[:]
  %1 = neighbor %0[0] : uint8
  %2 = cast %1 : int64
  %3 = neighbor %0[1] : uint8
  %4 = cast %3 : int64
  %5 = add %2, %4 : int64
  %6 = const 255 : int64
  %7 = gt %5, %6 : bool
  %8 = select %7, %6, %5 : int64
  %9 = const 3 : int64
  %10 = and %4, %9 : int64
  %11 = shr %8, %10 : int64
  %12 = cast %1 : uint64
  %13 = cast %3 : uint64
  %14 = sub %12, %13 : uint64
  %15 = cast %14 : int64
  %16 = abs %15 : int64
  %17 = cast %16 : uint64
  return %11, %17
}
# ---- expect (./dev test --update)
# func @f(x: uint8[:] relative) -> int64, uint64 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : uint8[:]
#   %1 = neighbor %0[0] : uint8
#   %2 = cast %1 : uint16
#   %3 = neighbor %0[1] : uint8
#   %4 = cast %3 : uint16
#   %5 = add %2, %4 : uint16
#   %6 = const 255 : uint16
#   %7 = gt %5, %6 : bool
#   %8 = const 255 : uint8
#   %9 = add %1, %3 : uint8
#   %10 = select %7, %8, %9 : uint8
#   %11 = const 3 : uint8
#   %12 = and %3, %11 : uint8
#   %13 = shr %10, %12 : uint8
#   %14 = cast %13 : int64
#   %15 = cast %1 : int16
#   %16 = cast %3 : int16
#   %17 = sub %15, %16 : int16
#   %18 = abs %17 : int16
#   %19 = cast %18 : uint64
#   return %14, %19
# }
