# run: pass find-min-max
func @f(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] {
  %0 = param 0 : float32[:]
  %1 = neighbor %0[0] : float32
  %2 = neighbor %0[1] : float32
  %3 = lt %1, %2 : bool
  %4 = select %3, %1, %2 : float32
  %5 = select %3, %2, %1 : float32
  %6 = gt %1, %2 : bool
  %7 = select %6, %1, %2 : float32
  %8 = select %6, %2, %1 : float32
  %9 = le %1, %2 : bool
  %10 = select %9, %1, %2 : float32
  %11 = add %4, %5 : float32
  %12 = add %7, %8 : float32
  %13 = add %11, %12 : float32
  %14 = add %13, %10 : float32
  return %14
}
# ---- expect (./dev test --update)
# func @f(x: float32[:] relative) -> float32 stencil rank 1 mode constant footprint [0..1] {
#   %0 = param 0 : float32[:]
#   %1 = neighbor %0[0] : float32
#   %2 = neighbor %0[1] : float32
#   %3 = lt %1, %2 : bool
#   %4 = min %2, %1 : float32
#   %5 = max %1, %2 : float32
#   %6 = gt %1, %2 : bool
#   %7 = max %2, %1 : float32
#   %8 = min %1, %2 : float32
#   %9 = le %1, %2 : bool
#   %10 = select %9, %1, %2 : float32
#   %11 = add %4, %5 : float32
#   %12 = add %7, %8 : float32
#   %13 = add %11, %12 : float32
#   %14 = add %13, %10 : float32
#   return %14
# }
