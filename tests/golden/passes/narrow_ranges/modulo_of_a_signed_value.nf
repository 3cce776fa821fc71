# run: pass narrow-ranges
func @f(x: int8[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[0] : int8
  %2 = cast %1 : int64
  %3 = const 7 : int64
  %4 = mod %2, %3 : int64
  return %4
}
