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
