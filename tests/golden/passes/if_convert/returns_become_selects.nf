# run: pass if-convert
func @clip(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..0] {
  %0 = param 0 : int32[:]
  %1 = neighbor %0[0] : int32
  %2 = const 0 : int32
  %3 = lt %1, %2 : bool
  if %3 {
    return %2
  }
  %4 = const 255 : int32
  %5 = gt %1, %4 : bool
  if %5 {
    return %4
  }
  return %1
}
# ---- expect (./dev test --update)
# func @clip(x: int32[:] relative) -> int32 stencil rank 1 mode constant footprint [0..0] {
#   %0 = param 0 : int32[:]
#   %1 = neighbor %0[0] : int32
#   %2 = const 0 : int32
#   %3 = lt %1, %2 : bool
#   %4 = const 255 : int32
#   %5 = gt %1, %4 : bool
#   %6 = select %5, %4, %1 : int32
#   %7 = select %3, %2, %6 : int32
#   return %7
# }
