# run: pass narrow-ranges
func @mean(x: int8[:, :] relative) -> int8 stencil rank 2 mode constant footprint [-1..1, -1..1] {
  %0 = param 0 : int8[:, :]
  %1 = neighbor %0[-1, -1] : int8
  %2 = cast %1 : int64
  %3 = neighbor %0[-1, 0] : int8
  %4 = cast %3 : int64
  %5 = add %2, %4 : int64
  %6 = neighbor %0[-1, 1] : int8
  %7 = cast %6 : int64
  %8 = add %5, %7 : int64
  %9 = neighbor %0[0, -1] : int8
  %10 = cast %9 : int64
  %11 = add %8, %10 : int64
  %12 = neighbor %0[0, 0] : int8
  %13 = cast %12 : int64
  %14 = add %11, %13 : int64
  %15 = neighbor %0[0, 1] : int8
  %16 = cast %15 : int64
  %17 = add %14, %16 : int64
  %18 = neighbor %0[1, -1] : int8
  %19 = cast %18 : int64
  %20 = add %17, %19 : int64
  %21 = neighbor %0[1, 0] : int8
  %22 = cast %21 : int64
  %23 = add %20, %22 : int64
  %24 = neighbor %0[1, 1] : int8
  %25 = cast %24 : int64
  %26 = add %23, %25 : int64
  %27 = const 9 : int64
  %28 = floordiv %26, %27 : int64
  %29 = cast %28 : int8
  return %29
}
# ---- expect (./dev test --update)
# func @mean(x: int8[:, :] relative) -> int8 stencil rank 2 mode constant footprint [-1..1, -1..1] {
#   %0 = param 0 : int8[:, :]
#   %1 = neighbor %0[-1, -1] : int8
#   %2 = cast %1 : int16
#   %3 = neighbor %0[-1, 0] : int8
#   %4 = cast %3 : int16
#   %5 = add %2, %4 : int16
#   %6 = neighbor %0[-1, 1] : int8
#   %7 = cast %6 : int16
#   %8 = add %5, %7 : int16
#   %9 = neighbor %0[0, -1] : int8
#   %10 = cast %9 : int16
#   %11 = add %8, %10 : int16
#   %12 = neighbor %0[0, 0] : int8
#   %13 = cast %12 : int16
#   %14 = add %11, %13 : int16
#   %15 = neighbor %0[0, 1] : int8
#   %16 = cast %15 : int16
#   %17 = add %14, %16 : int16
#   %18 = neighbor %0[1, -1] : int8
#   %19 = cast %18 : int16
#   %20 = add %17, %19 : int16
#   %21 = neighbor %0[1, 0] : int8
#   %22 = cast %21 : int16
#   %23 = add %20, %22 : int16
#   %24 = neighbor %0[1, 1] : int8
#   %25 = cast %24 : int16
#   %26 = add %23, %25 : int16
#   %27 = cast %26 : uint16
#   %28 = const 2304 : uint16
#   %29 = add %27, %28 : uint16
#   %30 = const 9 : uint16
#   %31 = floordiv %29, %30 : uint16
#   %32 = const 256 : int16
#   %33 = cast %31 : int16
#   %34 = sub %33, %32 : int16
#   %35 = cast %34 : int8
#   return %35
# }
