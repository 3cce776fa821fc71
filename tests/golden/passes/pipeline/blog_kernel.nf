# run: after
site 1 ValueError "shape of the stencil"
site 2 ValueError "shape of the copy"
func @smooth(x: int8[:], out: int8[:]) {
  %0 = param 0 : int8[:]
  %1 = param 1 : int8[:]
  %2 = call 1(%0) site 1 : int64[::1]
  copy %1, %2 site 2
}
func @s(x: int8[:] relative) -> int64 stencil rank 1 mode constant {
  %0 = param 0 : int8[:]
  %1 = slot : int64
  %2 = neighbor %0[-1] : int8
  %3 = cast %2 : int64
  %4 = neighbor %0[0] : int8
  %5 = cast %4 : int64
  %6 = add %3, %5 : int64
  set %1, %6
  %7 = get %1 : int64
  %8 = neighbor %0[1] : int8
  %9 = cast %8 : int64
  %10 = add %7, %9 : int64
  set %1, %10
  %11 = get %1 : int64
  %12 = const 3 : int64
  %13 = floordiv %11, %12 : int64
  return %13
}
