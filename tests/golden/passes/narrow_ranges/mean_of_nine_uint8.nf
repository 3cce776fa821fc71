# run: pass narrow-ranges
func @mean(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant footprint [-1..1, -1..1] {
  %0 = param 0 : uint8[:, :]
  %1 = neighbor %0[-1, -1] : uint8
  %2 = cast %1 : int64
  %3 = neighbor %0[-1, 0] : uint8
  %4 = cast %3 : int64
  %5 = add %2, %4 : int64
  %6 = neighbor %0[-1, 1] : uint8
  %7 = cast %6 : int64
  %8 = add %5, %7 : int64
  %9 = neighbor %0[0, -1] : uint8
  %10 = cast %9 : int64
  %11 = add %8, %10 : int64
  %12 = neighbor %0[0, 0] : uint8
  %13 = cast %12 : int64
  %14 = add %11, %13 : int64
  %15 = neighbor %0[0, 1] : uint8
  %16 = cast %15 : int64
  %17 = add %14, %16 : int64
  %18 = neighbor %0[1, -1] : uint8
  %19 = cast %18 : int64
  %20 = add %17, %19 : int64
  %21 = neighbor %0[1, 0] : uint8
  %22 = cast %21 : int64
  %23 = add %20, %22 : int64
  %24 = neighbor %0[1, 1] : uint8
  %25 = cast %24 : int64
  %26 = add %23, %25 : int64
  %27 = const 9 : int64
  %28 = floordiv %26, %27 : int64
  return %28
}
# ---- expect (./dev test --update)
# func @mean(x: uint8[:, :] relative) -> int64 stencil rank 2 mode constant footprint [-1..1, -1..1] {
#   %0 = param 0 : uint8[:, :]
#   %1 = neighbor %0[-1, -1] : uint8
#   %2 = cast %1 : uint16
#   %3 = neighbor %0[-1, 0] : uint8
#   %4 = cast %3 : uint16
#   %5 = add %2, %4 : uint16
#   %6 = neighbor %0[-1, 1] : uint8
#   %7 = cast %6 : uint16
#   %8 = add %5, %7 : uint16
#   %9 = neighbor %0[0, -1] : uint8
#   %10 = cast %9 : uint16
#   %11 = add %8, %10 : uint16
#   %12 = neighbor %0[0, 0] : uint8
#   %13 = cast %12 : uint16
#   %14 = add %11, %13 : uint16
#   %15 = neighbor %0[0, 1] : uint8
#   %16 = cast %15 : uint16
#   %17 = add %14, %16 : uint16
#   %18 = neighbor %0[1, -1] : uint8
#   %19 = cast %18 : uint16
#   %20 = add %17, %19 : uint16
#   %21 = neighbor %0[1, 0] : uint8
#   %22 = cast %21 : uint16
#   %23 = add %20, %22 : uint16
#   %24 = neighbor %0[1, 1] : uint8
#   %25 = cast %24 : uint16
#   %26 = add %23, %25 : uint16
#   %27 = const 9 : uint16
#   %28 = floordiv %26, %27 : uint16
#   %29 = cast %28 : int64
#   return %29
# }
