# run: pass if-convert
func @f(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : int32[:]
  %1 = neighbor %0[0] : int32
  %2 = neighbor %0[1] : int32
  %3 = slot : int32
  set %3, %1
  %4 = gt %2, %1 : bool
  if %4 {
    %5 = get %3 : int32
    %6 = add %5, %2 : int32
    set %3, %6
  }
  %7 = get %3 : int32
  return %7
}
# ---- expect (./dev test --update)
# func @f(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : int32[:]
#   %1 = neighbor %0[0] : int32
#   %2 = neighbor %0[1] : int32
#   %3 = const 0 : int32
#   %4 = gt %2, %1 : bool
#   %5 = add %1, %2 : int32
#   %6 = select %4, %5, %1 : int32
#   return %6
# }
