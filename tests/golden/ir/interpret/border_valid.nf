# run: interpret int8[5]:100,-100,50,7,127
func @mean(x: int8[:] relative) -> int64 stencil rank 1 mode valid footprint [-1..1] {
  %0 = param 0 : int8[:]
  %1 = neighbor %0[-1] : int8
  %2 = cast %1 : int64
  %3 = neighbor %0[0] : int8
  %4 = cast %3 : int64
  %5 = add %2, %4 : int64
  %6 = neighbor %0[1] : int8
  %7 = cast %6 : int64
  %8 = add %5, %7 : int64
  %9 = const 3 : int64
  %10 = floordiv %8, %9 : int64
  return %10
}
# ---- expect (./dev test --update)
# int64 [16, -15, 61]
