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
