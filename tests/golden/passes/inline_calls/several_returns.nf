# run: pass inline-calls
site 1 ValueError "large"
func @f(x: int64[:] relative) -> int64 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int64[:]
  %1 = neighbor %0[0] : int64
  %2 = call 1(%1) : int64
  %3 = call 1(%2) : int64
  return %3
}
func @g(a: int64) -> int64 {
  %0 = param 0 : int64
  %1 = const 0 : int64
  %2 = lt %0, %1 : bool
  if %2 {
    return %1
  }
  %4 = const 100 : int64
  %5 = gt %0, %4 : bool
  if %5 {
    raise site 1
  }
  %7 = add %0, %4 : int64
  return %7
}
