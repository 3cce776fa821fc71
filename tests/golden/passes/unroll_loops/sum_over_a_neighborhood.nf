# run: pass unroll-loops
site 1 IndexError "outside the neighborhood"
func @f(x: int32[:, :] relative) -> int64 stencil rank 2 mode constant footprint [0..1, -1..0] {
  %0 = param 0 : int32[:, :]
  %1 = slot : int64
  %2 = const 0 : int64
  %3 = const 2 : int64
  %4 = const 1 : int64
  for %5 = %2 to %3 step %4 {
    for %6 = %2 to %3 step %4 {
      %7 = sub %6, %4 : int64
      %8 = neighbor_at %0[%5, %7] site 1 : int32
      %9 = cast %8 : int64
      %10 = get %1 : int64
      %11 = add %10, %9 : int64
      set %1, %11
    }
  }
  %12 = get %1 : int64
  return %12
}
